/** One tile: its question, then a number, a table or a figure, and as of when. */
import { useQuery } from "@tanstack/react-query";
import { Dropdown } from "antd";
import { ArrowDown, ArrowUp, Download, Ellipsis, RefreshCw, Table2 } from "lucide-react";
import { lazy, Suspense, useEffect, useState } from "react";
import { ask } from "../../kernel/api";
import { clock, fullInstant, money, number, percent, short } from "../../kernel/format";
import { pick, t } from "../../kernel/i18n";
import type { Field, Tile, TileResult, Value, Values } from "../../kernel/types";
import { Boundary } from "../../kit/Boundary";
import { effective } from "../../kit/derived";
import { fieldKind } from "../../kit/fields";
import { Bone, Picture, told } from "../../kit/parts";

const Plot = lazy(() => import("./Plot"));

interface Props {
  /** The address that answers: a tile of a board, or a report by itself. */
  path: string;
  tile: Pick<Tile, "title" | "chart">;
  filters: Values;
  onMoment?: (moment: string) => void;
}

export function TileView({ path, tile, filters, onMoment }: Props) {
  const [rows, setRows] = useState(false);
  const answer = useQuery({
    queryKey: ["tile", path, JSON.stringify(filters)],
    queryFn: async ({ signal }) => (await ask<TileResult>("POST", path, { body: { filters }, signal })).data,
    placeholderData: (before) => before,
  });
  const title = pick(tile.title);
  const moment = answer.data?.as_of;
  useEffect(() => {
    if (moment) onMoment?.(moment);
  }, [moment, onMoment]);
  const result = answer.data;
  const asTable = rows || (!result?.figure && !isNumber(tile, result));
  const items = [
    ...(result && (result.figure || isNumber(tile, result)) ? [{ key: "rows", icon: <Table2 size={15} />, label: t(rows ? "board.as_figure" : "board.as_table"), onClick: () => setRows(!rows) }] : []),
    { key: "again", icon: <RefreshCw size={15} />, label: t("board.reload"), onClick: () => void answer.refetch() },
    ...(result ? [{ key: "csv", icon: <Download size={15} />, label: t("board.csv"), onClick: () => save(title, result) }] : []),
  ];
  return (
    <section className={`tile ${answer.isPlaceholderData ? "older" : ""}`} aria-label={title}>
      <header>
        <h3 className="cut" title={title}>{title}</h3>
        {result && <time className="tile-time" dateTime={result.as_of} title={t("board.as_of", { when: fullInstant(result.as_of) })}>{clock(result.as_of)}</time>}
        <Dropdown menu={{ items }} trigger={["click"]} placement="bottomRight"><button type="button" className="icon-button tile-menu" aria-label={t("board.menu", { name: title })}><Ellipsis size={16} /></button></Dropdown>
      </header>
      <div className="tile-body">
        {answer.isError ? (
          <div className="tile-none"><Picture of={told(answer.error).kind === "forbidden" ? "lock" : "broken"} /><b>{told(answer.error).title}</b><span className="small">{told(answer.error).detail}</span><button type="button" className="plain link" onClick={() => void answer.refetch()}>{t("do.retry")}</button></div>
        ) : !result ? (
          <div style={{ padding: 4 }}><Bone width="55%" height={isNumber(tile) ? 30 : 12} /><Bone width="80%" style={{ marginTop: 16 }} /><Bone width="68%" style={{ marginTop: 12 }} /></div>
        ) : !result.rows.length && !isNumber(tile, result) ? (
          <div className="tile-none"><Picture of="board" /><span>{t("board.nothing")}</span></div>
        ) : asTable ? (
          <TileTable result={result} />
        ) : isNumber(tile, result) ? (
          <Number_ result={result} />
        ) : (
          <Boundary><Suspense fallback={<Bone height={120} />}><Plot figure={result.figure!} label={title} /></Suspense></Boundary>
        )}
      </div>
    </section>
  );
}

const isNumber = (tile: Props["tile"], result?: TileResult) => (tile.chart ? (result?.chart ?? tile.chart) === "number" : !!result && !result.figure && result.rows.length === 1 && result.columns.length <= 2);

const calendar: Record<string, string> = { date: "date", datetime: "datetime", boolean: "boolean", day: "date" };

/** A column of a result, as the field it would be: measures by their format, dimensions as they are named. */
const asField = (column: TileResult["columns"][number]): Field => {
  const digits = /number:(\d+)/.exec(column.type)?.[1];
  const type = column.format === "money" || column.format === "percent" ? column.format : column.role === "measure" || /^(number|real|integer|decimal|money)/.test(column.type) ? "decimal" : (calendar[column.type] ?? "text");
  return { name: column.name, label: column.label, type, access: "read", ...(digits && type === "decimal" ? { digits: Number(digits) } : {}) } as Field;
};

function figure(value: Value, field: Field): [string, string] {
  const full = field.type === "money" ? money(value as string, field.currency) : field.type === "percent" ? percent(value as string, 1) : number(value as string);
  if (field.type === "percent") return [full, full];
  if (Math.abs(Number(value)) < 10000) return [full, full];
  const small = short(value as string);
  return [field.type === "money" && full ? `${/^\D/.exec(full.replace("-", ""))?.[0] ?? ""}${small}` : small, full];
}

function Number_({ result }: { result: TileResult }) {
  const [value = null, before = null] = result.rows[0] ?? [];
  const field = asField(result.columns[0] ?? { name: "", label: "", type: "number" });
  const [small, full] = figure(value, field);
  const change = before === null || !Number(before) ? null : (Number(value) - Number(before)) / Math.abs(Number(before));
  return (
    <div className="tile-number">
      <strong className="number" title={full}>{small || "–"}</strong>
      {change !== null && (
        <span className={`tile-change number ${change < 0 ? "down" : "up"}`}>
          {change < 0 ? <ArrowDown size={13} aria-hidden /> : <ArrowUp size={13} aria-hidden />}
          {percent(Math.abs(change).toFixed(3))}
          <span className="third"> {pick(result.columns[1]?.label)}</span>
        </span>
      )}
    </div>
  );
}

function TileTable({ result }: { result: TileResult }) {
  const fields = result.columns.map(asField);
  return (
    <div className="tile-table">
      <table>
        <thead><tr>{fields.map((field) => <th key={field.name} className={effective(field)[0].align === "end" ? "end" : ""}>{pick(field.label)}</th>)}</tr></thead>
        <tbody>
          {result.rows.slice(0, 500).map((row, index) => (
            <tr key={index}>
              {fields.map((field, at) => {
                const Shown = fieldKind(field.type).Cell;
                const value = row[at] ?? null;
                return <td key={field.name} className={effective(field)[0].align === "end" ? "end" : ""}>{value === null ? "" : field.type === "percent" ? <span className="number">{percent(value as string)}</span> : <Shown value={value} field={field} />}</td>;
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The rows as a file a sheet opens; a cell that would be read as a formula is made plain. */
function save(name: string, result: TileResult) {
  const cell = (value: Value) => {
    const text = value === null ? "" : typeof value === "object" ? JSON.stringify(value) : String(value);
    const plain = /^[=+\-@\t\r]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text;
    return /[",\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
  };
  const text = [result.columns.map((column) => cell(pick(column.label))), ...result.rows.map((row) => row.map(cell))].map((line) => line.join(",")).join("\r\n");
  const address = URL.createObjectURL(new Blob([`\ufeff${text}`], { type: "text/csv" }));
  const link = Object.assign(document.createElement("a"), { href: address, download: `${name}.csv` });
  link.click();
  URL.revokeObjectURL(address);
}
