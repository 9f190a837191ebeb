/** How this person wants the screen: theme, density, folded rail; kept in this browser. */
import { useSyncExternalStore } from "react";

export interface Look {
  theme: "light" | "dark" | "system";
  dense: boolean;
  folded: boolean;
}

const listeners = new Set<() => void>();
const night = window.matchMedia("(prefers-color-scheme: dark)");
let look: Look = { theme: "light", dense: false, folded: false, ...kept() };

function kept(): Partial<Look> {
  try {
    return JSON.parse(localStorage.getItem("look") ?? "{}") as Partial<Look>;
  } catch {
    return {};
  }
}

let shown = look;

export const isDark = (value: Look = shown) => value.theme === "dark" || (value.theme === "system" && night.matches);

function paint() {
  document.documentElement.dataset["theme"] = isDark() ? "dark" : "light";
  document.documentElement.dataset["dense"] = String(look.dense);
}

/** A theme for a while, whatever the person's own is; not kept. */
export function lendTheme(theme: Look["theme"] | null) {
  lent = theme;
  tell();
}

let lent: Look["theme"] | null = null;

function tell() {
  shown = lent ? { ...look, theme: lent } : look;
  paint();
  for (const listener of listeners) listener();
}

export function setLook(next: Partial<Look>) {
  look = { ...look, ...next };
  localStorage.setItem("look", JSON.stringify(look));
  tell();
}

night.addEventListener?.("change", () => {
  look = { ...look };
  tell();
});
paint();

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

export const useLook = () => useSyncExternalStore(subscribe, () => shown);

const narrow = window.matchMedia("(max-width: 767px)");
const watch = (listener: () => void) => {
  narrow.addEventListener?.("change", listener);
  return () => narrow.removeEventListener?.("change", listener);
};

/** Whether the screen is a phone's. */
export const usePhone = () => useSyncExternalStore(watch, () => narrow.matches);
