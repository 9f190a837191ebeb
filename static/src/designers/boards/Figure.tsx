/** The answer to a report of the draft, drawn: a number, a table or a figure. */
import { useQuery } from "@tanstack/react-query";
import { Suspense } from "react";
import { post, Problem } from "../../kernel/api";
import { money, number, percent } from "../../kernel/format";
import { pick, t } from "../../kernel/i18n";
import type { TileResult, Value } from "../../kernel/types";
import { Boundary } from "../../kit/Boundary";
import { Bone, Picture, told } from "../../kit/parts";
import { useDesign } from "../context";
import type { Doc } from "../draft";

export function Figure({ report, label }: { report: Doc; label: string }) {
  const { app, around } = useDesign();
  const asked = Object.fromEntries(Object.entries(report).filter(([key]) => key !== "id"));
  const ready = Array.isArray(report["measures"]) && report["measures"].length > 0;
  const answer = useQuery({ queryKey: ["report-preview", app, JSON.stringify(asked)], enabled: ready, retry: 0, staleTime: 60_000, placeholderData: (before) => before, queryFn: () => post<TileResult>(`reports/${app}/query`, { report: asked, filters: {} }) });
  if (!ready) return <None text={t("report.empty")} />;
  if (answer.isError) return <None text={answer.error instanceof Problem && answer.error.status === 404 ? t("report.preview_hint") : told(answer.error).detail || t("report.preview_hint")} />;
  if (!answer.data) return <div style={{ padding: 16 }}><Bone height={18} width="50%" /><Bone height={90} style={{ marginTop: 14 }} /></div>;
  const result = answer.data;
  const kind = String((report["chart"] as Doc | undefined)?.["type"] ?? "table");
  if (kind === "number") return <Number_ result={result} />;
  if (!result.rows.length) return <None text={t("report.nothing")} />;
  if (!result.figure) return <Rows result={result} />;
  return <Boundary><Suspense fallback={<Bone height={120} />}><around.Plot figure={result.figure} label={label} /></Suspense></Boundary>;
}

const numeric = (column: TileResult["columns"][number]) => /^(number|integer|decimal|money|percent)/.test(column.type) || column.format === "money" || column.format === "percent";

const None = ({ text }: { text: string }) => <div className="tile-none figure-none"><Picture of="board" /><span className="second">{text}</span></div>;

function shown(value: Value, column: TileResult["columns"][number]): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "object") return String((value as { label?: string }).label ?? "");
  const format = typeof column.format === "string" ? column.format : "";
  if (format === "money") return money(value as string);
  if (format === "percent") return percent(value as string);
  return numeric(column) || typeof value === "number" ? number(value as string) : String(value);
}

function Number_({ result }: { result: TileResult }) {
  const row = result.rows[0] ?? [];
  return (
    <div className="figure-number">
      {result.columns.map((column, at) => <div key={column.name}><b className="tabular">{shown(row[at] ?? null, column) || "—"}</b>{result.columns.length > 1 && <span className="small second">{pick(column.label)}</span>}</div>)}
    </div>
  );
}

function Rows({ result }: { result: TileResult }) {
  return (
    <div className="preview-table figure-table">
      <table>
        <thead><tr>{result.columns.map((column) => <th key={column.name} className={numeric(column) ? "end" : ""}>{pick(column.label, column.name)}</th>)}</tr></thead>
        <tbody>{result.rows.slice(0, 100).map((row, at) => <tr key={at}>{result.columns.map((column, index) => <td key={column.name} className={numeric(column) ? "end tabular" : ""}>{shown(row[index] ?? null, column)}</td>)}</tr>)}</tbody>
      </table>
    </div>
  );
}
