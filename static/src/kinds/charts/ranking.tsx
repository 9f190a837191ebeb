/** The best of something in their order, each with its bar. */
import { pick } from "../../kernel/i18n";
import { isMeasure, named, pressedRow, told } from "../../kit/charts/cells";
import type { ChartKind, ChartProps } from "../../kit/charts/contract";

const most = 200;
const medal = ["first", "second_", "third_"];

function View({ result, config, onPress }: ChartProps) {
  const splits = result.columns.filter((column) => !isMeasure(column));
  const [measure, ...others] = result.columns.filter(isMeasure);
  if (!measure) return null;
  const place = splits.length;
  const largest = Math.max(...result.rows.map((row) => Math.abs(Number(row[place] ?? 0))), 0);
  return (
    <ol className="ranking">
      {result.rows.slice(0, most).map((row, index) => {
        const name = splits.map((column, at) => named(row[at] ?? null, column)).join(" · ");
        const value = Number(row[place] ?? 0);
        return (
          <li key={index}>
            <span className={`place ${config["medals"] === false ? "" : (medal[index] ?? "")}`}>{index + 1}</span>
            {onPress ? <button type="button" title={name} onClick={() => onPress(pressedRow(result, index, measure.name))}>{name}</button> : <span className="cut" title={name}>{name}</span>}
            <span className="value" title={told(row[place] ?? null, measure)}>{told(row[place] ?? null, measure, true) || "–"}</span>
            {others.length > 0 && <small className="beside">{others.map((column, at) => <span key={column.name}>{`${pick(column.label)} ${told(row[place + 1 + at] ?? null, column, true) || "–"}`}</span>)}</small>}
            <span className="track"><i className={value < 0 ? "under" : ""} style={{ width: largest ? `${(Math.abs(value) / largest) * 100}%` : 0 }} /></span>
          </li>
        );
      })}
    </ol>
  );
}

export const ranking: ChartKind = {
  kind: "ranking",
  picture: <><circle cx="12" cy="9" r="3" fill="currentColor" /><circle cx="12" cy="18" r="3" fill="currentColor" opacity=".6" /><circle cx="12" cy="27" r="3" fill="currentColor" opacity=".35" /><path d="M19 9h28M19 18h20M19 27h12" stroke="currentColor" strokeWidth="4" strokeLinecap="round" opacity=".7" /></>,
  unfit: ({ rows, series, measures }) => (!measures ? "measure" : !rows ? "row" : series ? "no_series" : ""),
  View,
};
