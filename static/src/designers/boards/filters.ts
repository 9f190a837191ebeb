/** Filters of a board: what may become one, which tiles it reaches, and what it narrows a tile to. */
import type { Label, Tile, Value, Values } from "../../kernel/types";
import { datasetOf, dimensionsOf } from "../datasets/facts";
import type { Book, Doc } from "../draft";
import { named } from "../shape";

export interface Filter {
  id?: string;
  name: string;
  label: Label;
  dataset: string;
  dimension: string;
  default?: string;
  skips?: string[];
}

export const filtersOf = (board: Doc | undefined) => (board?.["filters"] ?? []) as unknown as Filter[];

const facts = (book: Book, tile: Tile): Doc | undefined => datasetOf(book, named(book, "report", tile.report)?.[1]);

/** Whether the tile's dataset has the filter's dimension at all. */
export const fits = (book: Book, filter: Filter, tile: Tile): boolean => dimensionsOf(facts(book, tile)).some((item) => item.name === filter.dimension);

export const reaches = (book: Book, filter: Filter, tile: Tile): boolean => fits(book, filter, tile) && !filter.skips?.includes(tile.id);

/** Dimensions of the tiles' datasets that are no filter yet, those that reach most tiles first. */
export function offered(book: Book, tiles: readonly Tile[], filters: readonly Filter[]): { dataset: Doc; dimension: string; label: Label; count: number }[] {
  const found = new Map<string, { dataset: Doc; dimension: string; label: Label; count: number }>();
  for (const tile of tiles) {
    const dataset = facts(book, tile);
    for (const item of dimensionsOf(dataset)) {
      const known = found.get(item.name);
      if (known) known.count += 1;
      else if (dataset && !filters.some((filter) => filter.dimension === item.name)) found.set(item.name, { dataset, dimension: item.name, label: item.label, count: 1 });
    }
  }
  return [...found.values()].sort((a, b) => b.count - a.count);
}

const blank = (value: Value | undefined) => value === null || value === undefined || value === "" || (Array.isArray(value) && !value.length);

/** What the filters narrow a tile's dimensions to; `values` by the filters' names. */
export function narrowed(book: Book, filters: readonly Filter[], values: Values, tile: Tile): Values {
  return Object.fromEntries(filters.filter((filter) => reaches(book, filter, tile) && !blank(values[filter.name])).map((filter) => [filter.dimension, values[filter.name]!]));
}
