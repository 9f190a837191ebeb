/** A flow as a tree of cards: built by +, drag and keys; beside it the settings of what is chosen, or a trial run painted on the tree. */
import { Button, Dropdown } from "antd";
import { Download, Ellipsis, FlaskConical, Maximize, Minus, PanelLeft, PanelRight, Plus, Radio } from "lucide-react";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { typing } from "../../kernel/commands";
import { language, pick, t } from "../../kernel/i18n";
import { words as issueWords } from "../../kernel/issues";
import { entityOf } from "../../kernel/metadata";
import { useDeeds } from "../../kit/CommandPalette";
import { text } from "../../kit/flows/kinds";
import { Empty } from "../../kit/parts";
import { pictureOf } from "../../kit/rules/pictures";
import { useToast } from "../../kit/toast";
import "../../kinds/approvers/index";
import "../../kinds/steps/index";
import { change, useBook, useDesign, useKey, useStatus } from "../context";
import type { Placed } from "../draft";
import { Sentence } from "../inspector/Condition";
import { TriggerSettings } from "../rules/Settings";
import { triggerWords } from "../rules/words";
import { ConditionPane } from "../segments/ConditionPane";
import { InlineText } from "../shell/InlineText";
import { labelOf, metadataOf, relabelled, short } from "../shape";
import { BoardContext, spotKey, type Board, type Carried, type Paint } from "./board";
import { addBranch, addStep, copyStep, doubleStep, mayLand, moveBranch, moveStep, pasteStep, takeBranch, takeStep, type Hand } from "./deeds";
import { saveXml } from "./exchange";
import { ownerOf, partOf } from "./issues";
import { MiniMap } from "./MiniMap";
import { Palette } from "./Palette";
import { Row } from "./Row";
import { BranchSettings, FlowSettings, StepSettings } from "./Settings";
import { FlowSwitch, useFlows, useLive } from "./running";
import { Steps } from "./Tree";
import { besideSpot, branchOf, placeOf, places, stepSpot, stepsOf, type Spot } from "./tree";
import { Trial } from "./Trial";
import { titleOf, told, triggerOf, useNames } from "./words";

/** How large the tree may be to be seen whole (or to its full width), never below `least`. */
function fitting(box: HTMLElement | null, least: number, whole: boolean): number {
  const tree = box?.querySelector<HTMLElement>(".flow-tree");
  if (!box || !tree) return 1;
  // measured at its own size: what it takes now is a share of that
  const inner = [...tree.children].reduce((widest, child) => Math.max(widest, (child as HTMLElement).scrollWidth), 0) + 40;
  box.scrollTo(0, 0);
  return Math.max(least, Math.min(1, Math.floor(Math.min((box.clientWidth - 40) / inner, whole ? (box.clientHeight - 30) / tree.scrollHeight : 1) * 100) / 100));
}

const zooms = [0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.25];

export default function FlowDesigner({ id }: { id: string }) {
  const { app, draft, part, schemas } = useDesign();
  const book = useBook();
  const status = useStatus();
  const toast = useToast();
  const flow = book["flow"]![id]!;
  const metadata = metadataOf(app, book);
  const entity = entityOf(metadata, short(text(flow["entity"])));
  const steps = stepsOf(flow);
  const names = useNames(flow);
  const known = useMemo(() => told(metadata, book, entity, names), [metadata, book, entity, names]);
  const [chosen, setChosen] = useState(partOf(flow, part));
  const [side, setSide] = useState<"" | "palette" | "settings">("");
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const [adding, setAdding] = useState("");
  const [carried, setCarried] = useState<Carried | null>(null);
  const [over, setOver] = useState("");
  const [trying, setTrying] = useState(false);
  const [paint, setPaint] = useState<ReadonlyMap<string, Paint> | null>(null);
  const [watching, setWatching] = useState(false);
  const [zoom, setZoom] = useState(1);
  const scroll = useRef<HTMLDivElement>(null);
  const running = useFlows(status.live);
  const live = useLive(id, watching);
  const hand: Hand = { draft, id };
  useEffect(() => {
    if (part) setChosen(partOf(draft.book["flow"]?.[id] ?? {}, part));
  }, [part, draft, id]);
  useLayoutEffect(() => {
    // a wide tree opens as small as it is still read well
    setZoom(fitting(scroll.current, 0.7, false));
  }, [id]);
  const issues = useMemo(() => {
    const found = new Map<string, Placed[]>();
    // what is told stems from the last save: a flow that has steps by now is not without
    const stands = (issue: Placed) => issue.kind === "flow" && issue.id === id && (issue.code !== "flow.empty" || !stepsOf(flow).length);
    for (const issue of status.issues) if (stands(issue)) {
      const owner = ownerOf(flow, issue.path);
      found.set(owner, [...(found.get(owner) ?? []), issue]);
    }
    return found;
  }, [status.issues, flow, id]);

  // a menu that was left stays on the screen while it fades, and means nothing any more
  const open = useRef(false);
  useLayoutEffect(() => {
    open.current = !!adding;
  }, [adding]);
  const choose = (next: string) => {
    setChosen(next);
    if (next) setSide("settings");
    setTrying(false);
    setPaint(null);
  };
  const focus = (next: string) => {
    choose(next);
    setTimeout(() => {
      // who is quick has opened the next menu by now
      if (!open.current) scroll.current?.querySelector<HTMLElement>(`[data-part="${CSS.escape(next)}"]`)?.focus();
    }, 30);
  };
  const add = (type: string, spot: Spot) => {
    setAdding("");
    focus(addStep(hand, type, spot));
  };
  const remove = (what: string) => {
    const name = what.includes("/") ? pick(branchOf(steps, what)?.branch.label) : titleOf(placeOf(steps, what)!.step);
    if (what.includes("/")) takeBranch(hand, what);
    else takeStep(hand, what);
    if (chosen === what || !what.includes("/")) setChosen("");
    toast.say(t("design.removed_undo", { name }));
  };
  const land = (spot: Spot) => {
    if (carried?.sort === "new") focus(addStep(hand, carried.type, spot));
    if (carried?.sort === "step") {
      moveStep(hand, carried.id, spot);
      focus(carried.id);
    }
    setCarried(null);
    setOver("");
  };
  const board: Board = {
    entity: entity?.name ?? "", known, chosen, choose, steps, issues, folded, adding, carried, over, paint, live: watching ? live : null, add, land, remove,
    fold: (step) => setFolded((old) => new Set(old.has(step) ? [...old].filter((one) => one !== step) : [...old, step])),
    openAdd: (spot) => setAdding(spot ? spotKey(spot) : ""),
    paste: (spot) => {
      setAdding("");
      focus(pasteStep(hand, spot));
    },
    carry: (what) => {
      setCarried(what);
      if (!what) setOver("");
    },
    hover: setOver,
    may: (spot) => !carried || carried.sort === "new" || (carried.sort === "step" && mayLand(hand, carried.id, spot)),
    landBranch: (_, index) => {
      if (carried?.sort === "branch") moveBranch(hand, carried.name, index);
      setCarried(null);
      setOver("");
    },
    copy: (step) => copyStep(hand, step),
    double: (step) => focus(doubleStep(hand, step)),
    branch: (step) => focus(addBranch(hand, step)),
  };
  const order = () => [...(scroll.current?.querySelectorAll<HTMLElement>("[data-part]") ?? [])];
  const walk = (way: 1 | -1) => {
    const all = order();
    const at = all.findIndex((item) => item.dataset["part"] === chosen);
    const next = all[at < 0 ? 0 : Math.max(0, Math.min(all.length - 1, at + way))];
    if (next?.dataset["part"]) focus(next.dataset["part"]);
  };
  const stroke = (event: KeyboardEvent) => {
    if (typing(event.target) || adding || document.querySelector(".ant-modal-root .ant-modal-wrap:not([style*='display: none'])")) return;
    const inside = scroll.current?.contains(document.activeElement) || document.activeElement === document.body || !!document.activeElement?.closest(".flow-menu");
    if (!inside) return;
    const place = placeOf(steps, chosen);
    const branch = chosen.includes("/") ? branchOf(steps, chosen) : undefined;
    const mod = event.metaKey || event.ctrlKey;
    const key = event.key;
    const up = key === "ArrowUp" ? -1 : key === "ArrowDown" ? 1 : 0;
    const across = key === "ArrowLeft" ? -1 : key === "ArrowRight" ? 1 : 0;
    if (event.altKey && up && place) {
      moveStep(hand, chosen, stepSpot(steps, chosen, up as 1 | -1));
      focus(chosen);
    } else if (event.altKey && across && place) {
      moveStep(hand, chosen, besideSpot(steps, chosen, across as 1 | -1));
      focus(chosen);
    } else if (event.altKey && (across || up) && branch) {
      moveBranch(hand, chosen, branch.index + (across || up));
      focus(chosen);
    } else if (up && !mod && !event.shiftKey) walk(up as 1 | -1);
    else if ((key === "Insert" || key === "+") && !mod) setAdding(spotKey(place ? { list: place.list, index: place.index + 1 } : branch ? { list: chosen, index: 0 } : { list: "", index: chosen === "trigger" ? 0 : steps.length }));
    else if ((key === "Delete" || key === "Backspace") && (place || branch)) remove(chosen);
    else if (mod && key.toLowerCase() === "c" && place && !window.getSelection()?.toString()) {
      copyStep(hand, chosen);
      toast.say(t("flow.copied", { name: titleOf(place.step) }));
    } else if (mod && key.toLowerCase() === "x" && place) {
      copyStep(hand, chosen);
      remove(chosen);
    } else if (mod && key.toLowerCase() === "v") {
      const made = pasteStep(hand, place ? { list: place.list, index: place.index + 1 } : branch ? { list: chosen, index: 0 } : { list: "", index: steps.length });
      if (made) focus(made);
    } else if (mod && key.toLowerCase() === "d" && place) focus(doubleStep(hand, chosen));
    else if (key === "Escape") choose("");
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  // who types faster than effects run still means what is on the screen
  const latest = useRef(stroke);
  useLayoutEffect(() => {
    latest.current = stroke;
  });
  useKey((event) => latest.current(event), []);
  useDeeds([{ id: "flow.try", label: t("flow.try"), group: t("palette.here"), icon: "check", run: () => setTrying(true) }], []);

  if (!entity) return <Empty picture="broken" title={t("facts.entity_gone")} hint={t("form.entity_gone_hint")} />;
  const trigger = triggerOf(flow);
  const started = trigger["type"] === "button" ? t("flow.by_hand", { what: pick(entity.label) }) : triggerWords(entity, book, trigger);
  const Started = pictureOf(text(trigger["type"]));
  const fit = () => setZoom(fitting(scroll.current, 0.3, true));
  const by = (way: 1 | -1) => setZoom((now) => (way > 0 ? zooms.find((one) => one > now + 0.01) : [...zooms].reverse().find((one) => one < now - 0.01)) ?? now);
  const place = placeOf(steps, chosen);
  const told_ = (owner: string) => (issues.get(owner) ?? []).map((issue, at) => <span key={at} className={issue.severity === "error" ? "wrong" : "small second"}>{issueWords(issue)}</span>);
  const base = ["flow", id];
  return (
    <BoardContext.Provider value={board}>
      <div className={`rule-designer flow-designer ${side && `side-${side}`}`}>
        <Palette carry={board.carry} take={(type) => add(type, place ? { list: place.list, index: place.index + 1 } : chosen.includes("/") ? { list: chosen, index: 0 } : { list: "", index: steps.length })} />
        <div className="flow-page">
          <header className="flow-head">
            <button type="button" className="icon-button only-small" aria-label={t("flow.palette")} aria-pressed={side === "palette"} onClick={() => setSide(side === "palette" ? "" : "palette")}><PanelLeft size={17} /></button>
            <div className="grow">
              <InlineText once className="data-name" value={pick(labelOf(flow))} label={t("form.rename")} onChange={(said) => change(draft, base, { label: relabelled(labelOf(flow), language(), said) as never }, "design.step_rename")} />
              <div className="second small">{t("flow.about", { what: pick(entity.label), count: places(steps).length })}</div>
            </div>
            <span className="flow-zoom" role="group" aria-label={t("flow.zoom")}>
              <button type="button" className="icon-button" aria-label={t("flow.smaller")} onClick={() => by(-1)}><Minus size={15} /></button>
              <button type="button" className="plain small tabular" title={t("flow.full_size")} onClick={() => setZoom(1)}>{Math.round(zoom * 100)}%</button>
              <button type="button" className="icon-button" aria-label={t("flow.larger")} onClick={() => by(1)}><Plus size={15} /></button>
              <button type="button" className="icon-button" aria-label={t("flow.fit")} title={t("flow.fit")} onClick={fit}><Maximize size={15} /></button>
            </span>
            {running.of(id) && <button type="button" className="icon-button" aria-pressed={watching} aria-label={t("flow.watch")} title={t("flow.watch")} onClick={() => setWatching(!watching)}><Radio size={16} /></button>}
            <Button icon={<FlaskConical size={15} />} aria-pressed={trying} onClick={() => { setTrying(!trying); setPaint(null); setSide(trying ? "" : "settings"); }}>{t("flow.try")}</Button>
            <FlowSwitch id={id} running={running} />
            <Dropdown trigger={["click"]} placement="bottomRight" menu={{ items: [{ key: "bpmn", icon: <Download size={15} />, label: t("flow.to_bpmn"), onClick: () => void saveXml(app, flow).catch(toast.failed) }] }}><button type="button" className="icon-button" aria-label={t("flow.more")}><Ellipsis size={17} /></button></Dropdown>
            <button type="button" className="icon-button only-small" aria-label={t("form.settings")} aria-pressed={side === "settings"} onClick={() => setSide(side === "settings" ? "" : "settings")}><PanelRight size={17} /></button>
          </header>
          {told_("").length + told_("entity").length + told_("roles").length + told_("form").length > 0 && <div className="flow-stray">{told_("")}{told_("entity")}{told_("roles")}{told_("form")}</div>}
          {told_("steps").length > 0 && <div className="flow-stray">{told_("steps")}</div>}
          <div ref={scroll} className="flow-scroll" onClick={(event) => (event.target as Element).closest(".flow-card, .flow-condition, .flow-gap, button") || choose("")} onDragOver={(event) => carried && carried.sort !== "branch" && event.preventDefault()} onDrop={() => carried && carried.sort !== "branch" && land({ list: "", index: steps.length })}>
            <div className="flow-tree" style={{ zoom }}>
              <button type="button" className="plain flow-start" aria-pressed={chosen === "trigger"} data-part="trigger" onClick={() => choose("trigger")}>
                <span className="flow-icon teal"><Started size={16} aria-hidden /></span>
                <span className="flow-card-words"><b>{t("flow.start")}</b><span className="flow-says">{started}</span>{!!text(flow["condition"]) && <span className="flow-says small">{t("flow.only_if")}<Sentence entity={entity.name} text={text(flow["condition"])} /></span>}{told_("trigger")}{told_("condition")}</span>
              </button>
              <Steps steps={steps} list="" way="" />
              <div className="flow-end">{t("flow.end")}</div>
            </div>
            {!steps.length && <p className="flow-none second">{t("flow.none")}</p>}
          </div>
          <MiniMap scroll={scroll} shape={`${zoom} ${[...folded].join()} ${places(steps).map((item) => item.way).join()} ${chosen}`} />
        </div>
        <aside className="form-settings" aria-label={trying ? t("flow.try") : t("form.settings")}>
          {trying ? <Trial key={id} flow={flow} entity={entity} paint={setPaint} close={() => { setTrying(false); setPaint(null); }} />
            : chosen === "trigger" ? (
              <>
                <TriggerSettings path={[...base, "trigger"]} trigger={trigger} entity={entity} title={t("flow.start")} called={{ button: t("flow.started_by_hand") }} skip={trigger["type"] === "button" ? ["caption", "icon", "question", "roles"] : []} without={["before_save", "deleted"]} retrigger={(kind) => {
                  const properties = Object.keys(schemas.kinds["triggers"]?.[kind]?.schema.properties ?? {});
                  change(draft, base, { trigger: { type: kind, ...Object.fromEntries(Object.entries(trigger).filter(([key]) => key !== "type" && properties.includes(key))) } }, "rule.step_trigger");
                }} />
                <div className="inspector"><Row title={t("flow.condition")}><ConditionPane key={id} entity={entity.name} text={text(flow["condition"])} onChange={(next) => change(draft, base, { condition: next || undefined }, "design.step_change", `${id} condition`)} /></Row></div>
              </>
            )
            : place ? <StepSettings key={chosen} id={id} place={place} metadata={metadata} entity={entity} known={known} />
            : chosen.includes("/") ? <BranchSettings key={chosen} id={id} name={chosen} steps={steps} metadata={metadata} entity={entity} known={known} />
            : <FlowSettings id={id} flow={flow} metadata={metadata} entity={entity} />}
        </aside>
      </div>
    </BoardContext.Provider>
  );
}
