/** Quick calculations: a measure made of another, put into the dataset and onto the report in one step. */
import { said } from "../../kernel/i18n";
import type { Json } from "../../kernel/types";
import { measuresOf, type Measure } from "../datasets/facts";
import type { Doc } from "../draft";
import { free } from "../shape";

export const quickSorts = ["share", "rank", "cumulative", "period", "year"] as const;
export type Quick = (typeof quickSorts)[number];

const made: Record<Quick, Partial<Measure>> = {
  share: { aggregate: "share", format: "percent" },
  rank: { aggregate: "rank" },
  cumulative: { aggregate: "cumulative" },
  period: { aggregate: "previous", format: "percent" },
  year: { aggregate: "previous", offset: "year", format: "percent" },
};

/** The measure there is already for it, else a new one. */
export function quickMeasure(dataset: Doc, of: string, sort: Quick): { measure: Measure; known: boolean } {
  const all = measuresOf(dataset);
  const wanted = made[sort];
  const known = all.find((item) => item.of === of && item.aggregate === wanted.aggregate && (item.offset ?? "period") === (wanted.offset ?? "period") && (item.shown ?? "growth") === "growth" && !item.within?.length);
  if (known) return { measure: known, known: true };
  const base = all.find((item) => item.name === of);
  const format = sort === "cumulative" && base?.format ? { format: base.format } : {};
  const name = free(all.map((item) => item.name), `${of.slice(0, 19)}_${sort}`);
  return { measure: { name, label: said(`reports.${sort}_of`, { of: base?.label ?? of }), ...wanted, ...format, of } as Measure, known: false };
}

export const withMeasure = (dataset: Doc, measure: Measure): Json => [...measuresOf(dataset), measure] as unknown as Json;
