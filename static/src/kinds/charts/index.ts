/** Every kind of chart of this folder, put into the kit's list under its own name. */
import { registerChart, type ChartKind } from "../../kit/charts/contract";

for (const module of Object.values(import.meta.glob<Record<string, ChartKind>>(["./*.tsx", "!./*.test.tsx"], { eager: true })))
  for (const kind of Object.values(module)) registerChart(kind);
