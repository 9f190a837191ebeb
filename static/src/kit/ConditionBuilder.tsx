/** Builds a condition as rows of field, word and value, in groups of all or any. */
import { Button, Dropdown, Input, InputNumber, Select } from "antd";
import { ArrowLeftRight, Plus, X } from "lucide-react";
import { compared, operators, isGroup, type Clause, type Group } from "../kernel/condition";
import { useId, type ComponentType } from "react";
import { pick, t } from "../kernel/i18n";
import type { Field, Value } from "../kernel/types";
import { effective } from "./derived";

export interface Pickable {
  field: Field;
  group?: string;
}

interface Props {
  value: Group;
  fields: Pickable[];
  onChange: (group: Group) => void;
  depth?: number;
  /** Whether a field may be compared with another. */
  between?: boolean;
  /** How something of many related records is asked for, and what a new such question begins with. */
  gather?: { Row: ComponentType<{ clause: Clause; onChange: (clause: Clause) => void }>; first: Clause } | undefined;
}

export function firstClause(field: Field): Clause {
  return { field: field.name, operator: effective(field)[0].operators[0] ?? "=", value: null };
}

export function ConditionBuilder({ value, fields, onChange, depth = 0, between = false, gather }: Props) {
  const asked = fields.filter(({ field }) => effective(field)[0].operators.length > 0);
  const set = (at: number, item: Clause | Group) => onChange({ ...value, items: value.items.map((old, index) => (index === at ? item : old)) });
  const first = asked[0];
  return (
    <div className="condition">
      {value.items.map((item, at) => (
        <div key={at} className={isGroup(item) ? "condition-group" : `condition-row ${item.of ? "of-many" : ""}`}>
          {!isGroup(item) && <Join at={at} join={value.join} onChange={(join) => onChange({ ...value, join })} />}
          {isGroup(item) ? (
            <>
              <ConditionBuilder value={item} fields={fields} depth={depth + 1} between={between} gather={gather} onChange={(next) => (next.items.length ? set(at, next) : onChange({ ...value, items: value.items.filter((_, index) => index !== at) }))} />
            </>
          ) : item.of && gather ? (
            <gather.Row clause={item} onChange={(next) => set(at, next)} />
          ) : (
            <Row clause={item} fields={asked} between={between} onChange={(next) => set(at, next)} />
          )}
          {!isGroup(item) && (
            <button type="button" className="icon-button" aria-label={t("do.remove")} onClick={() => onChange({ ...value, items: value.items.filter((_, index) => index !== at) })}>
              <X size={15} />
            </button>
          )}
        </div>
      ))}
      <div className="line">
        <Button size="small" type="text" icon={<Plus size={14} />} disabled={!first} onClick={() => first && onChange({ ...value, items: [...value.items, firstClause(first.field)] })}>
          {t("filter.add")}
        </Button>
        {gather && <Button size="small" type="text" icon={<Plus size={14} />} onClick={() => onChange({ ...value, items: [...value.items, gather.first] })}>{t("filter.add_many")}</Button>}
        {depth < 2 && (
          <Button size="small" type="text" disabled={!first} onClick={() => first && onChange({ ...value, items: [...value.items, { join: value.join === "and" ? "or" : "and", items: [firstClause(first.field)] }] })}>
            {t("filter.add_group")}
          </Button>
        )}
      </div>
    </div>
  );
}

function Join({ at, join, onChange }: { at: number; join: Group["join"]; onChange: (join: Group["join"]) => void }) {
  if (at === 0) return <span className="third small">{t("filter.where")}</span>;
  return (
    <Dropdown trigger={["click"]} menu={{ items: (["and", "or"] as const).map((word) => ({ key: word, label: t(`filter.${word}`) })), onClick: ({ key }) => onChange(key as Group["join"]) }}>
      <button type="button" className="plain link small">{t(`filter.${join}`)}</button>
    </Dropdown>
  );
}

/** Words about days that rules need and filters don't. */
const between_ = ["not_before", "not_after"];

/** What a field can be compared with: others of its sort. */
const family = (field: Field): string => {
  const type = effective(field)[1].type;
  return /^(date|datetime|.*_at)$/.test(type) ? "date" : /^(integer|decimal|money|percent|rating|duration)$/.test(type) ? "number" : type;
};

function Row({ clause, fields, between, onChange }: { clause: Clause; fields: Pickable[]; between: boolean; onChange: (clause: Clause) => void }) {
  const field = fields.find((item) => item.field.name === clause.field)?.field;
  const kind = field && effective(field)[0];
  const groups = [...new Set(fields.map((item) => item.group ?? ""))];
  const others = between && field && operators[clause.operator]?.needs === "value" && ["date", "number"].includes(family(field)) ? fields.filter((item) => item.field.name !== field.name && family(item.field) === family(field)) : [];
  const other = compared(clause.value);
  const words = (kind?.operators ?? []).flatMap((word) => (between && word === "after" ? [word, ...between_] : between && word === "older_days" ? [word, "since_days"] : [word]));
  return (
    <>
      <Select
        value={field ? clause.field : undefined}
        showSearch={{ optionFilterProp: "label" }}
        aria-label={t("filter.field")}
        popupMatchSelectWidth={200}
        options={groups.map((group) => ({ label: group || t("filter.fields"), options: fields.filter((item) => (item.group ?? "") === group).map((item) => ({ value: item.field.name, label: pick(item.field.label, item.field.name) })) }))}
        onChange={(name: string) => {
          const next = fields.find((item) => item.field.name === name)?.field;
          if (next) onChange(firstClause(next));
        }}
      />
      <Select
        value={clause.operator}
        aria-label={t("filter.operator")}
        popupMatchSelectWidth={140}
        options={words.map((word) => ({ value: word, label: operatorText(word, field) }))}
        onChange={(word: string) => onChange({ ...clause, operator: word, value: operators[word]?.needs === operators[clause.operator]?.needs ? clause.value : null })}
      />
      <span className={`operand ${others.length ? "with-other" : ""}`}>
        {other !== null ? <Select value={other || undefined} placeholder={t("filter.other_field")} aria-label={t("filter.other_field")} popupMatchSelectWidth={200} showSearch={{ optionFilterProp: "label" }} options={others.map((item) => ({ value: item.field.name, label: [item.group, pick(item.field.label, item.field.name)].filter(Boolean).join(" · ") }))} onChange={(name: string) => onChange({ ...clause, value: { field: name } })} /> : field && <Operand clause={clause} field={field} onChange={(next) => onChange({ ...clause, value: next })} />}
        {others.length > 0 && <button type="button" className="icon-button" aria-pressed={other !== null} aria-label={t(other === null ? "filter.to_field" : "filter.to_value")} title={t(other === null ? "filter.to_field" : "filter.to_value")} onClick={() => onChange({ ...clause, value: other === null ? { field: others[0]!.field.name } : null })}><ArrowLeftRight size={14} /></button>}
      </span>
    </>
  );
}

export function operatorText(word: string, field?: Field): string {
  const many = field?.multiple && (word === "in" || word === "not_in");
  return t(many ? `operator.${word}_many` : `operator.${word}`);
}

export function Operand({ clause, field, onChange }: { clause: Clause; field: Field; onChange: (value: Value) => void }) {
  const [kind, as] = effective(field);
  const needs = operators[clause.operator]?.needs;
  const id = useId();
  const asked: Field = { ...as, required: false, access: "write" };
  const Input_ = kind.Input;
  if (needs === "none" || !needs) return null;
  if (needs === "days") return <InputNumber min={0} precision={0} value={clause.value as number | null} suffix={<span className="third">{t("time.unit_d")}</span>} onChange={(next) => onChange(next)} aria-label={t("filter.value")} />;
  if (/_by$/.test(as.type) || !Input_) return <Input value={(clause.value as string) ?? ""} aria-label={t("filter.value")} onChange={(event) => onChange(event.target.value)} />;
  const single = as.type === "datetime" || /_at$/.test(as.type) ? { ...asked, type: "date" } : asked;
  if (needs === "range") {
    const [from = null, to = null] = Array.isArray(clause.value) ? clause.value : [];
    return (
      <span style={{ display: "grid", gridTemplateColumns: "1fr 1fr", gap: 4 }}>
        <label htmlFor={`${id}a`} className="hidden">{t("filter.value")}</label>
        <Input_ id={`${id}a`} field={single} value={from} onChange={(next) => onChange([next, to])} />
        <label htmlFor={`${id}b`} className="hidden">{t("filter.value")}</label>
        <Input_ id={`${id}b`} field={single} value={to} onChange={(next) => onChange([from, next])} />
      </span>
    );
  }
  return (
    <>
      <label htmlFor={id} className="hidden">{t("filter.value")}</label>
      <Input_ id={id} field={needs === "values" ? { ...single, multiple: true } : single} value={clause.value} onChange={onChange} />
    </>
  );
}
