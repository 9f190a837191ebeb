/** What each function does; the operands are prepared as `catalogue.json` says, blanks included. */
import * as d from "./decimals";
import type { Real, Rounding } from "./decimals";
import { writeDate, writeNumber } from "./formats";
import * as m from "./moments";
import { scaleOf, type Call, type Setting, type Tree, type Value } from "./tree";

export type Apply = (args: Value[], call: Call, setting: Setting) => Value;

const SECONDS = new d.Wide(86_400);
const isReal = (value: Value): value is Real => value instanceof d.Wide;
const reals = (args: Value[]): Real[] => args as Real[];
const texts = (args: Value[]): string[] => args as string[];
const int = (value: Value | undefined): number => Number((value as bigint | undefined) ?? 0n);
const big = (value: number | null): bigint | null => (value === null ? null : BigInt(value));
const points = (text: string): string[] => Array.from(text);

/** Blank if any operand is blank. */
function strict(apply: Apply): Apply {
  return (args, call, setting) => (args.includes(null) ? null : apply(args, call, setting));
}

/** As `strict`; a result that there is not is reported. */
function reporting(apply: Apply): Apply {
  return strict((args, call, setting) => apply(args, call, setting) ?? setting.report("overflow"));
}

/** By code point, as the databases and Python compare: UTF-16 would put surrogates before U+E000. */
export function compare(left: Value, right: Value): number {
  if (typeof left === "string" && typeof right === "string") {
    const a = points(left);
    const b = points(right);
    for (let place = 0; place < Math.min(a.length, b.length); place++) {
      const step = (a[place]?.codePointAt(0) ?? 0) - (b[place]?.codePointAt(0) ?? 0);
      if (step) return step;
    }
    return a.length - b.length;
  }
  if (isReal(left) && isReal(right)) return left.cmp(right);
  const [a, b] = [left as bigint, right as bigint];
  return a < b ? -1 : a > b ? 1 : 0;
}

export function same(left: Value, right: Value): boolean {
  if (left === null || right === null) return left === right;
  return isReal(left) && isReal(right) ? left.eq(right) : left === right;
}

const ordered =
  (holds: (step: number) => boolean): Apply =>
  ([left = null, right = null]) =>
    left !== null && right !== null && holds(compare(left, right));

const onReals =
  (apply: (left: Real, right: Real) => Real): Apply =>
  (args, _call, setting) => {
    const [left, right] = reals(args) as [Real, Real];
    return d.real(apply(left, right)) ?? setting.report("overflow");
  };

const raise: Apply = (args, _call, setting) => {
  const [value, exponent] = reals(args) as [Real, Real];
  return d.power(value, exponent) ?? setting.report("no_power");
};

function later(sign: 1 | -1): Apply {
  return reporting(([start, count]) => {
    const days = int(count);
    return Math.abs(days) <= 4_000_000 ? m.addDays(start as string, sign * days) : null;
  });
}

function laterAt(sign: 1 | -1): Apply {
  return reporting(([start, count]) => {
    const product = d.real((count as Real).times(SECONDS));
    const seconds = product && d.roundReal(product, 0, "half");
    if (seconds === null || seconds > 400_000_000_000n || seconds < -400_000_000_000n) return null;
    return m.inCalendar(Math.floor((start as number) / 1000) * 1000 + sign * Number(seconds) * 1000);
  });
}

/** How many digits a rounding keeps, if that is written. */
function digitsOf(call: Call): number | null {
  const arg = call.args[1];
  if (!arg) return 0;
  const written = unconverted(arg);
  return written.kind === "literal" && written.value !== null && Number.isInteger(Number(written.value)) ? Number(written.value) : null;
}

function unconverted(tree: Tree): Tree {
  return tree.kind === "convert" ? unconverted(tree.arg) : tree;
}

function rounding(mode: Rounding): Apply {
  return (args, call, setting) => {
    const value = args[0] as bigint | Real;
    const digits = digitsOf(call);
    const scale = scaleOf(call.args[0]?.type ?? "");
    if (call.type === "real") {
      const loose = typeof value === "bigint" ? d.toReal(value, scale) : value;
      return d.roundLoose(loose, digits ?? int(args[1]), mode) ?? setting.report("overflow");
    }
    const kept = digits ?? 0;
    if (typeof value === "bigint") return d.fit(d.roundUnits(value, scale, kept, mode)) ?? setting.report("overflow");
    const found = d.roundReal(value, kept, mode);
    return (found === null ? null : d.fit(found * 10n ** BigInt(Math.max(0, -kept)))) ?? setting.report("overflow");
  };
}

function multiple(mode: Rounding): Apply {
  return ([value, step], _call, setting) => {
    if (isReal(value as Value)) {
      if ((step as Real).isZero()) return setting.report("division_by_zero");
      return d.multiple(value as Real, step as Real, mode) ?? setting.report("overflow");
    }
    if (step === 0n) return setting.report("division_by_zero");
    const by = (step as bigint) < 0n ? -(step as bigint) : (step as bigint);
    return d.fit(d.divideUnits(value as bigint, by, mode) * by) ?? setting.report("overflow");
  };
}

function extreme(sign: 1 | -1): (values: Value[]) => Value {
  return (values) => values.filter((each) => each !== null).reduce<Value>((best, each) => (best === null || compare(each, best) * sign > 0 ? each : best), null);
}

const least = extreme(-1);
const greatest = extreme(1);

/** The aggregate of values; blanks do not count. */
export function overRows(name: string, type: string, values: Value[], setting: Setting): Value {
  if (name === "ANY") return values.includes(true);
  if (name === "ALL") return values.every((each) => each === true);
  const known = values.filter((each) => each !== null);
  if (name === "COUNT") return BigInt(known.length);
  if (name === "COUNT_DISTINCT") return BigInt(new Set(known.map((each) => (isReal(each) ? each.toString() : each))).size);
  if (name === "MIN") return least(known);
  if (name === "MAX") return greatest(known);
  if (type === "real" || isReal(known[0] ?? null)) {
    const sum = d.real(reals(known).reduce((total, each) => total.plus(each), d.ZERO));
    if (name === "SUM") return sum ?? setting.report("overflow");
    return known.length && sum ? d.real(sum.div(known.length)) : null;
  }
  const sum = (known as bigint[]).reduce((total, each) => total + each, 0n);
  if (name === "SUM") return d.fit(sum) ?? setting.report("overflow");
  return known.length ? d.real(d.toReal(sum, scaleOf(type)).div(known.length)) : null;
}

const clock = (from: number): Apply => strict(([time]) => BigInt((time as string).slice(from, from + 2)));
const ofDay = (read: (day: string) => number): Apply => strict(([day]) => BigInt(read(day as string)));

export const FUNCTIONS: Record<string, Apply> = {
  "+": onReals((left, right) => left.plus(right)),
  "-": onReals((left, right) => left.minus(right)),
  "*": onReals((left, right) => left.times(right)),
  "/": (args, _call, setting) => {
    const [left, right] = reals(args) as [Real, Real];
    return right.isZero() ? setting.report("division_by_zero") : (d.real(left.div(right)) ?? setting.report("overflow"));
  },
  "^": raise,
  POWER: raise,
  NEGATE: ([value]) => (value as Real).neg(),
  LATER: later(1),
  EARLIER: later(-1),
  LATER_AT: laterAt(1),
  EARLIER_AT: laterAt(-1),
  SPAN: strict(([end, start]) => BigInt(m.dayNumber(end as string) - m.dayNumber(start as string))),
  DAYS: strict(([end, start]) => BigInt(m.dayNumber(end as string) - m.dayNumber(start as string))),
  SPAN_AT: strict(([end, start]) => d.real(new d.Wide(Math.floor((end as number) / 1000) - Math.floor((start as number) / 1000)).div(SECONDS))),
  "&": (args) => texts(args).join(""),
  CONCAT: (args) => texts(args).join(""),
  "=": ([left = null, right = null]) => same(left, right),
  "<>": ([left = null, right = null]) => !same(left, right),
  "<": ordered((step) => step < 0),
  "<=": ordered((step) => step <= 0),
  ">": ordered((step) => step > 0),
  ">=": ordered((step) => step >= 0),
  ISBLANK: ([value]) => value === null,
  IN: ([subject = null, ...choices]) => choices.some((choice) => same(subject, choice)),
  IN_DEPARTMENTS: ([subject = null, departments]) => (departments as Value[]).includes(subject),
  INCLUDES: ([choices, ...wanted]) => Array.isArray(choices) && wanted.some((each) => choices.includes(each)),
  TEXTJOIN: ([separator, ...parts]) => parts.filter((part) => part !== null && part !== "").join(separator as string),
  LEFT: ([text, count]) => points(text as string).slice(0, Math.max(int(count), 0)).join(""),
  RIGHT: ([text, count]) => (int(count) > 0 ? points(text as string).slice(-int(count)).join("") : ""),
  MID: ([text, start, count]) => {
    const first = Math.max(int(start), 1) - 1;
    return points(text as string).slice(first, first + Math.max(int(count), 0)).join("");
  },
  LEN: ([text]) => BigInt(points(text as string).length),
  TRIM: ([text]) => (text as string).replace(/^[ \u3000]+|[ \u3000]+$/g, "").replace(/ +/g, " "),
  UPPER: ([text]) => (text as string).toUpperCase(),
  LOWER: ([text]) => (text as string).toLowerCase(),
  SUBSTITUTE: (args, _call, setting) => {
    const [text, old, next] = texts(args) as [string, string, string];
    if (points(text).length * points(next).length > 1_000_000) return setting.report("overflow");
    return old ? text.replaceAll(old, () => next) : text;
  },
  FIND: ([part, text, start = 1n]) => {
    const all = points(text as string);
    const first = int(start);
    if (first < 1 || first > all.length + 1) return null;
    const rest = all.slice(first - 1).join("");
    const found = rest.indexOf(part as string);
    return found < 0 ? null : BigInt(points(rest.slice(0, found)).length + first);
  },
  CONTAINS: ([text, part]) => (text as string).includes(part as string),
  STARTS_WITH: ([text, part]) => ((text ?? "") as string).startsWith((part ?? "") as string),
  ENDS_WITH: ([text, part]) => (text as string).endsWith(part as string),
  REPT: ([text, count], _call, setting) => {
    const times = int(count);
    if (times < 0 || times > 32_767 || times * points(text as string).length > 32_767) return setting.report("overflow");
    return (text as string).repeat(times);
  },
  VALUE: ([text], _call, setting) => d.read(text as string) ?? (text ? setting.report("not_a_number") : null),
  TEXT: ([value, form], call, setting) =>
    writeNumber(value as bigint | Real, scaleOf(call.args[0]?.type ?? ""), form as string) ?? setting.report("overflow"),
  TEXT_DATE: strict(([value, form], _call, setting) => {
    const local = typeof value === "number" ? m.wall(value, setting.zone) : `${value as string} 00:00:00`;
    return local && writeDate(local, form as string);
  }),
  ROUND: rounding("half"),
  ROUNDUP: rounding("up"),
  ROUNDDOWN: rounding("down"),
  INT: rounding("floor"),
  ABS: ([value]) => (isReal(value as Value) ? (value as Real).abs() : (value as bigint) < 0n ? -(value as bigint) : (value as bigint)),
  MOD: ([value, by], _call, setting) => {
    if (isReal(by as Value)) return (by as Real).isZero() ? setting.report("division_by_zero") : d.modulo(value as Real, by as Real);
    return by === 0n ? setting.report("division_by_zero") : d.restOf(value as bigint, by as bigint);
  },
  CEILING: multiple("ceiling"),
  FLOOR: multiple("floor"),
  SQRT: ([value], _call, setting) => d.root(value as Real) ?? setting.report("no_power"),
  DATE: reporting(([year, month, day]) => m.makeDate(int(year), int(month), int(day))),
  TIME: reporting(([hour, minute, second]) => {
    const [h, n, s] = [int(hour), int(minute), int(second)];
    return h >= 0 && h < 24 && n >= 0 && n < 60 && s >= 0 && s < 60 ? `${m.two(h)}:${m.two(n)}:${m.two(s)}` : null;
  }),
  DATEVALUE: ([day = null]) => day,
  YEAR: ofDay((day) => m.parts(day)[0]),
  QUARTER: ofDay((day) => Math.floor((m.parts(day)[1] + 2) / 3)),
  MONTH: ofDay((day) => m.parts(day)[1]),
  DAY: ofDay((day) => m.parts(day)[2]),
  WEEKDAY: ([day, first = 1n]) => (day === null ? null : BigInt(m.weekday(day as string, int(first)))),
  ISOWEEKNUM: ofDay(m.isoWeek),
  HOUR: clock(0),
  MINUTE: clock(3),
  SECOND: clock(6),
  DATEADD: reporting(([day, count, unit]) => (Math.abs(int(count)) <= 4_000_000 ? m.addUnits(day as string, int(count), m.unitOf(unit as string)) : null)),
  EDATE: reporting(([day, count]) => (Math.abs(int(count)) <= 120_000 ? m.addMonths(day as string, int(count)) : null)),
  EOMONTH: reporting(([day, count]) => (Math.abs(int(count)) <= 120_000 ? m.monthEnd(day as string, int(count)) : null)),
  DATEDIF: strict(([start, end, unit]) => big(m.between(start as string, end as string, m.unitOf(unit as string)))),
  TODAY: (_args, _call, setting) => m.wall(setting.now, setting.zone)?.slice(0, 10) ?? null,
  NOW: (_args, _call, setting) => setting.now,
  ME: (_args, _call, setting) => setting.me,
  MY_DEPARTMENT: (_args, _call, setting) => setting.department,
  MY_DEPARTMENTS: (_args, _call, setting) => setting.departments,
  IN_SEGMENT: ([name, record], _call, setting) =>
    record !== null && (setting.segments[String(name)] ?? []).some((each) => String(each) === String(record)),
  MIN: (args) => least(args),
  MAX: (args) => greatest(args),
  AVERAGE: (args, _call, setting) => overRows("AVERAGE", "real", args, setting),
};

