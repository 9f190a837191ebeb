/** The answer to a report of the draft, drawn: a number, a table or a figure. */
import { useQuery } from "@tanstack/react-query";
import { post, Problem } from "../../kernel/api";
import { t } from "../../kernel/i18n";
import { words } from "../../kernel/issues";
import type { TileResult, Values } from "../../kernel/types";
import { Chart } from "../../kit/charts/Chart";
import "../../kinds/charts/index";
import "./reports.css";
import { Bone, Picture, told } from "../../kit/parts";
import { useBook, useDesign, useStatus } from "../context";
import { datasetOf } from "../datasets/facts";
import { isBorrowed } from "../shape";
import type { Doc } from "../draft";

interface Props {
  report: Doc;
  label: string;
  /** The dataset it asks when it is not one of the draft yet. */
  dataset?: Doc | undefined;
  /** What a board narrows its dimensions to. */
  filters?: Values;
  quiet?: boolean;
}

const none: Values = {};

export function Figure({ report, label, dataset, filters = none, quiet = false }: Props) {
  const { app, around } = useDesign();
  const { live } = useStatus();
  const book = useBook();
  const asked = Object.fromEntries(Object.entries(report).filter(([key]) => key !== "id"));
  const asks = dataset ?? datasetOf(book, report) ?? null;
  // what another application lends the server has itself
  const facts = asks && isBorrowed(String(asks["name"])) ? null : asks;
  const ready = Array.isArray(report["measures"]) && report["measures"].length > 0;
  const answer = useQuery({ queryKey: ["report-preview", app, JSON.stringify(asked), JSON.stringify(facts), JSON.stringify(filters)], enabled: ready && live, retry: 0, staleTime: 60_000, placeholderData: (before) => before, queryFn: () => post<TileResult>(`designer/${app}/preview/report`, { report: asked, dataset: facts, filters }) });
  if (!ready) return <None text={t("report.empty")} />;
  if (!live) return <None text={t("design.after_publish")} />;
  if (answer.isError) return <None text={answer.error instanceof Problem && answer.error.issues[0] ? words(answer.error.issues[0]) : told(answer.error).detail || told(answer.error).title} />;
  if (!answer.data) return <div style={{ padding: 16 }}><Bone height={18} width="50%" /><Bone height={90} style={{ marginTop: 14 }} /></div>;
  return <Chart quiet={quiet} result={answer.data} label={label} Plot={around.Plot} config={(report["chart"] ?? {}) as Values} />;
}

const None = ({ text }: { text: string }) => <div className="tile-none figure-none"><Picture of="board" /><span className="second">{text}</span></div>;
