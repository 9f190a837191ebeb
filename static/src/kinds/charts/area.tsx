/** Areas upon one another. */
import type { ChartKind } from "../../kit/charts/contract";

export const area: ChartKind = {
  kind: "area",
  picture: <><path d="M6 30h44" stroke="var(--line)" strokeWidth="1.5" /><path d="M7 30V22l11-6 10 4 10-9 10 5v14z" fill="currentColor" opacity=".45" /><path d="M7 22l11-6 10 4 10-9 10 5" fill="none" stroke="currentColor" strokeWidth="2" /></>,
  unfit: ({ rows, measures }) => (!measures ? "measure" : !rows ? "row" : ""),
};
