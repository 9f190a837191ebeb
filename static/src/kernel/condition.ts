/** Conditions as sentences: a small model that the builder edits, its text in the expression language, and back from its tree. */
import type { Field, Value } from "./types";

export interface Clause {
  field: string;
  operator: string;
  value: Value;
  /** What is asked is not a field but something of the records of a relation. */
  of?: Gathered;
}

/** Something of many records: how many of a relation there are, whether any, or a number of theirs put together; of
 * the last `days` by their field `dated`, and of those for which `where` holds (paths begin with the relation). */
export interface Gathered {
  rows: string;
  by: "COUNT" | "SUM" | "AVERAGE" | "MIN" | "MAX" | "ANY";
  field?: string;
  dated?: string;
  days?: number;
  where?: Group;
}

export interface Group {
  join: "and" | "or";
  items: (Clause | Group)[];
}

/** The field that stands for being in a segment; its values are segments by their names in full. */
export const SEGMENTS = "$segment";

export const isGroup = (item: Clause | Group): item is Group => "items" in item;
export const nothing: Group = { join: "and", items: [] };

const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;

const numeric = new Set(["integer", "decimal", "money", "percent", "rating", "duration"]);
const people = new Set(["reference", "user", "department", "created_by", "changed_by"]);

/** The path of the field that a clause compares with, where it compares with one. */
export const compared = (value: Value): string | null => (value && typeof value === "object" && !Array.isArray(value) && typeof value["field"] === "string" ? value["field"] : null);

/** A value as the expression language writes it, by the type of its field. */
export function literal(value: Value, field: Field): string {
  const type = field.result ?? field.type;
  if (value === null || value === undefined || value === "") return "BLANK()";
  if (typeof value === "boolean") return value ? "TRUE" : "FALSE";
  const other = compared(value);
  if (other) return `{${other}}`;
  if (typeof value === "object" && !Array.isArray(value)) return String(value["id"] ?? "BLANK()");
  if (numeric.has(type)) return String(value);
  if (people.has(type)) return String(value);
  if (["date", "created_at", "changed_at", "datetime"].includes(type)) {
    const [year, month, day] = String(value).slice(0, 10).split("-").map(Number);
    return `DATE(${year}, ${month}, ${day})`;
  }
  return quote(String(value));
}

const one = (field: Field, value: Value) => (sign: string) => `{${field.name}} ${sign} ${literal(value, field)}`;

/** Operators and how each is written; `needs` says what stands at the right of it. */
export const operators: Record<string, { needs: "value" | "values" | "days" | "range" | "none"; write: (field: Field, value: Value) => string }> = {
  "=": { needs: "value", write: (field, value) => one(field, value)("=") },
  "<>": { needs: "value", write: (field, value) => one(field, value)("<>") },
  "<": { needs: "value", write: (field, value) => one(field, value)("<") },
  "<=": { needs: "value", write: (field, value) => one(field, value)("<=") },
  ">": { needs: "value", write: (field, value) => one(field, value)(">") },
  ">=": { needs: "value", write: (field, value) => one(field, value)(">=") },
  contains: { needs: "value", write: (field, value) => `CONTAINS({${field.name}}, ${literal(value, field)})` },
  not_contains: { needs: "value", write: (field, value) => `NOT(CONTAINS({${field.name}}, ${literal(value, field)}))` },
  starts_with: { needs: "value", write: (field, value) => `STARTS_WITH({${field.name}}, ${literal(value, field)})` },
  in: { needs: "values", write: (field, value) => any(field, value) },
  not_in: { needs: "values", write: (field, value) => `NOT(${any(field, value)})` },
  has: { needs: "value", write: (field, value) => `CONTAINS({${field.name}}, ${literal(value, field)})` },
  is_me: { needs: "none", write: (field) => `{${field.name}} = ME()` },
  blank: { needs: "none", write: (field) => `ISBLANK({${field.name}})` },
  not_blank: { needs: "none", write: (field) => `NOT(ISBLANK({${field.name}}))` },
  yes: { needs: "none", write: (field) => `{${field.name}} = TRUE` },
  no: { needs: "none", write: (field) => `{${field.name}} <> TRUE` },
  on: { needs: "value", write: (field, value) => day(field, value) },
  before: { needs: "value", write: (field, value) => one(field, value)("<") },
  after: { needs: "value", write: (field, value) => after(field, value) },
  not_before: { needs: "value", write: (field, value) => one(field, value)(">=") },
  not_after: { needs: "value", write: (field, value) => (field.type === "date" || compared(value) ? one(field, value)("<=") : `{${field.name}} < ${literal(value, field)} + 1`) },
  today: { needs: "none", write: (field) => span(field, "TODAY()", "TODAY() + 1") },
  past_days: { needs: "days", write: (field, value) => span(field, `TODAY() - ${Number(value)}`, "TODAY() + 1") },
  next_days: { needs: "days", write: (field, value) => span(field, "TODAY()", `TODAY() + ${Number(value) + 1}`) },
  since_days: { needs: "days", write: (field, value) => `{${field.name}} >= TODAY() - ${Number(value)}` },
  older_days: { needs: "days", write: (field, value) => `{${field.name}} < TODAY() - ${Number(value)}` },
  between: { needs: "range", write: (field, value) => between(field, value) },
};

const span = (field: Field, from: string, to: string) => `AND({${field.name}} >= ${from}, {${field.name}} < ${to})`;

function any(field: Field, value: Value): string {
  const list = Array.isArray(value) ? value : [value];
  if (field.name === SEGMENTS) {
    const parts = list.map((item) => `IN_SEGMENT(${quote(String(item))})`);
    return parts.length === 1 ? parts[0]! : `OR(${parts.join(", ")})`;
  }
  if (field.multiple) {
    const parts = list.map((item) => `INCLUDES({${field.name}}, ${literal(item, field)})`);
    return parts.length === 1 ? parts[0]! : `OR(${parts.join(", ")})`;
  }
  if (list.length === 1) return `{${field.name}} = ${literal(list[0] ?? null, field)}`;
  return `IN({${field.name}}, ${list.map((item) => literal(item, field)).join(", ")})`;
}

const day = (field: Field, value: Value) => (field.type === "date" || compared(value) ? one(field, value)("=") : span(field, literal(value, field), `${literal(value, field)} + 1`));
const after = (field: Field, value: Value) => (field.type === "date" || compared(value) ? one(field, value)(">") : `{${field.name}} >= ${literal(value, field)} + 1`);

function between(field: Field, value: Value): string {
  const [from = null, to = null] = Array.isArray(value) ? value : [];
  const low = from === null || from === "" ? [] : [one(field, from)(">=")];
  const high = to === null || to === "" ? [] : [field.type === "date" || !/_at$|datetime/.test(field.type) ? one(field, to)("<=") : `{${field.name}} < ${literal(to, field)} + 1`];
  const both = [...low, ...high];
  return both.length === 2 ? `AND(${both.join(", ")})` : (both[0] ?? "");
}

export const GATHERED = "$gathered";
export const signs = [">=", ">", "<=", "<", "="] as const;

/** Whether a clause says enough to be asked. */
export function complete(clause: Clause): boolean {
  if (clause.of) return (clause.of.by === "ANY" || (clause.value !== null && clause.value !== "")) && (["ANY", "COUNT"].includes(clause.of.by) || !!clause.of.field);
  const needs = operators[clause.operator]?.needs;
  if (!needs) return false;
  if (needs === "none") return true;
  if (needs === "range") return Array.isArray(clause.value) && clause.value.some((end) => end !== null && end !== "");
  if (needs === "values") return Array.isArray(clause.value) && clause.value.length > 0;
  return clause.value !== null && clause.value !== undefined && clause.value !== "";
}

/** The condition in the expression language; blank when nothing complete stands in it. */
export function write(group: Group, field: (name: string) => Field | undefined): string {
  const parts = group.items.flatMap((item) => {
    if (isGroup(item)) {
      const text = write(item, field);
      return text ? [text] : [];
    }
    if (item.of) return complete(item) ? [gathered(item, item.of, field)] : [];
    const found = field(item.field);
    const text = found && complete(item) ? operators[item.operator]?.write(found, item.value) : "";
    return text ? [text] : [];
  });
  if (parts.length < 2) return parts[0] ?? "";
  return `${group.join === "and" ? "AND" : "OR"}(${parts.join(", ")})`;
}

function gathered(clause: Clause, of: Gathered, field: (name: string) => Field | undefined): string {
  const span_ = of.dated && of.days ? `{${of.rows}.${of.dated}} >= TODAY() - ${of.days}` : "";
  const where = both(span_, of.where ? write(of.where, field) : "");
  const rows = ["COUNT", "ANY"].includes(of.by) ? of.rows : `${of.rows}.${of.field}`;
  const text = `${of.by}({${rows}}${where ? `, ${where}` : ""})`;
  if (of.by === "ANY") return clause.operator === "no" ? `NOT(${text})` : text;
  return `${text} ${clause.operator} ${Number(clause.value)}`;
}

/** Two conditions, both needed. */
export const both = (...texts: (string | undefined | null)[]): string => {
  const said = texts.filter((text): text is string => !!text?.trim());
  return said.length < 2 ? (said[0] ?? "") : `AND(${said.join(", ")})`;
};

export const clauses = (group: Group): number => group.items.reduce((sum, item) => sum + (isGroup(item) ? clauses(item) : 1), 0);
