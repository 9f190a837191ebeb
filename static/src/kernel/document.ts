/** An immutable JSON document that changes by commands, each with its inverse: undo, redo, selection and saving hang on it. */
import type { Json } from "./types";
import type { Path } from "./issues";

/** The smallest change; `insert` and `remove` act on arrays and on properties alike, `move` inside or between arrays. */
export type Patch =
  | { do: "set"; path: Path; value: Json }
  | { do: "insert"; path: Path; value: Json }
  | { do: "remove"; path: Path }
  | { do: "move"; from: Path; to: Path };

export interface Command {
  /** Key of the text that names it in the undo list. */
  label: string;
  patches: Patch[];
  /** Commands of the same `merge` that follow each other within a moment count as one (typing). */
  merge?: string;
  /** What is selected after it. */
  select?: string[];
}

interface Step {
  label: string;
  forward: Patch[];
  backward: Patch[];
  merge: string | undefined;
  at: number;
  before: readonly string[];
  after: readonly string[];
}

export interface State<T extends Json = Json> {
  readonly value: T;
  readonly selection: readonly string[];
  readonly revision: number;
  readonly saved: number;
  readonly undo: string | null;
  readonly redo: string | null;
}

const moment = 900;
const longest = 500;

export function read(value: Json, path: Path): Json | undefined {
  let here: Json | undefined = value;
  for (const step of path) {
    if (here === null || typeof here !== "object") return undefined;
    here = (here as Record<string | number, Json>)[step];
  }
  return here;
}

/** The same document with another value at `path`; everything beside the path is shared with the old one. */
function write(value: Json, path: Path, change: (parent: Json[] | Record<string, Json>, key: string | number) => void): Json {
  const [step, ...rest] = path;
  if (step === undefined) throw new Error("a patch needs a path");
  if (value === null || typeof value !== "object") throw new Error(`nothing at ${String(step)}`);
  const copy = (Array.isArray(value) ? [...value] : { ...value }) as Json[] & Record<string, Json>;
  if (rest.length) copy[step as never] = write((value as Record<string | number, Json>)[step] ?? null, rest, change) as never;
  else change(copy, step);
  return copy;
}

function one(value: Json, patch: Patch): { value: Json; inverse: Patch[] } {
  switch (patch.do) {
    case "set": {
      if (!patch.path.length) return { value: patch.value, inverse: [{ do: "set", path: [], value }] };
      const before = read(value, patch.path);
      const next = write(value, patch.path, (parent, key) => ((parent as Record<string | number, Json>)[key] = patch.value));
      return { value: next, inverse: [before === undefined ? { do: "remove", path: patch.path } : { do: "set", path: patch.path, value: before }] };
    }
    case "insert": {
      const next = write(value, patch.path, (parent, key) => {
        if (Array.isArray(parent)) parent.splice(Math.min(Number(key), parent.length), 0, patch.value);
        else parent[key] = patch.value;
      });
      return { value: next, inverse: [{ do: "remove", path: patch.path }] };
    }
    case "remove": {
      const before = read(value, patch.path);
      if (before === undefined) return { value, inverse: [] };
      const next = write(value, patch.path, (parent, key) => {
        if (Array.isArray(parent)) parent.splice(Number(key), 1);
        else delete parent[key];
      });
      return { value: next, inverse: [{ do: "insert", path: patch.path, value: before }] };
    }
    case "move": {
      const what = read(value, patch.from);
      if (what === undefined) return { value, inverse: [] };
      const taken = one(value, { do: "remove", path: patch.from });
      const put = one(taken.value, { do: "insert", path: patch.to, value: what });
      return { value: put.value, inverse: [{ do: "move", from: patch.to, to: patch.from }] };
    }
  }
}

/** Applies patches in order. `to` of a move is read after the removal, as an array's splice reads it. */
export function apply<T extends Json>(value: T, patches: readonly Patch[]): { value: T; inverse: Patch[] } {
  let next: Json = value;
  const inverse: Patch[] = [];
  for (const patch of patches) {
    const step = one(next, patch);
    next = step.value;
    inverse.unshift(...step.inverse);
  }
  return { value: next as T, inverse };
}

/** Where the object with this `id` stands, depth first; null when it is nowhere. */
export function locate(value: Json, id: string, path: Path = []): Path | null {
  if (value === null || typeof value !== "object") return null;
  if (!Array.isArray(value) && value["id"] === id) return path;
  for (const [key, child] of Object.entries(value)) {
    const found = locate(child, id, [...path, Array.isArray(value) ? Number(key) : key]);
    if (found) return found;
  }
  return null;
}

/** Every `id` in the document, in reading order. */
export function ids(value: Json): string[] {
  if (value === null || typeof value !== "object") return [];
  const own = !Array.isArray(value) && typeof value["id"] === "string" ? [value["id"]] : [];
  return [...own, ...Object.values(value).flatMap(ids)];
}

/** A word like `wish` that no id of the document is yet. */
export function fresh(value: Json, wish: string): string {
  const taken = new Set(ids(value));
  if (!taken.has(wish)) return wish;
  let number = 2;
  while (taken.has(`${wish}_${number}`)) number += 1;
  return `${wish}_${number}`;
}

/** A document somebody edits: subscribe to it, run commands on it, go back and forth. */
export class Document<T extends Json = Json> {
  private state: State<T>;
  private past: Step[] = [];
  private future: Step[] = [];
  private readonly listeners = new Set<() => void>();

  constructor(value: T, private readonly now: () => number = Date.now) {
    this.state = { value, selection: [], revision: 0, saved: 0, undo: null, redo: null };
  }

  readonly snapshot = (): State<T> => this.state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };

  get value(): T {
    return this.state.value;
  }

  run(command: Command): void {
    const { value, inverse } = apply(this.state.value, command.patches);
    if (!inverse.length) return;
    const last = this.past.at(-1);
    const at = this.now();
    const after = command.select ?? this.state.selection;
    if (last && command.merge && last.merge === command.merge && at - last.at < moment && !this.future.length) {
      last.forward.push(...command.patches);
      last.backward.unshift(...inverse);
      last.at = at;
      last.after = after;
    } else {
      this.past.push({ label: command.label, forward: [...command.patches], backward: inverse, merge: command.merge, at, before: this.state.selection, after });
      if (this.past.length > longest) this.past.shift();
    }
    this.future = [];
    this.settle(value, after);
  }

  undo(): void {
    const step = this.past.pop();
    if (!step) return;
    this.future.push(step);
    this.settle(apply(this.state.value, step.backward).value, step.before);
  }

  redo(): void {
    const step = this.future.pop();
    if (!step) return;
    step.merge = undefined;
    this.past.push(step);
    this.settle(apply(this.state.value, step.forward).value, step.after);
  }

  select(selection: readonly string[]): void {
    this.state = { ...this.state, selection };
    this.tell();
  }

  /** The server has kept this revision. */
  kept(revision: number): void {
    this.state = { ...this.state, saved: Math.max(revision, this.state.saved) };
    this.tell();
  }

  /** Takes another value as the truth (another designer saved): nothing before it can be undone. */
  replace(value: T): void {
    this.past = [];
    this.future = [];
    this.settle(value, []);
    this.state = { ...this.state, saved: this.state.revision };
    this.tell();
  }

  private settle(value: T, selection: readonly string[]): void {
    this.state = {
      ...this.state, value, selection, revision: this.state.revision + 1,
      undo: this.past.at(-1)?.label ?? null, redo: this.future.at(-1)?.label ?? null,
    };
    this.tell();
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}
