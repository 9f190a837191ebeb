/** The colours of charts: eight that people with any sight tell apart, by day and by night, and one scale from little to much. */
import { dark, light } from "../tokens";

export const ways = {
  light: ["#0f7b6c", "#e69f00", "#3a6fc4", "#c2578f", "#7a4d1a", "#56b4e9", "#6b7280", "#5b3fa0"],
  dark: ["#3fb29e", "#f0b84a", "#6f9fe8", "#f7bfdc", "#b06a2e", "#8fd0f5", "#a3a9b1", "#a58bd6"],
};

/** From the ground to the accent, which is one hue: lightness alone tells how much. */
export const scale = (night: boolean): [number, string][] => (night ? [[0, dark.faint], [0.5, "#1f6b5f"], [1, "#5cd0bb"]] : [[0, "#eef5f3"], [0.5, "#6fb5a9"], [1, light.accentHover]]);
