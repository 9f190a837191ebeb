/** Steps of which each is part of the one before. */
import type { ChartKind } from "../../kit/charts/contract";

export const funnel: ChartKind = {
  kind: "funnel",
  picture: <path d="M8 6h40l-5 6H13zM15 14h26l-4 6H19zM21 22h14l-3 7h-8z" fill="currentColor" opacity=".75" />,
  unfit: ({ rows, series, measures }) => (!measures ? "measure" : series ? "no_series" : rows > 1 ? "one_row" : rows === 1 ? (measures > 1 ? "one_measure" : "") : measures < 2 ? "steps_needed" : ""),
};
