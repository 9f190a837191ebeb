/** Bars, upright or lying. */
import type { ChartKind } from "../../kit/charts/contract";

export const bar: ChartKind = {
  kind: "bar",
  picture: <><path d="M6 30h44" stroke="var(--line)" strokeWidth="1.5" /><path d="M10 30V18h7v12zM21 30V8h7v22zM32 30V14h7v16z" fill="currentColor" /><path d="M43 30v-9h5v9z" fill="currentColor" opacity=".5" /></>,
  unfit: ({ rows, measures }) => (!measures ? "measure" : !rows ? "row" : ""),
};
