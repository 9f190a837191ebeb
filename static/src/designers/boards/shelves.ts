/** The shelves of a report: what may stand on each, and the changes that putting, moving and taking away make. */
import type { Json } from "../../kernel/types";
import type { Axis } from "../datasets/facts";
import type { Doc } from "../draft";

export const axisShelves = ["rows", "columns", "color"] as const;
export type AxisShelf = (typeof axisShelves)[number];
export type Shelf = AxisShelf | "measures" | "filters";
export const shelves: readonly Shelf[] = ["rows", "columns", "measures", "color", "filters"];

export interface Narrowing {
  dimension: string;
  period?: string;
  first?: string;
  last?: string;
  values?: string[];
  asked?: boolean;
}

/** Something that is dragged: a dimension or a measure, from the palette or from a place on a shelf. */
export interface Held {
  sort: "dimension" | "measure";
  name: string;
  from?: { shelf: Shelf; at: number };
}

export const axesOf = (report: Doc, shelf: AxisShelf) => (report[shelf] ?? []) as unknown as Axis[];
export const measuresIn = (report: Doc) => (report["measures"] ?? []) as string[];
export const narrowingsOf = (report: Doc) => (report["filters"] ?? []) as unknown as Narrowing[];
export const shapeOf = (report: Doc) => ({ rows: axesOf(report, "rows").length, series: axesOf(report, "columns").length + axesOf(report, "color").length, measures: measuresIn(report).length });

/** Why something may not go onto a shelf: the key of a text; blank when it may. */
export function refused(report: Doc, held: Held, shelf: Shelf): { why: string; shelf?: Shelf } {
  if (held.sort === "measure") {
    if (shelf !== "measures") return { why: "only_dimensions" };
    return measuresIn(report).includes(held.name) && held.from?.shelf !== "measures" ? { why: "twice", shelf } : { why: "" };
  }
  if (shelf === "measures") return { why: "only_measures" };
  if (shelf === "filters") return narrowingsOf(report).some((item) => item.dimension === held.name) && held.from?.shelf !== "filters" ? { why: "twice", shelf } : { why: "" };
  const there = axisShelves.find((one) => axesOf(report, one).some((axis, at) => axis.dimension === held.name && !(held.from?.shelf === one && held.from.at === at)));
  // time may stand twice, by weekday and by hour
  return there && !axesOf(report, there).some((axis) => axis.dimension === held.name && axis.grain) ? { why: "twice", shelf: there } : { why: "" };
}

const grainFor = (report: Doc, name: string, dated: ReadonlySet<string>) => {
  if (!dated.has(name)) return {};
  const used = axisShelves.flatMap((shelf) => axesOf(report, shelf)).filter((axis) => axis.dimension === name).map((axis) => axis.grain);
  return { grain: ["month", "weekday", "hour", "year", "day"].find((grain) => !used.includes(grain)) ?? "quarter" };
};

/** What the report's properties become when something is put onto a shelf; where it came from it is taken away. */
export function put(report: Doc, held: Held, shelf: Shelf, at: number, dated: ReadonlySet<string>): { [key: string]: Json } {
  if (refused(report, held, shelf).why) return {};
  const after: { [key: string]: Json[] } = Object.fromEntries(shelves.map((one) => [one, [...((report[one] ?? []) as Json[])]]));
  const from = held.from;
  const narrowed = from && (from.shelf === "filters") !== (shelf === "filters");
  // a dimension put among the filters stays where it splits, and the other way round
  const kept = from && !narrowed ? after[from.shelf]!.splice(from.at, 1)[0] : undefined;
  const place = from && !narrowed && from.shelf === shelf && from.at < at ? at - 1 : at;
  const item: Json = kept ?? (held.sort === "measure" ? held.name : shelf === "filters" ? { dimension: held.name } : ({ dimension: held.name, ...grainFor(report, held.name, dated) } as Json));
  after[shelf]!.splice(Math.max(0, Math.min(place, after[shelf]!.length)), 0, item);
  if (shelf === "color" && after["color"]!.length > 1) after["color"] = [item];
  return Object.fromEntries(Object.entries(after).filter(([key, items]) => JSON.stringify(items) !== JSON.stringify(report[key] ?? [])));
}

export function taken(report: Doc, shelf: Shelf, at: number): { [key: string]: Json | undefined } {
  const left = ((report[shelf] ?? []) as Json[]).filter((_, index) => index !== at);
  const gone = shelf === "measures" ? measuresIn(report)[at] : undefined;
  const order = (report["order"] ?? []) as unknown as { by: string }[];
  const ordered = order.filter((item) => item.by !== gone && !(axisShelves as readonly string[]).includes(shelf));
  return { [shelf]: left, ...(ordered.length !== order.length ? { order: ordered.length ? (ordered as unknown as Json) : undefined } : {}) };
}

/** The shelf a click on the palette puts something onto. */
export function usual(report: Doc, held: Held): Shelf {
  if (held.sort === "measure") return "measures";
  const rows = axesOf(report, "rows").length;
  return !rows ? "rows" : !axesOf(report, "color").length && rows === 1 ? "color" : "rows";
}

/** The chart that suits the shape of the data best. */
export function proposed(report: Doc): string {
  const rows = axesOf(report, "rows");
  const across = [...axesOf(report, "columns"), ...axesOf(report, "color")];
  const count = measuresIn(report).length;
  const clock = (axis: Axis | undefined) => axis?.grain === "weekday" || axis?.grain === "hour";
  const time = (axis: Axis | undefined) => !!axis?.grain && !clock(axis);
  if (!rows.length) return across.length ? "table" : "number";
  if (rows.length + across.length === 2 && count === 1 && clock(rows[0]) && clock(rows[1] ?? across[0])) return "heat_map";
  if (axesOf(report, "columns").length) return "pivot";
  if (rows.length > 1) return "table";
  if (time(rows[0])) return "line";
  if (count > 2) return "table";
  return "bar";
}
