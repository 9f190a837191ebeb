/** An analysis: what it counts and where the scores go; what the last run found, and what has moved since the one before. */
import { useQuery } from "@tanstack/react-query";
import { Button, DatePicker, InputNumber, Select, TimePicker } from "antd";
import dayjs from "dayjs";
import { Play } from "lucide-react";
import { useCallback, useState } from "react";
import { get, post } from "../../kernel/api";
import { instant, number } from "../../kernel/format";
import { language, pick, t } from "../../kernel/i18n";
import { words } from "../../kernel/issues";
import { entityOf } from "../../kernel/metadata";
import type { Job, Json } from "../../kernel/types";
import { Bones, Empty } from "../../kit/parts";
import { useToast } from "../../kit/toast";
import { change, useBook, useDesign, useStatus } from "../context";
import { Inspector } from "../inspector/Inspector";
import { LabelInput } from "../inspector/widgets";
import { useWatched } from "../segments/useWatched";
import { InlineText } from "../shell/InlineText";
import { labelOf, metadataOf, relabelled, short } from "../shape";
import { Findings, type Found } from "./Findings";

const facts = ["facts", "filter", "date", "amount", "occasion"];
const results = ["r_field", "f_field", "m_field", "code_field", "days_field", "times_field", "sum_field"];
const cuts = ["days_cuts", "times_cuts", "sum_cuts"] as const;

export default function AnalysisDesigner({ id }: { id: string }) {
  const { app, draft, schemas } = useDesign();
  const book = useBook();
  const status = useStatus();
  const toast = useToast();
  const [job, setJob] = useState<string | null>(null);
  const analysis = book["analysis"]![id]!;
  const metadata = metadataOf(app, book);
  const entity = entityOf(metadata, short(String(analysis["entity"] ?? "")));
  const schema = schemas.kinds["analyses"]?.[String(analysis["type"] ?? "rfm")]?.schema;
  const changed = status.changed.has(`analysis/${id}`);
  const found = useQuery({ queryKey: ["analysis", app, id, changed], staleTime: 0, retry: 0, enabled: status.live, queryFn: () => get<Found>(`designer/${app}/analyses/${id}`) });
  const ended = useCallback((done: Job) => {
    setJob(null);
    void found.refetch();
    const issue = done.issues?.[0];
    toast.say(done.state === "done" ? t("analysis.done") : issue ? words(issue) : t("analysis.stopped"));
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, []);
  const running = useWatched(job, ended);
  if (!entity || !schema) return <Empty picture="broken" title={t("facts.entity_gone")} hint={t("form.entity_gone_hint")} />;
  const set = (values: { [key: string]: Json | undefined }, label?: string, merge?: string) => change(draft, ["analysis", id], values, label, merge);
  const put = (key: string, value: Json | undefined, typing?: boolean) => set({ [key]: value === undefined && ["facts", "date"].includes(key) ? "" : value }, "design.step_change", typing ? `${id} ${key}` : undefined);
  const run = async () => {
    try {
      setJob((await post<{ job: string }>(`designer/${app}/analyses/${id}/run`, {})).job);
    } catch (error) {
      toast.failed(error);
    }
  };
  const every = String(analysis["every"] ?? "daily");
  const issues = status.issues.filter((issue) => issue.kind === "analysis" && issue.id === id);
  const own = Object.keys(schema.properties ?? {});
  const part = (keys: readonly string[]) => <Inspector schema={schema} value={analysis} put={put} entity={entity.name} owner="rfm" skip={own.filter((key) => !keys.includes(key))} first={keys} />;
  return (
    <div className="segment-designer">
      <div className="designer-page">
        <header className="data-head">
          <InlineText once className="data-name" value={pick(labelOf(analysis))} label={t("form.rename")} onChange={(said) => set({ label: relabelled(labelOf(analysis), language(), said) as Json }, "design.step_rename")} />
          <span className="second small grow">{t("facts.of_entity", { name: pick(entity.label) })} · {t(`kind.${String(analysis["type"] ?? "rfm")}`)}</span>
          {job ? <Button size="small" onClick={() => void post(`jobs/${job}/cancel`, {})}>{t("do.cancel")}</Button> : null}
          <Button type="primary" size="small" icon={<Play size={13} />} loading={!!job} disabled={!found.data} title={found.data ? undefined : t("analysis.publish_first")} onClick={() => void run()}>{job ? pick(running?.message) || t("analysis.running") : t("analysis.run")}</Button>
        </header>
        {changed && found.data && <p className="help">{t("analysis.as_published")}</p>}
        {issues.map((issue, at) => <p key={at} className={issue.severity === "error" ? "wrong small" : "second small"}>{words(issue)}</p>)}
        {!found.data ? (found.isError || !status.live ? <section className="panel"><Empty picture="board" title={t("analysis.not_live")} hint={t("analysis.not_live_hint")} /></section> : <Bones rows={5} />)
          : found.data.findings ? <Findings found={found.data} metadata={metadata} entity={entity} /> : <section className="panel"><Empty picture="board" title={t("analysis.never_run")} hint={found.data.next ? t("analysis.next_run", { when: instant(found.data.next) }) : t("analysis.run_hint")}><Button type="primary" onClick={() => void run()} loading={!!job}>{t("analysis.run")}</Button></Empty></section>}
      </div>
      <aside className="form-settings" aria-label={t("form.settings")}>
        <div className="settings-head"><h3>{t("analysis.counts")}</h3></div>
        <div className="inspector"><div className="inspector-row"><div className="field-label">{t("prop.label")}</div><LabelInput title={t("prop.label")} value={labelOf(analysis)} onChange={(label) => set({ label: label as Json }, "design.step_rename", `${id} label`)} /></div></div>
        {part(facts)}
        <div className="settings-head"><h3>{t("analysis.grades")}</h3></div>
        <div className="inspector">
          <div className="inspector-row"><div className="field-label">{t("prop.rfm_quantiles")}</div><InputNumber min={2} max={10} precision={0} value={Number(analysis["quantiles"] ?? 5)} aria-label={t("prop.rfm_quantiles")} onChange={(next) => put("quantiles", next === null || next === 5 ? undefined : next, true)} /><div className="help">{t("prop.rfm_quantiles_hint")}</div></div>
          {cuts.map((key) => <div key={key} className="inspector-row"><div className="field-label">{t(`prop.rfm_${key}`)}</div><Cuts value={(analysis[key] ?? []) as number[]} title={t(`prop.rfm_${key}`)} onChange={(next) => put(key, next.length ? next : undefined)} /></div>)}
          <div className="inspector-row"><div className="field-label">{t("prop.rfm_until")}</div><DatePicker value={analysis["until"] ? dayjs(String(analysis["until"])) : null} placeholder={t("analysis.today")} aria-label={t("prop.rfm_until")} style={{ width: "100%" }} onChange={(next) => put("until", next ? next.format("YYYY-MM-DD") : undefined)} /></div>
        </div>
        <div className="settings-head"><h3>{t("analysis.written")}</h3></div>
        {part(results)}
        <div className="settings-head"><h3>{t("analysis.schedule")}</h3></div>
        <div className="inspector">
          <div className="inspector-row"><div className="field-label">{t("analysis.every")}</div><Select value={every} aria-label={t("analysis.every")} style={{ width: "100%" }} options={["daily", "weekly", "monthly", ""].map((word) => ({ value: word, label: t(`analysis.every_${word || "none"}`) }))} onChange={(next: string) => put("every", next === "daily" ? undefined : next)} /></div>
          {every === "weekly" && <div className="inspector-row"><div className="field-label">{t("analysis.weekday")}</div><Select value={Number(analysis["weekday"] ?? 1)} aria-label={t("analysis.weekday")} style={{ width: "100%" }} options={[1, 2, 3, 4, 5, 6, 7].map((day) => ({ value: day, label: new Intl.DateTimeFormat(language(), { weekday: "long", timeZone: "UTC" }).format(new Date(Date.UTC(2026, 5, day))) }))} onChange={(next: number) => put("weekday", next === 1 ? undefined : next)} /></div>}
          {every === "monthly" && <div className="inspector-row"><div className="field-label">{t("analysis.day")}</div><InputNumber min={1} max={31} precision={0} value={Number(analysis["day"] ?? 1)} aria-label={t("analysis.day")} onChange={(next) => put("day", next === null || next === 1 ? undefined : next, true)} /></div>}
          {every && <div className="inspector-row"><div className="field-label">{t("analysis.at")}</div><TimePicker value={dayjs(`2026-01-01T${String(analysis["at"] ?? "04:00")}`)} format="HH:mm" minuteStep={5} allowClear={false} needConfirm={false} aria-label={t("analysis.at")} onChange={(next) => put("at", next && next.format("HH:mm") !== "04:00" ? next.format("HH:mm") : undefined)} /></div>}
          {found.data?.next && <p className="help">{t("analysis.next_run", { when: instant(found.data.next) })} · {t("analysis.runs", { count: found.data.runs.length, shown: number(found.data.runs.length) })}</p>}
        </div>
      </aside>
    </div>
  );
}

/** Numbers in a row, typed and taken with a comma or Enter. */
function Cuts({ value, title, onChange }: { value: number[]; title: string; onChange: (next: number[]) => void }) {
  const read = (words_: string[]) => [...new Set(words_.map(Number).filter((one) => Number.isFinite(one)))].sort((a, b) => a - b);
  return <Select mode="tags" open={false} suffixIcon={null} value={value.map(String)} tokenSeparators={[",", "，", " ", "、"]} placeholder={t("analysis.by_quantiles")} aria-label={title} style={{ width: "100%" }} onChange={(next: string[]) => onChange(read(next))} />;
}
