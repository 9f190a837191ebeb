/** How many notes this person has not read: told live by the server, for whichever bells are on the screen. */
import { useSyncExternalStore } from "react";
import { address } from "../../kernel/api";

export interface Unread {
  /** Up to 100; null until the server has said. */
  unread: number | null;
  /** The newest note's number; it rises when one arrives. */
  newest: number;
}

const pause = 20_000;
let state: Unread = { unread: null, newest: 0 };
let source: EventSource | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();

export function tellUnread(next: Partial<Unread>) {
  state = { ...state, ...next };
  for (const listener of listeners) listener();
}

function open() {
  clearTimeout(timer);
  source?.close();
  source = new EventSource(address("inbox/stream"));
  source.addEventListener("inbox", (event) => tellUnread(JSON.parse((event as MessageEvent<string>).data) as Unread));
  source.addEventListener("error", () => {
    // a stream that ended begins anew by itself; one that was refused does not
    if (source?.readyState === EventSource.CLOSED) timer = setTimeout(open, pause);
  });
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  if (listeners.size === 1 && typeof EventSource !== "undefined") open();
  return () => {
    listeners.delete(listener);
    if (listeners.size) return;
    clearTimeout(timer);
    source?.close();
    source = null;
    state = { unread: null, newest: 0 };
  };
}

export const useUnread = (): Unread => useSyncExternalStore(subscribe, () => state);
