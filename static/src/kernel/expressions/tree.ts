/** The typed tree of an expression as the server gives it, and what an evaluation is given besides the record. */
import type Decimal from "decimal.js-light";

export type Tree =
  | { kind: "literal"; type: string; value: unknown }
  | { kind: "ref"; type: string; path: string[]; entities: string[]; bound: number }
  | Call
  | { kind: "convert"; type: string; arg: Tree }
  | Aggregate;

export interface Call {
  kind: "call";
  type: string;
  name: string;
  args: Tree[];
}

export interface Aggregate {
  kind: "aggregate";
  type: string;
  name: string;
  rows: string[];
  entities: string[];
  many: number[];
  start: number;
  value: Tree | null;
  condition: Tree | null;
}

/** While computing: exact numbers are whole units, dates and times ISO text, instants milliseconds. */
export type Value = null | bigint | Decimal | string | number | boolean | Value[];

export interface Context {
  now?: Date | string;
  zone?: string;
  me?: unknown;
  my_department?: unknown;
  my_departments?: unknown[];
  /** The ids of the records in a segment, by its name in full. */
  segments?: Record<string, readonly unknown[]>;
  /** Collects the codes of what could not be computed. */
  issues?: string[];
}

/** The context with everything filled in. */
export interface Setting {
  now: number;
  zone: string;
  me: Value;
  department: Value;
  departments: Value[];
  segments: Record<string, readonly unknown[]>;
  report: (code: string) => null;
}

export type Kind = "text" | "number" | "real" | "boolean" | "date" | "datetime" | "time" | "texts" | "record" | "records" | "blank";

export function kindOf(type: string): Kind {
  return type.split(":", 1)[0] as Kind;
}

export function scaleOf(type: string): number {
  return type.startsWith("number:") ? Number(type.slice(7)) : 0;
}
