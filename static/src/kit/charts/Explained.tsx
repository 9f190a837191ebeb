/** How a number is made, in sentences: of which records, narrowed how, added up in what way. */
import { useQuery } from "@tanstack/react-query";
import { post } from "../../kernel/api";
import { date, number } from "../../kernel/format";
import { i18n, pick, t } from "../../kernel/i18n";
import type { Label, Values } from "../../kernel/types";
import { Bones, Failed } from "../parts";
import { MeasureMade, type Made } from "./made";

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
      <ul>{told.measures.map((made) => <MeasureMade key={pick(made.label)} made={made} />)}</ul>
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
