/** An answer drawn as its kind says: by the kind itself, or by plotly, which whoever uses this brings along. */
import { Suspense, useCallback, type ComponentType } from "react";
import { extend, t } from "../../kernel/i18n";
import type { Json, TileResult, Values } from "../../kernel/types";
import { Boundary } from "../Boundary";
import { Bone, Picture } from "../parts";
import { measureNamed, pressedRow, rowAt } from "./cells";
import { chartKind, type Press } from "./contract";
import "./charts.css";

await extend("reports");

export interface Point {
  label: string;
  trace: string;
  /** Of a grid: across and down. */
  x?: string;
  y?: string;
  kind?: string;
}

export type Plotting = ComponentType<{ figure: { data: Json[]; layout: { [key: string]: Json } }; label: string; onPress?: ((point: Point) => void) | undefined }>;

interface Props {
  result: TileResult;
  label: string;
  Plot: Plotting;
  config?: Values;
  onPress?: Press | undefined;
  /** Whether whoever shows it says the notes in a place of its own. */
  quiet?: boolean;
}

/** What a reader has to know, each once. */
export const notesOf = (result: TileResult | undefined) => [...new Set((result?.notes ?? []).map((note) => note.message))];

export function Chart({ result, label, Plot, config = {}, onPress, quiet }: Props) {
  const kind = chartKind(result.chart ?? "table");
  const press = useCallback((point: Point) => {
    const row = point.kind === "heatmap" ? result.rows.findIndex((cells) => String(cells[0] ?? t("reports.blank")) === point.y && String(cells[1] ?? t("reports.blank")) === point.x) : rowAt(result, point.label, point.trace);
    if (row >= 0) onPress?.(pressedRow(result, row, measureNamed(result, point.trace)));
    else if (!result.columns.some((column) => column.role === "dimension")) onPress?.({ at: [], measure: measureNamed(result, point.label) });
  }, [result, onPress]);
  const notes = quiet ? [] : notesOf(result);
  const blank = !result.rows.length;
  return (
    <div className="chart">
      <div className="chart-body">
        {blank ? (
          <div className="tile-none"><Picture of="board" /><span>{t("reports.nothing")}</span></div>
        ) : kind?.View ? (
          <kind.View result={result} config={config} onPress={onPress} />
        ) : result.figure && result.figure.data.length ? (
          <Boundary><Suspense fallback={<Bone height={120} />}><Plot figure={result.figure} label={label} onPress={onPress ? press : undefined} /></Suspense></Boundary>
        ) : (
          <div className="tile-none"><Picture of="board" /><span>{t("reports.unfit")}</span></div>
        )}
      </div>
      {notes.length > 0 && <ul className="chart-notes">{notes.map((note) => <li key={note}>{note}</li>)}</ul>}
    </div>
  );
}
