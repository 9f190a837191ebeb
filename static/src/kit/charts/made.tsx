/** How a measure is made, as a sentence, with what it is made of below it. */
import { pick, t } from "../../kernel/i18n";
import type { Label } from "../../kernel/types";

export interface Made {
  label: Label;
  aggregate: string;
  expression: string;
  filter: string;
  formula: string;
  offset: string;
  shown: string;
  restart: string;
  within: Label[];
  from: Record<string, Made>;
}

const of = (made: Made, part: string) => pick(made.from[part]?.label);

function sentence(made: Made): string {
  const within = made.within.map((label) => pick(label)).join(t("reports.comma"));
  const words = { of: of(made, "of"), a: of(made, "numerator"), b: of(made, "denominator"), formula: made.formula, expression: made.expression, within };
  if (made.aggregate === "previous") return t(`reports.made_previous_${made.shown}`, { ...words, offset: t(`reports.offset_${made.offset}`) });
  if (made.aggregate === "share" && within) return t("reports.made_share_within", words);
  if (made.aggregate === "cumulative" && made.restart) return t("reports.made_cumulative_restart", { ...words, restart: t(`reports.grain_${made.restart}`) });
  if (made.aggregate === "count" && made.expression) return t("reports.made_count_of", words);
  return t(`reports.made_${made.aggregate}`, words);
}

export function MeasureMade({ made }: { made: Made }) {
  return (
    <li>
      <b>{pick(made.label)}</b> = {sentence(made)}
      {made.filter && <span className="second"> {t("reports.made_only", { filter: made.filter })}</span>}
      {Object.keys(made.from).length > 0 && <ul>{Object.entries(made.from).map(([part, inner]) => <MeasureMade key={part} made={inner} />)}</ul>}
    </li>
  );
}
