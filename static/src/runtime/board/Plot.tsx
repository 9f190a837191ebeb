/** A plotly figure in the colours and type of the page. */
import { useEffect, useRef } from "react";
import { language } from "../../kernel/i18n";
import type { Json } from "../../kernel/types";
import { isDark, useLook } from "../../kit/look";
import { dark, font, light } from "../../kit/tokens";
import plotly from "./plotly";

const ways = { light: ["#0f7b6c", "#4c78c8", "#d08a2e", "#8a5bb5", "#c4546b", "#4b9aa8", "#7c8a3a", "#98705a"], dark: ["#3fb29e", "#7fa5ec", "#e3ae5f", "#b891de", "#e58a9c", "#7cc4d0", "#b3c06a", "#c9a48f"] };

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
    const axes = Object.fromEntries(Object.keys({ xaxis: 0, yaxis: 0, ...figure.layout }).filter((key) => /^[xy]axis\d*$/.test(key)).map((key) => [key, axis(figure.layout[key])]));
    // plotly writes into what it is given
    const layout = structuredClone({
      margin: { l: 8, r: 12, t: 8, b: 8 }, bargap: 0.32, barcornerradius: 3, showlegend: figure.data.length > 1, hovermode: "closest", colorway: night ? ways.dark : ways.light,
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
    const watch = new ResizeObserver(() => element.querySelector(".main-svg") && plotly.Plots.resize(element));
    watch.observe(element);
    return () => {
      watch.disconnect();
      plotly.purge(element);
    };
  }, []);
  return <div ref={box} className="plot" role="img" aria-label={label} />;
}
