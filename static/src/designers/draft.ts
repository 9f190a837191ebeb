/** The draft of one application while somebody designs it: one document of all definitions, kept on the server by itself. */
import { ask, Problem } from "../kernel/api";
import { Document, type Command } from "../kernel/document";
import type { Issue, Json } from "../kernel/types";
import { prepared, stripped } from "./parts";

export type Doc = { [key: string]: Json };
/** Definitions by sort and id. */
export type Book = { [kind: string]: { [id: string]: Doc } };

export interface Listed {
  kind: string;
  id: string;
  etag: string;
  document: Doc;
  changed: boolean;
  issues: Issue[];
}

export interface Loaded {
  definitions: Listed[];
  removed: { kind: string; id: string }[];
  issues: Issue[];
  live: boolean;
  release: number;
  pending?: number | null;
  /** The sorts that whoever asks may design; null is every one. */
  designs?: string[] | null;
}

export interface Placed extends Issue {
  kind: string;
  id: string;
}

export interface Conflict {
  kind: string;
  id: string;
  document: Doc | null;
  etag: string;
}

export interface Status {
  saving: "saved" | "waiting" | "saving" | "failed";
  error: unknown;
  conflict: Conflict | null;
  /** "kind/id" of what differs from the live release. */
  changed: ReadonlySet<string>;
  /** How many changes a publish would tell of. */
  count: number;
  issues: readonly Placed[];
  live: boolean;
  /** The sorts that this person may design; null is every one. */
  designs: ReadonlySet<string> | null;
}

type Send = typeof ask;
type Kept = { etag: string; document: Doc };

export const keyOf = (kind: string, id: string) => `${kind}/${id}`;
const wait = 600;
const again = 5000;

export class Draft {
  readonly document: Document<Book>;
  private kept = new Map<string, Kept>();
  private status: Status;
  private readonly listeners = new Set<() => void>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private busy: Promise<void> | null = null;

  constructor(readonly app: string, loaded: Loaded, private readonly send: Send = ask) {
    const book: Book = {};
    for (const item of loaded.definitions) {
      const document = prepared(item.kind, item.document);
      (book[item.kind] ??= {})[item.id] = document;
      this.kept.set(keyOf(item.kind, item.id), { etag: item.etag, document });
    }
    this.document = new Document<Book>(book);
    this.status = { saving: "saved", error: null, conflict: null, ...seen(loaded), live: loaded.live };
    this.document.subscribe(() => this.look());
  }

  readonly snapshot = () => this.status;

  readonly subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };

  get book(): Book {
    return this.document.value;
  }

  /** What somebody may not design stays as it is, also where it would come along: a new board's entry in the menu. */
  run(command: Command) {
    const patches = command.patches.filter((patch) => this.may(String((patch.do === "move" ? patch.to : patch.path)[0])));
    if (patches.length) this.document.run({ ...command, patches });
  }

  may(sort: string): boolean {
    return !this.status.designs || this.status.designs.has(sort);
  }

  /** What was not sent yet. */
  private pending(): [string, string][] {
    const found: [string, string][] = [];
    for (const [kind, list] of Object.entries(this.book))
      for (const [id, document] of Object.entries(list)) if (this.kept.get(keyOf(kind, id))?.document !== document) found.push([kind, id]);
    for (const key of this.kept.keys()) {
      const [kind = "", id = ""] = key.split("/");
      if (!this.book[kind]?.[id]) found.push([kind, id]);
    }
    return found;
  }

  private look() {
    if (!this.pending().length || this.status.conflict) return;
    if (this.status.saving !== "saving") this.tell({ saving: "waiting" });
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.flush(), wait);
  }

  /** Sends what is waiting; resolves when all is kept or something stands in the way. */
  flush(): Promise<void> {
    clearTimeout(this.timer);
    this.busy ??= this.work().finally(() => {
      this.busy = null;
    });
    return this.busy;
  }

  private async work() {
    let sent = false;
    for (let list = this.pending(); list.length; list = this.pending()) {
      this.tell({ saving: "saving", error: null });
      for (const [kind, id] of list)
        try {
          await this.one(kind, id);
          sent = true;
        } catch (error) {
          if (error instanceof Problem && (error.status === 409 || error.status === 412)) {
            this.tell({ saving: "failed", conflict: { kind, id, document: (error.body["current"] as Doc | null) ?? null, etag: String(error.body["etag"] ?? "*") } });
            return;
          }
          this.tell({ saving: "failed", error });
          this.timer = setTimeout(() => void this.flush(), again);
          return;
        }
    }
    this.tell({ saving: "saved", error: null });
    if (sent) await this.refresh().catch(() => undefined);
  }

  private async one(kind: string, id: string) {
    const key = keyOf(kind, id);
    const document = this.book[kind]?.[id];
    const kept = this.kept.get(key);
    const place = `designer/${this.app}/${kind}/${encodeURIComponent(id)}`;
    if (!document) {
      await this.send("DELETE", place, { etag: kept ? `"${kept.etag}"` : null });
      this.kept.delete(key);
      return;
    }
    const { data } = await this.send<{ etag: string }>("PUT", place, { body: stripped(kind, document), etag: kept ? `"${kept.etag}"` : `"*"` });
    this.kept.set(key, { etag: data.etag, document });
  }

  /** Asks the server what is wrong and what is changed; takes over what others changed meanwhile. */
  async refresh() {
    const { data } = await this.send<Loaded>("GET", `designer/${this.app}`);
    this.tell({ ...seen(data), live: data.live });
    const patches: Command["patches"] = [];
    const here = new Set<string>();
    for (const item of data.definitions) {
      const key = keyOf(item.kind, item.id);
      here.add(key);
      const kept = this.kept.get(key);
      const own = this.book[item.kind]?.[item.id];
      if (kept?.etag === item.etag || (kept && own !== kept.document) || (!kept && own)) continue;
      const document = prepared(item.kind, item.document);
      this.kept.set(key, { etag: item.etag, document });
      if (!this.book[item.kind]) patches.push({ do: "set", path: [item.kind], value: {} });
      patches.push({ do: "set", path: [item.kind, item.id], value: document });
    }
    for (const [key, kept] of this.kept) {
      const [kind = "", id = ""] = key.split("/");
      if (here.has(key) || this.book[kind]?.[id] !== kept.document) continue;
      this.kept.delete(key);
      patches.push({ do: "remove", path: [kind, id] });
    }
    if (patches.length) this.document.run({ label: "design.step_theirs", patches });
  }

  /** Forgets everything here and takes what the server has: after a roll-back or a discarded draft. */
  async reload() {
    clearTimeout(this.timer);
    const { data } = await this.send<Loaded>("GET", `designer/${this.app}`);
    const book: Book = {};
    this.kept = new Map();
    for (const item of data.definitions) {
      const document = prepared(item.kind, item.document);
      (book[item.kind] ??= {})[item.id] = document;
      this.kept.set(keyOf(item.kind, item.id), { etag: item.etag, document });
    }
    this.document.replace(book);
    this.tell({ saving: "saved", error: null, conflict: null, ...seen(data), live: data.live });
  }

  /** The other's version wins; what was here can be had back by undo. */
  takeTheirs() {
    const found = this.status.conflict;
    if (!found) return;
    const document = found.document && prepared(found.kind, found.document);
    const key = keyOf(found.kind, found.id);
    if (document) this.kept.set(key, { etag: found.etag, document });
    else this.kept.delete(key);
    this.tell({ conflict: null, saving: "saved" });
    this.run({ label: "design.step_theirs", patches: [document ? { do: "set", path: [found.kind, found.id], value: document } : { do: "remove", path: [found.kind, found.id] }] });
    void this.flush();
  }

  keepMine() {
    const found = this.status.conflict;
    if (!found) return;
    const key = keyOf(found.kind, found.id);
    if (found.document) this.kept.set(key, { etag: found.etag, document: found.document });
    else this.kept.delete(key);
    this.tell({ conflict: null });
    void this.flush();
  }

  private tell(change: Partial<Status>) {
    this.status = { ...this.status, ...change };
    for (const listener of this.listeners) listener();
  }
}

function seen(loaded: Loaded): Pick<Status, "changed" | "count" | "issues" | "designs"> {
  const changed = new Set([...loaded.definitions.filter((item) => item.changed), ...loaded.removed].map((item) => keyOf(item.kind, item.id)));
  return {
    designs: loaded.designs ? new Set(loaded.designs) : null,
    changed,
    count: loaded.pending ?? changed.size,
    issues: [...loaded.issues.map((issue) => ({ ...issue, kind: "", id: "" })), ...loaded.definitions.flatMap((item) => item.issues.map((issue) => ({ ...issue, kind: item.kind, id: item.id })))],
  };
}
