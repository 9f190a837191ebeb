/** Numbers and names of an answer as people read them, by their column. */
import { money, month, number, percent, short, sign } from "../../kernel/format";
import { pick, t } from "../../kernel/i18n";
import type { TileResult, Value } from "../../kernel/types";
import type { At, Pressed } from "./contract";

export type ResultColumn = TileResult["columns"][number];

export const isMeasure = (column: Pick<ResultColumn, "role">) => column.role === "measure";
export const isNumeric = (column: { role?: string | undefined; type: string }) => column.role === "measure" && /^(number|real|integer|decimal|money)/.test(column.type);

/** A measure in full, or short (万, 亿) where there is little room. */
export function told(value: Value, column: { type: string; format?: string | undefined }, small = false): string {
  if (value === null || value === undefined || value === "") return "";
  const word = value as string | number;
  const far = Math.abs(Number(word)) >= 10000;
  switch (column.format) {
    case "percent":
      return percent(word, small ? 1 : undefined);
    case "money":
      return small && far ? `${sign()}${short(word)}` : money(word);
    case "money_short":
      return far ? `${sign()}${short(word)}` : money(word);
    case "short":
      return short(word);
    case "whole":
      return number(Math.round(Number(word)));
    default:
      if (!/^(number|real|integer|decimal|money)/.test(column.type)) return String(word);
      return small && far ? short(word) : number(/^real/.test(column.type) ? Math.round(Number(word) * 100) / 100 : word);
  }
}

/** What splits, by its grain; blank has a name. */
export function named(value: Value, column: { type: string; format?: string | undefined }): string {
  if (value === null || value === undefined || value === "") return t("reports.blank");
  if (typeof value === "boolean") return t(value ? "say.yes" : "say.no");
  if (typeof value === "object") return String((value as { label?: string }).label ?? "");
  const text = String(value);
  if (column.format === "month" && /^\d{4}-\d{2}$/.test(text)) return month(`${text}-01`);
  if (column.format === "hour") return `${text}:00`;
  if (column.format === "week") return t("reports.week_of", { day: text.slice(5) });
  return text;
}

export const cell = (value: Value, column: ResultColumn, small = false) => (isMeasure(column) ? told(value, column, small) : named(value, column));

/** The place a row stands for. */
export function pressedRow(result: TileResult, row: number, measure?: string): Pressed {
  const at = result.columns.flatMap((column, index): At[] => (isMeasure(column) ? [] : [{ dimension: column.dimension ?? column.name, grain: column.grain ?? "", key: result.keys?.[row]?.[index] ?? null, label: named(result.rows[row]?.[index] ?? null, column) }]));
  return { at, measure };
}

const joined = (cells: Value[], columns: ResultColumn[]) => cells.map((value, index) => (value === null ? t("reports.blank") : columns[index] ? String(value) : "")).join(" · ");

/** The row that a place of a figure stands for: its category, and its series where there are several. */
export function rowAt(result: TileResult, category: string, series: string): number {
  const axes = result.columns.map((column, index) => [column, index] as const).filter(([column]) => !isMeasure(column));
  const of = (row: Value[], across: boolean) => {
    const own = axes.filter(([column]) => (column.axis !== "rows") === across && column.axis !== undefined);
    return joined(own.map(([, index]) => row[index] ?? null), own.map(([column]) => column));
  };
  const many = axes.some(([column]) => column.axis !== "rows");
  const exact = result.rows.findIndex((row) => of(row, false) === category && (!many || of(row, true) === series || series.startsWith(`${of(row, true)} · `)));
  return exact >= 0 ? exact : result.rows.findIndex((row) => joined(axes.map(([, index]) => row[index] ?? null), axes.map(([column]) => column)) === [category, series].filter(Boolean).join(" · "));
}

export const measureNamed = (result: TileResult, label: string) => result.columns.find((column) => isMeasure(column) && pick(column.label) === label)?.name;

/** What a pressed place narrows a dimension to. */
export const narrowing = (at: At): Value => (at.key === null ? { blank: true } : at.grain ? { grain: at.grain, key: at.key } : at.key);
