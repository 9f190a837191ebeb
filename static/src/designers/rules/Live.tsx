/** Who meets a drafted rule's condition at this moment, and what it would do with one record; nothing is done. */
import { useQuery } from "@tanstack/react-query";
import { Check, CircleSlash, Play } from "lucide-react";
import { useEffect, useState } from "react";
import { post, Problem } from "../../kernel/api";
import { fullInstant, instant, number } from "../../kernel/format";
import { pick, t } from "../../kernel/i18n";
import { words } from "../../kernel/issues";
import type { Entity } from "../../kernel/types";
import { Bone, Bones, told } from "../../kit/parts";
import { useDesign, useStatus } from "../context";
import type { Doc } from "../draft";
import { RecordPick } from "../forms/Sample";
import { Reasons } from "../../kit/rules/Reasons";
import type { Tried } from "../../kit/rules/types";

interface Meeting {
  count: number;
  more: boolean;
  items: { id: number; label: string }[];
}

const pause = 400;
const bare = (rule: Doc) => JSON.stringify(Object.fromEntries(Object.entries(rule).filter(([key]) => key !== "id")));
/** What is not published yet can't be counted, which is no mistake. */
const Why = ({ error }: { error: unknown }) => (error instanceof Problem && error.status === 404 ? <p className="help">{reason(error)}</p> : <p className="wrong" role="alert">{reason(error)}</p>);
const reason = (error: unknown) => (error instanceof Problem && error.issues[0] ? words(error.issues[0]) : told(error).detail || told(error).title);

/** The draft as it was a moment ago, so that not every letter asks. */
function useCalm(text: string): string {
  const [calm, setCalm] = useState(text);
  useEffect(() => {
    const timer = window.setTimeout(() => setCalm(text), pause);
    return () => window.clearTimeout(timer);
  }, [text]);
  return calm;
}

export function Live({ rule, entity }: { rule: Doc; entity: Entity }) {
  const { app } = useDesign();
  const [record, setRecord] = useState<number | null>(null);
  const { live } = useStatus();
  const whole = useCalm(bare(rule));
  const trigger = (rule["trigger"] ?? {}) as Doc;
  const timed = ["schedule", "date", "measure"].includes(String(trigger["type"]));
  // what is counted depends on the condition alone, and on the day for a date
  const looked = useCalm(JSON.stringify({ name: "draft", label: "", entity: rule["entity"], condition: rule["condition"] ?? "", trigger: trigger["type"] === "date" ? trigger : { type: "created" } }));
  const meeting = useQuery({ queryKey: ["rule-count", app, looked], enabled: live, retry: 0, staleTime: 20_000, placeholderData: (before) => before, queryFn: () => post<Meeting>(`rules/${app}/count`, { rule: JSON.parse(looked) }) });
  const times = useQuery({ queryKey: ["rule-times", app, JSON.stringify(trigger), rule["entity"]], enabled: timed && live, retry: 0, placeholderData: (before) => before, queryFn: () => post<{ items: string[] }>(`rules/${app}/times`, { rule: { name: "draft", label: "", entity: rule["entity"], trigger } }) });
  const tried = useQuery({ queryKey: ["rule-try", app, whole, record], enabled: record !== null, retry: 0, staleTime: 0, placeholderData: (before) => before, queryFn: () => post<Tried>(`rules/${app}/try`, { rule: JSON.parse(whole), record }) });
  const found = meeting.data;
  return (
    <div className="rule-live">
      <section className="panel rule-panel" aria-label={t("rule.meets")}>
        {!live ? <p className="help">{t("design.after_publish")}</p> : meeting.isError ? <Why error={meeting.error} /> : !found ? <Bone width={160} height={26} /> : (
          <>
            <header className="rule-count" aria-live="polite"><span>{t("rule.meets")}</span><b className={`tabular ${meeting.isFetching ? "third" : ""}`}>{number(found.count)}{found.more && "+"}</b><span className="second">{t("rule.of_what", { what: pick(entity.label) })}</span></header>
            {found.items.length > 0 ? (
              <>
                <div className="rule-samples">{found.items.map((item) => <button key={item.id} type="button" className="chip" aria-pressed={record === item.id} title={t("rule.try_on", { name: item.label })} onClick={() => setRecord(item.id)}><span className="cut">{item.label}</span></button>)}</div>
                <p className="help">{t("rule.samples_hint")}</p>
              </>
            ) : <p className="help">{t(trigger["type"] === "date" ? "rule.nobody_today" : "rule.nobody")}</p>}
          </>
        )}
        {timed && !!times.data?.items.length && (
          <div className="rule-times"><h4>{t("rule.next_times")}</h4><div>{times.data.items.map((at) => <time key={at} className="tag" dateTime={at} title={fullInstant(at)}>{instant(at)}</time>)}</div></div>
        )}
      </section>
      <section className="panel rule-panel" aria-label={t("rule.try")}>
        <header className="line"><Play size={15} aria-hidden /><h3 className="grow">{t("rule.try")}</h3><RecordPick entity={entity} value={record} onChange={setRecord} /></header>
        {record === null ? <p className="help">{t("rule.try_hint")}</p> : tried.isError ? <Why error={tried.error} /> : !tried.data ? <Bones rows={3} /> : (
          <div className={tried.isFetching ? "third" : ""} aria-live="polite">
            <p className="rule-verdict">{tried.data.holds ? <Check size={16} className="good" aria-hidden /> : <CircleSlash size={16} className="warn" aria-hidden />}<b>{t(tried.data.holds ? "rule.would" : "rule.would_not", { name: tried.data.record.label })}</b></p>
            <Reasons conditions={tried.data.conditions} effects={tried.data.effects} would />
          </div>
        )}
      </section>
    </div>
  );
}
