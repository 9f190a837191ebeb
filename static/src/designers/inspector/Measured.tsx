/** Where a measure field takes its figure from: datasets and measures, what the record says they are narrowed to, and the days. */
import { Button, Select } from "antd";
import { ChevronDown, ChevronUp, Plus, Trash2, X } from "lucide-react";
import { useState } from "react";
import { pick, t } from "../../kernel/i18n";
import type { Json, Label } from "../../kernel/types";
import { useBook, useDesign } from "../context";
import type { Doc } from "../draft";
import { borrowedOf, free, labelOf, list } from "../shape";
import { ConditionField, FormulaField } from "./Condition";
import { LabelInput } from "./widgets";

type Source = { [key: string]: Json };
interface Part { name: string; label: Label; expression?: string; aggregate?: string; bands?: Json[]; step?: number }
interface Known { value: string; label: string; application: string; owner: string; dimensions: Part[]; measures: Part[] }

const parts = (doc: Doc, word: string) => (Array.isArray(doc[word]) ? doc[word] : []) as unknown as Part[];

/** The datasets of this application and of those it requires. */
export function useDatasets(): Known[] {
  const { app } = useDesign();
  const book = useBook();
  const known = (application: string, owner: string, doc: Doc): Known => ({ value: String(doc["name"]), label: pick(labelOf(doc)), application, owner, dimensions: parts(doc, "dimensions"), measures: parts(doc, "measures") });
  return [...list(book, "dataset").map(([, doc]) => known(app, t("design.own"), doc)), ...borrowedOf("dataset").map((item) => known(item.application, pick(item.label), item.document))];
}

export function Sources({ entity, value, onChange }: { entity: string; value: Json | undefined; onChange: (sources: Json, typing?: boolean) => void }) {
  const datasets = useDatasets();
  const sources = (Array.isArray(value) ? value : []) as Source[];
  const [open, setOpen] = useState(sources.length === 1 ? 0 : -1);
  const put = (at: number, change: Source, typing?: boolean) => onChange(sources.map((source, index) => (index === at ? Object.fromEntries(Object.entries({ ...source, ...change }).filter(([, part]) => part !== "" && part !== null)) : source)) as Json, typing);
  const move = (at: number, by: number) => {
    const next = [...sources];
    [next[at], next[at + by]] = [next[at + by]!, next[at]!];
    onChange(next as Json);
    setOpen(at + by);
  };
  const options = [...new Set(datasets.map((item) => item.application))].map((application) => ({ label: datasets.find((item) => item.application === application)!.owner, options: datasets.filter((item) => item.application === application).map(({ value: one, label }) => ({ value: one, label })) }));
  return (
    <div className="inspector-row validations" role="group" aria-label={t("measured.sources")}>
      <div className="field-label">{t("measured.sources")}</div>
      <div className="help">{t("measured.sources_hint")}</div>
      {sources.map((source, at) => {
        const dataset = datasets.find((item) => item.value === source["dataset"]);
        const measure = dataset?.measures.find((item) => item.name === source["measure"]);
        const title = pick(source["label"] as Label) || pick(measure?.label) || t("measured.source", { number: at + 1 });
        if (at !== open) return <button key={String(source["name"])} type="button" className="plain validation line" onClick={() => setOpen(at)}><span className="grow cut">{title}</span><span className="third small cut">{dataset?.label}</span></button>;
        return (
          <div key={String(source["name"])} className="validation">
            <div className="line">
              <b className="grow cut">{title}</b>
              <button type="button" className="icon-button" aria-label={t("measured.earlier")} disabled={!at} onClick={() => move(at, -1)}><ChevronUp size={14} /></button>
              <button type="button" className="icon-button" aria-label={t("measured.later")} disabled={at === sources.length - 1} onClick={() => move(at, 1)}><ChevronDown size={14} /></button>
              <button type="button" className="icon-button" aria-label={t("do.remove")} onClick={() => onChange(sources.filter((_, index) => index !== at) as Json)}><Trash2 size={14} /></button>
            </div>
            <div className="field-label">{t("prop.label")}</div>
            <LabelInput title={t("prop.label")} value={(source["label"] ?? "") as Label} onChange={(label) => put(at, { label: label as Json }, true)} />
            <div className="field-label">{t("measured.when")}</div>
            <ConditionField entity={entity} text={String(source["when"] ?? "")} title={t("measured.when")} blank={t("measured.when_always")} onChange={(when) => put(at, { when })} />
            <div className="field-label">{t("measured.dataset")}</div>
            <Select value={(source["dataset"] as string) || undefined} aria-label={t("measured.dataset")} placeholder={t("input.choose")} style={{ width: "100%" }} showSearch={{ optionFilterProp: "label" }} options={options} onChange={(chosen: string) => put(at, { dataset: chosen, measure: datasets.find((item) => item.value === chosen)?.measures[0]?.name ?? "", bindings: null, time: "", first: "", last: "" })} />
            {dataset && <Bound entity={entity} dataset={dataset} source={source} put={(change) => put(at, change)} />}
          </div>
        );
      })}
      <Button size="small" type="dashed" block icon={<Plus size={14} />} disabled={!datasets.length} onClick={() => {
        const first = datasets[0]!;
        const name = free(sources.map((source) => String(source["name"])), "source");
        onChange([...sources, { name, dataset: first.value, measure: first.measures[0]?.name ?? "" }] as Json);
        setOpen(sources.length);
      }}>{t(datasets.length ? "measured.add" : "measured.no_datasets")}</Button>
    </div>
  );
}

function Bound({ entity, dataset, source, put }: { entity: string; dataset: Known; source: Source; put: (change: Source) => void }) {
  const bindings = (Array.isArray(source["bindings"]) ? source["bindings"] : []) as { dimension: string; value: string }[];
  const taken = new Set(bindings.map((item) => item.dimension));
  const plain = dataset.dimensions.filter((item) => !item.bands?.length && !item.step);
  const choices = (items: Part[]) => items.map((item) => ({ value: item.name, label: pick(item.label) }));
  const set = (next: typeof bindings) => put({ bindings: next.length ? (next as unknown as Json) : null });
  return (
    <>
      <div className="field-label">{t("measured.measure_of")}</div>
      <Select value={(source["measure"] as string) || undefined} aria-label={t("measured.measure_of")} placeholder={t("input.choose")} style={{ width: "100%" }} showSearch={{ optionFilterProp: "label" }} options={choices(dataset.measures)} onChange={(measure: string) => put({ measure })} />
      <div className="field-label">{t("measured.bindings")}</div>
      {bindings.map((item, at) => (
        <div key={item.dimension} className="measured-binding">
          <div className="line"><span className="grow cut">{pick(dataset.dimensions.find((one) => one.name === item.dimension)?.label, item.dimension)} =</span><button type="button" className="icon-button" aria-label={t("do.remove")} onClick={() => set(bindings.filter((_, index) => index !== at))}><X size={14} /></button></div>
          <FormulaField entity={entity} text={item.value} title={t("measured.value")} onChange={(text) => set(bindings.map((one, index) => (index === at ? { ...one, value: text } : one)))} />
        </div>
      ))}
      <Select value={null} aria-label={t("measured.bind")} placeholder={t("measured.bind")} style={{ width: "100%" }} showSearch={{ optionFilterProp: "label" }} options={choices(plain.filter((item) => !taken.has(item.name) && item.name !== source["time"]))} onChange={(name: string | null) => name && set([...bindings, { dimension: name, value: "" }])} />
      <div className="help">{t("measured.bindings_hint")}</div>
      <div className="field-label">{t("measured.time")}</div>
      <Select allowClear value={(source["time"] as string) || undefined} aria-label={t("measured.time")} placeholder={t("measured.always")} style={{ width: "100%" }} options={choices(dataset.dimensions.filter((item) => !taken.has(item.name) && !item.bands?.length && !item.step))} onChange={(time?: string) => put(time ? { time } : { time: "", first: "", last: "" })} />
      {!!source["time"] && (
        <>
          <div className="field-label">{t("measured.first")}</div>
          <FormulaField entity={entity} text={String(source["first"] ?? "")} title={t("measured.first")} onChange={(first) => put({ first })} />
          <div className="field-label">{t("measured.last")}</div>
          <FormulaField entity={entity} text={String(source["last"] ?? "")} title={t("measured.last")} onChange={(last) => put({ last })} />
          <div className="help">{t("measured.window_hint")}</div>
        </>
      )}
    </>
  );
}
