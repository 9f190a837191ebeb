/** What a person has set for themselves, kept on the server; this browser's copy answers at once and when the line is down. */
import { useCallback, useEffect, useSyncExternalStore } from "react";
import { get, put } from "../kernel/api";
import type { Json } from "../kernel/types";

const wait = 700;
let owner = 0;
const kept = new Map<string, Json>();
const asked = new Map<string, Promise<void>>();
const waiting = new Map<string, ReturnType<typeof setTimeout>>();
const listeners = new Set<() => void>();

const place = (key: string) => `mine:${owner}:${key}`;
const tell = () => {
  for (const listener of listeners) listener();
};

/** Whose they are; another person at the same screen sees nothing of them. */
export function belongTo(user: number) {
  if (user === owner) return;
  owner = user;
  kept.clear();
  asked.clear();
  tell();
}

function local(key: string): Json | undefined {
  if (kept.has(key)) return kept.get(key);
  try {
    const text = localStorage.getItem(place(key));
    const found = text === null ? undefined : (JSON.parse(text) as Json);
    if (found !== undefined) kept.set(key, found);
    return found;
  } catch {
    return undefined;
  }
}

function hold(key: string, value: Json) {
  kept.set(key, value);
  try {
    if (value === null) localStorage.removeItem(place(key));
    else localStorage.setItem(place(key), JSON.stringify(value));
  } catch {
    // a full store only means that the server's copy is the only one
  }
}

/** Asks the server for all whose key begins so; once, unless it failed. */
function fetched(prefix: string): Promise<void> {
  let going = asked.get(prefix);
  if (!going) {
    const whose = owner;
    going = get<{ items: Record<string, Json> }>("preferences", { prefix }).then(
      ({ items }) => {
        if (whose !== owner) return;
        const newer = unsent();
        for (const [key, value] of Object.entries(items)) if (!newer.has(key)) hold(key, value);
        for (const key of newer) if (key.startsWith(prefix) && !waiting.has(key) && local(key) !== undefined) send(key);
        tell();
      },
      () => void asked.delete(prefix),
    );
    asked.set(prefix, going);
  }
  return going;
}

/** Keys whose newest value the server may not have yet; remembered, so that an older answer never wins over them. */
function unsent(change?: (keys: Set<string>) => void): Set<string> {
  let keys = new Set<string>();
  try {
    keys = new Set(JSON.parse(localStorage.getItem(place("~")) ?? "[]") as string[]);
    change?.(keys);
    if (change) localStorage.setItem(place("~"), JSON.stringify([...keys]));
  } catch {
    change?.(keys);
  }
  return keys;
}

function send(key: string) {
  waiting.delete(key);
  const whose = owner;
  if (!owner) return;
  put(`preferences/${encodeURIComponent(key)}`, { value: kept.get(key) ?? null }).then(
    () => whose === owner && !waiting.has(key) && unsent((keys) => keys.delete(key)),
    () => undefined,
  );
}

/** Null forgets it. */
export function setPreference(key: string, value: Json) {
  hold(key, value);
  tell();
  unsent((keys) => keys.add(key));
  clearTimeout(waiting.get(key));
  waiting.set(key, setTimeout(() => send(key), value === null ? 0 : wait));
}

/** What is kept under this key, by the server if it answers. */
export async function preference(key: string): Promise<Json | undefined> {
  await fetched(key);
  return local(key);
}

export const nowKept = local;

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

/** One preference, as it is here and then as the server has it; those of one `group` are asked for together. */
export function usePreference(key: string, group: string): [Json | undefined, (value: Json) => void] {
  const value = useSyncExternalStore(subscribe, () => local(key));
  useEffect(() => void fetched(group), [group]);
  return [value, useCallback((next: Json) => setPreference(key, next), [key])];
}

// what is still waiting goes out before the page does
window.addEventListener("pagehide", () => {
  for (const [key, timer] of waiting) {
    clearTimeout(timer);
    send(key);
  }
});
