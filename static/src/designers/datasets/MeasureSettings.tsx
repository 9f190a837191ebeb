/** What is said of a measure: how it is added up and of which rows, or of which other measures it is made. */
import { Dropdown, Input, InputNumber, Select, Switch } from "antd";
import { useMemo } from "react";
import { pick, t } from "../../kernel/i18n";
import type { Json } from "../../kernel/types";
import { ConditionField } from "../inspector/Condition";
import { LabelInput } from "../inspector/widgets";
import { aggregates, ofOne, ofRows, type Dimension, type Measure, type Reach } from "./facts";
import { Foot, Row, Source, type Shared } from "./PartSettings";

const formats = ["", "money", "percent", "short", "money_short", "whole"] as const;
const formatWord = (word: string) => t(["", "money", "percent"].includes(word) ? `enum.${word || "number"}` : `facts.format_${word}`);

/** What belongs to one way of measuring only, taken out when another is chosen. */
const own: readonly string[] = ["expression", "filter", "numerator", "denominator", "formula", "of", "within", "offset", "shown", "restart", "by", "ascending", "count"];

export function kept(aggregate: string): readonly string[] {
  if (ofRows.includes(aggregate)) return aggregate === "count" ? ["filter"] : ["expression", "filter"];
  return { ratio: ["numerator", "denominator"], expression: ["formula"], share: ["of", "within"], rank: ["of", "within", "ascending"], cumulative: ["of", "restart"], previous: ["of", "offset", "shown", "by"], concentration: ["of", "by", "count"] }[aggregate] ?? [];
}

export function MeasureSettings({ part, others, dimensions, metadata, entity, dataset, put, remove }: Shared & { part: Measure; others: Measure[]; dimensions: Dimension[] }) {
  const aggregate = part.aggregate ?? "sum";
  const parts = others.filter((item) => item.name !== part.name).map((item) => ({ value: item.name, label: pick(item.label) }));
  const numbers = ["sum", "average", "median"].includes(aggregate);
  const only = useMemo(() => (reach: Reach) => !numbers || reach.use === "number", [numbers]);
  const choose = (key: "numerator" | "denominator" | "of", title: string) => (
    <Row title={title}><Select value={part[key] || undefined} aria-label={title} placeholder={t("facts.choose_measure")} options={parts} style={{ width: "100%" }} showSearch={{ optionFilterProp: "label" }} notFoundContent={t("facts.no_other_measure")} onChange={(next: string) => put({ [key]: next })} /></Row>
  );
  const oneOf = (key: "offset" | "shown" | "restart", words: readonly string[], first: string) => (
    <Row title={t(`facts.${key}`)}><Select value={part[key] ?? first} aria-label={t(`facts.${key}`)} style={{ width: "100%" }} options={words.map((word) => ({ value: word, label: t(key === "restart" ? (word ? `enum.${word}` : "facts.restart_none") : `facts.${key}_${word}`) }))} onChange={(next: string) => put({ [key]: next === first ? undefined : next })} /></Row>
  );
  const within = (
    <Row title={t("facts.within")} help={t("facts.within_hint")}><Select mode="multiple" value={part.within ?? []} aria-label={t("facts.within")} style={{ width: "100%" }} options={dimensions.map((item) => ({ value: item.name, label: pick(item.label) }))} onChange={(next: string[]) => put({ within: next.length ? next : undefined })} /></Row>
  );
  const become = (next: string) => {
    const gone = Object.fromEntries(own.filter((key) => !kept(next).includes(key)).map((key) => [key, undefined]));
    const share = ["ratio", "share", "previous", "concentration"].includes(next);
    put({ aggregate: next === "sum" ? undefined : next, ...gone, ...(share && !part.format ? { format: "percent" } : next === "rank" ? { format: undefined } : {}) } as { [key: string]: Json | undefined });
  };
  return (
    <div className="inspector">
      <Row title={t("prop.label")}><LabelInput title={t("prop.label")} value={part.label} onChange={(label) => put({ label: label as Json }, true)} /></Row>
      <Row title={t("prop.aggregate")}><Select value={aggregate} aria-label={t("prop.aggregate")} style={{ width: "100%" }} options={aggregates.map((word) => ({ value: word, label: t(`facts.agg_${word}`) }))} onChange={become} /></Row>
      {aggregate === "ratio" && <>{choose("numerator", t("facts.numerator"))}{choose("denominator", t("facts.denominator"))}</>}
      {aggregate === "expression" && <Formula part={part} others={others} put={put} />}
      {ofOne.includes(aggregate) && choose("of", t("facts.of_measure"))}
      {(aggregate === "share" || aggregate === "rank") && within}
      {aggregate === "rank" && <div className="inspector-row"><label className="inspector-switch"><span className="grow">{t("facts.ascending")}</span><Switch size="small" aria-label={t("facts.ascending")} checked={!!part.ascending} onChange={(on) => put({ ascending: on || undefined })} /></label></div>}
      {aggregate === "concentration" && (
        <>
          <Row title={t("facts.largest_of")}><Select value={part.by || undefined} aria-label={t("facts.largest_of")} style={{ width: "100%" }} options={dimensions.map((item) => ({ value: item.name, label: pick(item.label) }))} onChange={(next: string) => put({ by: next })} /></Row>
          <Row title={t("facts.largest_count")}><InputNumber min={1} precision={0} value={part.count ?? 10} aria-label={t("facts.largest_count")} onChange={(next) => put({ count: next && next !== 10 ? next : undefined }, true)} /></Row>
        </>
      )}
      {aggregate === "cumulative" && oneOf("restart", ["", "year", "quarter", "month", "week"], "")}
      {aggregate === "previous" && <>{oneOf("offset", ["period", "year"], "period")}{oneOf("shown", ["growth", "change", "value"], "growth")}</>}
      {ofRows.includes(aggregate) && (
        <>
          {aggregate !== "count" && <Row title={t("facts.of_field")}><Source key={`${part.name} ${aggregate}`} {...{ metadata, entity, only }} title={t("facts.of_field")} text={part.expression ?? ""} onChange={(text) => put({ expression: text || undefined })} /></Row>}
          <Row title={t("report.filter")}><ConditionField entity={entity.name} text={part.filter ?? ""} title={t("report.filter")} blank={t("facts.all_rows")} onChange={(text) => put({ filter: text || undefined })} /></Row>
        </>
      )}
      <Row title={t("facts.format")}><Select value={part.format ?? ""} aria-label={t("facts.format")} style={{ width: "100%" }} options={formats.map((word) => ({ value: word, label: formatWord(word) }))} onChange={(next: string) => put({ format: next || undefined })} /></Row>
      <Row title={t("facts.target")}><InputNumber value={part.target ?? null} aria-label={t("facts.target")} style={{ width: "100%" }} onChange={(next) => put({ target: next ?? undefined }, true)} /></Row>
      <Foot kind="measure" name={part.name} dataset={dataset} remove={remove} />
    </div>
  );
}

/** A formula with the measures' labels in braces: what is kept are their names. */
function Formula({ part, others, put }: { part: Measure; others: Measure[]; put: Shared["put"] }) {
  const known = others.filter((item) => item.name !== part.name);
  const shown = (part.formula ?? "").replace(/\{([^{}]*)\}/g, (whole, name: string) => {
    const label = pick(known.find((item) => item.name === name.trim())?.label);
    return label ? `{${label}}` : whole;
  });
  const meant = (text: string) => text.replace(/[{｛]([^{}｛｝]*)[}｝]/g, (_, label: string) => `{${known.find((item) => pick(item.label) === label.trim())?.name ?? label.trim()}}`);
  const example = known.length > 1 ? `{${pick(known[0]!.label)}} / {${pick(known[1]!.label)}}` : "{…}";
  return (
    <Row title={t("facts.formula")} help={t("facts.formula_hint", { example })}>
      <Input.TextArea autoSize={{ minRows: 2, maxRows: 6 }} value={shown} aria-label={t("facts.formula")} onChange={(event) => put({ formula: meant(event.target.value) || undefined }, true)} />
      <Dropdown trigger={["click"]} menu={{ items: known.map((item) => ({ key: item.name, label: pick(item.label) })), style: { maxHeight: 320, overflow: "auto" }, onClick: ({ key }) => put({ formula: `${part.formula ?? ""}{${key}}` }) }}><button type="button" className="plain link small">{t("facts.insert")}</button></Dropdown>
    </Row>
  );
}
