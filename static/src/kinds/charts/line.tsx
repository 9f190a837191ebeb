/** Lines over time or another order. */
import type { ChartKind } from "../../kit/charts/contract";

export const line: ChartKind = {
  kind: "line",
  picture: <><path d="M6 30h44" stroke="var(--line)" strokeWidth="1.5" /><path d="M7 25l10-8 9 5 11-13 11 5" fill="none" stroke="currentColor" strokeWidth="2" strokeLinejoin="round" strokeLinecap="round" /></>,
  unfit: ({ rows, measures }) => (!measures ? "measure" : !rows ? "row" : ""),
};
