/** Conditions read back from their tree into the model the builder edits; null where the builder has no words for one. */
import { GATHERED, isGroup, SEGMENTS, signs, type Clause, type Gathered, type Group } from "./condition";
import type { Tree } from "./expressions/tree";
import type { Value } from "./types";

/** The operators offered for a field, by path. */
type Offered = (path: string) => readonly string[];

const bare = (tree: Tree): Tree => (tree.kind === "convert" ? bare(tree.arg) : tree);
const call = (tree: Tree, name: string) => {
  const found = bare(tree);
  return found.kind === "call" && found.name === name ? found : null;
};
const ref = (tree: Tree | undefined): string | null => {
  const found = tree && bare(tree);
  return found?.kind === "ref" && !found.bound ? found.path.join(".") : null;
};

function constant(tree: Tree | undefined): { value: Value } | null {
  const found = tree && bare(tree);
  if (!found) return null;
  if (found.kind === "literal") return { value: found.value as Value };
  if (found.kind !== "call") return null;
  if (found.name === "BLANK") return { value: null };
  if (found.name === "TRUE" || found.name === "FALSE") return { value: found.name === "TRUE" };
  if (found.name === "DATE") {
    const [year, month, day] = found.args.map((arg) => constant(arg)?.value);
    return { value: [String(year), String(month).padStart(2, "0"), String(day).padStart(2, "0")].join("-") };
  }
  if (found.name === "NEGATE" || (found.name === "-" && found.args.length === 1)) {
    const inner = constant(found.args[0]);
    return inner && typeof inner.value === "number" ? { value: -inner.value } : null;
  }
  return null;
}

/** Days away from today; null when the tree is something else. */
function fromToday(tree: Tree | undefined): number | null {
  const found = tree && bare(tree);
  if (!found || found.kind !== "call") return null;
  if (found.name === "TODAY" || found.name === "NOW") return 0;
  const later = /^(LATER|\+)/.test(found.name);
  if (!later && !/^(EARLIER|-)/.test(found.name)) return null;
  const days = Number(constant(found.args[1])?.value ?? Number.NaN);
  return fromToday(found.args[0]) === 0 && Number.isFinite(days) ? (later ? days : -days) : null;
}

const compared = (tree: Tree, name: string): [string, Tree] | null => {
  const found = call(tree, name);
  const path = ref(found?.args[0]);
  return found && path !== null && found.args[1] ? [path, found.args[1]] : null;
};

function span(tree: Tree): Clause | null {
  const both = call(tree, "AND");
  if (both?.args.length !== 2) return null;
  const low = compared(both.args[0]!, ">=");
  const below = compared(both.args[1]!, "<");
  if (low && below && low[0] === below[0]) {
    const [from, to] = [fromToday(low[1]), fromToday(below[1])];
    if (from === 0 && to === 1) return { field: low[0], operator: "today", value: null };
    if (from !== null && from < 0 && to === 1) return { field: low[0], operator: "past_days", value: -from };
    if (from === 0 && to !== null && to > 1) return { field: low[0], operator: "next_days", value: to - 1 };
  }
  const high = compared(both.args[1]!, "<=");
  if (low && high && low[0] === high[0]) {
    const [from, to] = [constant(low[1]), constant(high[1])];
    if (from && to) return { field: low[0], operator: "between", value: [from.value, to.value] };
  }
  return null;
}

const within = (tree: Tree): { field: string; values: Value[] } | null => {
  const found = call(tree, "IN");
  const path = ref(found?.args[0]);
  if (!found || path === null) return null;
  const values = found.args.slice(1).map(constant);
  return values.every((item) => item !== null) ? { field: path, values: values.map((item) => item!.value) } : null;
};

/** The segments of which a record must be in one, where nothing else is asked. */
function segments(tree: Tree): string[] | null {
  const one = call(tree, "IN_SEGMENT");
  if (one) return ref(one.args[1]) === "id" || !one.args[1] ? [String(constant(one.args[0])?.value ?? "")] : null;
  const found = call(tree, "OR")?.args.map(segments);
  return found?.length && found.every((item) => item !== null) ? found.flatMap((item) => item!) : null;
}

/** Refs as if the record at hand were not a row of theirs. */
function unbound(tree: Tree): Tree {
  if (tree.kind === "ref") return { ...tree, bound: 0 };
  if (tree.kind === "call") return { ...tree, args: tree.args.map(unbound) };
  return tree.kind === "convert" ? { ...tree, arg: unbound(tree.arg) } : tree;
}

/** What is asked of the records of one relation. */
function gathering(tree: Tree, offered: Offered, between: boolean): Gathered | null {
  const found = bare(tree);
  if (found.kind !== "aggregate" || found.start !== 0 || found.rows.length !== 1 || !["COUNT", "SUM", "AVERAGE", "MIN", "MAX", "ANY"].includes(found.name)) return null;
  const rows = found.rows[0]!;
  const path = found.value ? ref(unbound(found.value)) : null;
  if (found.value && (found.name === "ANY" || path?.split(".").length !== 2)) return null;
  const made: Gathered = { rows, by: found.name as Gathered["by"], ...(path ? { field: path.split(".")[1]! } : {}) };
  if (!found.condition) return made;
  const read = item(unbound(found.condition), offered, between);
  if (!read) return null;
  const all: Group = isGroup(read) && read.join === "and" ? read : { join: "and", items: [read] };
  const span_ = all.items.find((one): one is Clause => !isGroup(one) && one.operator === "since_days" && one.field.startsWith(`${rows}.`) && one.field.split(".").length === 2);
  const rest = all.items.filter((one) => one !== span_);
  return { ...made, ...(span_ ? { dated: span_.field.split(".")[1]!, days: Number(span_.value) } : {}), ...(rest.length ? { where: { join: "and", items: rest } } : {}) };
}

function ofMany(tree: Tree, offered: Offered, between: boolean): Clause | null {
  const not = call(tree, "NOT");
  const any = gathering(not?.args[0] ?? tree, offered, between);
  if (any?.by === "ANY") return { field: GATHERED, operator: not ? "no" : "yes", value: null, of: any };
  for (const sign of signs) {
    const found = call(tree, sign);
    const of = found && gathering(found.args[0]!, offered, between);
    const value = constant(found?.args[1]);
    if (of && of.by !== "ANY" && value && value.value !== null && !Number.isNaN(Number(value.value))) return { field: GATHERED, operator: sign, value: Number(value.value), of };
  }
  return null;
}

function clause(tree: Tree, offered: Offered, between: boolean): Clause | null {
  const many = between ? ofMany(tree, offered, between) : null;
  if (many) return many;
  return single(tree, offered, between);
}

function single(tree: Tree, offered: Offered, between: boolean): Clause | null {
  const range = span(tree);
  if (range) return range;
  const listed = within(tree);
  if (listed) return { field: listed.field, operator: "in", value: listed.values };
  for (const [name, operator] of [["CONTAINS", "contains"], ["STARTS_WITH", "starts_with"]] as const) {
    const found = call(tree, name);
    const path = ref(found?.args[0]);
    const value = constant(found?.args[1]);
    if (path !== null && value) return { field: path, operator, value: value.value };
  }
  const sets = segments(tree);
  if (sets) return { field: SEGMENTS, operator: "in", value: sets };
  const includes = call(tree, "INCLUDES");
  const many = ref(includes?.args[0]);
  const one = constant(includes?.args[1]);
  if (many !== null && one) return { field: many, operator: "in", value: [one.value] };
  const blank = call(tree, "ISBLANK");
  const empty = ref(blank?.args[0]);
  if (empty !== null) return { field: empty, operator: "blank", value: null };
  const not = call(tree, "NOT");
  if (not?.args[0]) {
    const inner = clause(not.args[0], offered, between);
    const opposite: Record<string, string> = { contains: "not_contains", in: "not_in", blank: "not_blank" };
    return inner && opposite[inner.operator] ? { ...inner, operator: opposite[inner.operator]! } : null;
  }
  return comparison(tree, offered, between);
}

function comparison(tree: Tree, offered: Offered, between: boolean): Clause | null {
  for (const sign of ["=", "<>", "<", "<=", ">", ">="]) {
    const found = compared(tree, sign);
    if (!found) continue;
    const [path, right] = found;
    if (sign === "=" && call(right, "ME")) return { field: path, operator: "is_me", value: null };
    const days = fromToday(right);
    if (sign === ">=" && days !== null && days < 0 && offered(path).includes("older_days")) return { field: path, operator: "since_days", value: -days };
    if (sign === "<" && days !== null && days < 0) return { field: path, operator: "older_days", value: -days };
    const other = between ? ref(right) : null;
    const value = other === null ? constant(right)?.value : { field: other };
    if (value === undefined) return null;
    if (value === true) return { field: path, operator: sign === "=" ? "yes" : "no", value: null };
    if (value === false && sign === "=") return { field: path, operator: "no", value: null };
    const words = offered(path);
    if (words.includes(sign)) return { field: path, operator: sign, value };
    if (other === null && (sign === "=" || sign === "<>") && words.includes("in")) return { field: path, operator: sign === "=" ? "in" : "not_in", value: [value] };
    const dated: Record<string, string> = { "=": "on", "<": "before", ">": "after", ...(between ? { ">=": "not_before", "<=": "not_after" } : {}) };
    return dated[sign] && words.includes("on") ? { field: path, operator: dated[sign], value } : null;
  }
  const found = bare(tree);
  const path = ref(found);
  return path !== null && found.type === "boolean" ? { field: path, operator: "yes", value: null } : null;
}

/** The whole condition as a group; `between` for builders that know words between two fields as well. */
export function readGroup(tree: Tree, offered: Offered, between = false): Group | null {
  const found = item(tree, offered, between);
  return found && (isGroup(found) ? found : { join: "and", items: [found] });
}

function item(tree: Tree, offered: Offered, between: boolean): Clause | Group | null {
  const single = clause(tree, offered, between);
  if (single) return single;
  for (const name of ["AND", "OR"] as const) {
    const found = call(tree, name);
    if (!found) continue;
    const items = found.args.map((arg) => item(arg, offered, between));
    if (items.every((one) => one !== null)) return { join: name === "AND" ? "and" : "or", items: items as (Clause | Group)[] };
  }
  return null;
}
