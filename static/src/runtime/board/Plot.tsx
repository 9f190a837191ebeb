/** A plotly figure in the colours and type of the page. */
import { useEffect, useRef } from "react";
import { short } from "../../kernel/format";
import { language } from "../../kernel/i18n";
import type { Json } from "../../kernel/types";
import { isDark, useLook } from "../../kit/look";
import { dark, font, light } from "../../kit/tokens";
import type { Point } from "../../kit/charts/Chart";
import { scale, ways } from "../../kit/charts/colours";
import { named } from "./labels";
import plotly from "./plotly";
import { datesOf, stepTicks, timeTicks, type Ticks } from "./ticks";

interface Trace {
  type?: string;
  orientation?: string;
  mode?: string;
  stackgroup?: string;
  groupnorm?: string;
  x?: unknown[];
  y?: unknown[];
}

/** What stands upon one another, added up by category: above the axis and below. */
function sums(data: Trace[], lying: boolean): number[] {
  const found = new Map<string, number>();
  for (const trace of data)
    (trace.x ?? []).forEach((_, at) => {
      const value = Number((lying ? trace.x : trace.y)?.[at] ?? 0);
      const key = `${String((lying ? trace.y : trace.x)?.[at])} ${value < 0 ? "-" : "+"}`;
      found.set(key, (found.get(key) ?? 0) + value);
    });
  return [...found.values()];
}

/** Round steps on the axis of numbers, written as this product writes numbers. */
function valueTicks(data: Trace[], stacked: boolean): { axis: "x" | "y"; set: object } | null {
  const lying = data[0]?.orientation === "h";
  if (!data.length || data.some((trace) => !["bar", "scatter"].includes(trace.type ?? "scatter") || trace.mode?.startsWith("markers"))) return null;
  const values = stacked ? sums(data, lying) : data.flatMap((trace) => (lying ? trace.x : trace.y) ?? []).filter((value) => value !== null).map(Number);
  if (!values.length || values.some(Number.isNaN)) return null;
  const low = Math.min(0, ...values);
  const high = Math.max(0, ...values);
  if (high === low) return null;
  const rough = (high - low) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 2.5, 5, 10].find((times) => times * power >= rough) ?? 10) * power;
  const first = Math.floor(low / step);
  const tickvals = Array.from({ length: Math.ceil(high / step) - first + 1 }, (_, index) => Number(((first + index) * step).toPrecision(12)));
  return { axis: lying ? "x" : "y", set: { tickmode: "array", tickvals, ticktext: tickvals.map((value) => short(value)), range: [tickvals[0], tickvals.at(-1)] } };
}

interface Props {
  figure: { data: Json[]; layout: { [key: string]: Json } };
  label: string;
  onPress?: ((point: Point) => void) | undefined;
}

/** The least part of the room that stays free between bars, and how many pixels one may be wide. */
const [slim, widest] = [0.32, 110];

type Loose = { [key: string]: unknown };

/** Three marks on the scale of a grid, written as this product writes numbers. */
function barTicks(grid: (number | null)[][]): Loose {
  const values = grid.flat().filter((value): value is number => value !== null);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const marks = high > low ? [low, (low + high) / 2, high] : [low];
  return { tickmode: "array", tickvals: marks, ticktext: marks.map((value) => short(value)) };
}

/** The room between bars, larger where there are few of them: one bar is no wall. */
function gap(data: Trace[], stacked: boolean, width: number): number {
  const upright = data.filter((trace) => trace.type === "bar" && trace.orientation !== "h");
  const count = new Set(upright.flatMap((trace) => trace.x ?? []).map(String)).size;
  return count ? Math.max(slim, 1 - (widest * count * (stacked ? 1 : upright.length)) / width) : slim;
}

/** Marks of time: along categories one by one, else by the room there is. */
function marks(data: Trace[], axis: "x" | "y", width: number): Ticks | null {
  const grid = data.find((trace) => trace.type === "heatmap");
  if (grid) return stepTicks(grid[axis] ?? [], axis === "x" ? width : Infinity);
  const lying = data[0]?.orientation === "h";
  if (lying) return axis === "y" ? stepTicks(data[0]?.y ?? []) : null;
  return axis === "x" && data.every((trace) => datesOf(trace.x).length) ? timeTicks(data.flatMap((trace) => datesOf(trace.x)), width) : null;
}

const tickSet = (found: Ticks | null) => (found ? { tickmode: "array", ...found, tickangle: 0 } : {});

/** A trace in this product's colours and numbers. */
function dressed(trace: Loose, night: boolean, names?: ReturnType<typeof named>[number]): Loose {
  const colours = night ? dark : light;
  if (trace["type"] === "heatmap") {
    const grid = trace["z"] as (number | null)[][];
    return { ...trace, colorscale: scale(night), showscale: true, colorbar: { thickness: 8, outlinewidth: 0, tickfont: { size: 11 }, ...barTicks(grid) }, hoverongaps: false, text: grid.map((line) => line.map((value) => (value === null ? "" : short(value)))), hovertemplate: "%{y} · %{x}: %{text}<extra></extra>", ...(trace["texttemplate"] ? { texttemplate: "%{text}" } : {}) };
  }
  if (trace["type"] === "indicator") {
    const dial = (trace["gauge"] ?? {}) as Loose;
    return { ...trace, number: { ...(trace["number"] as Loose), font: { size: 26, color: colours.text } }, gauge: { ...dial, axis: { ...(dial["axis"] as Loose), tickcolor: colours.line, tickfont: { size: 11, color: colours.second } }, bar: { color: colours.accent, thickness: 0.7 }, bgcolor: colours.faint, borderwidth: 0, ...(dial["threshold"] ? { threshold: { ...(dial["threshold"] as Loose), line: { width: 3, color: colours.text } } } : {}) } };
  }
  if (trace["type"] === "pie" || trace["type"] === "funnel") {
    const values = (trace["values"] ?? trace["x"] ?? []) as (number | null)[];
    const names = trace["type"] === "pie" ? "%{label}" : "%{y}";
    return { ...trace, customdata: values.map((value) => short(value)), hovertemplate: `${names}: %{customdata}<extra></extra>`, ...(trace["type"] === "funnel" ? { text: values.map((value) => short(value)), texttemplate: String(trace["textinfo"]).includes("percent") ? "%{text} · %{percentInitial:.1%}" : "%{text}", marker: { color: colours.accent } } : {}) };
  }
  if (String(trace["mode"] ?? "").startsWith("markers")) return { ...trace, ...(names ? { textposition: names.textposition } : {}), textfont: { size: 11, color: names ? names.shown.map((shown) => (shown ? colours.second : "rgba(0,0,0,0)")) : colours.second }, hovertemplate: "%{text}<br>%{x} · %{y}<extra></extra>", cliponaxis: false };
  // a point on the edge is drawn whole
  return trace["mode"] === "lines+markers" ? { ...trace, cliponaxis: false } : trace;
}

export default function Plot({ figure, label, onPress }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const look = useLook();
  const night = isDark(look);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const colours = night ? dark : light;
    const axis = (given: Json | undefined) => ({ gridcolor: colours.line, zerolinecolor: colours.line, linecolor: colours.line, tickcolor: colours.line, automargin: true, exponentformat: "none", separatethousands: true, ...(given as Loose | undefined), ...((given as Loose | undefined)?.["title"] ? { title: { ...((given as Loose)["title"] as Loose), standoff: 10 } } : {}), fixedrange: true });
    const traces = figure.data as Trace[];
    const names = traces.some((trace) => trace.mode === "markers+text") ? named(traces as Parameters<typeof named>[0], element.clientWidth - 90, element.clientHeight - 70) : [];
    const shares = !!figure.layout["barnorm"] || (figure.data as Trace[]).some((trace) => trace.groupnorm);
    // shares of a hundred are written by plotly, as the answer says
    const hundredths = ["xaxis", "yaxis"].some((key) => (figure.layout[key] as Loose | undefined)?.["tickformat"]);
    const ticks = shares || hundredths ? null : valueTicks(figure.data as Trace[], figure.layout["barmode"] === "stack" || (figure.data as Trace[]).some((trace) => trace.stackgroup));
    const axes = Object.fromEntries(Object.keys({ xaxis: 0, yaxis: 0, ...figure.layout }).filter((key) => /^[xy]axis\d*$/.test(key)).map((key) => [key, { ...axis(figure.layout[key]), ...(ticks?.axis === key[0] && key.length === 5 ? ticks.set : {}), ...(shares && key === (traces[0]?.orientation === "h" ? "xaxis" : "yaxis") ? { ticksuffix: "%" } : {}), ...(key.length === 5 ? tickSet(marks(traces, key[0] as "x" | "y", element.clientWidth - 60)) : {}) }]));
    const round = (figure.data[0] as Trace | undefined)?.type === "pie";
    const stacked = figure.data.length > 1;
    const dialled = (figure.data[0] as Trace | undefined)?.type === "indicator";
    const legends = stacked || round;
    // above the axes: names of ticks may be slanted below them
    const legend = round ? { orientation: "h", y: -0.18, x: 0, font: { size: 12 } } : { orientation: "h", y: 1.02, yanchor: "bottom", x: 0, traceorder: "normal", font: { size: 12 } };
    // plotly writes into what it is given
    const layout = structuredClone({
      margin: dialled ? { l: 46, r: 46, t: 16, b: 8 } : { l: 8, r: marks(traces, "x", element.clientWidth) || traces[0]?.orientation === "h" ? 22 : 12, t: legends && !round ? 30 : 8, b: 8 }, bargap: gap(traces, figure.layout["barmode"] === "stack", element.clientWidth - 60), barcornerradius: 3, showlegend: legends, hovermode: "closest", colorway: night ? ways.dark : ways.light,
      legend,
      ...figure.layout, ...axes, title: undefined, autosize: true, paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
      font: { family: font, size: 12, color: colours.second }, hoverlabel: { bgcolor: colours.raised, bordercolor: colours.line, font: { family: font, size: 12, color: colours.text } },
    });
    void plotly.react(element, structuredClone(figure.data.map((trace, index) => dressed(trace as Loose, night, names[index]))) as unknown[], layout, { displayModeBar: false, responsive: false, locale: language() === "en" ? "en" : "zh-CN" });
    const events = element as unknown as { on?: (name: string, then: (event: { points: { label?: string; x?: string | number; y?: string | number; text?: string; data?: { name?: string; type?: string; orientation?: string; mode?: string } }[] }) => void) => void; removeAllListeners?: (name: string) => void };
    if (onPress) events.on?.("plotly_click", (event) => {
      const point = event.points[0];
      if (!point) return;
      const { type, orientation, mode, name = "" } = point.data ?? {};
      const category = type === "funnel" || orientation === "h" ? point.y : type === "scatter" && mode?.startsWith("markers") ? point.text : (point.label ?? point.x);
      onPress({ label: String(category ?? ""), trace: name, kind: type ?? "", x: String(point.x ?? ""), y: String(point.y ?? "") });
    });
    return () => events.removeAllListeners?.("plotly_click");
  }, [figure, night, onPress]);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const watch = new ResizeObserver(() => {
      // while a tab or a fold hides it there is no size to fit; it is asked again when shown
      if (element.clientWidth && element.clientHeight && element.querySelector(".main-svg")) void plotly.Plots.resize(element).catch(() => undefined);
    });
    watch.observe(element);
    return () => {
      watch.disconnect();
      plotly.purge(element);
    };
  }, []);
  return <div ref={box} className="plot" role="img" aria-label={label} />;
}
