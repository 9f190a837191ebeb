/** The rows of a list, page after page by cursor, kept while one looks elsewhere so that coming back finds the same place. */
import { useEffect, useMemo, useSyncExternalStore } from "react";
import { get } from "../../kernel/api";
import type { RecordData, Rows, Value } from "../../kernel/types";
import { client } from "../session";

export interface Asked {
  application: string;
  entity: string;
  fields: string[];
  filter?: string;
  sort?: string;
  search?: string;
  view?: string;
  /** Those in the bin instead. */
  bin?: boolean;
}

export interface RowsState {
  items: readonly RecordData[];
  next: string | null;
  status: "loading" | "more" | "ready" | "failed";
  error: unknown;
  count: { count: number; capped: boolean } | null;
}

const page = 100;
const stores = new Map<string, RowStore>();

const path = (asked: Asked) => `records/${asked.application}/${asked.entity}`;
const query = (asked: Asked) => ({ fields: asked.fields.join(","), filter: asked.filter, sort: asked.sort, search: asked.search, view: asked.view, bin: asked.bin ? 1 : undefined });

/** One list as asked; several components may look at it. */
export class RowStore {
  state: RowsState = { items: [], next: null, status: "loading", error: null, count: null };
  scroll = { top: 0, left: 0 };
  stale = false;
  private started = false;
  private turn = 0;
  private readonly listeners = new Set<() => void>();

  constructor(readonly asked: Asked) {}

  readonly subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };
  readonly snapshot = () => this.state;

  /** Whether somebody is looking at it now. */
  get watched() {
    return this.listeners.size > 0;
  }

  private set(next: Partial<RowsState>) {
    this.state = { ...this.state, ...next };
    for (const listener of this.listeners) listener();
  }

  start() {
    if (this.started && !this.stale) return;
    this.reload(!this.started);
  }

  /** Asks from the top again; what is shown stays until the answer is here. */
  reload(bare = false) {
    this.started = true;
    this.stale = false;
    this.turn += 1;
    if (bare || this.state.status === "failed") this.set({ items: [], next: null, status: "loading", error: null });
    void this.fetch(null, Math.max(page, Math.min(1000, this.state.items.length)));
    void this.recount();
  }

  more() {
    if (this.state.status !== "ready" || !this.state.next) return;
    this.set({ status: "more" });
    void this.fetch(this.state.next, this.state.items.length > 500 ? 500 : 200);
  }

  private async fetch(after: string | null, limit: number) {
    const turn = this.turn;
    try {
      const answer = await get<Rows>(path(this.asked), { ...query(this.asked), limit, after });
      if (turn !== this.turn) return;
      this.set({ items: after ? [...this.state.items, ...answer.items] : answer.items, next: answer.next, status: "ready", error: null });
    } catch (error) {
      if (turn === this.turn) this.set({ status: after ? "ready" : "failed", error, next: after ? this.state.next : null });
    }
  }

  async recount() {
    const turn = this.turn;
    const { filter, search, view, bin } = query(this.asked);
    try {
      const count = await get<{ count: number; capped: boolean }>(`${path(this.asked)}/count`, { filter, search, view, bin });
      if (turn === this.turn) this.set({ count });
    } catch {
      if (turn === this.turn) this.set({ count: null });
    }
  }

  /** Another state of one row, as the server gave it or as one hopes. */
  patch(id: number, values: { [field: string]: Value }) {
    this.set({ items: this.state.items.map((item) => (item.id === id ? ({ ...item, ...values } as RecordData) : item)) });
  }

  /** Takes a row out, to be put into another list. */
  take(id: number): RecordData | undefined {
    const found = this.state.items.find((item) => item.id === id);
    if (found) this.set({ items: this.state.items.filter((item) => item.id !== id) });
    return found;
  }

  put(record: RecordData) {
    this.set({ items: [record, ...this.state.items] });
  }

  drop(ids: readonly number[]) {
    const gone = new Set(ids);
    this.set({ items: this.state.items.filter((item) => !gone.has(item.id)) });
    void this.recount();
  }
}

const most = 60;

export function useRows(asked: Asked, on = true): RowStore {
  const key = JSON.stringify(asked);
  const store = useMemo(() => {
    let found = stores.get(key);
    if (!found) {
      found = new RowStore(JSON.parse(key) as Asked);
      if (stores.size >= most) stores.delete(stores.keys().next().value!);
    } else stores.delete(key);
    stores.set(key, found);
    return found;
  }, [key]);
  useEffect(() => {
    if (on) store.start();
  }, [store, on]);
  return store;
}

export const useRowsState = (store: RowStore) => useSyncExternalStore(store.subscribe, store.snapshot);

/** Something of this entity was changed elsewhere: its lists ask again when they are next looked at, or now. */
export function touch(application: string, entity: string, record?: RecordData) {
  void client.invalidateQueries({ queryKey: ["groups", application, entity] });
  for (const store of stores.values()) {
    if (store.asked.application !== application || store.asked.entity !== entity) continue;
    if (record && store.state.items.some((item) => item.id === record.id)) store.patch(record.id, record);
    else store.stale = true;
  }
}

/** Lists of this entity ask again at once. */
export function refresh(application: string, entity: string) {
  void client.invalidateQueries({ queryKey: ["groups", application, entity] });
  for (const store of stores.values()) {
    if (store.asked.application !== application || store.asked.entity !== entity) continue;
    if (store.watched) store.reload();
    else store.stale = true;
  }
}
