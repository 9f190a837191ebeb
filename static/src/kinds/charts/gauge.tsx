/** One number on a dial. */
import type { ChartKind } from "../../kit/charts/contract";

export const gauge: ChartKind = {
  kind: "gauge",
  picture: <><path d="M12 28a16 16 0 0 1 32 0" fill="none" stroke="currentColor" strokeWidth="5" opacity=".3" /><path d="M12 28a16 16 0 0 1 22-15" fill="none" stroke="currentColor" strokeWidth="5" /></>,
  unfit: ({ rows, series, measures }) => (!measures ? "measure" : rows + series ? "no_rows" : measures > 2 ? "target_measure" : ""),
};
