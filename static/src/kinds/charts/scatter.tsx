/** Two or three measures of each thing against one another. */
import type { ChartKind } from "../../kit/charts/contract";

export const scatter: ChartKind = {
  kind: "scatter",
  picture: <><path d="M9 5v25h40" fill="none" stroke="var(--line)" strokeWidth="1.5" /><circle cx="18" cy="22" r="2.5" fill="currentColor" /><circle cx="25" cy="16" r="4" fill="currentColor" opacity=".6" /><circle cx="35" cy="19" r="2.500" fill="currentColor" /><circle cx="41" cy="10" r="3.500" fill="currentColor" opacity=".6" /></>,
  unfit: ({ rows, measures }) => (!rows ? "row" : measures < 2 ? "two_measures" : measures > 3 ? "three_measures" : ""),
};
