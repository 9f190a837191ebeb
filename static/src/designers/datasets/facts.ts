/** Datasets as they are edited: what a field can split or measure, what a table proposes, and what goes with a part that is taken out. */
import type { Patch } from "../../kernel/document";
import { said } from "../../kernel/i18n";
import { entityOf, field as fieldAt, target } from "../../kernel/metadata";
import type { Entity, Field, Json, Label, Metadata } from "../../kernel/types";
import type { Book, Doc } from "../draft";
import { free, isFact, json, known, list, short } from "../shape";

export interface Dimension {
  id?: string;
  name: string;
  label: Label;
  expression: string;
  zone?: string;
  bands?: { id?: string; name: string; label: Label; below?: number }[];
  step?: number;
}

export interface Measure {
  id?: string;
  name: string;
  label: Label;
  aggregate?: string;
  expression?: string;
  numerator?: string;
  denominator?: string;
  filter?: string;
  format?: string;
  formula?: string;
  of?: string;
  within?: string[];
  offset?: string;
  shown?: string;
  restart?: string;
  by?: string;
  ascending?: boolean;
  target?: number;
  count?: number;
}

/** Measures made of one other. */
export const ofOne: readonly string[] = ["cumulative", "share", "rank", "previous", "concentration"];
/** Measures taken from rows. */
export const ofRows: readonly string[] = ["count", "sum", "average", "median", "max", "min", "count_distinct"];

export interface Axis {
  dimension: string;
  grain?: string;
}

/** One field that can be reached: `path` from the entity, `group` the records it belongs to. */
export interface Reach {
  path: string;
  label: Label;
  group: Label[];
  field: Field;
  /** What it is best for. */
  use: "date" | "split" | "number";
}

export const aggregates = ["count", "sum", "average", "median", "max", "min", "count_distinct", "ratio", "expression", "share", "rank", "cumulative", "previous", "concentration"] as const;
export const grains = ["day", "week", "month", "quarter", "year", "weekday", "hour"] as const;
const numbers = new Set(["integer", "decimal", "money", "percent", "rating", "duration", "number"]);
const dates = new Set(["date", "datetime", "created_at", "changed_at"]);
const splits = new Set(["text", "choice", "boolean", "cascade", "phone", "sequence", "email", "reference", "user", "department", "time", "address", "created_by", "changed_by"]);
/** What many records share; a name or number of its own splits rows into as many groups. */
const shared = new Set(["choice", "boolean", "reference", "user", "department", "cascade"]);

const result = (field: Field) => field.result ?? field.type;
export const dimensionsOf = (dataset: Doc | undefined) => (dataset?.["dimensions"] ?? []) as unknown as Dimension[];
export const measuresOf = (dataset: Doc | undefined) => (dataset?.["measures"] ?? []) as unknown as Measure[];
/** The path an expression simply names. */
export const plainPath = (expression: string | undefined) => /^\{([a-z0-9_.]+)\}$/.exec(expression?.trim() ?? "")?.[1];

export function useOf(field: Field): Reach["use"] | undefined {
  const type = result(field);
  if (field.multiple || field["sensitive"] === true) return undefined;
  return dates.has(type) ? "date" : numbers.has(type) ? "number" : splits.has(type) ? "split" : undefined;
}

/** Every field of an entity and of the records it refers to, two steps far: nearer ones first. */
export function reachable(metadata: Metadata, entity: Entity, depth = 2): Reach[] {
  const walk = (owner: Entity, before: string[], group: Label[], left: number): Reach[] => {
    const system = before.length || isFact(owner.name) ? [] : ["created_at", "created_by"].flatMap((name) => fieldAt(metadata, owner, name) ?? []);
    const own = [...owner.fields, ...system].flatMap((field): Reach[] => {
      const use = useOf(field);
      return use ? [{ path: [...before, field.name].join("."), label: before.length || !["created_at", "created_by"].includes(field.name) ? field.label : said(`field.${field.name}`), group, field, use }] : [];
    });
    const far = left ? owner.fields.flatMap((field) => {
      const next = field.type === "reference" && !field.multiple ? entityOf(metadata, target(field) ?? "") : undefined;
      return next && next.name !== entity.name ? walk(next, [...before, field.name], [...group, field.label], left - 1) : [];
    }) : [];
    return [...own, ...far];
  };
  return walk(entity, [], [], depth);
}

/** What a field is written as where rows are split by it: records by their title, people by their name. */
export function splitting(metadata: Metadata, reach: Reach): string {
  const { field, path } = reach;
  if (["user", "department", "created_by", "changed_by"].includes(field.type)) return `{${path}.name}`;
  const next = field.type === "reference" ? entityOf(metadata, target(field) ?? "") : undefined;
  const title = next && (next.title || next.fields.find((item) => item.type === "text")?.name);
  return title ? `{${path}.${title}}` : `{${path}}`;
}

const labelOf = (reach: Reach): Label => (reach.group.length ? said("facts.of", { owner: reach.group.at(-1), what: reach.label }) : reach.label);
const word = (path: string, end = "") => `${path.replaceAll(".", "_").replace(/_+/g, "_").slice(0, 30 - end.length)}${end}`;

export function dimensionOf(metadata: Metadata, reach: Reach, taken: Iterable<string>): Dimension {
  return { name: free(taken, word(reach.path)), label: reach.field.type === "reference" ? reach.label : labelOf(reach), expression: splitting(metadata, reach) };
}

export const counting = (taken: Iterable<string> = []): Measure => ({ name: free(taken, "count"), label: said("report.count"), aggregate: "count" });

export function measureOf(reach: Reach, aggregate: "sum" | "average" | "count_distinct" | "max", taken: Iterable<string>): Measure {
  const format = { money: "money", percent: "percent" }[result(reach.field)];
  const end = { sum: "_sum", average: "_avg", count_distinct: "_kinds", max: "_max" }[aggregate];
  const counted = aggregate === "count_distinct";
  return {
    name: free(taken, word(reach.path, end)), label: said({ sum: "report.sum_of", average: "report.average_of", count_distinct: "facts.kinds_of", max: "facts.latest" }[aggregate], { of: labelOf(reach) }),
    aggregate, expression: `{${reach.path}}`, ...(format && !counted ? { format } : {}),
  };
}

/** The measure a field gives when nothing more is said: numbers are summed (shares and marks averaged), others counted. */
export const usualMeasure = (reach: Reach, taken: Iterable<string>): Measure =>
  measureOf(reach, reach.use === "number" ? (["percent", "rating"].includes(result(reach.field)) ? "average" : "sum") : reach.use === "date" ? "max" : "count_distinct", taken);

/** What an entity is usually asked: split by its choices, dates, people and references, counted and summed. */
export function proposed(metadata: Metadata, entity: Entity): { dimensions: Dimension[]; measures: Measure[] } {
  if (entity.name === "platform.delivery") return deliveries(entity);
  const all = reachable(metadata, entity, 1);
  const near = all.filter((item) => !item.group.length);
  const own = near.filter((item) => item.use === "date" ? item.field.type !== "created_at" : item.use === "split" && shared.has(item.field.type));
  // rows that belong to another record have their day there
  const borrowed = own.some((item) => item.use === "date") ? [] : all.filter((item) => item.group.length === 1 && (item.use === "date" || item.field.type === "choice"));
  const dimensions: Dimension[] = [];
  for (const reach of [...own, ...borrowed, ...near.filter((item) => item.field.type === "created_at")]) dimensions.push(dimensionOf(metadata, reach, dimensions.map((item) => item.name)));
  const measures: Measure[] = [counting()];
  for (const reach of near.filter((item) => item.use === "number")) {
    measures.push(usualMeasure(reach, measures.map((item) => item.name)));
    if (measures.at(-1)!.aggregate === "sum") measures.push(measureOf(reach, "average", measures.map((item) => item.name)));
  }
  return { dimensions, measures };
}

/** What is asked of messages that were sent: by message, channel and day, how many went, were opened and clicked. */
function deliveries(entity: Entity): { dimensions: Dimension[]; measures: Measure[] } {
  const split = ["message", "channel", "purpose", "state", "reason", "at"];
  const happened = (name: string, at: string): Measure => ({ name, label: said(`facts.${name}`), aggregate: "count", filter: `NOT(ISBLANK({${at}}))` });
  const share = (name: string, numerator: string): Measure => ({ name, label: said(`facts.${name}`), aggregate: "ratio", numerator, denominator: "sent", format: "percent" });
  return {
    dimensions: entity.fields.filter((field) => split.includes(field.name)).sort((a, b) => split.indexOf(a.name) - split.indexOf(b.name)).map((field) => ({ name: field.name === "at" ? "day" : field.name, label: field.label, expression: `{${field.name}}` })),
    measures: [counting(), happened("sent", "sent_at"), happened("opened", "opened_at"), happened("clicked", "clicked_at"), happened("failed", "failed_at"), share("open_rate", "opened"), share("click_rate", "clicked")],
  };
}

/** A dataset of an entity with what it proposes. */
export function datasetDoc(metadata: Metadata, entity: Entity, name: string, label: Label): Doc {
  const { dimensions, measures } = proposed(metadata, entity);
  return { name, label: json(label), entity: entity.name, dimensions: json(dimensions), measures: json(measures) };
}

/** The dimensions that are a plain date or moment, which alone have grains. */
export function datedNames(metadata: Metadata, entity: Entity | undefined, dimensions: readonly Dimension[]): Set<string> {
  return new Set(dimensions.filter((item) => {
    const path = plainPath(item.expression);
    const found = path && entity ? fieldAt(metadata, entity, path) : undefined;
    return !!found && dates.has(result(found));
  }).map((item) => item.name));
}

/** A dimension or measure taken out, and with it every place of this application's reports and boards that shows it. */
export function withoutPart(book: Book, id: string, sort: "dimensions" | "measures", name: string): Patch[] {
  const dataset = book["dataset"]?.[id];
  const parts = (dataset?.[sort] ?? []) as unknown as { name: string }[];
  const at = parts.findIndex((item) => item.name === name);
  if (!dataset || at < 0) return [];
  const patches: Patch[] = [{ do: "remove", path: ["dataset", id, sort, at] }];
  const own = (doc: { [key: string]: unknown }) => short(String(doc["dataset"] ?? "")) === dataset["name"];
  const keep = (path: string[], before: Json | undefined, after: Json[]) => {
    if (Array.isArray(before) && before.length !== after.length) patches.push({ do: "set", path, value: after });
  };
  const items = (value: Json | undefined) => (Array.isArray(value) ? value : []);
  const by = (item: Json, key: string) => String((item as Doc)[key]).split(":")[0];
  for (const [key, report] of list(book, "report")) {
    if (!own(report)) continue;
    for (const axis of sort === "dimensions" ? ["rows", "columns", "color", "filters"] : []) keep(["report", key, axis], report[axis], items(report[axis]).filter((item) => by(item, "dimension") !== name));
    if (sort === "measures") keep(["report", key, "measures"], report["measures"], items(report["measures"]).filter((item) => item !== name));
    keep(["report", key, "order"], report["order"], items(report["order"]).filter((item) => by(item, "by") !== name));
  }
  if (sort === "dimensions") for (const [key, board] of list(book, "board")) keep(["board", key, "filters"], board["filters"], items(board["filters"]).filter((item) => !(own(item as Doc) && (item as Doc)["dimension"] === name)));
  return patches;
}

/** The dataset a report asks, by its name; it may be lent by another application. */
export const datasetOf = (book: Book, report: Doc | undefined): Doc | undefined => known(book, "dataset", String(report?.["dataset"] ?? ""));
