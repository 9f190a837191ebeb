/** What the server tells of tasks and of flows that run. */
import type { Label, Value, Values } from "../../kernel/types";
import type { Attached } from "../../kit/attached";

export interface Person {
  id: number;
  name: string;
}

export type Box = "todo" | "done" | "started" | "copied";
export type TaskKind = "approve" | "fill" | "resubmit" | "copy";
export type Deed = "approve" | "reject" | "return" | "transfer" | "add" | "submit" | "comment" | "seen";

export interface TaskItem {
  id: number;
  instance: number;
  kind: TaskKind;
  state: "open" | "done" | "closed";
  outcome: string;
  flow: { application: string; id: string; label: Label };
  step: Label;
  entity: string;
  entity_label: Label;
  record: number;
  title: string;
  starter: Person | null;
  /** Whose task it is, where it is not the reader's own. */
  for: Person | null;
  /** The deputy who did it, where that was not the reader. */
  by: Person | null;
  opened_at: string;
  due_at: string | null;
  overdue: boolean;
  done_at: string | null;
  urged: number;
  /** The words of a copy. */
  words: { title?: string; text?: string };
  summary: { label: Label; value: Value }[];
}

export interface StepState {
  path: string;
  id: string;
  type: string;
  label: Label;
  state: "done" | "now" | "ahead" | "skipped";
  people: { name: string; state: string; by?: string }[];
  since: string | null;
  branches?: { id: string; label: Label; taken: boolean; steps: StepState[] }[];
}

export interface Told {
  at: string;
  by: Person | null;
  /** Whom a deputy acted for. */
  for: string;
  step: Label;
  path: string;
  what: string;
  comment: string;
  files: Attached[];
  to: string[];
  waited: number | null;
  worked: number | null;
  why: Why | null;
}

export interface Why {
  branch?: string;
  conditions?: { text: string }[];
  error?: string;
  because?: string;
  outcome?: string;
  on?: string;
}

export interface Instance {
  id: number;
  flow: { application: string; id: string; label: Label };
  state: "running" | "stuck" | "ended";
  outcome: string;
  error: string | null;
  /** The flow as it was when it started. */
  locks: boolean;
  starter: Person | null;
  started_at: string;
  ended_at: string | null;
  entity: string;
  entity_label: Label;
  record: number;
  title: string;
  steps: StepState[];
  history: Told[];
  may: ("withdraw" | "urge" | "comment")[];
}

export interface Task extends Omit<TaskItem, "instance"> {
  form: string;
  values: Values;
  version: number | null;
  /** Null: whatever the reader may change anyway. */
  edits: string[] | null;
  /** The form in words, for who may not read the record by itself. */
  facts: { label: Label; value: Value }[] | null;
  /** Its sub-tables in words, for the same reader. */
  tables: { label: string; columns: { label: string; number: boolean }[]; rows: string[][] }[];
  hides: string[];
  needs: string[];
  may: Deed[];
  returns: { path: string; label: Label }[];
  comment: "never" | "reject" | "always";
  instance: Instance;
}

export interface StartedItem {
  instance: number;
  flow: { application: string; id: string; label: Label };
  entity: string;
  entity_label: Label;
  record: number;
  title: string;
  state: "running" | "stuck" | "ended";
  outcome: string;
  started_at: string;
  ended_at: string | null;
  at: { step: Label; people: string[]; since: string }[];
}

export interface Startable {
  application: string;
  flow: string;
  label: Label;
  /** `needed`: it can't start without; those in branches may turn out not to be asked. */
  choices: { step: string; path: string; label: Label; people: Person[] | null; needed: boolean }[];
}

export interface OnRecord {
  startable: Startable[];
  instances: Instance[];
  task: number | null;
}

export interface Counts {
  todo: number;
  overdue: number;
  copied: number;
}

const short = (name: string) => name.split(".").at(-1) ?? name;
/** Where the record of a task opens; its entity may be named in full. */
export const placeOf = (item: { flow: { application: string }; entity: string; record: number }): [string, string, number] => [item.entity.includes(".") ? item.entity.split(".")[0]! : item.flow.application, short(item.entity), item.record];
