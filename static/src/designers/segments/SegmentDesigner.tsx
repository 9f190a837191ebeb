/** A segment: who belongs to it, how many that would be now, and once it is published who is in it. */
import { Input, Segmented, Select, Switch, TimePicker } from "antd";
import dayjs from "dayjs";
import { useState } from "react";
import { language, pick, t } from "../../kernel/i18n";
import { words } from "../../kernel/issues";
import { entityOf } from "../../kernel/metadata";
import type { Json } from "../../kernel/types";
import { Empty } from "../../kit/parts";
import { change, useBook, useDesign, useStatus } from "../context";
import { WhereUsed } from "../inspector/WhereUsed";
import { LabelInput } from "../inspector/widgets";
import { InlineText } from "../shell/InlineText";
import { labelOf, list, metadataOf, relabelled, short, withBorrowed } from "../shape";
import { ConditionPane } from "./ConditionPane";
import { Kept } from "./Kept";
import { Preview } from "./Preview";

export default function SegmentDesigner({ id }: { id: string }) {
  const { app, draft } = useDesign();
  const book = useBook();
  const status = useStatus();
  const segment = book["segment"]![id]!;
  const metadata = metadataOf(app, book);
  const entity = entityOf(metadata, short(String(segment["entity"] ?? "")));
  const [side, setSide] = useState<"draft" | "live">("draft");
  const set = (values: { [key: string]: Json | undefined }, label?: string, merge?: string) => change(draft, ["segment", id], values, label, merge);
  if (!entity) return <Empty picture="broken" title={t("facts.entity_gone")} hint={t("form.entity_gone_hint")} />;
  const issues = status.issues.filter((issue) => issue.kind === "segment" && issue.id === id);
  const text = String(segment["condition"] ?? "");
  const daily = dated(book, app, text);
  return (
    <div className="segment-designer">
      <div className="designer-page">
        <header className="data-head">
          <InlineText once className="data-name" value={pick(labelOf(segment))} label={t("form.rename")} onChange={(said) => set({ label: relabelled(labelOf(segment), language(), said) as Json }, "design.step_rename")} />
          <span className="second small grow">{t("facts.of_entity", { name: pick(entity.label) })}</span>
          {status.live && <Segmented<"draft" | "live"> size="small" value={side} onChange={setSide} options={[{ value: "draft", label: t("segment.design") }, { value: "live", label: t("segment.live") }]} />}
        </header>
        {side === "live" ? <Kept key={`${id} ${status.changed.has(`segment/${id}`)}`} {...{ id, metadata, entity }} /> : (
          <>
            <section className="panel segment-condition" aria-label={t("segment.condition")}>
              <h3>{t("segment.condition")}<span className="small third">{t("segment.condition_hint")}</span></h3>
              <ConditionPane key={id} entity={entity.name} text={text} without={`${app}.${String(segment["name"])}`} onChange={(next) => set({ condition: next }, "design.step_change", `${id} condition`)} />
              {issues.filter((issue) => issue.path[0] === "condition").map((issue, at) => <p key={at} className={issue.severity === "error" ? "wrong small" : "second small"}>{words(issue)}</p>)}
            </section>
            <Preview key={`preview ${id}`} {...{ segment, metadata, entity }} />
          </>
        )}
      </div>
      <aside className="form-settings" aria-label={t("form.settings")}>
        <div className="settings-head"><h3>{t("segment.settings")}</h3></div>
        <div className="inspector">
          <div className="inspector-row"><div className="field-label">{t("prop.label")}</div><LabelInput title={t("prop.label")} value={labelOf(segment)} onChange={(label) => set({ label: label as Json }, "design.step_rename", `${id} label`)} /></div>
          <div className="inspector-row"><div className="field-label">{t("prop.description")}</div><Input.TextArea autoSize={{ minRows: 2, maxRows: 5 }} value={pick((segment["description"] ?? "") as never)} aria-label={t("prop.description")} onKeyDown={(event) => event.stopPropagation()} onChange={(event) => set({ description: event.target.value ? (relabelled((segment["description"] ?? "") as never, language(), event.target.value) as Json) : undefined }, "design.step_change", `${id} description`)} /></div>
          <div className="inspector-row"><div className="field-label">{t("segment.at")}</div><TimePicker value={dayjs(`2026-01-01T${String(segment["at"] ?? "03:00")}`)} format="HH:mm" minuteStep={5} allowClear={false} needConfirm={false} aria-label={t("segment.at")} disabled={!daily} onChange={(next) => set({ at: next && next.format("HH:mm") !== "03:00" ? next.format("HH:mm") : undefined })} /><div className="help">{t(daily ? "segment.at_hint" : "segment.at_unused")}</div></div>
          <div className="inspector-row"><div className="field-label">{t("segment.roles")}</div><Select mode="multiple" value={(segment["roles"] ?? []) as string[]} aria-label={t("segment.roles")} placeholder={t("segment.roles_none")} style={{ width: "100%" }} showSearch={{ optionFilterProp: "label" }} options={withBorrowed(list(book, "role").map(([, doc]) => ({ value: String(doc["name"]), label: pick(labelOf(doc)) })), "role", t("design.own"))} onChange={(roles: string[]) => set({ roles: roles.length ? roles : undefined })} /><div className="help">{t("segment.roles_hint")}</div></div>
          <div className="inspector-row"><label className="inspector-switch"><span className="grow">{t("segment.announce")}</span><Switch size="small" aria-label={t("segment.announce")} checked={segment["announce"] === true} onChange={(on) => set({ announce: on || undefined })} /></label><div className="help">{t("segment.announce_hint")}</div></div>
          <WhereUsed kind="segment" name={String(segment["name"])} />
        </div>
      </aside>
    </div>
  );
}

/** Whether the day moves a condition, or a segment that it asks for. */
function dated(book: ReturnType<typeof useBook>, app: string, text: string, seen: readonly string[] = []): boolean {
  if (/\b(TODAY|NOW)\(/i.test(text)) return true;
  const asked = [...text.matchAll(/IN_SEGMENT\("([^"]+)"/gi)].map(([, name]) => short(name!)).filter((name) => !seen.includes(name));
  return asked.some((name) => dated(book, app, String(list(book, "segment").find(([, doc]) => doc["name"] === name)?.[1]["condition"] ?? ""), [...seen, name]));
}
