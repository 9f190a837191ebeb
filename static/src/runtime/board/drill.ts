/** The ways from a figure to what is behind it: finer time, down a hierarchy, by another dimension. */
import { pick, t } from "../../kernel/i18n";
import type { DatasetFacts, ReportAxis, ReportDefinition, Value, Values } from "../../kernel/types";
import { narrowing } from "../../kit/charts/cells";
import type { At, Pressed } from "../../kit/charts/contract";

export interface Step {
  label: string;
  rows: ReportAxis[];
  filters: Values;
}

export interface Way {
  key: string;
  label: string;
  axis: ReportAxis;
}

const finer: Record<string, string> = { year: "quarter", quarter: "month", month: "day", week: "day" };

/** What the pressed place narrows dimensions to. A dimension at two grains is narrowed by the finer one. */
export function narrowed(pressed: Pressed): Values {
  const found: Values = {};
  for (const at of pressed.at) found[at.dimension] = narrowing(at);
  return found;
}

export const placeOf = (pressed: Pressed) => pressed.at.map((at) => at.label).join(" · ");

/** The ways down that are at hand first, then every other dimension. */
export function ways(facts: DatasetFacts | undefined, pressed: Pressed, shown: readonly ReportAxis[]): { down: Way[]; others: Way[] } {
  if (!facts) return { down: [], others: [] };
  const down: Way[] = [];
  for (const at of pressed.at) {
    const grain = facts.dimensions[at.dimension]?.time ? finer[at.grain] : undefined;
    if (grain) down.push({ key: `${at.dimension}:${grain}`, label: t(`reports.grain_${grain}`), axis: { dimension: at.dimension, grain } });
    for (const item of facts.hierarchies) {
      const next = item.dimensions[item.dimensions.indexOf(at.dimension) + 1];
      if (item.dimensions.includes(at.dimension) && next && !down.some((way) => way.axis.dimension === next)) down.push(way(facts, next));
    }
  }
  const used = new Set([...pressed.at.map((at) => at.dimension), ...shown.map((axis) => axis.dimension), ...down.map((item) => item.axis.dimension)]);
  return { down, others: Object.keys(facts.dimensions).filter((name) => !used.has(name)).map((name) => way(facts, name)) };
}

function way(facts: DatasetFacts, name: string): Way {
  const known = facts.dimensions[name];
  return { key: name, label: pick(known?.label) || name, axis: { dimension: name, ...(known?.time ? { grain: "month" } : {}) } };
}

/** The report one step further down. Its chart becomes one that draws what is split now. */
export function stepped(report: ReportDefinition, steps: readonly Step[]): ReportDefinition {
  const last = steps.at(-1);
  if (!last) return report;
  const type = report.chart?.type ?? "table";
  const time = last.rows[0]?.grain;
  const chart = ["table", "ranking", "bar", "pivot"].includes(type) ? { ...report.chart, type: type === "pivot" ? "table" : type } : { type: time ? "line" : "bar" };
  const order = report.order?.filter((item) => report.measures?.includes(item.by)) ?? [];
  return { ...report, rows: last.rows, columns: [], color: [], order: time ? [] : order, limit: time ? 0 : report.limit || 50, chart };
}

export const filtersOf = (filters: Values, steps: readonly Step[]): Values => Object.assign({}, filters, ...steps.map((step) => step.filters)) as Values;

/** A pressed place as filters of the whole board; time is narrowed as days. */
export const crossed = (at: At): Value => narrowing(at);
