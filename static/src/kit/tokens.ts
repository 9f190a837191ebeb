/** The colours, sizes and times of every screen, said once: antd's theme and the CSS variables are both made from them. */

export const light = {
  ground: "#f6f7f9", card: "#ffffff", raised: "#ffffff", line: "#e6e8ec", faint: "#f0f1f4", hover: "#f3f5f6",
  text: "#1f2329", second: "#5c626b", third: "#686d77", accent: "#0f7b6c", accentHover: "#0b6a5d", accentSoft: "#e6f3f0", accentText: "#0b6a5d",
  danger: "#c9372c", dangerSoft: "#fdecea", wait: "#9a6700", waitSoft: "#fdf3dc", done: "#217a3c", doneSoft: "#e5f4e9",
  shadow: "0 8px 28px rgba(22, 28, 36, 0.13), 0 1px 3px rgba(22, 28, 36, 0.08)",
};

export const dark: typeof light = {
  ground: "#131517", card: "#1b1e21", raised: "#23272b", line: "#2e3338", faint: "#24282c", hover: "#22262a",
  text: "#e8eaed", second: "#a3a9b1", third: "#8f969f", accent: "#2f9e8b", accentHover: "#3fb29e", accentSoft: "#17332e", accentText: "#5cc4b1",
  danger: "#f0776c", dangerSoft: "#3a1f1d", wait: "#dba53a", waitSoft: "#352a14", done: "#5fb878", doneSoft: "#1a3021",
  shadow: "0 10px 32px rgba(0, 0, 0, 0.5), 0 0 0 1px rgba(255, 255, 255, 0.05)",
};

/** Ground and text of the twelve colours of choices; by day, by night. */
export const palette: Record<string, [string, string, string, string]> = {
  gray: ["#eceef1", "#4a5059", "#2d3237", "#c3c8ce"],
  red: ["#fbe6e4", "#98271e", "#45211e", "#f0a59e"],
  orange: ["#fdeadb", "#8f4210", "#442a16", "#f0b184"],
  amber: ["#fbf0d0", "#775200", "#3d3013", "#e5c46d"],
  olive: ["#eef2d5", "#55600d", "#30351a", "#c5d07c"],
  green: ["#e0f2e4", "#1d6634", "#1d3524", "#8bd0a0"],
  teal: ["#dcf1ed", "#0b6155", "#17352f", "#7ccdbd"],
  cyan: ["#daeff5", "#0d5c74", "#17343e", "#83c9de"],
  blue: ["#e1ebfb", "#1f4e9c", "#1d2d47", "#9bbcf0"],
  indigo: ["#e7e6fb", "#453da3", "#2a2950", "#b4aff3"],
  purple: ["#f1e5fa", "#6d2f98", "#38244a", "#d2a8f0"],
  pink: ["#fbe4ef", "#94285f", "#43202f", "#efa3c6"],
};

export const colours = Object.keys(palette);

const alike: Record<string, string> = { grey: "gray", rose: "pink", magenta: "pink", violet: "purple", yellow: "amber", gold: "amber", lime: "olive", brown: "orange", emerald: "green", sky: "cyan", navy: "indigo", black: "gray" };

/** One of the twelve, whatever was written: a name, nothing, or something else (told apart by its letters). */
export function colour(name: string | undefined | null, otherwise = "gray"): string {
  if (!name) return otherwise;
  if (name in palette) return name;
  if (alike[name]) return alike[name];
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + letter.charCodeAt(0)) % 997;
  return colours[1 + (sum % (colours.length - 1))]!;
}

export const quick = 120;
export const slow = 180;
export const rail = { wide: 216, narrow: 56 };
export const drawer = 640;
export const font =
  'system-ui, -apple-system, "Segoe UI", Roboto, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", sans-serif';

/** The variables of both themes, as one style sheet. */
export function sheet(): string {
  const dashed = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const block = (theme: typeof light, night: boolean) =>
    [
      ...Object.entries(theme).map(([name, value]) => `--${dashed(name)}:${value}`),
      ...Object.entries(palette).flatMap(([name, [dayGround, dayText, nightGround, nightText]]) => [
        `--${name}:${night ? nightGround : dayGround}`, `--${name}-text:${night ? nightText : dayText}`,
      ]),
    ].join(";");
  return `:root{${block(light, false)}}:root[data-theme=dark]{${block(dark, true)}}`;
}
