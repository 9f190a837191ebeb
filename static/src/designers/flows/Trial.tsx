/** A trial run: with a record and a starter, each task answered as one likes; the way is painted on the tree. Nothing is kept. */
import { useQuery } from "@tanstack/react-query";
import { Segmented, Select } from "antd";
import { CircleCheck, CircleSlash, X } from "lucide-react";
import { useEffect, useState } from "react";
import { post, Problem } from "../../kernel/api";
import { pick, t } from "../../kernel/i18n";
import { words } from "../../kernel/issues";
import type { Entity, Label, Value } from "../../kernel/types";
import { stepKind } from "../../kit/flows/kinds";
import { stepLabel } from "../../kit/flows/words";
import { Bones, Face, told } from "../../kit/parts";
import { useDesign } from "../context";
import type { Doc } from "../draft";
import { RecordPick } from "../forms/Sample";
import type { Paint } from "./board";
import { idOf, PersonPick } from "./People";
import { branchOf, places, stepsOf } from "./tree";
import { sourcesOf } from "./words";

/** `return:` and a path gives back to that step; a path of nothing is the start. */
const back = "return";
const answerOf = (said: string | undefined) => (said === undefined ? "approve" : said.split(":")[0] ?? said);

interface Traced {
  path: string;
  type: string;
  label: Label;
  people: { id: number; name: string }[];
  outcome: string;
  why: { branch?: string; because?: string } | null;
  returns: { path: string; label: Label }[];
}

interface Tried {
  trace: Traced[];
  outcome: string;
  state: string;
  waits: boolean;
  error: string | null;
}

const painted = (outcome: string): Paint["state"] => (/^(rejected|returned|failed)$/.test(outcome) ? "rejected" : outcome === "" ? "waiting" : "done");

/** Steps with people the starter has to pick. */
export const chosenSteps = (flow: Doc) => places(stepsOf(flow)).filter(({ step }) => sourcesOf(step["people"] as never).some((source) => source["type"] === "chosen"));

/** What a line is called; what came back to its starter has no step. */
const lineLabel = (item: Traced) => (item.type ? pick(item.label) || stepLabel(item.type) : t("tasks.resubmit_step"));

/** What is done at a step: agreed, refused, or given back, and where to. */
function Reply({ item, said, onChange }: { item: Traced; said: string | undefined; onChange: (next: string) => void }) {
  const places = item.returns.map((one) => ({ value: `${back}:${one.path}`, label: one.path ? pick(one.label) : t("flow.back_to_start") }));
  const words = ["approve", "reject", ...(places.length > 0 ? [back] : [])];
  const chosen = answerOf(said);
  return (
    <div className="flow-reply">
      <Segmented<string> size="small" value={chosen} onChange={(next) => onChange(next === back ? places[0]?.value ?? next : next)} options={words.map((word) => ({ value: word, label: t(`flow.answer_${word}`) }))} />
      {chosen === back && <Select<string> size="small" aria-label={t("flow.back_where")} value={said ?? null} onChange={onChange} options={places} popupMatchSelectWidth={false} />}
    </div>
  );
}

/** Why a step went the way it did, in words. */
function because(flow: Doc, item: Traced): string {
  const branch = item.why?.branch;
  if (branch) return t("tasks.took_way", { name: pick(branchOf(stepsOf(flow), `${item.path.split("/").at(-1)}/${branch}`)?.branch.label) || branch });
  return item.why?.because ? t(`tasks.because_${item.why.because}`, { defaultValue: "" }) : "";
}

const pause = 400;

export function Trial({ flow, entity, paint, close }: { flow: Doc; entity: Entity; paint: (found: ReadonlyMap<string, Paint> | null) => void; close: () => void }) {
  const { app } = useDesign();
  const [record, setRecord] = useState<number | null>(null);
  const [starter, setStarter] = useState<Value>(null);
  const [answers, setAnswers] = useState<Record<string, string>>({});
  const [picked, setPicked] = useState<Record<string, Value>>({});
  const person = idOf(starter);
  const asked = JSON.stringify({ flow, record, starter: person, answers, choices: Object.fromEntries(Object.entries(picked).flatMap(([step, value]) => (idOf(value) === null ? [] : [[step, [idOf(value)]]]))) });
  const [calm, setCalm] = useState(asked);
  useEffect(() => {
    const timer = setTimeout(() => setCalm(asked), pause);
    return () => clearTimeout(timer);
  }, [asked]);
  const tried = useQuery({ queryKey: ["flow-try", app, calm], retry: 0, staleTime: 0, placeholderData: (before) => before, queryFn: () => post<Tried>(`flows/${app}/try`, JSON.parse(calm)) });
  const trace = tried.data?.trace;
  useEffect(() => {
    if (!trace) return;
    paint(new Map(trace.map((item) => [item.path, { state: painted(item.outcome), people: [...new Set(item.people.map((one) => one.name))], why: because(flow, item) }])));
    // the painter is the same as long as this panel is open
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [trace]);
  const choosing = chosenSteps(flow);
  return (
    <>
      <div className="settings-head line"><h3 className="grow">{t("flow.try")}</h3><button type="button" className="icon-button" aria-label={t("do.close")} onClick={close}><X size={16} /></button></div>
      <div className="inspector">
        <div className="inspector-row"><div className="field-label">{pick(entity.label)}</div><RecordPick entity={entity} value={record} onChange={setRecord} /></div>
        <div className="inspector-row"><div className="field-label">{t("flow.who_starter")}</div><PersonPick title={t("flow.who_starter")} value={starter} onChange={setStarter} /></div>
        {choosing.map(({ step }) => <div key={step.id} className="inspector-row"><div className="field-label">{t("flow.picks_for", { step: pick(step.label) || stepLabel(step.type) })}</div><PersonPick title={t("flow.picks_for", { step: pick(step.label) || stepLabel(step.type) })} value={picked[step.id] ?? null} onChange={(value) => setPicked({ ...picked, [step.id]: value })} /></div>)}
        <p className="help">{t("flow.try_hint")}</p>
        {tried.isError ? <p className="wrong" role="alert">{tried.error instanceof Problem && tried.error.issues[0] ? words(tried.error.issues[0]) : told(tried.error).detail || told(tried.error).title}</p>
          : !tried.data ? <Bones rows={4} />
          : (
            <div aria-live="polite" className={tried.isFetching ? "third" : ""}>
              <p className="rule-verdict">{tried.data.error || tried.data.outcome === "rejected" ? <CircleSlash size={16} className="warn" aria-hidden /> : <CircleCheck size={16} className="good" aria-hidden />}<b>{t("flow.try_ends", { outcome: t(`flow.outcome_${tried.data.error ? "stuck" : tried.data.outcome || "running"}`) })}</b></p>
              {tried.data.error && <p className="wrong">{tried.data.error}</p>}
              <ol className="flow-trace">
                {tried.data.trace.map((item, at) => {
                  const kind = stepKind(item.type);
                  return (
                    <li key={`${item.path}${at}`}>
                      <div className="line">{kind && <kind.Icon size={14} aria-hidden />}<b className="grow cut">{lineLabel(item)}</b><span className={`small ${painted(item.outcome) === "rejected" ? "wrong" : "second"}`}>{item.outcome ? t(`tasks.did_${item.outcome}`, { defaultValue: "" }) : t("flow.was_waiting")}</span></div>
                      {item.people.length > 0 && <div className="flow-paint">{item.people.filter((one, index) => item.people.findIndex((other) => other.id === one.id) === index).map((one) => <span key={one.id} className="flow-person"><Face name={one.name} size={18} />{one.name}</span>)}</div>}
                      {because(flow, item) && <div className="small second">{because(flow, item)}</div>}
                      {item.type === "approve" && item.people.length > 0 && at === trace?.findIndex((other) => other.path === item.path) && <Reply item={item} said={answers[item.path]} onChange={(next) => setAnswers({ ...answers, [item.path]: next })} />}
                    </li>
                  );
                })}
              </ol>
            </div>
          )}
      </div>
    </>
  );
}
