/** A question to a dataset: what is measured, by what it is split, and as what it is drawn; the answer is always in sight. */
import { InputNumber, Select } from "antd";
import { BarChart3, ChartLine, ChartPie, Hash, Table2, X } from "lucide-react";
import { language, pick, t } from "../../kernel/i18n";
import { entityOf, field as fieldAt } from "../../kernel/metadata";
import type { Entity, Json, Label, Metadata } from "../../kernel/types";
import { Empty } from "../../kit/parts";
import { change, useBook, useDesign } from "../context";
import { ConditionField } from "../inspector/Condition";
import { Inspector } from "../inspector/Inspector";
import { InlineText } from "../shell/InlineText";
import { labelOf, metadataOf, named, relabelled, short } from "../shape";
import { Sortable } from "../views/ViewDesigner";
import { Figure } from "./Figure";

interface Axis {
  dimension: string;
  grain?: string;
}

interface Named {
  name: string;
  label: Label;
  expression?: string;
}

const pictures = { number: Hash, bar: BarChart3, line: ChartLine, pie: ChartPie, table: Table2 } as const;
const grains = ["", "day", "week", "month", "quarter", "year", "weekday", "hour"];

export default function ReportDesigner({ id }: { id: string }) {
  const { app, draft, schemas } = useDesign();
  const book = useBook();
  const report = book["report"]![id]!;
  const dataset = named(book, "dataset", String(report["dataset"] ?? ""))?.[1];
  const metadata = metadataOf(app, book);
  const entity = entityOf(metadata, short(String(dataset?.["entity"] ?? "")));
  const dimensions = (dataset?.["dimensions"] ?? []) as unknown as Named[];
  const measures = (dataset?.["measures"] ?? []) as unknown as Named[];
  const rows = (report["rows"] ?? []) as unknown as Axis[];
  const columns = (report["columns"] ?? []) as unknown as Axis[];
  const chosen = (report["measures"] ?? []) as string[];
  const chart = { type: "table", ...(report["chart"] as { [key: string]: Json } | undefined) } as { [key: string]: Json };
  const order = (report["order"] ?? []) as unknown as { by: string; descending?: boolean }[];
  const set = (values: { [key: string]: Json | undefined }, label = "design.step_change") => change(draft, ["report", id], values, label);
  const label = (items: Named[], name: string) => pick(items.find((item) => item.name === name)?.label, name);
  const dated = datedNames(metadata, entity, dimensions);
  if (!dataset) return <Empty picture="broken" title={t("report.no_dataset")} />;
  const unfit = (kind: string) => (kind === "number" && rows.length ? t("chart.needs_no_rows") : ["bar", "line", "pie"].includes(kind) && !rows.length ? t("chart.needs_row") : "");
  const words = (list: Axis[]) => list.map((axis) => `${label(dimensions, axis.dimension)}${axis.grain ? `（${t(`enum.${axis.grain}`)}）` : ""}`).join(t("say.list"));
  const split = [...rows, ...columns];
  const question = t("report.question", { rows: split.length ? t("report.by", { list: words(split) }) : "", measures: chosen.map((name) => label(measures, name)).join(t("say.list")) });
  const axes = (key: "rows" | "columns", list: Axis[]) => (
    <section className="view-block">
      <h4>{t(`report.${key}`)}</h4>
      <Sortable items={list.map((axis) => axis.dimension)} onMove={(from, to) => draft.run({ label: "design.step_move", patches: [{ do: "move", from: ["report", id, key, from], to: ["report", id, key, to] }] })}>
        {(at) => (
          <>
            <span className="grow cut report-dimension">{label(dimensions, list[at]!.dimension)}</span>
            {dated.has(list[at]!.dimension) && <Select size="small" variant="filled" style={{ width: 92 }} value={list[at]!.grain ?? ""} aria-label={t("report.grain")} options={grains.map((grain) => ({ value: grain, label: t(`enum.${grain || "none"}`) }))} onChange={(grain) => change(draft, ["report", id, key, at], { grain: grain || undefined })} />}
            <button type="button" className="icon-button" aria-label={t("do.remove")} onClick={() => set({ [key]: list.filter((_, index) => index !== at) as unknown as Json })}><X size={14} /></button>
          </>
        )}
      </Sortable>
      <Select<string | null> value={null} placeholder={t("report.add_dimension")} aria-label={t("report.add_dimension")} options={dimensions.filter((item) => !split.some((axis) => axis.dimension === item.name)).map((item) => ({ value: item.name, label: pick(item.label) }))} onChange={(name) => {
        if (!name) return;
        const next = { [key]: [...list, { dimension: name, ...(dated.has(name) ? { grain: "month" } : {}) }] as unknown as Json };
        set(chart["type"] === "number" && key === "rows" ? { ...next, chart: { type: dated.has(name) ? "line" : "bar" } } : next, "design.step_add");
      }} />
    </section>
  );
  return (
    <div className="view-designer">
      <aside className="view-settings">
        <header className="data-head"><InlineText once className="data-name" value={pick(labelOf(report))} label={t("form.rename")} onChange={(text) => set({ label: relabelled(labelOf(report), language(), text) as Json }, "design.step_rename")} /><span className="small third">{pick(labelOf(dataset))}</span></header>
        <section className="view-block">
          <h4>{t("report.measures")}</h4>
          <Sortable items={chosen} onMove={(from, to) => draft.run({ label: "design.step_move", patches: [{ do: "move", from: ["report", id, "measures", from], to: ["report", id, "measures", to] }] })}>
            {(at) => <><span className="grow cut report-measure">{label(measures, chosen[at]!)}</span><button type="button" className="icon-button" aria-label={t("do.remove")} onClick={() => set({ measures: chosen.filter((_, index) => index !== at) })}><X size={14} /></button></>}
          </Sortable>
          <Select<string | null> value={null} placeholder={t("report.add_measure")} aria-label={t("report.add_measure")} options={measures.filter((item) => !chosen.includes(item.name)).map((item) => ({ value: item.name, label: pick(item.label) }))} onChange={(name) => name && set({ measures: [...chosen, name] }, "design.step_add")} />
        </section>
        {axes("rows", rows)}
        {rows.length > 0 && axes("columns", columns)}
        <section className="view-block">
          <h4>{t("report.chart")}</h4>
          <div className="charts">
            {Object.keys(schemas.kinds["charts"] ?? {}).map((kind) => {
              const Picture = pictures[kind as keyof typeof pictures] ?? BarChart3;
              return <button key={kind} type="button" className="plain chart-kind" aria-pressed={chart["type"] === kind} disabled={!!unfit(kind)} title={unfit(kind) || t(`chart.${kind}`)} onClick={() => set({ chart: { type: kind } })}><Picture size={20} strokeWidth={1.6} aria-hidden /><span className="small">{t(`chart.${kind}`)}</span></button>;
            })}
          </div>
          <Inspector schema={schemas.kinds["charts"]?.[String(chart["type"])]?.schema ?? {}} value={chart} entity={entity?.name ?? ""} put={(key, value) => {
            const rest = Object.fromEntries(Object.entries(chart).filter(([word]) => word !== key));
            set({ chart: value === undefined ? rest : { ...rest, [key]: value } });
          }} />
        </section>
        <section className="view-block"><h4>{t("report.filter")}</h4><ConditionField entity={entity?.name ?? ""} text={String(report["filter"] ?? "")} title={t("report.filter")} blank={t("view.filter_none")} onChange={(text) => set({ filter: text || undefined })} /></section>
        {rows.length > 0 && (
          <section className="view-block">
            <h4>{t("report.order")}</h4>
            <Select value={order[0] ? `${order[0].descending === false ? "" : "-"}${order[0].by}` : ""} aria-label={t("report.order")} options={[{ value: "", label: t("report.no_order") }, ...[...chosen.map((name) => [name, label(measures, name)] as const), ...rows.map((axis) => [axis.dimension, label(dimensions, axis.dimension)] as const)].flatMap(([name, text]) => [{ value: `-${name}`, label: `${text} · ${t("view.down")}` }, { value: name, label: `${text} · ${t("view.up")}` }])]} onChange={(value) => set({ order: value ? [{ by: value.replace(/^-/, ""), ...(value.startsWith("-") ? {} : { descending: false }) }] : undefined })} />
            <h4>{t("report.limit")}</h4>
            <InputNumber min={0} max={1000} value={Number(report["limit"] ?? 0) || null} placeholder={t("report.limit_all")} aria-label={t("report.limit")} onChange={(next) => set({ limit: next || undefined })} />
          </section>
        )}
      </aside>
      <div className="designer-page report-stage">
        <h2>{question}</h2>
        <div className="panel report-figure"><Figure report={report} label={question} /></div>
      </div>
    </div>
  );
}

/** The dimensions that are a plain date or moment, which alone have grains. */
function datedNames(metadata: Metadata, entity: Entity | undefined, dimensions: Named[]): Set<string> {
  const is = (item: Named): boolean => {
    const path = /^\{([a-z0-9_.]+)\}$/.exec(item.expression?.trim() ?? "")?.[1];
    const found = path && entity ? fieldAt(metadata, entity, path) : undefined;
    return /date|_at$/.test(found?.result ?? found?.type ?? "");
  };
  return new Set(dimensions.filter(is).map((item) => item.name));
}
