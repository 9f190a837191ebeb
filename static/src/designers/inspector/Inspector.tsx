/** A form for one thing's settings, drawn from their JSON Schema: the common first, the rest folded away. */
import { Input, InputNumber, Select, Switch } from "antd";
import { ChevronRight } from "lucide-react";
import { useState, type ReactNode } from "react";
import { i18n, pick, t } from "../../kernel/i18n";
import { entityOf } from "../../kernel/metadata";
import type { Field, Json, Label, Metadata, Option } from "../../kernel/types";
import { effective } from "../../kit/derived";
import { useBook, useDesign, type Schema } from "../context";
import { labelOf, list, metadataOf, short, withBorrowed } from "../shape";
import { ConditionField, FormulaField } from "./Condition";
import { DefaultValue, IconPicker, LabelInput, OptionsEditor, Swatch } from "./widgets";
import { askable } from "./words";

export type Put = (key: string, value: Json | undefined, typing?: boolean) => void;

interface Props {
  schema: Schema;
  value: { [key: string]: Json };
  put: Put;
  /** The entity whose fields its references mean. */
  entity: string;
  skip?: readonly string[];
  first?: readonly string[];
  folded?: readonly string[];
  /** Whose settings these are, where the same word means something else ("part"). */
  owner?: string;
  children?: ReactNode;
}

const said = (keys: string[]) => keys.find((key) => i18n.exists(key));
const numeric = ["integer", "decimal", "money", "percent", "rating", "duration"];

const titleOf = (key: string, schema: Schema, owner: string) => {
  const own = said([`prop.${owner}_${key}`]) ?? (schema.title ? undefined : said([`prop.${key}`]));
  return own ? t(own) : (schema.title ?? key);
};
const hintOf = (key: string, schema: Schema, owner: string) => {
  const own = said([`prop.${owner}_${key}_hint`, `prop.${key}_hint`]);
  return schema.description || (own ? t(own) : "");
};

export function Inspector({ schema, value, put, entity, skip = [], first = [], folded = [], owner = "", children }: Props) {
  const [open, setOpen] = useState(false);
  const known = Object.entries(schema.properties ?? {}).filter(([key, item]) => item["x-group"] !== "hidden" && !skip.includes(key));
  const rank = (key: string) => (first.includes(key) ? first.indexOf(key) : 99);
  const common = known.filter(([key, item]) => item["x-group"] !== "more" && !folded.includes(key)).sort(([a], [b]) => rank(a) - rank(b));
  const more = known.filter(([key, item]) => item["x-group"] === "more" || folded.includes(key));
  const row = ([key, item]: [string, Schema]) => <Row key={key} name={key} schema={item} value={value} put={put} entity={entity} owner={owner} />;
  return (
    <div className="inspector">
      {common.map(row)}
      {children}
      {more.length > 0 && (
        <>
          <button type="button" className="plain inspector-more" aria-expanded={open} onClick={() => setOpen(!open)}><ChevronRight size={14} style={{ transform: open ? "rotate(90deg)" : undefined }} aria-hidden />{t("inspect.more")}</button>
          {open && more.map(row)}
        </>
      )}
    </div>
  );
}

function Row({ name, schema, value, put, entity, owner }: { name: string; schema: Schema; value: { [key: string]: Json }; put: Put; entity: string; owner: string }) {
  const title = titleOf(name, schema, owner);
  const hint = hintOf(name, schema, owner);
  if (schema.type === "boolean")
    return (
      <div className="inspector-row">
        <label className="inspector-switch"><span className="grow">{title}</span><Switch size="small" aria-label={title} checked={(value[name] ?? schema.default ?? false) === true} onChange={(on) => put(name, on === (schema.default ?? false) ? undefined : on)} /></label>
        {hint && <div className="help">{hint}</div>}
      </div>
    );
  return (
    <div className="inspector-row">
      <div className="field-label">{title}</div>
      <Editor name={name} title={title} schema={schema} value={value} put={put} entity={entity} />
      {hint && <div className="help">{hint}</div>}
    </div>
  );
}

function Editor({ name, title, schema, value, put, entity }: { name: string; title: string; schema: Schema; value: { [key: string]: Json }; put: Put; entity: string }) {
  const { app } = useDesign();
  const book = useBook();
  const metadata = metadataOf(app, book);
  const present = value[name];
  const blank = (text: string) => put(name, text === "" ? undefined : text, true);
  if (schema["x-widget"] === "label" || schema["x-widget"] === "long_label") return <LabelInput title={title} long={schema["x-widget"] === "long_label"} value={present as Label} onChange={(label) => put(name, pick(label) ? (label as Json) : name === "label" ? "" : undefined, true)} />;
  if (schema["x-widget"] === "options") return <OptionsEditor value={(present ?? []) as unknown as Option[]} onChange={(options) => put(name, options as unknown as Json, true)} />;
  if (schema["x-widget"] === "icon") return <IconPicker value={String(present ?? "")} onChange={(icon) => put(name, icon)} />;
  if (schema["x-widget"] === "color") return <Swatch color={String(present ?? "")} onChange={(color) => put(name, color)} />;
  if (schema["x-widget"] === "value") return <DefaultValue field={{ ...(value as unknown as Field), options: metadata.entities[short(entity)]?.fields.find((item) => item.name === value["name"])?.options ?? [] }} onChange={(next) => put(name, next, true)} />;
  if (schema["x-expression"]) {
    const within = schema["x-within"];
    const owner = within ? entityWithin(metadata, entity, value, within) : entity;
    return schema["x-expression"] === "boolean" ? (
      <ConditionField entity={owner} text={String(present ?? "")} title={title} blank={i18n.exists(`inspect.blank_${name}`) ? t(`inspect.blank_${name}`) : t("inspect.condition_add")} onChange={(text) => put(name, text || undefined)} />
    ) : (
      <FormulaField entity={owner} text={String(present ?? "")} title={title} onChange={(text) => put(name, text || undefined)} />
    );
  }
  if (schema["x-ref"]) {
    const options = choices(metadata, book, schema["x-ref"], schema["x-within"] ? entityWithin(metadata, entity, value, schema["x-within"]) : entity, schema["x-widget"] === "number");
    // lines belong to their table: they can't be another application's
    const lent = ["entity", "dataset", "option_set", "role"].includes(schema["x-ref"]) && !(value["type"] === "lines" && schema["x-ref"] === "entity");
    const many = schema.type === "array";
    return <Select mode={many ? "multiple" : undefined} value={(present ?? (many ? [] : undefined)) as never} allowClear placeholder={t("input.choose")} aria-label={title} options={lent ? withBorrowed(options, schema["x-ref"], t("design.own")) : options} showSearch={{ optionFilterProp: "label" }} onChange={(next: Json | undefined) => put(name, next === undefined || (Array.isArray(next) && !next.length) ? undefined : next)} style={{ width: "100%" }} notFoundContent={t("inspect.nothing")} />;
  }
  if (schema.enum) return <Select value={(present ?? schema.default ?? schema.enum[0]) as string} aria-label={title} options={schema.enum.map((word) => ({ value: word, label: i18n.exists(`enum.${word || "none"}`) ? t(`enum.${word || "none"}`) : word }))} onChange={(next) => put(name, next === schema.default ? undefined : next)} style={{ width: "100%" }} />;
  const plain = schema.anyOf?.find((item) => item.type !== "null") ?? schema;
  if (plain.type === "integer" || plain.type === "number")
    return <InputNumber value={(present ?? schema.default ?? null) as number | null} aria-label={title} {...(schema.minimum === undefined ? {} : { min: schema.minimum })} {...(schema.maximum === undefined ? {} : { max: schema.maximum })} {...(plain.type === "integer" ? { precision: 0 } : {})} onChange={(next) => put(name, next === null ? undefined : next, true)} />;
  if (plain.type === "string") return <Input value={String(present ?? schema.default ?? "")} aria-label={title} onChange={(event) => blank(event.target.value)} />;
  return <span className="third small">{t("inspect.elsewhere")}</span>;
}

/** The entity another property leads to: named by it, or the target of the field or relation it names. */
function entityWithin(metadata: Metadata, entity: string, value: { [key: string]: Json }, within: string): string {
  const said = String(value[within] ?? "");
  if (entityOf(metadata, said) && within === "entity") return said;
  const owner = entityOf(metadata, short(entity));
  const field = owner?.fields.find((item) => item.name === said);
  const relation = owner?.relations.find((item) => item.name === said);
  return field?.entity ?? relation?.entity ?? said;
}

function choices(metadata: Metadata, book: ReturnType<typeof useBook>, ref: string, entity: string, numbers = false): { value: string; label: string }[] {
  const owner = entityOf(metadata, short(entity)) ?? metadata.entities[short(entity)];
  if (ref === "field") return (owner?.fields ?? []).filter((field) => !numbers || (field.type !== "formula" && field.type !== "lookup" && numeric.includes(effective(field)[1].type))).map((field) => ({ value: field.name, label: pick(field.label) }));
  if (ref === "relation") return (owner?.relations ?? []).map((relation) => ({ value: relation.name, label: pick(relation.label) }));
  if (ref === "path") return owner ? askable(metadata, owner).map((item) => ({ value: item.field.name, label: [item.group, pick(item.field.label)].filter(Boolean).join(" · ") })) : [];
  const of = ["form", "page", "view"].includes(ref) && owner ? list(book, ref).filter(([, doc]) => doc["entity"] === owner.name) : list(book, ref);
  return of.map(([, doc]) => ({ value: String(doc["name"]), label: pick(labelOf(doc)) }));
}
