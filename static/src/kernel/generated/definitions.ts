/** What definitions look like as documents. Made from the metamodel by `make definitions`; never edited. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
/** A text as written in a definition: one for all languages, or one each. */
export type Label = string | { [language: string]: string };

export interface AddTagActionCall {
  id?: string;
  type: "add_tag";
  field: string;
  value?: Json;
}

export interface AppendToLedgerActionCall {
  id?: string;
  type: "append_to_ledger";
  entity: string;
  account: string;
  amount: string;
  account_field: string;
  amount_field: string;
  values?: FarAssignment[];
}

export interface AssignActionCall {
  id?: string;
  type: "assign";
  field: string;
  by?: "value" | "turn" | "least";
  value?: string;
  among?: string;
  alike?: Match[];
  busy?: string;
}

export interface CallWebhookActionCall {
  id?: string;
  type: "call_webhook";
  url: string;
  secret?: string;
  values?: Value[];
}

export interface ChangeRelatedActionCall {
  id?: string;
  type: "change_related";
  relation: string;
  condition?: string;
  values?: FarAssignment[];
}

export interface DecideActionCall {
  id?: string;
  type: "decide";
  table: string;
  values?: Outcome[];
  since?: string;
}

export interface FreezeActionCall {
  id?: string;
  type: "freeze";
  fields?: string[];
  lines?: boolean;
}

export interface InstantiateTemplateActionCall {
  id?: string;
  type: "instantiate_template";
  source: string;
  branches?: TemplateBranch[];
}

export interface MakeRecordActionCall {
  id?: string;
  type: "make_record";
  entity: string;
  values?: FarAssignment[];
}

export interface NotifyActionCall {
  id?: string;
  type: "notify";
  to?: string[];
  roles?: string[];
  title: Label;
  text?: Label;
}

export interface RejectActionCall {
  id?: string;
  type: "reject";
  message: Label;
  field?: string;
}

export interface RemoveTagActionCall {
  id?: string;
  type: "remove_tag";
  field: string;
  value?: Json;
}

export interface SendMessageActionCall {
  id?: string;
  type: "send_message";
  message: string;
}

export interface SetValuesActionCall {
  id?: string;
  type: "set_values";
  values?: Assignment[];
}

export interface StartFlowActionCall {
  id?: string;
  type: "start_flow";
  flow?: string;
}

export interface ThawActionCall {
  id?: string;
  type: "thaw";
  fields?: string[];
  lines?: boolean;
}

export type ActionCall =
  | AddTagActionCall
  | AppendToLedgerActionCall
  | AssignActionCall
  | CallWebhookActionCall
  | ChangeRelatedActionCall
  | DecideActionCall
  | FreezeActionCall
  | InstantiateTemplateActionCall
  | MakeRecordActionCall
  | NotifyActionCall
  | RejectActionCall
  | RemoveTagActionCall
  | SendMessageActionCall
  | SetValuesActionCall
  | StartFlowActionCall
  | ThawActionCall;

export interface RfmAnalysis {
  id?: string;
  name: string;
  label: Label;
  description?: Label;
  entity: string;
  type: "rfm";
  every?: "" | "daily" | "weekly" | "monthly";
  at?: string;
  weekday?: number;
  day?: number;
  facts: string;
  filter?: string;
  date: string;
  amount?: string;
  occasion?: string;
  quantiles?: number;
  days_cuts?: number[];
  times_cuts?: number[];
  sum_cuts?: number[];
  until?: string;
  r_field?: string;
  f_field?: string;
  m_field?: string;
  code_field?: string;
  days_field?: string;
  times_field?: string;
  sum_field?: string;
}

export type Analysis =
  | RfmAnalysis;

export interface Application {
  id?: string;
  name: string;
  label: Label;
  description?: Label;
  icon?: string;
  color?: string;
  version?: string;
  format?: number;
  requires?: string[];
  option_sets?: OptionSet[];
  entities?: Entity[];
  forms?: Form[];
  pages?: Page[];
  views?: View[];
  datasets?: Dataset[];
  reports?: Report[];
  boards?: Board[];
  segments?: Segment[];
  analyses?: Analysis[];
  decision_tables?: DecisionTable[];
  rules?: Rule[];
  flows?: Flow[];
  messages?: Message[];
  roles?: Role[];
  menus?: Menu[];
}

export interface Assignment {
  field: string;
  value: string;
}

export interface Axis {
  dimension: string;
  grain?: "" | "day" | "week" | "month" | "quarter" | "year" | "hour" | "weekday";
}

export interface Balance {
  account: string;
  amount: string;
  floor?: string;
}

export interface Band {
  id?: string;
  name: string;
  label: Label;
  below?: number | null;
}

export interface Board {
  id?: string;
  name: string;
  label: Label;
  tabs?: Tab[];
  filters?: BoardFilter[];
  live?: boolean;
  tiles?: Tile[];
}

export interface BoardFilter {
  id?: string;
  name: string;
  label: Label;
  dataset: string;
  dimension: string;
  default?: string;
  skips?: string[];
}

export interface Branch {
  id?: string;
  label?: Label;
  condition?: string;
  steps?: Step[];
}

export interface AreaChartSpec {
  type: "area";
  shares?: boolean;
}

export interface BarChartSpec {
  type: "bar";
  lying?: boolean;
  stacked?: boolean;
  shares?: boolean;
}

export interface FunnelChartSpec {
  type: "funnel";
  shares?: boolean;
}

export interface GaugeChartSpec {
  type: "gauge";
  least?: number;
  most?: number | null;
}

export interface HeatMapChartSpec {
  type: "heat_map";
  numbers?: boolean;
}

export interface LineChartSpec {
  type: "line";
  filled?: boolean;
}

export interface MapChartSpec {
  type: "map";
  numbers?: boolean;
}

export interface NumberChartSpec {
  type: "number";
}

export interface PieChartSpec {
  type: "pie";
  ring?: boolean;
}

export interface PivotChartSpec {
  type: "pivot";
  subtotals?: boolean;
  shaded?: boolean;
}

export interface RankingChartSpec {
  type: "ranking";
  medals?: boolean;
}

export interface ScatterChartSpec {
  type: "scatter";
  lines?: boolean;
}

export interface TableChartSpec {
  type: "table";
  totals?: boolean;
}

export type ChartSpec =
  | AreaChartSpec
  | BarChartSpec
  | FunnelChartSpec
  | GaugeChartSpec
  | HeatMapChartSpec
  | LineChartSpec
  | MapChartSpec
  | NumberChartSpec
  | PieChartSpec
  | PivotChartSpec
  | RankingChartSpec
  | ScatterChartSpec
  | TableChartSpec;

export interface Column {
  field: string;
  label?: Label;
  width?: number;
}

export interface ColumnsComponent {
  id?: string;
  type: "columns";
  visible?: string;
  components?: Component[];
  columns?: number;
}

export interface DividerComponent {
  id?: string;
  type: "divider";
  visible?: string;
  components?: Component[];
}

export interface FieldComponent {
  id?: string;
  type: "field";
  visible?: string;
  components?: Component[];
  field: string;
  label?: Label;
  hint?: Label;
  width?: number;
  required?: string;
  readonly?: string;
}

export interface LinesComponent {
  id?: string;
  type: "lines";
  visible?: string;
  components?: Component[];
  field: string;
  columns?: string[];
  label?: Label;
}

export interface RelatedComponent {
  id?: string;
  type: "related";
  visible?: string;
  components?: Component[];
  relation: string;
  columns?: string[];
  label?: Label;
  limit?: number;
}

export interface SectionComponent {
  id?: string;
  type: "section";
  visible?: string;
  components?: Component[];
  label?: Label;
  hint?: Label;
  columns?: number;
  folded?: boolean;
}

export interface TabComponent {
  id?: string;
  type: "tab";
  visible?: string;
  components?: Component[];
  label?: Label;
}

export interface TabsComponent {
  id?: string;
  type: "tabs";
  visible?: string;
  components?: Component[];
}

export interface TextComponent {
  id?: string;
  type: "text";
  visible?: string;
  components?: Component[];
  content?: Label;
}

export interface TileComponent {
  id?: string;
  type: "tile";
  visible?: string;
  components?: Component[];
  report: string;
  dimension?: string;
  title?: Label;
  height?: number;
}

export interface TimelineComponent {
  id?: string;
  type: "timeline";
  visible?: string;
  components?: Component[];
}

export type Component =
  | ColumnsComponent
  | DividerComponent
  | FieldComponent
  | LinesComponent
  | RelatedComponent
  | SectionComponent
  | TabComponent
  | TabsComponent
  | TextComponent
  | TileComponent
  | TimelineComponent;

export interface Dataset {
  id?: string;
  name: string;
  label: Label;
  entity: string;
  filter?: string;
  dimensions?: Dimension[];
  measures?: Measure[];
  hierarchies?: Hierarchy[];
}

export interface DateAssignment {
  field: string;
  since: string;
  days?: string;
  working?: boolean;
}

export interface Deadline {
  amount?: number;
  unit?: "hours" | "days";
  working?: boolean;
  remind?: number;
  then?: "nothing" | "pass" | "reject" | "head";
}

export interface DecisionTable {
  id?: string;
  name: string;
  label: Label;
  description?: Label;
  entity?: string;
  parameters?: Parameter[];
  inputs?: Input[];
  outputs?: Output[];
  hit_policy?: "unique" | "first" | "any" | "priority" | "rule_order" | "output_order" | "collect";
  aggregation?: "list" | "sum" | "min" | "max" | "count";
  rows?: Row[];
  tests?: DecisionTest[];
}

export interface DecisionTest {
  id?: string;
  label?: string;
  on?: string;
  given?: Record<string, Json>;
  expected?: Json;
}

export interface Dimension {
  id?: string;
  name: string;
  label: Label;
  expression: string;
  bands?: Band[];
  step?: number;
  zone?: string;
}

export interface Entity {
  id?: string;
  name: string;
  label: Label;
  plural?: Label;
  description?: Label;
  icon?: string;
  color?: string;
  title?: string;
  subtitle?: string[];
  search?: string[];
  fields?: Field[];
  indexes?: Index[];
  validations?: Validation[];
  changes?: "all" | "append";
  balance?: Balance | null;
  form?: string;
  page?: string;
}

export interface FarAssignment {
  field: string;
  value: string;
}

export interface AddressField {
  id?: string;
  name: string;
  label: Label;
  type: "address";
  hint?: Label;
  required?: boolean;
  unique?: boolean;
  indexed?: boolean;
  default?: Json;
  initial?: string;
  validations?: Validation[];
  sensitive?: boolean;
  detail?: boolean;
}

export interface BooleanField {
  id?: string;
  name: string;
  label: Label;
  type: "boolean";
  hint?: Label;
  required?: boolean;
  unique?: boolean;
  indexed?: boolean;
  default?: Json;
  initial?: string;
  validations?: Validation[];
  sensitive?: boolean;
}

export interface CascadeField {
  id?: string;
  name: string;
  label: Label;
  type: "cascade";
  hint?: Label;
  required?: boolean;
  unique?: boolean;
  indexed?: boolean;
  default?: Json;
  initial?: string;
  validations?: Validation[];
  sensitive?: boolean;
  options?: Option[];
  option_set?: string;
  leaves?: boolean;
}

export interface ChangedAtField {
  id?: string;
  name: string;
  label: Label;
  type: "changed_at";
  hint?: Label;
  required?: boolean;
  unique?: boolean;
  indexed?: boolean;
  default?: Json;
  initial?: string;
  validations?: Validation[];
  sensitive?: boolean;
}

export interface ChangedByField {
  id?: string;
  name: string;
  label: Label;
  type: "changed_by";
  hint?: Label;
  required?: boolean;
  unique?: boolean;
  indexed?: boolean;
  default?: Json;
  initial?: string;
  validations?: Validation[];
  sensitive?: boolean;
}

export interface ChoiceField {
  id?: string;
  name: string;
  label: Label;
  type: "choice";
  hint?: Label;
  required?: boolean;
  unique?: boolean;
  indexed?: boolean;
  default?: Json;
  initial?: string;
  validations?: Validation[];
  sensitive?: boolean;
  options?: Option[];
  option_set?: string;
  multiple?: boolean;
}

export interface CreatedAtField {
  id?: string;
  name: string;
  label: Label;
  type: "created_at";
  hint?: Label;
  required?: boolean;
  unique?: boolean;
  indexed?: boolean;
  default?: Json;
  initial?: string;
  validations?: Validation[];
  sensitive?: boolean;
}

export interface CreatedByField {
  id?: string;
  name: string;
  label: Label;
  type: "created_by";
  hint?: Label;
  required?: boolean;
  unique?: boolean;
  indexed?: boolean;
  default?: Json;
  initial?: string;
  validations?: Validation[];
  sensitive?: boolean;
}

export interface DateField {
  id?: string;
  name: string;
  label: Label;
  type: "date";
  hint?: Label;
  required?: boolean;
  unique?: boolean;
  indexed?: boolean;
  default?: Json;
  initial?: string;
  validations?: Validation[];
  sensitive?: boolean;
}

export interface DatetimeField {
  id?: string;
  name: string;
  label: Label;
  type: "datetime";
  hint?: Label;
  required?: boolean;
  unique?: boolean;
  indexed?: boolean;
  default?: Json;
  initial?: string;
  validations?: Validation[];
  sensitive?: boolean;
}

export interface DecimalField {
  id?: string;
  name: string;
  label: Label;
  type: "decimal";
  hint?: Label;
  required?: boolean;
  unique?: boolean;
  indexed?: boolean;
  default?: Json;
  initial?: string;
  validations?: Validation[];
  sensitive?: boolean;
  digits?: number;
  trim?: boolean;
  minimum?: number | null;
  maximum?: number | null;
  unit?: string;
}

export interface DepartmentField {
  id?: string;
  name: string;
  label: Label;
  type: "department";
  hint?: Label;
  required?: boolean;
  unique?: boolean;
  indexed?: boolean;
  default?: Json;
  initial?: string;
  validations?: Validation[];
  sensitive?: boolean;
}

export interface DurationField {
  id?: string;
  name: string;
  label: Label;
  type: "duration";
  hint?: Label;
  required?: boolean;
  unique?: boolean;
  indexed?: boolean;
  default?: Json;
  initial?: string;
  validations?: Validation[];
  sensitive?: boolean;
  minimum?: number | null;
  maximum?: number | null;
}

export interface EmailField {
  id?: string;
  name: string;
  label: Label;
  type: "email";
  hint?: Label;
  required?: boolean;
  unique?: boolean;
  indexed?: boolean;
  default?: Json;
  initial?: string;
  validations?: Validation[];
  sensitive?: boolean;
  limit?: number;
}

export interface FileField {
  id?: string;
  name: string;
  label: Label;
  type: "file";
  hint?: Label;
  required?: boolean;
  unique?: boolean;
  indexed?: boolean;
  default?: Json;
  initial?: string;
  validations?: Validation[];
  sensitive?: boolean;
  most?: number;
}

export interface FormulaField {
  id?: string;
  name: string;
  label: Label;
  type: "formula";
  hint?: Label;
  required?: boolean;
  unique?: boolean;
  indexed?: boolean;
  default?: Json;
  initial?: string;
  validations?: Validation[];
  sensitive?: boolean;
  expression: string;
  result?: "text" | "integer" | "decimal" | "money" | "percent" | "boolean" | "date" | "datetime";
  digits?: number;
}

export interface IdCardField {
  id?: string;
  name: string;
  label: Label;
  type: "id_card";
  hint?: Label;
  required?: boolean;
  unique?: boolean;
  indexed?: boolean;
  default?: Json;
  initial?: string;
  validations?: Validation[];
  sensitive?: boolean;
  limit?: number;
}

export interface ImageField {
  id?: string;
  name: string;
  label: Label;
  type: "image";
  hint?: Label;
  required?: boolean;
  unique?: boolean;
  indexed?: boolean;
  default?: Json;
  initial?: string;
  validations?: Validation[];
  sensitive?: boolean;
  most?: number;
}

export interface IntegerField {
  id?: string;
  name: string;
  label: Label;
  type: "integer";
  hint?: Label;
  required?: boolean;
  unique?: boolean;
  indexed?: boolean;
  default?: Json;
  initial?: string;
  validations?: Validation[];
  sensitive?: boolean;
  minimum?: number | null;
  maximum?: number | null;
  unit?: string;
}

export interface LinesField {
  id?: string;
  name: string;
  label: Label;
  type: "lines";
  hint?: Label;
  required?: boolean;
  unique?: boolean;
  indexed?: boolean;
  default?: Json;
  initial?: string;
  validations?: Validation[];
  sensitive?: boolean;
  entity: string;
  parent: string;
  columns?: string[];
  sums?: string[];
  least?: number;
}

export interface LocationField {
  id?: string;
  name: string;
  label: Label;
  type: "location";
  hint?: Label;
  required?: boolean;
  unique?: boolean;
  indexed?: boolean;
  default?: Json;
  initial?: string;
  validations?: Validation[];
  sensitive?: boolean;
}

export interface LongTextField {
  id?: string;
  name: string;
  label: Label;
  type: "long_text";
  hint?: Label;
  required?: boolean;
  unique?: boolean;
  indexed?: boolean;
  default?: Json;
  initial?: string;
  validations?: Validation[];
  sensitive?: boolean;
  limit?: number;
}

export interface LookupField {
  id?: string;
  name: string;
  label: Label;
  type: "lookup";
  hint?: Label;
  required?: boolean;
  unique?: boolean;
  indexed?: boolean;
  default?: Json;
  initial?: string;
  validations?: Validation[];
  sensitive?: boolean;
  path: string;
  result?: "text" | "integer" | "decimal" | "money" | "percent" | "boolean" | "date" | "datetime";
  digits?: number;
}

export interface MeasureField {
  id?: string;
  name: string;
  label: Label;
  type: "measure";
  hint?: Label;
  required?: boolean;
  unique?: boolean;
  indexed?: boolean;
  default?: Json;
  initial?: string;
  validations?: Validation[];
  sensitive?: boolean;
  sources?: MeasureSource[];
  until?: string;
  result?: "text" | "integer" | "decimal" | "money" | "percent" | "boolean" | "date" | "datetime";
  digits?: number;
  trim?: boolean;
}

export interface MoneyField {
  id?: string;
  name: string;
  label: Label;
  type: "money";
  hint?: Label;
  required?: boolean;
  unique?: boolean;
  indexed?: boolean;
  default?: Json;
  initial?: string;
  validations?: Validation[];
  sensitive?: boolean;
  currency?: string;
  digits?: number;
  minimum?: number | null;
  maximum?: number | null;
}

export interface PercentField {
  id?: string;
  name: string;
  label: Label;
  type: "percent";
  hint?: Label;
  required?: boolean;
  unique?: boolean;
  indexed?: boolean;
  default?: Json;
  initial?: string;
  validations?: Validation[];
  sensitive?: boolean;
  digits?: number;
  minimum?: number | null;
  maximum?: number | null;
}

export interface PhoneField {
  id?: string;
  name: string;
  label: Label;
  type: "phone";
  hint?: Label;
  required?: boolean;
  unique?: boolean;
  indexed?: boolean;
  default?: Json;
  initial?: string;
  validations?: Validation[];
  sensitive?: boolean;
  limit?: number;
}

export interface RatingField {
  id?: string;
  name: string;
  label: Label;
  type: "rating";
  hint?: Label;
  required?: boolean;
  unique?: boolean;
  indexed?: boolean;
  default?: Json;
  initial?: string;
  validations?: Validation[];
  sensitive?: boolean;
  minimum?: number | null;
  maximum?: number | null;
}

export interface ReferenceField {
  id?: string;
  name: string;
  label: Label;
  type: "reference";
  hint?: Label;
  required?: boolean;
  unique?: boolean;
  indexed?: boolean;
  default?: Json;
  initial?: string;
  validations?: Validation[];
  sensitive?: boolean;
  entity?: string;
  multiple?: boolean;
  targets?: string[];
  inverse?: string;
  inverse_label?: Label;
  tree?: boolean;
  on_delete?: "restrict" | "clear" | "cascade";
  filter?: string;
}

export interface RichTextField {
  id?: string;
  name: string;
  label: Label;
  type: "rich_text";
  hint?: Label;
  required?: boolean;
  unique?: boolean;
  indexed?: boolean;
  default?: Json;
  initial?: string;
  validations?: Validation[];
  sensitive?: boolean;
  limit?: number;
}

export interface RollupField {
  id?: string;
  name: string;
  label: Label;
  type: "rollup";
  hint?: Label;
  required?: boolean;
  unique?: boolean;
  indexed?: boolean;
  default?: Json;
  initial?: string;
  validations?: Validation[];
  sensitive?: boolean;
  relation: string;
  aggregate?: "count" | "sum" | "average" | "min" | "max";
  field?: string;
  condition?: string;
  result?: "text" | "integer" | "decimal" | "money" | "percent" | "boolean" | "date" | "datetime";
  digits?: number;
}

export interface SequenceField {
  id?: string;
  name: string;
  label: Label;
  type: "sequence";
  hint?: Label;
  required?: boolean;
  unique?: boolean;
  indexed?: boolean;
  default?: Json;
  initial?: string;
  validations?: Validation[];
  sensitive?: boolean;
  pattern?: string;
  restart?: "never" | "year" | "month" | "day";
}

export interface SignatureField {
  id?: string;
  name: string;
  label: Label;
  type: "signature";
  hint?: Label;
  required?: boolean;
  unique?: boolean;
  indexed?: boolean;
  default?: Json;
  initial?: string;
  validations?: Validation[];
  sensitive?: boolean;
  most?: number;
}

export interface TextField {
  id?: string;
  name: string;
  label: Label;
  type: "text";
  hint?: Label;
  required?: boolean;
  unique?: boolean;
  indexed?: boolean;
  default?: Json;
  initial?: string;
  validations?: Validation[];
  sensitive?: boolean;
  limit?: number;
}

export interface TimeField {
  id?: string;
  name: string;
  label: Label;
  type: "time";
  hint?: Label;
  required?: boolean;
  unique?: boolean;
  indexed?: boolean;
  default?: Json;
  initial?: string;
  validations?: Validation[];
  sensitive?: boolean;
}

export interface UrlField {
  id?: string;
  name: string;
  label: Label;
  type: "url";
  hint?: Label;
  required?: boolean;
  unique?: boolean;
  indexed?: boolean;
  default?: Json;
  initial?: string;
  validations?: Validation[];
  sensitive?: boolean;
  limit?: number;
}

export interface UserField {
  id?: string;
  name: string;
  label: Label;
  type: "user";
  hint?: Label;
  required?: boolean;
  unique?: boolean;
  indexed?: boolean;
  default?: Json;
  initial?: string;
  validations?: Validation[];
  sensitive?: boolean;
}

export type Field =
  | AddressField
  | BooleanField
  | CascadeField
  | ChangedAtField
  | ChangedByField
  | ChoiceField
  | CreatedAtField
  | CreatedByField
  | DateField
  | DatetimeField
  | DecimalField
  | DepartmentField
  | DurationField
  | EmailField
  | FileField
  | FormulaField
  | IdCardField
  | ImageField
  | IntegerField
  | LinesField
  | LocationField
  | LongTextField
  | LookupField
  | MeasureField
  | MoneyField
  | PercentField
  | PhoneField
  | RatingField
  | ReferenceField
  | RichTextField
  | RollupField
  | SequenceField
  | SignatureField
  | TextField
  | TimeField
  | UrlField
  | UserField;

export interface FieldGrant {
  field: string;
  access?: "hidden" | "masked" | "read" | "write";
}

export interface Flow {
  id?: string;
  name: string;
  label: Label;
  description?: Label;
  entity: string;
  trigger?: Trigger;
  condition?: string;
  form?: string;
  roles?: string[];
  locks?: boolean;
  withdraw?: "always" | "untouched" | "never";
  active?: boolean;
  working_from?: string;
  working_to?: string;
  steps?: Step[];
  reactions?: Reaction[];
}

export interface Form {
  id?: string;
  name: string;
  label: Label;
  entity: string;
  components?: Component[];
  submit?: Label;
  thanks?: Label;
  public?: boolean;
}

export interface Grant {
  entity: string;
  read?: boolean;
  create?: boolean;
  update?: boolean;
  delete?: boolean;
  export?: boolean;
  condition?: string;
  others?: "hidden" | "masked" | "read" | "write";
  fields?: FieldGrant[];
  id?: string;
}

export interface Hierarchy {
  id?: string;
  name: string;
  label: Label;
  dimensions?: string[];
}

export interface Index {
  id: string;
  fields: string[];
  unique?: boolean;
}

export interface Input {
  id: string;
  label?: Label;
  expression: string;
}

export interface LinkAssignment {
  field: string;
  of: string;
}

export interface Match {
  field: string;
  value: string;
}

export interface Measure {
  id?: string;
  name: string;
  label: Label;
  aggregate?: "count" | "count_distinct" | "sum" | "average" | "min" | "max" | "median" | "ratio" | "expression" | "cumulative" | "share" | "rank" | "previous" | "concentration";
  expression?: string;
  denominator?: string;
  numerator?: string;
  formula?: string;
  of?: string;
  within?: string[];
  offset?: "period" | "year";
  shown?: "value" | "change" | "growth";
  restart?: "" | "day" | "week" | "month" | "quarter" | "year" | "hour" | "weekday";
  by?: string;
  count?: number;
  ascending?: boolean;
  filter?: string;
  format?: string;
  target?: number | null;
}

export interface MeasureBinding {
  dimension: string;
  value: string;
}

export interface MeasureSource {
  id?: string;
  name: string;
  label?: Label;
  when?: string;
  dataset: string;
  measure: string;
  bindings?: MeasureBinding[];
  time?: string;
  first?: string;
  last?: string;
}

export interface Menu {
  id?: string;
  name: string;
  label?: Label;
  items?: MenuItem[];
}

export interface MenuItem {
  id: string;
  label?: Label;
  icon?: string;
  target?: "" | "view" | "board" | "form";
  view?: string;
  board?: string;
  form?: string;
  roles?: string[];
  items?: MenuItem[];
}

export interface Message {
  id?: string;
  name: string;
  label: Label;
  description?: Label;
  entity: string;
  purpose?: "service" | "marketing";
  priority?: number;
  person?: string;
  language?: string;
  key?: string;
  days?: number;
  channels?: Way[];
}

export interface Narrowing {
  dimension: string;
  period?: string;
  first?: string;
  last?: string;
  values?: string[];
  asked?: boolean;
}

export interface Option {
  value: string;
  label: Label;
  color?: string;
  active?: boolean;
  parent?: string;
}

export interface OptionSet {
  id?: string;
  name: string;
  label: Label;
  options?: Option[];
}

export interface Order {
  by: string;
  descending?: boolean;
}

export interface Outcome {
  output: string;
  field: string;
}

export interface Output {
  id?: string;
  name: string;
  label: Label;
  type?: "text" | "number" | "boolean" | "date" | "datetime" | "time";
  values?: Option[];
  default?: string;
}

export interface Page {
  id?: string;
  name: string;
  label: Label;
  entity: string;
  components?: Component[];
}

export interface Parameter {
  id?: string;
  name: string;
  label: Label;
  type?: "text" | "number" | "boolean" | "date" | "datetime" | "time";
}

export interface Reaction {
  on?: "started" | "approved" | "rejected" | "returned" | "withdrawn";
  actions?: ActionCall[];
}

export interface Report {
  id?: string;
  name: string;
  label: Label;
  dataset: string;
  rows?: Axis[];
  columns?: Axis[];
  color?: Axis[];
  measures?: string[];
  filters?: Narrowing[];
  filter?: string;
  having?: string;
  order?: Order[];
  limit?: number;
  chart?: ChartSpec;
}

export interface Role {
  id?: string;
  name: string;
  label: Label;
  description?: Label;
  grants?: Grant[];
  home?: string;
  designs?: ("rule" | "decision_table" | "segment" | "analysis" | "message" | "report" | "board" | "dataset" | "view" | "menu")[];
}

export interface Row {
  id?: string;
  when?: Record<string, string>;
  then?: Record<string, string>;
  note?: string;
  since?: string;
  until?: string;
}

export interface RowAssignment {
  field: string;
  value: string;
}

export interface RowMatch {
  value: string;
  equals: string;
}

export interface Rule {
  id?: string;
  name: string;
  label: Label;
  description?: Label;
  entity: string;
  trigger?: Trigger;
  condition?: string;
  actions?: ActionCall[];
  again?: "always" | "once" | "after";
  days?: number;
  active?: boolean;
}

export interface Segment {
  id?: string;
  name: string;
  label: Label;
  description?: Label;
  entity: string;
  condition?: string;
  at?: string;
  roles?: string[];
  announce?: boolean;
}

export interface Sort {
  field: string;
  descending?: boolean;
}

export interface ChainSource {
  id?: string;
  type: "chain";
  levels?: number;
}

export interface ChosenSource {
  id?: string;
  type: "chosen";
  among?: string;
}

export interface FieldSource {
  id?: string;
  type: "field";
  field?: string;
}

export interface HeadSource {
  id?: string;
  type: "head";
  of?: string;
  levels?: number;
}

export interface PersonSource {
  id?: string;
  type: "person";
  logins?: string[];
}

export interface RoleSource {
  id?: string;
  type: "role";
  role?: string;
  within?: "" | "department" | "above";
}

export interface StarterSource {
  id?: string;
  type: "starter";
}

export type Source =
  | ChainSource
  | ChosenSource
  | FieldSource
  | HeadSource
  | PersonSource
  | RoleSource
  | StarterSource;

export interface ActStep {
  id?: string;
  type: "act";
  label?: Label;
  branches?: Branch[];
  actions?: ActionCall[];
}

export interface ApproveStep {
  id?: string;
  type: "approve";
  label?: Label;
  branches?: Branch[];
  people?: Source[];
  nobody?: "stop" | "pass" | "reject" | "stand_in";
  stand_in?: Source[];
  edits?: string[];
  hides?: string[];
  transfer?: boolean;
  deadline?: Deadline | null;
  mode?: "any" | "all" | "turn" | "ratio";
  percent?: number;
  same?: "again" | "pass";
  starter?: "keep" | "pass" | "head";
  returns?: "any" | "start" | "none";
  resumes?: "again" | "here";
  comment?: "never" | "reject" | "always";
}

export interface BranchStep {
  id?: string;
  type: "branch";
  label?: Label;
  branches?: Branch[];
}

export interface CallStep {
  id?: string;
  type: "call";
  label?: Label;
  branches?: Branch[];
  flow?: string;
  over?: string;
  waits?: boolean;
  rejected?: "reject" | "go";
}

export interface DecideStep {
  id?: string;
  type: "decide";
  label?: Label;
  branches?: Branch[];
  table: string;
  values?: Outcome[];
  since?: string;
}

export interface EndStep {
  id?: string;
  type: "end";
  label?: Label;
  branches?: Branch[];
  outcome?: "approved" | "rejected" | "ended";
}

export interface FillStep {
  id?: string;
  type: "fill";
  label?: Label;
  branches?: Branch[];
  people?: Source[];
  nobody?: "stop" | "pass" | "reject" | "stand_in";
  stand_in?: Source[];
  edits?: string[];
  hides?: string[];
  transfer?: boolean;
  deadline?: Deadline | null;
  needs?: string[];
}

export interface NotifyStep {
  id?: string;
  type: "notify";
  label?: Label;
  branches?: Branch[];
  people?: Source[];
  title?: Label;
  text?: Label;
}

export interface ParallelStep {
  id?: string;
  type: "parallel";
  label?: Label;
  branches?: Branch[];
  join?: "all" | "any" | "count";
  count?: number;
  others?: "stop" | "go_on";
}

export interface RepeatStep {
  id?: string;
  type: "repeat";
  label?: Label;
  branches?: Branch[];
  condition?: string;
  most?: number;
}

export interface WaitStep {
  id?: string;
  type: "wait";
  label?: Label;
  branches?: Branch[];
  until?: "duration" | "date" | "event";
  amount?: number;
  unit?: "minutes" | "hours" | "days";
  working?: boolean;
  field?: string;
  offset?: number;
  at?: string;
  condition?: string;
  timeout?: number;
  timeout_unit?: "minutes" | "hours" | "days";
  timed_out?: "go" | "end";
}

export type Step =
  | ActStep
  | ApproveStep
  | BranchStep
  | CallStep
  | DecideStep
  | EndStep
  | FillStep
  | NotifyStep
  | ParallelStep
  | RepeatStep
  | WaitStep;

export interface Tab {
  id?: string;
  name: string;
  label: Label;
}

export interface TemplateBranch {
  id?: string;
  relation: string;
  entity: string;
  parent: string;
  origin?: string;
  only?: RowMatch[];
  values?: RowAssignment[];
  given?: FarAssignment[];
  dates?: DateAssignment[];
  links?: LinkAssignment[];
  branches?: TemplateBranch[];
}

export interface Tile {
  id: string;
  report: string;
  title?: Label;
  tab?: string;
  x?: number;
  y?: number;
  width?: number;
  height?: number;
}

export interface BeforeSaveTrigger {
  type: "before_save";
  on?: "both" | "create" | "update";
  fields?: string[];
  was?: Json;
  becomes?: Json;
}

export interface ButtonTrigger {
  type: "button";
  caption?: Label;
  icon?: string;
  question?: Label;
  roles?: string[];
}

export interface ChangedTrigger {
  type: "changed";
  fields?: string[];
  was?: Json;
  becomes?: Json;
}

export interface CreatedTrigger {
  type: "created";
}

export interface DateTrigger {
  type: "date";
  field: string;
  days?: number;
  at?: string;
  yearly?: boolean;
}

export interface DeletedTrigger {
  type: "deleted";
}

export interface MeasureTrigger {
  type: "measure";
  dataset?: string;
  measure?: string;
  dimension?: string;
  limit?: string;
  way?: "up" | "down";
  every?: "hourly" | "daily";
  at?: string;
}

export interface MessageTrigger {
  type: "message";
  message: string;
  state?: "sent" | "delivered" | "opened" | "clicked" | "failed";
}

export interface ScheduleTrigger {
  type: "schedule";
  every?: "hourly" | "daily" | "weekly" | "monthly" | "working_days";
  at?: string;
  weekdays?: number[];
  days?: number[];
}

export interface SegmentTrigger {
  type: "segment";
  segment: string;
  way?: "enters" | "leaves";
}

export interface ThresholdTrigger {
  type: "threshold";
  field: string;
  limit: string;
  way?: "up" | "down";
}

export type Trigger =
  | BeforeSaveTrigger
  | ButtonTrigger
  | ChangedTrigger
  | CreatedTrigger
  | DateTrigger
  | DeletedTrigger
  | MeasureTrigger
  | MessageTrigger
  | ScheduleTrigger
  | SegmentTrigger
  | ThresholdTrigger;

export interface Validation {
  condition: string;
  message: Label;
}

export interface Value {
  name: string;
  value: string;
}

export interface CalendarView {
  id?: string;
  name: string;
  label: Label;
  entity: string;
  type: "calendar";
  columns?: Column[];
  filter?: string;
  sorts?: Sort[];
  form?: string;
  page?: string;
  start: string;
  end?: string;
  title?: string;
  color_by?: string;
  yearly?: boolean;
}

export interface GanttView {
  id?: string;
  name: string;
  label: Label;
  entity: string;
  type: "gantt";
  columns?: Column[];
  filter?: string;
  sorts?: Sort[];
  form?: string;
  page?: string;
  start: string;
  end?: string;
  title?: string;
  progress?: string;
  parent?: string;
  depends_on?: string;
  color_by?: string;
  group_by?: string;
  milestones?: boolean;
}

export interface KanbanView {
  id?: string;
  name: string;
  label: Label;
  entity: string;
  type: "kanban";
  columns?: Column[];
  filter?: string;
  sorts?: Sort[];
  form?: string;
  page?: string;
  group_by: string;
  title?: string;
  cover?: string;
  fields?: string[];
  sum?: string;
}

export interface TableView {
  id?: string;
  name: string;
  label: Label;
  entity: string;
  type: "table";
  columns?: Column[];
  filter?: string;
  sorts?: Sort[];
  form?: string;
  page?: string;
  dense?: boolean;
  group_by?: string;
  sums?: string[];
}

export type View =
  | CalendarView
  | GanttView
  | KanbanView
  | TableView;

export interface DingtalkWay {
  id?: string;
  type: "dingtalk";
  title?: Label;
  text: Label;
}

export interface EmailWay {
  id?: string;
  type: "email";
  to: string;
  consent?: string;
  title: Label;
  text: Label;
}

export interface FeishuWay {
  id?: string;
  type: "feishu";
  title?: Label;
  text: Label;
}

export interface InboxWay {
  id?: string;
  type: "inbox";
  to: string;
  consent?: string;
  title: Label;
  text?: Label;
}

export interface SmsWay {
  id?: string;
  type: "sms";
  to: string;
  consent?: string;
  text: Label;
}

export interface WebhookWay {
  id?: string;
  type: "webhook";
  to?: string;
  consent?: string;
  title?: Label;
  text: Label;
}

export interface WecomWay {
  id?: string;
  type: "wecom";
  title?: Label;
  text: Label;
}

export type Way =
  | DingtalkWay
  | EmailWay
  | FeishuWay
  | InboxWay
  | SmsWay
  | WebhookWay
  | WecomWay;
