/** Conditions and formulas in the words people read: sentences, and labels in place of names. */
import { compared, operators as written, isGroup, type Clause, type Gathered, type Group } from "../../kernel/condition";
import type { Tree } from "../../kernel/expressions";
import { i18n, pick, t } from "../../kernel/i18n";
import { entityOf, field as fieldAt, segmentField, target } from "../../kernel/metadata";
import type { Entity, Field, Label, Metadata, Value } from "../../kernel/types";
import { operatorText, type Pickable } from "../../kit/ConditionBuilder";
import { effective } from "../../kit/derived";
import { fieldKind } from "../../kit/fields";

/** Fields one may ask about: the entity's own, and those of the records it refers to. */
export function askable(metadata: Metadata, entity: Entity, depth = 1): Pickable[] {
  const own: Pickable[] = entity.fields.filter((item) => item.type !== "lines").map((item) => ({ field: item }));
  const system = (entity.application === "platform" ? [] : ["created_at", "created_by"]).flatMap((name) => {
    const found = fieldAt(metadata, entity, name);
    return found ? [{ field: found }] : [];
  });
  const sets = segmentField(entity);
  if (!depth) return own;
  const far = entity.fields.filter((item) => item.type === "reference" && !item.multiple).flatMap((item) => {
    const next = entityOf(metadata, target(item) ?? "");
    return (next?.fields ?? []).filter((inner) => inner.type !== "lines").map((inner): Pickable => ({ field: { ...inner, name: `${item.name}.${inner.name}` }, group: pick(item.label) }));
  });
  return [...own, ...(sets ? [{ field: sets }] : []), ...system, ...far];
}

export const labelPath = (metadata: Metadata, entity: Entity | undefined, path: readonly string[]): string => {
  const words: string[] = [];
  let here = entity;
  for (const step of path) {
    const relation = here?.relations.find((item) => item.name === step);
    const found = here && fieldAt(metadata, here, step);
    words.push(pick(found?.label ?? relation?.label) || step);
    here = entityOf(metadata, (found && target(found)) ?? relation?.entity ?? "");
  }
  return words.join(t("say.of"));
};

/** The label of a choice's value; nothing where the field has none. */
export function choicePath(metadata: Metadata, entity: Entity | undefined, path: readonly string[], value: string): string {
  const found = entity && fieldAt(metadata, entity, path.join("."));
  return found ? pick(effective(found)[1].options?.find((item) => item.value === value)?.label) : "";
}

function valueText(value: Value, field: Field): string {
  const [kind, as] = effective(field);
  if (Array.isArray(value)) return value.map((item) => valueText(item, field)).join(t("say.list"));
  if (value === null || value === "") return t("say.blank");
  if (field.type === "reference" || ["user", "department"].includes(field.type)) return typeof value === "object" ? kind.text(value, as) : `#${String(value)}`;
  return kind.text(value, { ...as, multiple: false }) || String(value);
}

function clauseText(clause: Clause, find: (name: string) => Field | undefined, label: (path: string) => string): string {
  if (clause.of) return manyText(clause, clause.of, find, label);
  const field = find(clause.field);
  if (!field) return clause.field;
  const needs = written[clause.operator]?.needs;
  const word = operatorText(clause.operator, field);
  if (needs === "days" && word.includes("…")) return `${label(clause.field)} ${word.replace("…", ` ${String(clause.value)} ${t("time.unit_d")}`)}`;
  const other = compared(clause.value);
  const value = other !== null ? ` ${label(other)}` : needs === "none" ? "" : needs === "days" ? ` ${String(clause.value)} ${t("time.unit_d")}` : ` ${valueText(clause.value, field)}`;
  return `${label(clause.field)} ${word}${value}`;
}

/** "no orders in the last 60 days", "the sum of amount of orders in the last 90 days is at least 500" */
function manyText(clause: Clause, of: Gathered, find: (name: string) => Field | undefined, label: (path: string) => string): string {
  const span = of.dated && of.days ? t("many.in_days", { count: of.days }) : "";
  const where = of.where?.items.length ? t("many.where", { condition: groupText(of.where, find, label) }) : "";
  const rows = `${span}${label(of.rows)}${where}`;
  if (of.by === "ANY") return t(clause.operator === "no" ? "many.none" : "many.some", { rows });
  const what = of.by === "COUNT" ? t("many.count", { rows }) : t(`many.${of.by.toLowerCase()}`, { rows, field: label(`${of.rows}.${of.field}`).split(t("say.of")).at(-1) });
  return `${what} ${operatorText(clause.operator)} ${String(clause.value ?? "")}`;
}

export function groupText(group: Group, find: (name: string) => Field | undefined, label: (path: string) => string, depth = 0): string {
  const text = group.items.map((item) => (isGroup(item) ? groupText(item, find, label, depth + 1) : clauseText(item, find, label))).join(between(t(`say.${group.join}`)));
  return depth && group.items.length > 1 ? `（${text}）` : text;
}

/** A word between two others; a Chinese comma stands close to what is before it. */
const between = (word: string) => (/^[，、]/.test(word) ? `${word} ` : ` ${word} `);

const signs: Record<string, string> = { "=": "is", "<>": "is_not", "<": "less", "<=": "at_most", ">": "more", ">=": "at_least" };

/** What the words of a tree are made from; an entity by its whole name, else the one at hand. */
export interface Spoken {
  label: (path: readonly string[], entity?: string) => string;
  choice: (path: readonly string[], value: string, entity?: string) => string;
}

/** What stands inside of conversions. */
const plain = (tree: Tree): Tree => (tree.kind === "convert" ? plain(tree.arg) : tree);

/** Any tree in words; function calls without words of their own are written as in a formula. */
export function spoken(tree: Tree, known: Spoken): string {
  const { label } = known;
  if (tree.kind === "literal") return tree.value === null ? t("say.blank") : tree.value === true ? t("say.yes") : tree.value === false ? t("say.no") : String(tree.value);
  if (tree.kind === "ref") return label(tree.path, tree.entities[0]);
  if (tree.kind === "convert") return spoken(tree.arg, known);
  if (tree.kind === "aggregate") {
    const rows = label(tree.rows, tree.entities[0]);
    const each = tree.value ?? (tree.name === "ANY" || tree.name === "ALL" ? tree.condition : null);
    const key = `say.agg_${tree.name.toLowerCase()}`;
    // "the sum of amount of orders", not of orders' orders
    const short = (text: string) => (text.startsWith(`${rows}${t("say.of")}`) ? text.slice(rows.length + t("say.of").length) : text);
    const what = each ? short(spoken(each, known)) : "";
    const where = tree.condition && tree.condition !== each ? t("many.where", { condition: short(spoken(tree.condition, known)) }) : "";
    return `${i18n.exists(key) ? t(key, { rows, what }) : `${tree.name}(${rows}${what ? ` · ${what}` : ""})`}${where}`;
  }
  if (tree.name === "IN_SEGMENT") return t("say.fn_in_segment", { a: label([String((tree.args[0] as { value?: unknown })?.value ?? "")], "platform.segment"), b: ownId(tree.args[1]) ? "" : spoken(tree.args[1]!, known) });
  const chosen = tree.args.map(plain).filter((arg) => arg.kind === "ref");
  const args = tree.args.map((arg) => {
    const { value } = plain(arg) as { value?: unknown };
    return (typeof value === "string" && chosen.map((ref) => known.choice(ref.path, value, ref.entities[0])).find(Boolean)) || spoken(arg, known);
  });
  if (signs[tree.name]) return `${args[0]} ${t(`say.${signs[tree.name]}`)} ${args[1]}`;
  if (tree.name === "AND" || tree.name === "OR") return args.map((text, at) => (isJoin(tree.args[at]!, tree.name) ? `（${text}）` : text)).join(between(t(tree.name === "AND" ? "say.and" : "say.or")));
  const days = /^(EARLIER|LATER)/.exec(tree.name)?.[1];
  if (days && tree.args[0]?.kind === "call" && /^(TODAY|NOW)$/.test(tree.args[0].name)) {
    // the number chooses the plural; what stands there may be a formula as well
    const count = Number(args[1]);
    return t(days === "LATER" ? "say.days_ahead" : "say.days_ago", { count: Number.isNaN(count) ? 2 : count, replace: { count: args[1] } });
  }
  const key = `say.fn_${tree.name.toLowerCase()}`;
  if (i18n.exists(key)) return t(key, { a: args[0], b: args.slice(1).join(t("say.list")) });
  if (/^[-+*/&^]$/.test(tree.name)) return args.length === 1 ? `${tree.name}${args[0]}` : args.join(` ${tree.name} `);
  return `${tree.name}(${args.join(", ")})`;
}

const ownId = (tree: Tree | undefined) => !tree || (tree.kind === "ref" && tree.path.join() === "id");

const isJoin = (tree: Tree, other: string) => tree.kind === "call" && (tree.name === "AND" || tree.name === "OR") && tree.name !== other;

/** A segment by its name in full. */
export const segmentLabel = (metadata: Metadata, name: string): string => pick(Object.values(metadata.entities).flatMap((entity) => entity.segments ?? []).find((item) => item.name === name)?.label, name);

/** {name} → {label}, for reading and typing. */
export function withLabels(text: string, metadata: Metadata, entity: Entity | undefined): string {
  return text.replace(/\{([a-z0-9_.]+)\}/g, (all, path: string) => {
    if (!entity) return all;
    const labels: string[] = [];
    let here: Entity | undefined = entity;
    for (const step of path.split(".")) {
      const found: Step | undefined = here && steps(metadata, here).find((item) => item.name === step);
      if (!found || !here || steps(metadata, here).filter((item) => pick(item.label) === pick(found.label)).length > 1 || /[.{}]/.test(pick(found.label))) return all;
      labels.push(pick(found.label));
      here = entityOf(metadata, found.to);
    }
    return `{${labels.join(".")}}`;
  });
}

/** {label} → {name}: what is stored. */
export function withNames(text: string, metadata: Metadata, entity: Entity | undefined): string {
  return text.replace(/\{([^{}]+)\}/g, (all, path: string) => {
    const names: string[] = [];
    let here = entity;
    for (const step of path.split(".")) {
      const found: Step | undefined = here && (steps(metadata, here).find((item) => pick(item.label) === step.trim()) ?? steps(metadata, here).find((item) => item.name === step.trim()));
      if (!found) return all;
      names.push(found.name);
      here = entityOf(metadata, found.to);
    }
    return `{${names.join(".")}}`;
  });
}

interface Step {
  name: string;
  label: Label;
  to: string;
}

const steps = (metadata: Metadata, entity: Entity): Step[] => [
  ...entity.fields.map((item) => ({ name: item.name, label: item.label, to: target(item) ?? "" })),
  ...["created_at", "created_by", "changed_at", "changed_by"].map((name) => ({ name, label: fieldAt(metadata, entity, name)?.label, to: "" })),
  ...entity.relations.map((item) => ({ name: item.name, label: item.label, to: item.entity })),
];

export const offeredFor = (find: (name: string) => Field | undefined) => (path: string): readonly string[] => {
  const found = find(path);
  return found ? effective(found)[0].operators : [];
};

export const typeLabel = (type: string): string => (i18n.exists(`kind.${type}`) ? t(`kind.${type}`) : type);
export const iconFor = (type: string) => fieldKind(type).Icon;

const usual = ["text", "long_text", "sequence", "phone", "money", "integer", "decimal", "date", "datetime", "choice", "boolean", "reference", "lines", "user", "file", "image", "formula", "rollup", "lookup"];
/** Where a type of field stands among others: what is used most comes first. */
export const rank = (name: string) => (usual.includes(name) ? usual.indexOf(name) : 50);
