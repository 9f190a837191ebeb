/** One large number, with what stands beside it: how it has changed, and how far its target is. */
import { ArrowDown, ArrowUp } from "lucide-react";
import { percent } from "../../kernel/format";
import { pick, t } from "../../kernel/i18n";
import { told } from "../../kit/charts/cells";
import type { ChartKind, ChartProps } from "../../kit/charts/contract";

function View({ result, onPress }: ChartProps) {
  const row = result.rows[0] ?? [];
  const [first, ...others] = result.columns;
  if (!first) return null;
  const full = told(row[0] ?? null, first);
  const small = told(row[0] ?? null, first, true) || "–";
  const share = first.target ? Number(row[0]) / first.target : null;
  return (
    <div className="chart-number">
      {onPress ? <button type="button" className="plain" style={{ textAlign: "left" }} title={full} onClick={() => onPress({ at: [], measure: first.name })}><strong>{small}</strong></button> : <strong title={full}>{small}</strong>}
      {share !== null && <span className="chart-goal" role="img" aria-label={t("reports.goal", { share: percent(share.toFixed(4), 1) })} title={t("reports.goal", { share: percent(share.toFixed(4), 1) })}><i style={{ width: `${Math.max(0, Math.min(1, share)) * 100}%` }} /></span>}
      <div className="chart-beside">
        {others.map((column, index) => {
          const value = row[index + 1] ?? null;
          const moved = /^previous:(growth|change)$/.test(column.kind ?? "");
          if (!moved) return <span key={column.name}>{pick(column.label)} {told(value, column, true) || "–"}</span>;
          const shown = column.kind === "previous:growth" ? percent(value as string, 1) : told(value, column, true);
          const down = Number(value) < 0;
          return (
            <span key={column.name}>
              {pick(column.label)}
              {value === null ? " –" : <b className={`number ${down ? "down" : "up"}`} style={{ fontWeight: 500, display: "inline-flex", alignItems: "center" }}>{down ? <ArrowDown size={13} aria-hidden /> : <ArrowUp size={13} aria-hidden />}{shown.replace("-", "")}<span className="hidden">{t(down ? "reports.fell" : "reports.rose")}</span></b>}
            </span>
          );
        })}
      </div>
    </div>
  );
}

export const number: ChartKind = {
  kind: "number",
  picture: <><text x="28" y="21" textAnchor="middle" fontSize="17" fontWeight="600" fill="currentColor">128</text><path d="M16 28h24" stroke="var(--line)" strokeWidth="2" /></>,
  unfit: ({ rows, series, measures }) => (!measures ? "measure" : rows + series ? "no_rows" : ""),
  View,
};
