/** A table tried: on a real record or on values somebody types; what came of it can be kept as a test. */
import { useQuery } from "@tanstack/react-query";
import { Button, DatePicker, Input, Segmented, Select } from "antd";
import dayjs from "dayjs";
import { Check, CircleSlash, FlaskConical, Play, X } from "lucide-react";
import { useEffect, useState } from "react";
import { post, Problem } from "../../kernel/api";
import { today } from "../../kernel/format";
import { pick, t } from "../../kernel/i18n";
import { words as toldWords } from "../../kernel/issues";
import type { Issue, Json } from "../../kernel/types";
import { Bones, told } from "../../kit/parts";
import { useDesign } from "../context";
import type { Doc, Placed } from "../draft";
import { RecordPick } from "../forms/Sample";
import { free } from "../shape";
import { jsonText, typed, type Words } from "./cells";
import { testsOf, type Deeds, type Test } from "./deeds";
import type { Seen } from "./Grid";
import type { Column, Known } from "./words";

interface Asked {
  key: string;
  label: string;
  type: string;
}
interface Tried extends Seen {
  asked: Asked[];
  inputs: { [column: string]: Json };
  outcome: Json;
  issue: Issue | null;
}

const pause = 350;
export const bare = (table: Doc) => JSON.stringify(Object.fromEntries(Object.entries(table).filter(([key]) => key !== "id" && key !== "tests")));
export const reason = (error: unknown) => (error instanceof Problem && error.issues[0] ? toldWords(error.issues[0]) : told(error).detail || told(error).title);

export function useCalm(text: string): string {
  const [calm, setCalm] = useState(text);
  useEffect(() => {
    const timer = window.setTimeout(() => setCalm(text), pause);
    return () => window.clearTimeout(timer);
  }, [text]);
  return calm;
}

const plainWords: Words = { kind: "", options: [], labels: (text) => text, names: (text) => text };
const wordsOf = (known: Known, asked: Asked): Words => known.columns.find((item) => item.part === "when" && item.id === asked.key)?.words ?? known.columns.find((item) => item.part === "when" && item.input?.expression === `{${asked.key}}`)?.words ?? { ...plainWords, kind: asked.type === "real" ? "number" : asked.type };
const results = (known: Known): Column[] => known.columns.filter((item) => item.part === "then");

/** "等级：金卡，倍数：2"; a list has one for each. */
export function outcomeText(known: Known, outcome: Json | undefined): string {
  if (outcome === null || outcome === undefined) return t("decision.nothing");
  if (Array.isArray(outcome)) return outcome.length ? outcome.map((item) => outcomeText(known, item)).join("；") : t("decision.nothing");
  const shown = results(known).filter((item) => item.output!.name in (outcome as object));
  return shown.map((item) => t("decision.is", { label: item.label, value: jsonText((outcome as { [key: string]: Json })[item.output!.name], item.words) })).join(t("say.list"));
}

interface Props {
  table: Doc;
  known: Known;
  deeds: Deeds;
  issues: readonly Placed[];
  broken: boolean;
  onSeen: (seen: Seen | null) => void;
}

export function Trying({ table, known, deeds, issues, broken, onSeen }: Props) {
  const { app } = useDesign();
  const [way, setWay] = useState<"record" | "values">(known.entity ? "record" : "values");
  const [record, setRecord] = useState<number | null>(null);
  const [values, setValues] = useState<{ [key: string]: Json }>({});
  const [on, setOn] = useState("");
  const text = useCalm(bare(table));
  const body = JSON.stringify(way === "record" ? { record } : { values: Object.fromEntries(Object.entries(values).filter(([, value]) => value !== "" && value !== null)) });
  const calmBody = useCalm(body);
  const ready = !broken && (way === "record" ? record !== null : true);
  const wanted = useQuery({ queryKey: ["decision-asked", app, text], enabled: !broken, retry: 0, staleTime: 60_000, placeholderData: (before) => before, queryFn: () => post<{ asked: Asked[] }>(`designer/${app}/decisions/try`, { table: JSON.parse(text) }) });
  const filled = way === "record" || Object.values(values).some((value) => value !== "" && value !== null);
  const tried = useQuery({ queryKey: ["decision-try", app, text, calmBody, on], enabled: ready && filled && body === calmBody, retry: 0, staleTime: 0, placeholderData: (before) => before, queryFn: () => post<Tried>(`designer/${app}/decisions/try`, { table: JSON.parse(text), ...JSON.parse(calmBody), ...(on ? { on } : {}) }) });
  const seen = ready && filled && !tried.isError ? (tried.data ?? null) : null;
  useEffect(() => {
    onSeen(seen);
    return () => onSeen(null);
  }, [seen, onSeen]);
  const tests = testsOf(table);
  const asked = wanted.data?.asked ?? [];
  const dated = known.columns.some((item) => item.id === "since") || /(TODAY|NOW)\(/i.test(text);
  const keep = () => {
    if (!seen) return;
    const given: { [key: string]: Json } = way === "values" ? (JSON.parse(calmBody) as { values: { [key: string]: Json } }).values : Object.fromEntries(Object.entries(seen.inputs).filter(([key]) => asked.some((item) => item.key === key)));
    if (way === "values" && !known.entity) for (const item of asked) given[item.key] ??= null;
    const id = free(tests.map((item) => item.id), `test_${tests.length + 1}`);
    deeds.tests([...tests, { id, ...(dated ? { on: on || today() } : {}), given, expected: seen.outcome }], "design.step_add");
  };
  const load = (test: Test) => {
    setWay("values");
    setValues(test.given ?? {});
    setOn(test.on ?? "");
  };
  // A record tells what the inputs are, not what stands behind other cells.
  const keepable = !!seen && (way === "values" || asked.every((item) => known.columns.some((column) => column.part === "when" && column.id === item.key)));
  return (
    <div className="decision-below">
      <section className="panel decision-panel" aria-label={t("decision.try")}>
        <header className="line wrap">
          <Play size={15} aria-hidden /><h3 className="grow">{t("decision.try")}</h3>
          {known.entity && <Segmented<"record" | "values"> size="small" value={way} options={[{ value: "record", label: t("decision.try_record") }, { value: "values", label: t("decision.try_values") }]} onChange={setWay} />}
        </header>
        {broken ? <p className="help">{t("decision.try_broken")}</p> : (
          <>
            <div className="decision-given">
              {way === "record" && known.entity ? <RecordPick entity={known.entity} value={record} onChange={setRecord} /> : asked.map((item) => <Given key={item.key} asked={item} words={wordsOf(known, item)} value={values[item.key] ?? null} onChange={(next) => setValues((old) => ({ ...old, [item.key]: next }))} />)}
              {dated && <label className="decision-value"><span className="field-label">{t("decision.on")}</span><DatePicker size="small" value={on ? dayjs(on) : null} placeholder={t("time.today")} aria-label={t("decision.on")} onChange={(next) => setOn(next ? next.format("YYYY-MM-DD") : "")} /></label>}
            </div>
            {wanted.isError ? <p className="wrong" role="alert">{reason(wanted.error)}</p> : tried.isError && filled ? <p className="wrong" role="alert">{reason(tried.error)}</p> : !filled || (way === "record" && record === null) ? <p className="help">{t(way === "record" ? "decision.try_hint" : "decision.try_values_hint")}</p> : !seen ? <Bones rows={2} /> : (
              <div className={`decision-outcome ${tried.isFetching ? "third" : ""}`} aria-live="polite">
                {way === "record" && <p className="second small">{Object.entries(seen.inputs).map(([key, value]) => {
                  const column = known.columns.find((item) => item.part === "when" && item.id === key);
                  return column ? t("decision.is", { label: column.label, value: jsonText(value, column.words) }) : "";
                }).filter(Boolean).join(t("say.list"))}</p>}
                <p className="line wrap">{seen.issue ? <CircleSlash size={16} className="bad" aria-hidden /> : seen.hits.length ? <Check size={16} className="good" aria-hidden /> : <CircleSlash size={16} className="warn" aria-hidden />}
                  <b>{seen.issue ? toldWords(seen.issue) : outcomeText(known, seen.outcome)}</b>
                  {!seen.issue && <span className="second small">{seen.hits.length ? t("decision.by_rows", { rows: seen.hits.map((id) => seen.rows.findIndex((row) => row.id === id) + 1).join(t("say.list")) }) : t("decision.by_default")}</span>}
                </p>
                {!seen.issue && <Button size="small" icon={<FlaskConical size={13} />} disabled={!keepable} onClick={keep}>{t("decision.keep_test")}</Button>}
              </div>
            )}
          </>
        )}
      </section>
      <section className="panel decision-panel" aria-label={t("decision.tests")}>
        <header className="line"><FlaskConical size={15} aria-hidden /><h3 className="grow">{t("decision.tests")}</h3>{tests.length > 0 && !broken && <span className="small second">{t("decision.tests_pass", { count: tests.filter((test) => !issues.some((issue) => issue.path[0] === "tests" && issue.path[1] === test.id)).length, total: tests.length })}</span>}</header>
        {!tests.length ? <p className="help">{t("decision.tests_none")}</p> : (
          <ul className="decision-tests">
            {tests.map((test) => {
              const failed = issues.find((issue) => issue.path[0] === "tests" && issue.path[1] === test.id);
              return (
                <li key={test.id}>
                  {broken ? <span className="dot" /> : failed ? <CircleSlash size={15} className="bad" aria-label={t("decision.test_failed")} /> : <Check size={15} className="good" aria-label={t("decision.test_passed")} />}
                  <button type="button" className="plain grow" title={t("decision.test_load")} onClick={() => load(test)}>
                    {test.label && <b>{test.label} </b>}
                    <span className="second">{givenText(known, asked, test)}</span> → {outcomeText(known, test.expected)}
                    {failed && !broken && <span className="wrong">{toldWords(failed)}</span>}
                  </button>
                  <button type="button" className="icon-button" aria-label={t("decision.test_remove")} title={t("do.remove")} onClick={() => deeds.tests(tests.filter((one) => one.id !== test.id), "design.step_remove")}><X size={14} /></button>
                </li>
              );
            })}
          </ul>
        )}
      </section>
    </div>
  );
}

function givenText(known: Known, asked: readonly Asked[], test: Test): string {
  const said = Object.entries(test.given ?? {}).map(([key, value]) => {
    const column = known.columns.find((item) => item.part === "when" && (item.id === key || item.input?.expression === `{${key}}`));
    const label = column?.label ?? asked.find((item) => item.key === key)?.label ?? known.labels(`{${key}}`).replace(/^\{|\}$/g, "");
    return t("decision.is", { label, value: jsonText(value, column?.words ?? plainWords) });
  });
  return [...said, ...(test.on ? [t("decision.on_day", { day: test.on })] : [])].join(t("say.list"));
}

/** A value typed for a trial. */
function Given({ asked, words, value, onChange }: { asked: Asked; words: Words; value: Json; onChange: (value: Json) => void }) {
  const { label } = asked;
  const several = asked.type === "texts";
  const box = () => {
    if (words.options.length) return <Select size="small" mode={several ? "multiple" : undefined} allowClear value={(several ? ((value as string[] | null) ?? []) : (value ?? undefined)) as never} aria-label={label} style={{ width: "100%" }} options={words.options.map((item) => ({ value: item.value, label: pick(item.label, item.value) }))} onChange={(next: Json | undefined) => onChange(next ?? null)} />;
    if (asked.type === "boolean") return <Select size="small" allowClear value={(value ?? undefined) as never} aria-label={label} style={{ width: "100%" }} options={[{ value: true, label: t("say.yes") }, { value: false, label: t("say.no") }] as never} onChange={(next: Json | undefined) => onChange(next ?? null)} />;
    if (asked.type === "date") return <DatePicker size="small" value={value ? dayjs(String(value)) : null} aria-label={label} style={{ width: "100%" }} onChange={(next) => onChange(next ? next.format("YYYY-MM-DD") : null)} />;
    return <Input size="small" allowClear value={value === null ? "" : String(value)} aria-label={label} inputMode={asked.type === "number" || asked.type === "real" ? "decimal" : "text"} onKeyDown={(event) => event.stopPropagation()} onChange={(event) => onChange(["number", "real", "record"].includes(asked.type) ? typed(event.target.value, { ...words, kind: "number", options: [] }).replaceAll(" ", "") || event.target.value : event.target.value)} />;
  };
  return <label className="decision-value"><span className="field-label cut">{label}</span>{box()}</label>;
}

