/** What can be done, by name and by key: one list feeds the palette, the menus and the page of keys. */

export interface Deed {
  id: string;
  /** What people read; already in their language. */
  label: string;
  group: string;
  /** "mod+k", "/", "?", "g l": two keys one after the other are written with a space. */
  keys?: string;
  icon?: string;
  /** More words it is found by. */
  words?: string;
  run: () => void;
}

const lists = new Map<object, Deed[]>();
const listeners = new Set<() => void>();
let all: readonly Deed[] = [];

/** Offers deeds as long as the returned function has not been called. */
export function offer(deeds: Deed[]): () => void {
  const key = {};
  lists.set(key, deeds);
  settle();
  return () => {
    lists.delete(key);
    settle();
  };
}

export const deeds = () => all;

export function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

function settle() {
  all = [...lists.values()].flat();
  for (const listener of listeners) listener();
}

const apple = () => /Mac|iPhone|iPad/.test(navigator.platform);

/** "mod+k" → ⌘K or Ctrl K. */
export function shown(keys: string): string[] {
  const names: Record<string, string> = apple()
    ? { mod: "⌘", shift: "⇧", alt: "⌥", enter: "↵", escape: "Esc", arrowup: "↑", arrowdown: "↓" }
    : { mod: "Ctrl", shift: "Shift", alt: "Alt", enter: "Enter", escape: "Esc", arrowup: "↑", arrowdown: "↓" };
  return keys.split(/[+ ]/).map((key) => names[key] ?? key.toUpperCase());
}

/** Whether this key stroke is those keys. */
export function pressed(event: KeyboardEvent, keys: string): boolean {
  const parts = keys.split("+");
  const key = parts.at(-1) ?? "";
  const mod = parts.includes("mod");
  if (mod !== (event.metaKey || event.ctrlKey)) return false;
  if (parts.includes("alt") !== event.altKey) return false;
  if (parts.includes("shift") && !event.shiftKey) return false;
  if (mod && !parts.includes("shift") && event.shiftKey) return false;
  return event.key.toLowerCase() === key;
}

/** Whether keys go into a text now. */
export function typing(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  // a box that is ticked takes no text: keys like undo go past it
  if (target instanceof HTMLInputElement && /^(checkbox|radio|button|range|color)$/.test(target.type)) return false;
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}

/** Runs the deed these keys belong to; the newest offer wins. */
export function dispatch(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.isComposing) return false;
  for (const deed of [...all].reverse()) {
    if (!deed.keys || !pressed(event, deed.keys)) continue;
    if (!deed.keys.includes("mod") && typing(event.target)) continue;
    event.preventDefault();
    deed.run();
    return true;
  }
  return false;
}

/** Deeds that match what was typed, best first. */
export function search(list: readonly Deed[], typed: string): Deed[] {
  const words = typed.trim().toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.length) return [...list];
  const score = (deed: Deed) => {
    const label = deed.label.toLowerCase();
    const text = `${label} ${deed.group} ${deed.words ?? ""}`.toLowerCase();
    let points = 0;
    for (const word of words) {
      if (!text.includes(word)) return 0;
      points += label.startsWith(word) ? 3 : label.includes(word) ? 2 : 1;
    }
    return points;
  };
  return list.map((deed) => [score(deed), deed] as const).filter(([points]) => points > 0).sort((a, b) => b[0] - a[0]).map(([, deed]) => deed);
}
