/** Two dimensions as a grid of colours. */
import type { ChartKind } from "../../kit/charts/contract";

export const heat_map: ChartKind = {
  kind: "heat_map",
  picture: <><path d="M10 6h10v7H10zM34 15h10v7H34zM22 24h10v6H22z" fill="currentColor" /><path d="M22 6h10v7H22zM10 15h10v7H10zM34 24h10v6H34z" fill="currentColor" opacity=".55" /><path d="M34 6h10v7H34zM22 15h10v7H22zM10 24h10v6H10z" fill="currentColor" opacity=".22" /></>,
  unfit: ({ rows, series, measures }) => (!measures ? "measure" : !rows ? "row" : rows + series !== 2 ? "two_rows" : measures > 1 ? "one_measure" : ""),
};
