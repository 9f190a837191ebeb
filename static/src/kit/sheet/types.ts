/** What the server tells about a sheet that was handed in, and how its columns become fields. */
import type { Issue, Label } from "../../kernel/types";

export interface MappedColumn {
  column: string;
  field: string;
  unknown?: "reject" | "blank" | "stub";
  zone?: string;
  divide?: number;
}

export interface Mapping {
  entity: string;
  mode: "insert" | "update" | "upsert" | "skip";
  match: string[];
  lines_match: string[];
  columns: MappedColumn[];
  constants?: Record<string, unknown>;
  zone?: string;
}

export interface SheetColumn {
  name: string;
  samples: string[];
  blank: number;
  distinct: number;
  type: string;
  settings: Record<string, unknown>;
  field: string;
}

export interface Fault {
  row: number;
  issues: Issue[];
}

export type Counts = Record<string, number>;

export interface SheetImport {
  id: number;
  application: string;
  file: string;
  state: "draft" | "running" | "done" | "failed" | "cancelled" | "undone";
  at: string;
  kind: string;
  encoding: string;
  separator: string;
  sheets: string[];
  sheet: string;
  rows: number;
  column_names: string[];
  mapping: Partial<Mapping> | null;
  counts: Counts;
  /** The job of a dry run, and what it came to. */
  trying?: string | null;
  tried?: { counts: Counts; faults: Fault[] } | null;
  faults?: Fault[];
  job?: string | null;
  columns?: SheetColumn[];
  issues?: Issue[];
}

export interface FieldSort {
  kind: string;
  label: Label;
}
