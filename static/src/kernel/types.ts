/** The shapes the server sends: definitions as the runtime reads them, records, pages of rows, issues. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Value = Json;
export type Values = Record<string, Value>;

/** A text as written in a definition: one for all languages, or one each. */
export type Label = string | { [language: string]: string } | null | undefined;

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

export interface MenuItem {
  id: string;
  label: Label;
  icon?: string;
  target?: "" | "view" | "board" | "form";
  view?: string;
  board?: string;
  form?: string;
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

export interface Option {
  value: string;
  label: Label;
  color?: string;
  active?: boolean;
  parent?: string;
  children?: Option[];
}

export interface Field {
  name: string;
  label: Label;
  type: string;
  access: "write" | "read" | "masked";
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

export interface ViewColumn {
  field: string;
  label?: Label;
  width?: number;
}

export interface Sort {
  field: string;
  descending?: boolean;
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
  [setting: string]: unknown;
}

export interface Tile {
  id: string;
  report: string;
  title: Label;
  chart?: string;
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
  periods?: string[];
  options?: Option[];
  dataset?: string;
  dimension?: string;
  default?: Value;
}

export interface BoardDefinition {
  name: string;
  label: Label;
  tiles: Tile[];
  filters: BoardFilter[];
  reports?: Record<string, { label: Label; chart?: { type?: string } }>;
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
  cause?: string | number | { label?: Label } | null;
}

export interface Comment {
  id: number;
  at: string;
  by: Ref | null;
  text: string;
}

export interface TileResult {
  columns: { name: string; label: Label; role?: "dimension" | "measure"; type: string; format?: string }[];
  rows: Value[][];
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
