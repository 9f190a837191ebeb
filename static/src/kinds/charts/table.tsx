/** Rows and columns, with a total below where it is wished for. */
import { pick, t } from "../../kernel/i18n";
import { cell, isNumeric, pressedRow } from "../../kit/charts/cells";
import type { ChartKind, ChartProps } from "../../kit/charts/contract";

/** Rows drawn; all of them go into an exported file. */
const most = 500;

function View({ result, onPress }: ChartProps) {
  const splits = result.columns.filter((column) => column.role !== "measure").length;
  const total = (result.totals ?? []).find((one) => !one.level.length);
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls has to be reached by keys
    <div className="chart-table" tabIndex={0} role="region" aria-label={t("board.as_table")}>
      <table>
        <thead><tr>{result.columns.map((column) => <th key={column.name} scope="col" className={isNumeric(column) ? "end" : ""}>{pick(column.label)}</th>)}</tr></thead>
        <tbody>
          {result.rows.slice(0, most).map((row, index) => (
            // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions -- keys press the button inside
            <tr key={index} className={onPress ? "press" : ""} onClick={onPress ? (event) => (event.target as Element).closest("button") ?? onPress(pressedRow(result, index)) : undefined}>
              {result.columns.map((column, at) => {
                const text = cell(row[at] ?? null, column);
                return <td key={column.name} className={isNumeric(column) ? "end" : ""} title={text}>{onPress && text && (at === 0 || isNumeric(column)) ? <button type="button" onClick={() => onPress(pressedRow(result, index, isNumeric(column) ? column.name : undefined))}>{text}</button> : text}</td>;
              })}
            </tr>
          ))}
          {total && splits > 0 && (
            <tr className="sum">
              <td colSpan={splits}>{t("reports.total")}</td>
              {result.columns.slice(splits).map((column, at) => <td key={column.name} className="end">{cell(total.values[at] ?? null, column)}</td>)}
            </tr>
          )}
        </tbody>
      </table>
      {result.rows.length > most && <p className="more">{t("reports.rows_shown", { count: most, all: result.rows.length })}</p>}
    </div>
  );
}

export const table: ChartKind = {
  kind: "table",
  picture: <><path d="M8 8h40M8 15h40M8 22h40M8 29h40" stroke="var(--line)" strokeWidth="1.5" /><path d="M8 8h40" stroke="currentColor" strokeWidth="2.5" /><path d="M10 18.500h12M10 25.500h9M36 18.500h10M38 25.500h8M36 12h10M10 12h8" stroke="currentColor" strokeWidth="2" opacity=".55" /></>,
  unfit: ({ measures }) => (measures ? "" : "measure"),
  View,
};
