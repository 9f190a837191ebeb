/** A table with columns of its own for what splits across, and the database's subtotals down and across. */
import { useMemo } from "react";
import { t } from "../../kernel/i18n";
import type { SheetLine, TileResult, Value } from "../../kernel/types";
import { named, told } from "../../kit/charts/cells";
import type { At, ChartKind, ChartProps } from "../../kit/charts/contract";

const most = 500;

/** The least and greatest of each measure among the plain cells, for their shade. */
function spans(result: TileResult): Map<number, [number, number]> {
  const found = new Map<number, [number, number]>();
  const sheet = result.sheet!;
  for (const line of sheet.lines)
    sheet.columns.forEach((column, at) => {
      const value = line.cells[at];
      if (line.total || !column.measure || column.head === null || value === null || value === undefined) return;
      const [low, high] = found.get(column.at) ?? [Infinity, -Infinity];
      found.set(column.at, [Math.min(low, Number(value)), Math.max(high, Number(value))]);
    });
  return found;
}

function View({ result, config, onPress }: ChartProps) {
  const sheet = result.sheet;
  const shades = useMemo(() => (config["shaded"] && sheet ? spans(result) : new Map<number, [number, number]>()), [config, result, sheet]);
  if (!sheet) return null;
  const down = result.columns.filter((column) => column.axis === "rows");
  const over = result.columns.filter((column) => column.axis === "columns" || column.axis === "color");
  const measures = result.columns.filter((column) => column.role === "measure");
  const at = (columns: typeof down, keys: readonly Value[], names: readonly Value[]): At[] => keys.map((key, index) => ({ dimension: columns[index]!.dimension ?? columns[index]!.name, grain: columns[index]!.grain ?? "", key, label: named(names[index] ?? null, columns[index]!) }));
  const press = (line: SheetLine, index: number) => {
    const column = sheet.columns[index]!;
    const heads = column.head ?? [];
    onPress?.({ at: [...at(down, line.keys, line.cells), ...at(over, heads, column.name.split(" · "))], measure: measures[column.at]?.name });
  };
  const shade = (line: SheetLine, index: number, value: Value) => {
    const column = sheet.columns[index]!;
    const span = shades.get(column.at);
    if (!span || line.total || column.head === null || value === null || span[1] <= span[0]) return undefined;
    return { background: `color-mix(in srgb, var(--accent) ${Math.round(((Number(value) - span[0]) / (span[1] - span[0])) * 42)}%, transparent)` };
  };
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls has to be reached by keys
    <div className="chart-table pivot" tabIndex={0} role="region" aria-label={t("board.as_table")}>
      <table>
        <thead><tr>{sheet.columns.map((column, index) => <th key={index} scope="col" className={column.measure ? "end" : ""}>{column.name}</th>)}</tr></thead>
        <tbody>
          {sheet.lines.slice(0, most).map((line, row) => (
            <tr key={row} className={`${line.total ? "sum" : ""} ${onPress ? "press" : ""}`}>
              {sheet.columns.map((column, index) => {
                const value = line.cells[index] ?? null;
                const repeated = !column.measure && row > 0 && !line.total && index < down.length - 1 && sheet.lines[row - 1]!.keys.slice(0, index + 1).join() === line.keys.slice(0, index + 1).join();
                const text = column.measure ? told(value, column) : repeated ? "" : index < line.keys.length ? named(value, down[index]!) : String(value ?? "");
                return <td key={index} className={`${column.measure ? "end" : ""} ${column.measure && column.head === null ? "sum" : ""}`} style={shade(line, index, value)} title={text}>{column.measure && onPress && text ? <button type="button" onClick={() => press(line, index)}>{text}</button> : text}</td>;
              })}
            </tr>
          ))}
        </tbody>
      </table>
      {sheet.lines.length > most && <p className="more">{t("reports.rows_shown", { count: most, all: sheet.lines.length })}</p>}
    </div>
  );
}

export const pivot: ChartKind = {
  kind: "pivot",
  picture: <><path d="M8 6h40v24H8z" fill="none" stroke="var(--line)" strokeWidth="1.500" /><path d="M8 6h40v6H8zM8 12h12v18H8z" fill="currentColor" opacity=".35" /><path d="M24 17h8M36 17h9M24 22h8M36 22h9" stroke="currentColor" strokeWidth="2" opacity=".6" /><path d="M24 27h8M36 27h9" stroke="currentColor" strokeWidth="2.500" /></>,
  unfit: ({ rows, measures }) => (!measures ? "measure" : !rows ? "row" : ""),
  View,
};
