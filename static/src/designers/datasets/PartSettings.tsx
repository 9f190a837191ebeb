/** What is said of one dimension or measure: its names, what it is taken from, and for a measure how and of which rows. */
import { Button, Select } from "antd";
import { Trash2 } from "lucide-react";
import { useMemo, useState } from "react";
import { pick, t } from "../../kernel/i18n";
import type { Entity, Json, Metadata } from "../../kernel/types";
import { zonesInWords } from "../../kernel/zones";
import { FormulaField } from "../inspector/Condition";
import { WhereUsed } from "../inspector/WhereUsed";
import { LabelInput } from "../inspector/widgets";
import { Bands } from "./Bands";
import { plainPath, reachable, splitting, type Dimension, type Reach } from "./facts";

export type Put = (values: { [key: string]: Json | undefined }, typing?: boolean) => void;

export interface Shared {
  metadata: Metadata;
  entity: Entity;
  dataset: string;
  put: Put;
  remove: () => void;
}

export const Row = ({ title, help, children }: { title: string; help?: string; children: React.ReactNode }) => (
  <div className="inspector-row"><div className="field-label">{title}</div>{children}{help && <div className="help">{help}</div>}</div>
);

/** Where a value comes from: a field, the record's own or one it refers to, or a formula. */
export function Source({ metadata, entity, text, onChange, title, write = (reach) => `{${reach.path}}`, only = () => true }: { metadata: Metadata; entity: Entity; text: string; onChange: (text: string) => void; title: string; write?: (reach: Reach) => string; only?: (reach: Reach) => boolean }) {
  const all = useMemo(() => reachable(metadata, entity), [metadata, entity]);
  const known = all.find((reach) => text && (write(reach) === text || plainPath(text) === reach.path));
  const [formula, setFormula] = useState(!!text && !known);
  const groups = useMemo(() => grouped(all.filter(only)), [all, only]);
  if (formula)
    return (
      <>
        <FormulaField entity={entity.name} text={text} title={title} onChange={onChange} />
        <button type="button" className="plain link small" onClick={() => setFormula(false)}>{t("facts.by_field")}</button>
      </>
    );
  return (
    <>
      <Select value={known?.path} aria-label={title} placeholder={t("facts.choose_field")} style={{ width: "100%" }} popupMatchSelectWidth={260} showSearch={{ optionFilterProp: "label" }} options={groups} onChange={(path: string) => {
        const reach = all.find((item) => item.path === path);
        if (reach) onChange(write(reach));
      }} />
      <button type="button" className="plain link small" onClick={() => setFormula(true)}>{t("facts.by_formula")}</button>
    </>
  );
}

/** Options of a select: own fields first, then those of each record referred to. */
export function grouped(all: readonly Reach[]): { label: string; options: { value: string; label: string }[] }[] {
  const groups = new Map<string, Reach[]>();
  for (const reach of all) {
    const name = reach.group.map((label) => pick(label)).join(t("say.of"));
    groups.set(name, [...(groups.get(name) ?? []), reach]);
  }
  return [...groups].map(([name, items]) => ({ label: name || t("facts.own_fields"), options: items.map((reach) => ({ value: reach.path, label: [...reach.group, reach.label].map((label) => pick(label)).join(t("say.of")) })) }));
}

export const Foot = ({ kind, name, dataset, remove }: { kind: "dimension" | "measure"; name: string; dataset: string; remove: () => void }) => (
  <>
    <WhereUsed kind={kind} name={name} owner={dataset} />
    <Button danger type="text" icon={<Trash2 size={14} />} onClick={remove}>{t(`facts.remove_${kind}`)}</Button>
  </>
);

export function DimensionSettings({ part, dated, metadata, entity, dataset, put, remove }: Shared & { part: Dimension; dated: boolean }) {
  const zones = useMemo(() => (dated ? zonesInWords() : []), [dated]);
  const write = useMemo(() => (reach: Reach) => splitting(metadata, reach), [metadata]);
  return (
    <div className="inspector">
      <Row title={t("prop.label")}><LabelInput title={t("prop.label")} value={part.label} onChange={(label) => put({ label: label as Json }, true)} /></Row>
      <Row title={t("facts.split_by")}><Source key={part.name} {...{ metadata, entity, write }} title={t("facts.split_by")} text={part.expression ?? ""} onChange={(text) => put({ expression: text })} /></Row>
      {!dated && <Bands key={`${part.name} bands`} part={part} put={put} />}
      {dated && <p className="help">{t("facts.grains_hint")}</p>}
      {dated && <Row title={t("facts.zone")} help={t("facts.zone_hint")}><Select value={part.zone || undefined} allowClear aria-label={t("facts.zone")} placeholder={t("facts.zone_own")} style={{ width: "100%" }} showSearch={{ optionFilterProp: "search" }} options={zones} onChange={(zone?: string) => put({ zone: zone || undefined })} /></Row>}
      <Foot kind="dimension" name={part.name} dataset={dataset} remove={remove} />
    </div>
  );
}
