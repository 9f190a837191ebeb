/** Reports in words and pictures: the question they ask, the chart that suits it, and why another does not. */
import { said } from "../../kernel/i18n";
import type { Label } from "../../kernel/types";
import type { Axis } from "../datasets/facts";

interface Named {
  name: string;
  label: Label;
}

const joined = (labels: Label[]): Label => labels.reduce((all, label, at) => (at ? said("report.two", { a: all, b: label }) : label), "" as Label);
const find = (items: readonly Named[], name: string): Label => items.find((item) => item.name === name)?.label ?? name;

/** "Price by state and month", in every language. */
export function question(dimensions: readonly Named[], measures: readonly Named[], axes: readonly Axis[], chosen: readonly string[]): Label {
  const over = axes.length === 1 && axes[0]!.grain ? axes[0]! : null;
  const what = joined(chosen.map((name) => find(measures, name)));
  if (over) return said("report.question_over", { measures: what, grain: said(`enum.${over.grain}`), what: find(dimensions, over.dimension) });
  const split = axes.map((axis) => (axis.grain ? said("report.grained", { what: find(dimensions, axis.dimension), grain: said(`enum.${axis.grain}`) }) : find(dimensions, axis.dimension)));
  return split.length ? said("report.question_by", { list: joined(split), measures: what }) : what;
}

/** The chart to begin with: a number alone, a line over time, bars otherwise. */
export const fitting = (axes: readonly Axis[]): string => (!axes.length ? "number" : axes[0]!.grain ? "line" : "bar");
