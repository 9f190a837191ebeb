/** Evaluates a typed tree for one record, with the same meaning as the server's Python and SQL; it parses nothing. */
import catalogue from "./catalogue.json";
import * as d from "./decimals";
import { FUNCTIONS, overRows, same } from "./functions";
import * as m from "./moments";
import { kindOf, scaleOf, type Aggregate, type Call, type Context, type Setting, type Tree, type Value } from "./tree";

interface Parameter {
  accepts: string;
  optional?: boolean;
  repeated?: boolean;
  raw?: boolean;
}

type Fields = Record<string, unknown>;
type Rows = Map<string, unknown>;

const TAKES = catalogue.functions as unknown as Record<string, { takes: Parameter[]; textual: boolean } | undefined>;
const NEUTRAL = new Set(["text", "words", "number", "real", "integer", "meet"]);
const CHAIN = new Set(["+", "-", "*", "NEGATE"]);

/** The value as JSON: text for numbers with a point, for dates and instants; a reference as its id; null for blank.
 * Numbers of the record come as JSON numbers or text, references as their record or id, relations as lists. */
export function evaluate(tree: unknown, record: Fields, context: Context = {}): unknown {
  const found = new Evaluation(settingOf(context)).value(tree as Tree, new Map([["", record]]));
  return give(found, (tree as Tree).type);
}

function settingOf(context: Context): Setting {
  const now = context.now instanceof Date ? context.now : new Date(context.now ?? Date.now());
  const { issues } = context;
  return {
    now: now.getTime(),
    zone: context.zone ?? "UTC",
    me: read(context.me, "record"),
    department: read(context.my_department, "record"),
    departments: (context.my_departments ?? []).map((each) => read(each, "record")),
    segments: context.segments ?? {},
    report: (code) => {
      const full = `expressions.${code}`;
      if (issues && !issues.includes(full)) issues.push(full);
      return null;
    },
  };
}

/** A value of the record, or of a literal, while computing. */
function read(value: unknown, type: string): Value {
  if (value === null || value === undefined || value === "") return null;
  switch (kindOf(type)) {
    case "number":
      return d.toUnits(value, scaleOf(type));
    case "real":
      return d.real(new d.Wide(String(value)));
    case "datetime":
      return Date.parse(String(value));
    case "time":
      return String(value).padEnd(8, ":00").slice(0, 8);
    case "record":
      return identity(value);
    case "texts":
      return Array.isArray(value) && value.length ? (value as Value[]) : null;
    case "boolean":
      return value === true;
    default:
      return String(value);
  }
}

function identity(value: unknown): Value {
  const id = typeof value === "object" && value !== null ? (value as Fields)["id"] : value;
  return id === null || id === undefined ? null : String(id);
}

function give(value: Value, type: string): unknown {
  if (value === null) return null;
  switch (kindOf(type)) {
    case "number": {
      const text = d.fromUnits(value as bigint, scaleOf(type));
      return scaleOf(type) === 0 && Number.isSafeInteger(Number(text)) ? Number(text) : text;
    }
    case "real":
      return d.plain(value as d.Real);
    case "datetime":
      return m.isoInstant(value as number);
    case "record":
      return Number.isSafeInteger(Number(value)) ? Number(value) : value;
    default:
      return value;
  }
}

/** Plus, minus or times of exact numbers, or such with more digits after the point: checked for overflow once. */
function chained(tree: Tree): boolean {
  if (tree.kind === "call") return CHAIN.has(tree.name) && tree.type !== "real";
  if (tree.kind !== "convert") return false;
  const exact = kindOf(tree.type) === "number" && kindOf(tree.arg.type) === "number";
  return exact && scaleOf(tree.type) > scaleOf(tree.arg.type) && chained(tree.arg);
}

function dig(record: unknown, path: string[]): unknown {
  let found = record;
  for (const name of path) {
    if (found === null || found === undefined) return null;
    if (typeof found !== "object") return name === "id" ? found : null;
    found = (found as Fields)[name];
  }
  return found;
}

function zero(type: string): Value {
  const kind = kindOf(type);
  return kind === "number" ? 0n : kind === "real" ? d.ZERO : "";
}

class Evaluation {
  constructor(private readonly setting: Setting) {}

  value(tree: Tree, rows: Rows): Value {
    switch (tree.kind) {
      case "literal":
        return read(tree.value, tree.type);
      case "ref": {
        const base = rows.get(tree.path.slice(0, tree.bound).join("."));
        return read(dig(base, tree.path.slice(tree.bound)), tree.type);
      }
      case "convert":
        return chained(tree) ? this.fitted(tree, rows) : this.convert(this.value(tree.arg, rows), tree.arg.type, tree.type);
      case "aggregate":
        return this.aggregate(tree, rows);
      case "call":
        return chained(tree) ? this.fitted(tree, rows) : this.call(tree, rows);
    }
  }

  private fitted(tree: Tree, rows: Rows): Value {
    return d.fit(this.chain(tree, rows)) ?? this.setting.report("overflow");
  }

  private chain(tree: Tree, rows: Rows): bigint {
    if (!chained(tree)) return this.neutral(tree, rows) as bigint;
    if (tree.kind === "convert") return this.chain(tree.arg, rows) * 10n ** BigInt(scaleOf(tree.type) - scaleOf(tree.arg.type));
    const { name, args } = tree as Call;
    const [left, right] = args.map((arg) => this.chain(arg, rows)) as [bigint, bigint];
    return name === "NEGATE" ? -left : name === "+" ? left + right : name === "-" ? left - right : left * right;
  }

  private neutral(tree: Tree, rows: Rows): Value {
    return this.value(tree, rows) ?? zero(tree.type);
  }

  private holds(tree: Tree, rows: Rows): boolean {
    return this.value(tree, rows) === true;
  }

  private operand(parameter: Parameter | undefined, arg: Tree, rows: Rows): Value {
    if (parameter?.accepts === "boolean") return this.holds(arg, rows);
    return parameter && NEUTRAL.has(parameter.accepts) && !parameter.raw ? this.neutral(arg, rows) : this.value(arg, rows);
  }

  private call(call: Call, rows: Rows): Value {
    const { name, args } = call;
    const at = (place: number): Tree => args[place] as Tree;
    switch (name) {
      case "IF":
        return this.holds(at(0), rows) ? this.value(at(1), rows) : args[2] ? this.value(args[2], rows) : null;
      case "IFS":
        for (let place = 0; place + 1 < args.length; place += 2) if (this.holds(at(place), rows)) return this.value(at(place + 1), rows);
        return args.length % 2 ? this.value(at(args.length - 1), rows) : null;
      case "SWITCH": {
        const subject = this.value(at(0), rows);
        for (let place = 1; place + 1 < args.length; place += 2) if (same(subject, this.value(at(place), rows))) return this.value(at(place + 1), rows);
        return args.length % 2 ? null : this.value(at(args.length - 1), rows);
      }
      case "AND":
        return args.every((arg) => this.holds(arg, rows));
      case "OR":
        return args.some((arg) => this.holds(arg, rows));
      case "NOT":
        return !this.holds(at(0), rows);
      case "IFBLANK":
      case "IFERROR":
        return this.value(at(0), rows) ?? this.value(at(1), rows);
    }
    const apply = FUNCTIONS[name];
    const entry = TAKES[name];
    if (!apply || !entry) throw new Error(`no function ${name}`);
    const operands = args.map((arg, place) => this.operand(parameterOf(entry.takes, place, args.length), arg, rows));
    const found = apply(operands, call, this.setting);
    return entry.textual && found === "" ? null : found;
  }

  private convert(value: Value, source: string, target: string): Value {
    if (value === null) return null;
    const [from, to] = [kindOf(source), kindOf(target)];
    const { zone } = this.setting;
    if (to === "text") return asText(value, source, zone);
    if (from === "number" && to === "number") {
      const steps = scaleOf(target) - scaleOf(source);
      return steps >= 0 ? (value as bigint) * 10n ** BigInt(steps) : d.divideUnits(value as bigint, 10n ** BigInt(-steps), "down");
    }
    if (from === "number" && to === "real") return d.toReal(value as bigint, scaleOf(source));
    if (from === "real" && to === "number") return d.roundReal(value as d.Real, scaleOf(target), "down");
    if (from === "date" && to === "datetime") return m.midnight(value as string, zone);
    if (from === "datetime" && to === "date") return m.wall(value as number, zone)?.slice(0, 10) ?? null;
    if (from === "datetime" && to === "time") return m.wall(value as number, zone)?.slice(11) ?? null;
    return value;
  }

  private aggregate(tree: Aggregate, rows: Rows): Value {
    const values: Value[] = [];
    const ends = tree.many.filter((position) => position >= tree.start).map((position) => position + 1);
    const visit = (from: number, left: number[], seen: Rows): void => {
      const [end, ...rest] = left;
      if (end === undefined) {
        if (!tree.condition || this.holds(tree.condition, seen)) values.push(tree.value ? this.value(tree.value, seen) : true);
        return;
      }
      const found = dig(seen.get(tree.rows.slice(0, from).join(".")), tree.rows.slice(from, end));
      for (const row of Array.isArray(found) ? found : []) visit(end, rest, new Map(seen).set(tree.rows.slice(0, end).join("."), row));
    };
    visit(tree.start, ends, rows);
    return overRows(tree.name, tree.value?.type ?? tree.type, values, this.setting);
  }
}

/** The parameter that an argument fills; a single one left over after whole repeated groups fills the last. */
function parameterOf(takes: Parameter[], place: number, count: number): Parameter | undefined {
  const fixed = takes.filter((each) => !each.repeated).length;
  const group = takes.slice(fixed);
  if (place < fixed || !group.length) return takes[place];
  if (place === count - 1 && (count - fixed) % group.length) return group[group.length - 1];
  return group[(place - fixed) % group.length];
}

/** A value as & writes it: numbers without zeros at the end, times to the minute in the business zone. */
function asText(value: Value, type: string, zone: string): Value {
  switch (kindOf(type)) {
    case "number": {
      const text = d.fromUnits(value as bigint, scaleOf(type));
      return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
    }
    case "real":
      return d.plain(value as d.Real);
    case "boolean":
      return value ? "TRUE" : "FALSE";
    case "datetime":
      return m.wall(value as number, zone)?.slice(0, 16) ?? null;
    case "time":
      return (value as string).slice(0, 5);
    default:
      return value as string;
  }
}
