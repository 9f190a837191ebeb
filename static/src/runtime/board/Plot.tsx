/** A plotly figure in the colours and type of the page. */
import { useEffect, useRef } from "react";
import { short } from "../../kernel/format";
import { language, t } from "../../kernel/i18n";
import type { Json } from "../../kernel/types";
import { isDark, useLook } from "../../kit/look";
import { dark, font, light } from "../../kit/tokens";
import plotly from "./plotly";

const ways = { light: ["#0f7b6c", "#4c78c8", "#d08a2e", "#8a5bb5", "#c4546b", "#4b9aa8", "#7c8a3a", "#98705a"], dark: ["#3fb29e", "#7fa5ec", "#e3ae5f", "#b891de", "#e58a9c", "#7cc4d0", "#b3c06a", "#c9a48f"] };

interface Trace {
  type?: string;
  orientation?: string;
  x?: unknown[];
  y?: unknown[];
}

const isDates = (values: unknown[] | undefined) => !!values?.length && values.every((value) => typeof value === "string" && /^\d{4}-\d{2}/.test(value));

/** One tick a month while they are few and there is room; plotly's own choice otherwise. */
function months(data: Trace[], width: number): string | undefined {
  const values = data.flatMap((trace) => (trace.x ?? []).map(String)).sort();
  const [first, last] = [values[0], values.at(-1)];
  if (!first || !last) return undefined;
  const span = (Number(last.slice(0, 4)) - Number(first.slice(0, 4))) * 12 + Number(last.slice(5, 7)) - Number(first.slice(5, 7));
  if (span <= 1 || span > 14) return undefined;
  const step = [1, 2, 3, 6].find((size) => (width / (span + 1)) * size > 36) ?? 6;
  return `M${step}`;
}

/** Round steps on the axis of numbers, written as this product writes numbers. */
function valueTicks(data: Trace[]): { axis: "x" | "y"; set: object } | null {
  const lying = data[0]?.orientation === "h";
  if (!data.length || data.some((trace) => !["bar", "scatter"].includes(trace.type ?? "scatter"))) return null;
  const values = data.flatMap((trace) => (lying ? trace.x : trace.y) ?? []).filter((value) => value !== null).map(Number);
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
  onPress?: (point: { label: string; trace: string }) => void;
}

export default function Plot({ figure, label, onPress }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const look = useLook();
  const night = isDark(look);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const colours = night ? dark : light;
    const axis = (given: Json | undefined) => ({ gridcolor: colours.line, zerolinecolor: colours.line, linecolor: colours.line, tickcolor: colours.line, automargin: true, ...(given as object | undefined), fixedrange: true });
    const dates = figure.data.some((trace) => isDates((trace as Trace).x));
    const ticks = valueTicks(figure.data as Trace[]);
    const axes = Object.fromEntries(Object.keys({ xaxis: 0, yaxis: 0, ...figure.layout }).filter((key) => /^[xy]axis\d*$/.test(key)).map((key) => [key, { ...axis(figure.layout[key]), ...(ticks?.axis === key[0] && key.length === 5 ? ticks.set : {}), ...(dates && key === "xaxis" ? { tickformat: t("time.month_tick"), dtick: months(figure.data as Trace[], element.clientWidth - 60) } : {}) }]));
    // plotly writes into what it is given
    const layout = structuredClone({
      margin: { l: 8, r: 12, t: 8, b: 8 }, bargap: 0.32, barcornerradius: 3, showlegend: figure.data.length > 1 || (figure.data[0] as Trace | undefined)?.type === "pie", hovermode: "closest", colorway: night ? ways.dark : ways.light,
      legend: { orientation: "h", y: -0.18, x: 0, font: { size: 12 } },
      ...figure.layout, ...axes, title: undefined, autosize: true, paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
      font: { family: font, size: 12, color: colours.second }, hoverlabel: { bgcolor: colours.raised, bordercolor: colours.line, font: { family: font, size: 12, color: colours.text } },
    });
    void plotly.react(element, structuredClone(figure.data) as unknown[], layout, { displayModeBar: false, responsive: false, locale: language() === "en" ? "en" : "zh-CN" });
    const events = element as unknown as { on?: (name: string, then: (event: { points: { label?: string; x?: string; data?: { name?: string } }[] }) => void) => void; removeAllListeners?: (name: string) => void };
    if (onPress) events.on?.("plotly_click", (event) => {
      const point = event.points[0];
      if (point) onPress({ label: String(point.label ?? point.x ?? ""), trace: point.data?.name ?? "" });
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
