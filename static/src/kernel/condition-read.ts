/** Conditions read back from their tree into the model the builder edits; null where the builder has no words for one. */
import { isGroup, type Clause, type Group } from "./condition";
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

function clause(tree: Tree, offered: Offered): Clause | null {
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
  const includes = call(tree, "INCLUDES");
  const many = ref(includes?.args[0]);
  const one = constant(includes?.args[1]);
  if (many !== null && one) return { field: many, operator: "in", value: [one.value] };
  const blank = call(tree, "ISBLANK");
  const empty = ref(blank?.args[0]);
  if (empty !== null) return { field: empty, operator: "blank", value: null };
  const not = call(tree, "NOT");
  if (not?.args[0]) {
    const inner = clause(not.args[0], offered);
    const opposite: Record<string, string> = { contains: "not_contains", in: "not_in", blank: "not_blank" };
    return inner && opposite[inner.operator] ? { ...inner, operator: opposite[inner.operator]! } : null;
  }
  return comparison(tree, offered);
}

function comparison(tree: Tree, offered: Offered): Clause | null {
  for (const sign of ["=", "<>", "<", "<=", ">", ">="]) {
    const found = compared(tree, sign);
    if (!found) continue;
    const [path, right] = found;
    if (sign === "=" && call(right, "ME")) return { field: path, operator: "is_me", value: null };
    const days = fromToday(right);
    if (sign === "<" && days !== null && days < 0) return { field: path, operator: "older_days", value: -days };
    const value = constant(right)?.value;
    if (value === undefined) return null;
    if (value === true) return { field: path, operator: sign === "=" ? "yes" : "no", value: null };
    if (value === false && sign === "=") return { field: path, operator: "no", value: null };
    const words = offered(path);
    if (words.includes(sign)) return { field: path, operator: sign, value };
    if ((sign === "=" || sign === "<>") && words.includes("in")) return { field: path, operator: sign === "=" ? "in" : "not_in", value: [value] };
    const dated: Record<string, string> = { "=": "on", "<": "before", ">": "after" };
    return dated[sign] && words.includes(dated[sign]) ? { field: path, operator: dated[sign], value } : null;
  }
  const found = bare(tree);
  const path = ref(found);
  return path !== null && found.type === "boolean" ? { field: path, operator: "yes", value: null } : null;
}

/** The whole condition as a group. */
export function readGroup(tree: Tree, offered: Offered): Group | null {
  const found = item(tree, offered);
  return found && (isGroup(found) ? found : { join: "and", items: [found] });
}

function item(tree: Tree, offered: Offered): Clause | Group | null {
  const single = clause(tree, offered);
  if (single) return single;
  for (const name of ["AND", "OR"] as const) {
    const found = call(tree, name);
    if (!found) continue;
    const items = found.args.map((arg) => item(arg, offered));
    if (items.every((one) => one !== null)) return { join: name === "AND" ? "and" : "or", items: items as (Clause | Group)[] };
  }
  return null;
}
