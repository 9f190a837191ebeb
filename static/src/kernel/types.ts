/** The shapes the server sends: definitions as one actor gets them, records, pages of rows, issues. What a definition
 * itself looks like is made from the metamodel and stands in `generated/`. */
import type { Column, Json, Label as Text, MenuItem as PlainMenuItem, Option as PlainOption, Sort } from "./generated/definitions";

export type { Json, Sort };
export type ViewColumn = Column;
export type Value = Json;
export type Values = Record<string, Value>;

/** A text of a definition, where there is one. */
export type Label = Text | null | undefined;

export interface Issue {
  code: string;
  path: (string | number)[];
  severity: "error" | "warning" | "info";
  message: string;
  hint?: string | null;
}

export interface Ref {
  id: number;
  label: string;
  entity?: string;
}

/** An expression as it arrives: what a person wrote, and the typed tree made from it. */
export interface Expression {
  text: string;
  ast?: Json;
}

export interface Person {
  id: number;
  name: string;
  login: string;
  locale: string;
  is_admin: boolean;
  /** A role lets them read what was sent. */
  sees_deliveries?: boolean;
  department: Ref | null;
  roles: { application: string; id: string; label?: Label }[];
}

export interface Session {
  user: Person | null;
  csrf: string;
  workspace: { name: string; time_zone: string; currency: string };
  release: number | string;
  demo: boolean;
  people?: { login: string; name: string; role: string; department?: string }[];
}

export interface MenuItem extends Omit<PlainMenuItem, "label" | "items"> {
  label?: Label;
  items?: MenuItem[];
}

export interface ApplicationCard {
  name: string;
  label: Label;
  icon?: string;
  color?: string;
  release: number;
  may_design: boolean;
  description?: Label;
  home?: string;
  menu: MenuItem[];
}

export interface Option extends Omit<PlainOption, "label"> {
  label: Label;
  children?: Option[];
}

export interface Field {
  name: string;
  label: Label;
  type: string;
  access: "write" | "read" | "masked";
  /** May be said when the record is made, though not changed afterwards. */
  given?: boolean;
  required?: boolean;
  hint?: Label;
  options?: Option[];
  multiple?: boolean;
  entity?: string;
  targets?: string[];
  inverse?: string;
  digits?: number;
  currency?: string;
  unit?: Label;
  minimum?: number | null;
  maximum?: number | null;
  limit?: number;
  most?: number;
  parent?: string;
  columns?: string[];
  /** Of a sub-table: what is summed at its foot. */
  sums?: string[];
  fields?: Field[];
  result?: string;
  default?: Value;
  [config: string]: unknown;
}

export interface Relation {
  name: string;
  label: Label;
  /** Qualified: "desk.ticket". */
  entity: string;
  way: "rows" | "links";
  /** The field by which the other records refer back. */
  via: string;
  /** The others are lines of this record. */
  owned?: boolean;
}

export interface Entity {
  name: string;
  label: Label;
  plural?: Label;
  icon?: string;
  application?: string;
  color?: string;
  title?: string;
  subtitle?: string[];
  form?: string;
  page?: string;
  access: { create: boolean; update: boolean; delete: boolean; export?: boolean };
  fields: Field[];
  /** Segments of its records that the reader may filter by, by their names in full. */
  segments?: { name: string; label: Label }[];
  relations: Relation[];
}

export interface Component {
  id: string;
  type: string;
  label?: Label;
  hint?: Label;
  columns?: number | string[];
  width?: number;
  folded?: boolean;
  field?: string;
  relation?: string;
  content?: Label;
  visible?: Expression | string | null;
  required?: Expression | string | null;
  readonly?: Expression | string | null;
  components?: Component[];
  [property: string]: unknown;
}

export interface FormDefinition {
  name: string;
  label: Label;
  entity: string;
  components: Component[];
  submit?: Label;
  thanks?: Label;
  public?: boolean;
}

export interface PageDefinition {
  name: string;
  label: Label;
  entity: string;
  components: Component[];
}

export interface ViewDefinition {
  name: string;
  label: Label;
  entity: string;
  type: string;
  columns: ViewColumn[];
  filter?: Expression | string | null;
  sorts: Sort[];
  form?: string;
  page?: string;
  dense?: boolean;
  group_by?: string;
  color_by?: string;
  sums?: string[];
  title?: string;
  cover?: string;
  fields?: string[];
  sum?: string;
  start?: string;
  end?: string;
  yearly?: boolean;
  [setting: string]: unknown;
}

export interface Tile {
  id: string;
  report: string;
  title: Label;
  chart?: string;
  tab?: string;
  x: number;
  y: number;
  width: number;
  height: number;
  [property: string]: unknown;
}

export interface BoardFilter {
  name: string;
  label: Label;
  /** What it may be narrowed to: periods, choices, or values found in the rows. */
  sort: "period" | "choice" | "value" | "hidden";
  /** Its values are numbers of records. */
  records?: boolean;
  periods?: string[];
  options?: Option[];
  dataset?: string;
  dimension?: string;
  default?: Value;
  skips?: string[];
}

export interface BoardDefinition {
  name: string;
  /** Looks again every few seconds. */
  live?: boolean;
  label: Label;
  tiles: Tile[];
  filters: BoardFilter[];
  tabs?: { id?: string; name: string; label: Label }[];
  reports?: Record<string, ReportDefinition>;
  datasets?: Record<string, DatasetFacts>;
}

export interface Metadata {
  application: { name: string; label: Label; icon?: string; color?: string; release: number; may_design?: boolean; menu?: MenuItem[] };
  entities: Record<string, Entity>;
  forms: Record<string, FormDefinition>;
  views: Record<string, ViewDefinition>;
  boards: Record<string, BoardDefinition>;
  reports?: Record<string, { label: Label; chart?: { type?: string } }>;
  pages: Record<string, PageDefinition>;
  option_sets: Record<string, { label: Label; options: Option[] }>;
}

export interface RecordData {
  id: number;
  version: number;
  [field: string]: Value;
}

export interface Rows {
  items: RecordData[];
  next: string | null;
}

export interface Candidate extends Ref {
  lines?: string[];
}

export interface HistoryEntry {
  at: string;
  by: Ref | null;
  action: string;
  changes: { field: string; before: Value; after: Value }[];
  /** The rule that wrote it, by its firing. */
  cause?: { firing: number; label: string } | null;
  /** The import or analysis that wrote it; `open`: the reader may look at it. */
  run?: { id: number; kind: "import" | "analysis"; file: string; state: string; open: boolean } | null;
}

export interface Comment {
  id: number;
  at: string;
  by: Ref | null;
  text: string;
}

/** A column of an answer laid out: `head` are the keys of what splits across (null: of the whole line), `at` its measure's place. */
export interface SheetColumn {
  name: string;
  format: string;
  type: string;
  measure: boolean;
  head: Value[] | null;
  at: number;
}

export interface SheetLine {
  cells: Value[];
  keys: Value[];
  total: boolean;
}

export interface ReportAxis {
  dimension: string;
  grain?: string;
}

/** A report as whoever may read it gets it. */
export interface ReportDefinition {
  name: string;
  label: Label;
  dataset: string;
  rows?: ReportAxis[];
  columns?: ReportAxis[];
  color?: ReportAxis[];
  measures?: string[];
  filters?: { dimension: string; period?: string; first?: string; last?: string; values?: string[]; asked?: boolean }[];
  filter?: string;
  order?: { by: string; descending?: boolean }[];
  limit?: number;
  chart?: { type?: string; [setting: string]: unknown };
}

/** What a figure may be drilled by. */
export interface DatasetFacts {
  label: Label;
  entity: string;
  /** Whether the records behind a figure can be looked at. */
  records: boolean;
  dimensions: Record<string, { label: Label; time: boolean }>;
  hierarchies: { label: Label; dimensions: string[] }[];
}

export interface TileResult {
  /** `axis`, `dimension` and `grain` are of a column that splits; `kind` says how a measure is made, `target` what is wished for. */
  columns: { name: string; label: Label; role?: "dimension" | "measure"; type: string; format?: string; axis?: string; dimension?: string; grain?: string; kind?: string; target?: number }[];
  rows: Value[][];
  /** What each row is drilled by, one a column that splits. */
  keys?: Value[][];
  totals?: { level: number[]; keys: Value[]; cells: Value[]; values: Value[] }[];
  sheet?: { columns: SheetColumn[]; lines: SheetLine[] };
  notes?: { code: string; message: string }[];
  figure: { data: Json[]; layout: { [key: string]: Json } } | null;
  chart?: string;
  more?: boolean;
  as_of: string;
}

export interface Job {
  id: number | string;
  kind: string;
  label: Label;
  state: "queued" | "running" | "done" | "failed" | "cancelled";
  done: number;
  total: number | null;
  message?: Label;
  issues?: Issue[];
  created_at?: string;
}
