/** The part of plotly that charts need, in a bundle of its own. */
import core from "plotly.js/lib/core";
import bar from "plotly.js/lib/bar";
import funnel from "plotly.js/lib/funnel";
import heatmap from "plotly.js/lib/heatmap";
import indicator from "plotly.js/lib/indicator";
import pie from "plotly.js/lib/pie";
import chinese from "plotly.js/lib/locales/zh-cn";

export interface Plotly {
  react: (element: HTMLElement, data: unknown[], layout: object, config: object) => Promise<void>;
  purge: (element: HTMLElement) => void;
  Plots: { resize: (element: HTMLElement) => Promise<unknown> };
  register: (modules: unknown[]) => void;
}

const plotly = core as unknown as Plotly;
plotly.register([bar, pie, heatmap, funnel, indicator, chinese]);
export default plotly;
