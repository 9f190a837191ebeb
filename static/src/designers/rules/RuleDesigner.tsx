/** A rule as a sentence of cards: when, if, then; under it who meets it now, a try on one record, and how it does. */
import { InputNumber, Select } from "antd";
import { Copy, PanelLeft, PanelRight, X } from "lucide-react";
import { useEffect, useState } from "react";
import { typing } from "../../kernel/commands";
import { i18n, language, pick, t } from "../../kernel/i18n";
import { words } from "../../kernel/issues";
import { entityOf } from "../../kernel/metadata";
import type { Issue, Json } from "../../kernel/types";
import { Empty } from "../../kit/parts";
import { pictureOf } from "../../kit/rules/pictures";
import { useToast } from "../../kit/toast";
import { change, useBook, useDesign, useKey, useStatus } from "../context";
import { ConditionPane } from "../segments/ConditionPane";
import { InlineText } from "../shell/InlineText";
import { labelOf, metadataOf, relabelled, short } from "../shape";
import { Sortable } from "../views/ViewDesigner";
import { addAction, copyAction, moveAction, retrigger, takeAction } from "./deeds";
import { Live } from "./Live";
import { DRAGGED, kindLabel, Palette } from "./Palette";
import { Running, useRunning } from "./Running";
import { ActionSettings, RuleSettings, TriggerSettings } from "./Settings";
import { Switcher } from "./Switcher";
import { actionsOf, actionWords, triggerOf, triggerWords } from "./words";

/** A property of the trigger that is not filled in yet, by the words it has in the settings. */
function missing(issue: Issue, type: string): string | undefined {
  const word = String(issue.path.at(-1) ?? "");
  const key = [`prop.trigger_${type}_${word}`, `prop.trigger_${word}`, `prop.${word}`].find((one) => i18n.exists(one));
  return issue.code === "definition.missing" && issue.path[0] === "trigger" && key ? t("rule.missing", { what: t(key) }) : undefined;
}

export default function RuleDesigner({ id }: { id: string }) {
  const { app, draft, schemas, part } = useDesign();
  const book = useBook();
  const status = useStatus();
  const toast = useToast();
  const rule = book["rule"]![id]!;
  const metadata = metadataOf(app, book);
  const entity = entityOf(metadata, short(String(rule["entity"] ?? "")));
  const [chosen, setChosen] = useState(part);
  const [over, setOver] = useState<"" | "trigger" | "action">("");
  const [side, setSide] = useState<"" | "palette" | "settings">("");
  const running = useRunning(id);
  useEffect(() => {
    if (part) setChosen(part);
  }, [part]);
  const actions = actionsOf(rule);
  const at = actions.findIndex((item) => item.id === chosen);
  const set = (values: { [key: string]: Json | undefined }, label = "design.step_change", merge?: string) => change(draft, ["rule", id], values, label, merge);
  const take = (sort: "trigger" | "action", kind: string, place?: number) => {
    if (sort === "action") setChosen(addAction(draft, id, kind, place));
    else {
      retrigger(draft, id, kind, Object.keys(schemas.kinds["triggers"]?.[kind]?.schema.properties ?? {}));
      setChosen("trigger");
    }
    setSide("settings");
  };
  const remove = (index: number) => {
    const label = kindLabel("action", actions[index]!.type);
    takeAction(draft, id, index);
    if (index === at) setChosen("");
    toast.say(t("design.removed_undo", { name: label }));
  };
  useKey((event) => {
    if (typing(event.target) || at < 0 || document.querySelector(".ant-modal-root .ant-modal-wrap:not([style*='display: none'])")) return;
    const step = event.altKey && event.key === "ArrowUp" ? -1 : event.altKey && event.key === "ArrowDown" ? 1 : 0;
    if (step && at + step >= 0 && at + step < actions.length) moveAction(draft, id, at, at + step);
    else if (event.key === "Delete" || event.key === "Backspace") remove(at);
    else if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === "d") setChosen(copyAction(draft, id, at));
    else if (event.key === "Escape") setChosen("");
    else return;
    event.preventDefault();
    event.stopPropagation();
  }, [at, actions.length, id]);
  if (!entity) return <Empty picture="broken" title={t("facts.entity_gone")} hint={t("form.entity_gone_hint")} />;
  const trigger = triggerOf(rule);
  const issues = status.issues.filter((issue) => issue.kind === "rule" && issue.id === id);
  const told = (...path: (string | number)[]) => issues.filter((issue) => path.every((step, index) => String(issue.path[index]) === String(step))).map((issue, index) => <span key={index} className={issue.severity === "error" ? "wrong" : "small second"}>{missing(issue, String(trigger.type)) ?? words(issue)}</span>);
  const toldOf = (index: number) => [...told("actions", index), ...told("actions", actions[index]!.id)];
  const zone = (sort: "trigger" | "action") => ({
    onDragOver: (event: React.DragEvent) => {
      if (!event.dataTransfer.types.includes(`${DRAGGED}-${sort}`)) return;
      event.preventDefault();
      setOver(sort);
    },
    onDragLeave: () => setOver(""),
    onDrop: (event: React.DragEvent) => {
      const kind = event.dataTransfer.getData(`${DRAGGED}-${sort}`);
      setOver("");
      if (!kind) return;
      event.preventDefault();
      take(sort, kind);
    },
  });
  const Trigger = pictureOf(String(trigger["type"] ?? "created"));
  const again = String(rule["again"] ?? "always");
  return (
    <div className={`rule-designer ${side && `side-${side}`}`}>
      <Palette take={take} />
      <div className="designer-page rule-page" onClick={(event) => event.target === event.currentTarget && setChosen("")}>
        <header className="data-head rule-head">
          <button type="button" className="icon-button only-small" aria-label={t("rule.palette")} aria-pressed={side === "palette"} onClick={() => setSide(side === "palette" ? "" : "palette")}><PanelLeft size={17} /></button>
          <div className="grow">
            <InlineText once className="data-name" value={pick(labelOf(rule))} label={t("form.rename")} onChange={(text) => set({ label: relabelled(labelOf(rule), language(), text) as Json }, "design.step_rename")} />
            <div className="second small">{t("rule.about", { what: pick(entity.label) })}</div>
          </div>
          <Switcher id={id} running={running} />
          <button type="button" className="icon-button only-small" aria-label={t("form.settings")} aria-pressed={side === "settings"} onClick={() => setSide(side === "settings" ? "" : "settings")}><PanelRight size={17} /></button>
        </header>
        <section className={`rule-band ${over === "trigger" ? "over" : ""}`} aria-label={t("rule.when")} {...zone("trigger")}>
          <div className="rule-word">{t("rule.when")}</div>
          <div className="rule-cards">
            <button type="button" className="plain rule-card" aria-pressed={chosen === "trigger"} onClick={() => { setChosen("trigger"); setSide("settings"); }}>
              <span className="rule-icon"><Trigger size={16} aria-hidden /></span>
              <span className="grow"><b>{triggerWords(entity, book, trigger)}</b>{told("trigger")}</span>
            </button>
          </div>
        </section>
        <section className="rule-band" aria-label={t("rule.if")}>
          <div className="rule-word">{t("rule.if")}</div>
          <div className="rule-cards">
            <div className="rule-card plainly">
              <ConditionPane key={id} entity={entity.name} text={String(rule["condition"] ?? "")} onChange={(next) => set({ condition: next || undefined }, "design.step_change", `${id} condition`)} />
              {!rule["condition"] && <p className="help">{t("rule.no_condition")}</p>}
              {told("condition")}
            </div>
          </div>
        </section>
        <section className={`rule-band ${over === "action" ? "over" : ""}`} aria-label={t("rule.then")} {...zone("action")}>
          <div className="rule-word">{t("rule.then")}</div>
          <div className="rule-cards">
            <Sortable items={actions.map((item) => item.id)} onMove={(from, to) => moveAction(draft, id, from, to)}>
              {(index) => {
                const call = actions[index]!;
                const Picture = pictureOf(call.type);
                const said = actionWords(metadata, book, entity, call);
                return (
                  <>
                    <button type="button" className="plain rule-card" aria-pressed={chosen === call.id} onClick={() => { setChosen(call.id); setSide("settings"); }}>
                      <span className="rule-icon"><Picture size={16} aria-hidden /></span>
                      <span className="grow"><b>{kindLabel("action", call.type)}</b><span className={said ? "rule-says" : "third small"}>{said || t("rule.to_fill")}</span>{toldOf(index)}</span>
                    </button>
                    <button type="button" className="icon-button rule-more" aria-label={t("rule.copy", { name: kindLabel("action", call.type) })} title={t("do.copy")} onClick={() => setChosen(copyAction(draft, id, index))}><Copy size={14} /></button>
                    <button type="button" className="icon-button rule-more" aria-label={t("rule.remove", { name: kindLabel("action", call.type) })} title={t("do.remove")} onClick={() => remove(index)}><X size={15} /></button>
                  </>
                );
              }}
            </Sortable>
            <div className="rule-drop">{t(actions.length ? "rule.drop_more" : "rule.drop_first")}</div>
            {told("actions").length > 0 && !actions.length && <div>{told("actions")}</div>}
            {trigger["type"] !== "before_save" && (
              <div className="rule-again">
                <span className="second small">{t("rule.same_record")}</span>
                <Select size="small" value={again} aria-label={t("rule.same_record")} popupMatchSelectWidth={180} options={["always", "once", "after"].map((word) => ({ value: word, label: t(`rule.again_${word}`) }))} onChange={(next: string) => set({ again: next === "always" ? undefined : next })} />
                {again === "after" && <InputNumber size="small" min={1} max={3650} precision={0} value={Number(rule["days"] ?? 30)} aria-label={t("rule.again_days")} suffix={<span className="third">{t("time.unit_d")}</span>} onChange={(next) => next && set({ days: next === 30 ? undefined : next }, "design.step_change", `${id} days`)} />}
              </div>
            )}
          </div>
        </section>
        <Live key={`live ${id}`} rule={rule} entity={entity} />
        <Running key={`running ${id}`} id={id} running={running} />
      </div>
      <aside className="form-settings" aria-label={t("form.settings")}>
        {chosen === "trigger" ? <TriggerSettings path={["rule", id, "trigger"]} trigger={trigger} entity={entity} retrigger={(kind) => take("trigger", kind)} />
          : at >= 0 ? <ActionSettings key={chosen} path={["rule", id, "actions", at]} call={actions[at]!} metadata={metadata} entity={entity} />
          : <RuleSettings id={id} rule={rule} />}
      </aside>
    </div>
  );
}
