/** How a number is made, in sentences: of which records, narrowed how, added up in what way. */
import { useQuery } from "@tanstack/react-query";
import { post } from "../../kernel/api";
import { date, number } from "../../kernel/format";
import { i18n, pick, t } from "../../kernel/i18n";
import type { Label, Values } from "../../kernel/types";
import { Bones, Failed } from "../parts";

interface Made {
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

interface Explanation {
  entity: Label;
  dataset: Label;
  records: number;
  limited: boolean;
  conditions: string[];
  windows: { label: Label; word: string; first: string | null; last: string | null; zone: string }[];
  splits: { label: Label; grain: string; of: string }[];
  measures: Made[];
  statement?: string;
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

function Measure({ made }: { made: Made }) {
  return (
    <li>
      <b>{pick(made.label)}</b> = {sentence(made)}
      {made.filter && <span className="second"> {t("reports.made_only", { filter: made.filter })}</span>}
      {Object.keys(made.from).length > 0 && <ul>{Object.entries(made.from).map(([part, inner]) => <Measure key={part} made={inner} />)}</ul>}
    </li>
  );
}

export function Explained({ path, body }: { path: string; body: { report: unknown; filters: Values } }) {
  const answer = useQuery({ queryKey: ["explain", path, JSON.stringify(body)], queryFn: () => post<Explanation>(path, body) });
  if (answer.isError) return <Failed error={answer.error} retry={() => void answer.refetch()} />;
  if (!answer.data) return <Bones rows={5} />;
  const told = answer.data;
  const days = (window: Explanation["windows"][number]) => `${window.first ? date(window.first) : "…"} – ${window.last ? date(window.last) : "…"}`;
  return (
    <div className="explained">
      <p>{t("reports.made_of", { count: number(told.records), entity: pick(told.entity) })}{told.limited && ` ${t("reports.made_limited")}`}</p>
      {(told.conditions.length > 0 || told.windows.length > 0) && (
        <>
          <h4>{t("reports.made_narrowed")}</h4>
          <ul>
            {told.windows.map((window) => <li key={pick(window.label)}>{pick(window.label)}: {window.word && i18n.exists(`span.${window.word}`) ? `${t(`span.${window.word}`)} (${days(window)})` : days(window)}</li>)}
            {told.conditions.map((text) => <li key={text}>{text}</li>)}
          </ul>
        </>
      )}
      <h4>{t("reports.made_numbers")}</h4>
      <ul>{told.measures.map((made) => <Measure key={pick(made.label)} made={made} />)}</ul>
      {told.splits.length > 0 && (
        <>
          <h4>{t("reports.made_split")}</h4>
          <ul>{told.splits.map((split) => <li key={pick(split.label) + split.grain}>{pick(split.label)}{split.grain && ` (${t(`reports.grain_${split.grain}`)})`}{split.of !== pick(split.label) && <span className="second"> · {split.of}</span>}</li>)}</ul>
        </>
      )}
      {told.statement && <details><summary>{t("reports.statement")}</summary><pre>{told.statement}</pre></details>}
    </div>
  );
}
