/** Shares of a whole. */
import type { ChartKind } from "../../kit/charts/contract";

export const pie: ChartKind = {
  kind: "pie",
  picture: <><circle cx="28" cy="18" r="9" fill="none" stroke="currentColor" strokeWidth="6" opacity=".35" /><path d="M28 9a9 9 0 0 1 8 13" fill="none" stroke="currentColor" strokeWidth="6" /></>,
  unfit: ({ rows, series, measures }) => (!measures ? "measure" : rows + series === 0 ? "row" : rows + series > 1 ? "one_row" : measures > 1 ? "one_measure" : ""),
};
