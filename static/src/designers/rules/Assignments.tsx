/** What fields get: a value typed in the field's own editor, taken from another field, or computed. */
import { Select } from "antd";
import { Plus, X } from "lucide-react";
import { useState, type ReactNode } from "react";
import { literal } from "../../kernel/condition";
import { pick, t } from "../../kernel/i18n";
import type { Entity, Field, Json, Metadata, Value } from "../../kernel/types";
import { fieldKind } from "../../kit/fields";
import { FormulaField } from "../inspector/Condition";
import { withLabels } from "../inspector/words";
import { short } from "../shape";
import { constantOf, type Assignment } from "./words";

export const Row = ({ title, help, children }: { title: string; help?: string | undefined; children: ReactNode }) => <div className="inspector-row"><div className="field-label">{title}</div>{children}{help && <div className="help">{help}</div>}</div>;
export const unwritable = new Set(["lines", "formula", "lookup", "rollup", "sequence", "created_at", "created_by", "changed_at", "changed_by"]);
export const plainly = (value: Value): Json => (value && typeof value === "object" && !Array.isArray(value) && "id" in value ? (value["id"] as Json) : (value as Json));

/** Fields and what each gets. */
export function Assignments({ metadata, from, to, list, onChange }: { metadata: Metadata; from: Entity; to: Entity; list: Assignment[]; onChange: (list: Assignment[]) => void }) {
  const fields = to.fields.filter((item) => !unwritable.has(item.type));
  const free = fields.filter((item) => !list.some((one) => one.field === item.name));
  const set = (at: number, next: Partial<Assignment>) => onChange(list.map((item, index) => (index === at ? { ...item, ...next } : item)));
  return (
    <div className="rule-gets">
      {list.map((item, at) => {
        const field = fields.find((one) => one.name === item.field);
        return (
          <div key={item.field || at} className="rule-get">
            <div className="line">
              <Select size="small" className="grow" value={item.field || undefined} aria-label={t("filter.field")} showSearch={{ optionFilterProp: "label" }} options={[...(field ? [field] : []), ...free].map((one) => ({ value: one.name, label: pick(one.label) }))} onChange={(name: string) => set(at, { field: name, value: "" })} />
              <button type="button" className="icon-button" aria-label={`${t("do.remove")} ${pick(field?.label)}`} onClick={() => onChange(list.filter((_, index) => index !== at))}><X size={14} /></button>
            </div>
            <Expression metadata={metadata} entity={from} field={field} text={item.value} title={pick(field?.label)} onChange={(value) => set(at, { value })} />
          </div>
        );
      })}
      <Select<string | null> value={null} placeholder={<><Plus size={13} aria-hidden /> {t("rule.add_field")}</>} aria-label={t("rule.add_field")} style={{ width: "100%" }} showSearch={{ optionFilterProp: "label" }} options={free.map((one) => ({ value: one.name, label: pick(one.label) }))} onChange={(name) => name && onChange([...list, { field: name, value: "" }])} />
    </div>
  );
}

/** A value typed in the field's own editor (unless it is no `constant`), taken from another field, or computed. */
export function Expression({ metadata, entity, field, text, title, onChange, constant: mayBe = true }: { metadata: Metadata; entity: Entity; field: Field | undefined; text: string; title: string; onChange: (text: string) => void; constant?: boolean }) {
  const constant = constantOf(text);
  const path = /^\{([a-z0-9_.]+)\}$/.exec(text.trim())?.[1];
  const typable = mayBe && !!field && !!fieldKind(field.type).Input && !["file", "image", "signature", "rich_text", "location", "address", "reference", "user", "department"].includes(field.type) && !field.multiple;
  const moment = /^(TODAY|NOW)\(\)(?: ?\+ ?(\d+))?$/.exec(text.trim());
  const [way, setWay] = useState<"value" | "field" | "formula">(() => (path ? "field" : !text ? (typable ? "value" : "field") : constant !== undefined && typable ? "value" : moment ? "formula" : "formula"));
  const others = entity.fields.filter((item) => item.type !== "lines" && (!field || alike(item, field)));
  const options = [...(field?.type === "reference" && short(field.entity ?? "") === entity.name ? [{ value: "id", label: t("rule.itself") }] : field && !["reference"].includes(field.type) ? [] : [{ value: "id", label: t("rule.itself") }]), ...others.map((item) => ({ value: item.name, label: pick(item.label) }))];
  return (
    <div className="rule-value">
      <Select size="small" value={way} aria-label={t("rule.value_way", { name: title })} popupMatchSelectWidth={110} options={[...(typable ? ["value"] : []), "field", "formula"].map((word) => ({ value: word, label: t(`rule.way_${word}`) }))} onChange={(next: "value" | "field" | "formula") => setWay(next)} />
      <div className="grow">
        {way === "value" && typable ? <ValueInput field={field} value={(constant ?? null) as Value} onChange={(next) => onChange(next === null || next === "" ? "" : literal(next, field))} />
          : way === "field" ? <Select size="small" value={path} style={{ width: "100%" }} aria-label={t("facts.choose_field")} placeholder={t("facts.choose_field")} showSearch={{ optionFilterProp: "label" }} options={path && !options.some((item) => item.value === path) ? [...options, { value: path, label: withLabels(`{${path}}`, metadata, entity).slice(1, -1) }] : options} onChange={(name: string) => onChange(`{${name}}`)} />
          : <FormulaField entity={entity.name} text={text} title={title} onChange={onChange} />}
      </div>
    </div>
  );
}

/** Whether a field may hold what another one does. */
const numeric = /^(integer|decimal|money|percent|rating|duration|formula|rollup|lookup)$/;
function alike(from: Field, to: Field): boolean {
  if (to.type === "reference") return from.type === "reference" && short(from.entity ?? "") === short(to.entity ?? "");
  if (numeric.test(to.type)) return numeric.test(from.type);
  if (/^(date|datetime)$/.test(to.type)) return /^(date|datetime|created_at|changed_at|formula|lookup)$/.test(from.type);
  if (/^(text|long_text)$/.test(to.type)) return !["reference", "file", "image", "lines"].includes(from.type);
  return from.type === to.type || from.type === "lookup";
}

export function ValueInput({ field, value, onChange }: { field: Field; value: Value; onChange: (value: Value) => void }) {
  const Box = fieldKind(field.type).Input;
  if (!Box) return null;
  return <div className="rule-input" onKeyDown={(event) => event.stopPropagation()}><Box field={{ ...field, access: "write", required: false }} value={value} onChange={onChange} /></div>;
}
