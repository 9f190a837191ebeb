/** A question about many related records, read as a sentence: the sum of the amounts of orders in the last 90 days is at least 500. */
import { InputNumber, Select } from "antd";
import { Plus } from "lucide-react";
import { useMemo, useState, type ComponentType } from "react";
import { GATHERED, nothing, signs, type Clause, type Gathered } from "../../kernel/condition";
import { pick, t } from "../../kernel/i18n";
import { entityOf } from "../../kernel/metadata";
import type { Entity, Field, Metadata } from "../../kernel/types";
import { ConditionBuilder, operatorText } from "../../kit/ConditionBuilder";
import { effective } from "../../kit/derived";
import { useBook, useDesign } from "../context";
import { metadataOf, short } from "../shape";

const numbers = /^(integer|decimal|money|percent|rating|duration)$/;
const days = /^(date|datetime|created_at)$/;
const ways = ["ANY", "NONE", "COUNT", "SUM", "AVERAGE", "MAX", "MIN"] as const;

interface Relation {
  name: string;
  label: string;
  entity: Entity;
  numbers: Field[];
  dates: Field[];
}

function relationsOf(metadata: Metadata, entity: Entity | undefined): Relation[] {
  return (entity?.relations ?? []).flatMap((item) => {
    const far = entityOf(metadata, item.entity);
    const kind = (field: Field) => effective(field)[1].type;
    return far ? [{ name: item.name, label: pick(item.label) || item.name, entity: far, numbers: far.fields.filter((field) => numbers.test(kind(field))), dates: far.fields.filter((field) => days.test(kind(field))) }] : [];
  });
}

type RowType = ComponentType<{ clause: Clause; onChange: (clause: Clause) => void }>;

// One component an entity, the same at every change of the draft: another one would lose what is being typed.
const rows = new Map<string, RowType>();

function rowFor(entityName: string): RowType {
  const known = rows.get(entityName);
  if (known) return known;
  const Row: RowType = ({ clause, onChange }) => {
    const { app } = useDesign();
    const metadata = metadataOf(app, useBook());
    return <GatheredRow clause={clause} relations={relationsOf(metadata, entityOf(metadata, short(entityName)))} onChange={onChange} />;
  };
  rows.set(entityName, Row);
  return Row;
}

/** What the condition builder needs to ask about related records; nothing where an entity has none. */
export function useGather(entityName: string): { Row: RowType; first: Clause } | undefined {
  const { app } = useDesign();
  const metadata = metadataOf(app, useBook());
  return useMemo(() => {
    const one = relationsOf(metadata, entityOf(metadata, short(entityName)))[0];
    if (!one) return undefined;
    const dated = one.dates[0]?.name;
    return { Row: rowFor(entityName), first: { field: GATHERED, operator: "no", value: null, of: { rows: one.name, by: "ANY", ...(dated ? { dated, days: 60 } : {}) } } };
  }, [metadata, entityName]);
}

function GatheredRow({ clause, relations, onChange }: { clause: Clause; relations: Relation[]; onChange: (clause: Clause) => void }) {
  const of = clause.of!;
  const [more, setMore] = useState(!!of.where?.items.length);
  const relation = relations.find((item) => item.name === of.rows);
  const way = of.by === "ANY" ? (clause.operator === "no" ? "NONE" : "ANY") : of.by;
  const put = (next: Partial<Gathered>, rest: Partial<Clause> = {}) => onChange({ ...clause, ...rest, of: { ...of, ...next } });
  const without = (word: "dated" | "days" | "field" | "where") => Object.fromEntries(Object.entries(of).filter(([key]) => key !== word && !(word === "dated" && key === "days"))) as unknown as Gathered;
  const take = (next: string) => {
    if (next === "NONE" || next === "ANY") return onChange({ ...clause, operator: next === "NONE" ? "no" : "yes", value: null, of: { ...without("field"), by: "ANY" } });
    const number = next !== "COUNT";
    const field = number ? (of.field ?? relation?.numbers[0]?.name) : undefined;
    onChange({ ...clause, operator: of.by === "ANY" ? ">=" : clause.operator, value: clause.value ?? (number ? 500 : 1), of: { ...without("field"), by: next as Gathered["by"], ...(field ? { field } : {}) } });
  };
  const fields = (relation?.entity.fields ?? []).filter((item) => item.type !== "lines").map((field) => ({ field: { ...field, name: `${of.rows}.${field.name}` } }));
  const chosen = (name: string) => {
    const next = relations.find((item) => item.name === name);
    const dated = next?.dates[0]?.name;
    onChange({ field: GATHERED, operator: clause.operator, value: clause.value, of: { rows: name, by: of.by, ...(of.field && next?.numbers[0] ? { field: next.numbers[0].name } : {}), ...(of.dated && dated ? { dated, days: of.days ?? 60 } : {}) } });
  };
  return (
    <div className="of-many-row">
      <div className="line wrap">
        <Select value={relation ? of.rows : undefined} aria-label={t("many.relation")} placeholder={t("many.relation")} popupMatchSelectWidth={180} options={relations.map((item) => ({ value: item.name, label: item.label }))} onChange={chosen} />
        {!!relation?.dates.length && (
          <Select value={of.dated ?? ""} aria-label={t("many.when")} popupMatchSelectWidth={200} options={[{ value: "", label: t("many.ever") }, ...relation.dates.map((item) => ({ value: item.name, label: t("many.by", { name: pick(item.label) }) }))]} onChange={(dated: string) => (dated ? put({ dated, days: of.days ?? 60 }) : onChange({ ...clause, of: without("dated") }))} />
        )}
        {of.dated && <InputNumber className="of-many-days" min={1} precision={0} value={of.days ?? 60} aria-label={t("many.days")} prefix={<span className="third">{t("many.last")}</span>} suffix={<span className="third">{t("time.unit_d")}</span>} onChange={(next) => next && put({ days: next })} />}
        <Select value={way} aria-label={t("many.way")} popupMatchSelectWidth={160} options={ways.filter((word) => ["ANY", "NONE", "COUNT"].includes(word) || relation?.numbers.length).map((word) => ({ value: word, label: t(`many.way_${word.toLowerCase()}`) }))} onChange={take} />
        {!["ANY", "NONE", "COUNT"].includes(way) && <Select value={of.field} aria-label={t("many.field")} popupMatchSelectWidth={180} options={(relation?.numbers ?? []).map((item) => ({ value: item.name, label: pick(item.label) }))} onChange={(field: string) => put({ field })} />}
        {of.by !== "ANY" && (
          <>
            <Select value={clause.operator} aria-label={t("filter.operator")} popupMatchSelectWidth={120} options={signs.map((sign) => ({ value: sign, label: operatorText(sign) }))} onChange={(operator: string) => onChange({ ...clause, operator })} />
            <InputNumber className="of-many-value" value={clause.value as number | null} aria-label={t("filter.value")} onChange={(next) => onChange({ ...clause, value: next })} />
          </>
        )}
        {!more && <button type="button" className="plain link small of-many-more" onClick={() => setMore(true)}><Plus size={12} aria-hidden />{t("many.narrow")}</button>}
      </div>
      {more && (
        <div className="of-many-where">
          <span className="third small">{t("many.of_which")}</span>
          <ConditionBuilder value={of.where ?? nothing} fields={fields} depth={2} between onChange={(where) => (where.items.length ? put({ where }) : onChange({ ...clause, of: without("where") }))} />
        </div>
      )}
    </div>
  );
}
