/** Records as tasks of a plan: their days, their tree, what is late, and the moves by which a person changes them. */
import { days } from "../../kernel/format";
import type { Field, RecordData, Value } from "../../kernel/types";
import { plus } from "../view/days";

export interface Fields {
  start: Field;
  end: Field | undefined;
  title: Field | undefined;
  progress: Field | undefined;
  parent: Field | undefined;
  needs: Field | undefined;
  paint: Field | undefined;
  group: Field | undefined;
  milestones: boolean;
  /** What else a bar says when one rests on it. */
  said: readonly Field[];
}

export interface Task {
  id: number;
  record: RecordData;
  start: string;
  end: string;
  /** 0 to 1, or null where nothing tells. */
  progress: number | null;
  parent: number | null;
  needs: number[];
  milestone: boolean;
}

export interface Row {
  key: string;
  task: Task | null;
  /** Of a group: its value. */
  group: Value;
  depth: number;
  below: number;
}

export type Side = "move" | "start" | "end";

export const idOf = (value: Value): number | null => (value && typeof value === "object" && !Array.isArray(value) && "id" in value ? Number(value["id"]) : typeof value === "number" ? value : null);
const idsOf = (value: Value): number[] => (Array.isArray(value) ? value.flatMap((item) => idOf(item as Value) ?? []) : []);

/** The share that is done: percents are kept as fractions, other numbers of a hundred. */
export function shareOf(value: Value, field: Field | undefined): number | null {
  if (!field) return null;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (value === null || value === undefined || value === "") return 0;
  const found = Number(value) / (field.type === "percent" || field["result"] === "percent" ? 1 : 100);
  return Number.isFinite(found) ? Math.min(1, Math.max(0, found)) : 0;
}

export function tasksOf(records: readonly RecordData[], fields: Fields, dayOf: (value: Value, field: Field) => string | null): Task[] {
  return records.flatMap((record) => {
    const first = dayOf(record[fields.start.name] ?? null, fields.start) ?? (fields.end && dayOf(record[fields.end.name] ?? null, fields.end));
    if (!first) return [];
    const last = (fields.end && dayOf(record[fields.end.name] ?? null, fields.end)) ?? first;
    const end = last < first ? first : last;
    return [{
      id: record.id, record, start: first, end, progress: shareOf(fields.progress ? (record[fields.progress.name] ?? null) : null, fields.progress),
      parent: fields.parent ? idOf(record[fields.parent.name] ?? null) : null, needs: fields.needs ? idsOf(record[fields.needs.name] ?? null) : [],
      milestone: fields.milestones && first === end,
    }];
  });
}

/** The rows in the order of the tasks, children under their parents, groups around them; what is folded is left out. */
export function rowsOf(tasks: readonly Task[], fields: Fields, folded: ReadonlySet<string>): Row[] {
  const known = new Map(tasks.map((task) => [task.id, task]));
  const children = new Map<number, Task[]>();
  const tops: Task[] = [];
  for (const task of tasks) {
    if (task.parent !== null && known.has(task.parent) && !circling(known, task)) children.set(task.parent, [...(children.get(task.parent) ?? []), task]);
    else tops.push(task);
  }
  const rows: Row[] = [];
  const put = (task: Task, depth: number) => {
    const below = children.get(task.id) ?? [];
    rows.push({ key: String(task.id), task, group: null, depth, below: below.length });
    if (!folded.has(String(task.id))) for (const child of below) put(child, depth + 1);
  };
  if (!fields.group) for (const task of tops) put(task, 0);
  else {
    const groups = new Map<string, { value: Value; tasks: Task[] }>();
    for (const task of tops) {
      const value = task.record[fields.group.name] ?? null;
      const key = `group ${JSON.stringify(idOf(value) ?? value)}`;
      groups.set(key, { value, tasks: [...(groups.get(key)?.tasks ?? []), task] });
    }
    for (const [key, { value, tasks: inside }] of groups) {
      rows.push({ key, task: null, group: value, depth: 0, below: inside.length });
      if (!folded.has(key)) for (const task of inside) put(task, 1);
    }
  }
  return rows;
}

/** Whether a task lies above itself, so that it would never be shown. */
function circling(known: ReadonlyMap<number, Task>, task: Task): boolean {
  let up = task.parent;
  for (let step = 0; up !== null && step < 50; step += 1) {
    if (up === task.id) return true;
    up = known.get(up)?.parent ?? null;
  }
  return up !== null;
}

/** The days shown: all tasks and today, with room at both ends. */
export function span(tasks: readonly Task[], now: string, room: number): { from: string; to: string } {
  const first = tasks.reduce((low, task) => (task.start < low ? task.start : low), now);
  const last = tasks.reduce((high, task) => (task.end > high ? task.end : high), now);
  return { from: plus(first, -room), to: plus(last, room * 2) };
}

/** The days of a task after a drag or a key; its ends never cross. */
export function moved(task: { start: string; end: string }, side: Side, by: number): { start: string; end: string } {
  const start = side === "end" ? task.start : plus(task.start, by);
  const end = side === "start" ? task.end : plus(task.end, by);
  if (start <= end) return { start, end };
  return side === "start" ? { start: task.end, end: task.end } : { start: task.start, end: task.start };
}

/** The values that new days mean: an instant keeps its time of day. */
export function valuesOf(task: Task, to: { start: string; end: string }, fields: Fields): { [field: string]: Value } {
  const shift = (field: Field, by: number): { [field: string]: Value } => {
    const value = task.record[field.name] ?? null;
    if (typeof value !== "string") return {};
    return { [field.name]: field.type === "date" ? plus(value.slice(0, 10), by) : new Date(Date.parse(value) + by * 86400000).toISOString().replace(".000Z", "Z") };
  };
  const [first, last] = [days(task.start, to.start), days(task.end, to.end)];
  return { ...(first ? shift(fields.start, first) : {}), ...(last && fields.end ? shift(fields.end, last) : {}) };
}

/** Days by which something is behind: over its day and not done. */
export const lateBy = (task: Task, now: string): number => (task.progress !== null && task.progress < 1 && task.end < now ? days(task.end, now) : 0);

/** Days by which something is planned to begin before all that it waits for is over. */
export function hasteOf(task: Task, byId: ReadonlyMap<number, Task>): number {
  const ends = task.needs.flatMap((id) => byId.get(id)?.end ?? []);
  const last = ends.reduce((high, end) => (end > high ? end : high), "");
  return last && last >= task.start ? days(task.start, last) + (task.milestone ? 0 : 1) : 0;
}
