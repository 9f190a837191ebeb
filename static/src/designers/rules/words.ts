/** Rules in words: what starts one and what it does, as sentences of labels. */
import { number as told } from "../../kernel/format";
import { pick, t } from "../../kernel/i18n";
import { entityOf, field as fieldAt } from "../../kernel/metadata";
import type { Entity, Field, Json, Label, Metadata, Value } from "../../kernel/types";
import { effective } from "../../kit/derived";
import { fieldKind } from "../../kit/fields";
import type { Book, Doc } from "../draft";
import { withLabels } from "../inspector/words";
import { labelOf, list, named, short } from "../shape";

export type Call = { [key: string]: Json } & { id: string; type: string };
export interface Assignment {
  field: string;
  value: string;
}

export const actionsOf = (rule: Doc): Call[] => (rule["actions"] ?? []) as unknown as Call[];
/** What starts a rule; the server leaves out what is meant anyway. */
export const triggerOf = (rule: Doc): { [key: string]: Json } => ({ type: "created", ...(rule["trigger"] as { [key: string]: Json } | undefined) });
export const assignmentsOf = (value: Json | undefined): Assignment[] => (Array.isArray(value) ? value : []) as unknown as Assignment[];

const text = (value: Json | undefined) => String(value ?? "");
const names = (value: Json | undefined) => (Array.isArray(value) ? value.map(String) : []);

/** A constant as the expression language writes it, read back; undefined for a formula. */
export function constantOf(expression: string): Value | undefined {
  const said = expression.trim();
  const quoted = /^"((?:[^"]|"")*)"$/.exec(said);
  if (quoted) return quoted[1]!.replaceAll('""', '"');
  if (/^-?\d+(\.\d+)?$/.test(said)) return Number(said);
  if (said === "TRUE" || said === "FALSE") return said === "TRUE";
  const day = /^DATE\((\d+), ?(\d+), ?(\d+)\)$/.exec(said);
  return day ? `${day[1]}-${day[2]!.padStart(2, "0")}-${day[3]!.padStart(2, "0")}` : undefined;
}

/** A value of a field in words; formulas with labels for names. */
export function valueWords(metadata: Metadata, entity: Entity | undefined, field: Field | undefined, expression: string): string {
  const value = constantOf(expression);
  if (value === undefined || !field) {
    const plain = withLabels(expression, metadata, entity);
    const days = /^TODAY\(\)(?: ?([+-]) ?(\d+))?$/.exec(plain.trim());
    if (days) return days[2] ? t(days[1] === "+" ? "say.days_ahead" : "say.days_ago", { count: Number(days[2]) }) : t("rule.today");
    if (plain.trim() === "NOW()") return t("rule.now");
    if (plain.trim() === "ME()") return t("rule.me");
    const path = /^\{([^{}]+)\}$/.exec(plain.trim());
    return path ? t("rule.value_of", { name: path[1] === "id" ? t("rule.itself") : path[1] }) : plain;
  }
  const [kind, as] = effective(field);
  return kind.text(value, { ...as, multiple: false }) || String(value);
}

export function assigned(metadata: Metadata, from: Entity | undefined, to: Entity | undefined, list: readonly Assignment[]): string {
  return list.filter((item) => item.field).map((item) => {
    const field = to && fieldAt(metadata, to, item.field);
    return t("rule.set", { field: pick(field?.label, item.field), value: valueWords(metadata, from, field, item.value) });
  }).join(t("rule.then_also"));
}

const labels = (entity: Entity | undefined, list: readonly string[]) => list.map((name) => pick(entity?.fields.find((item) => item.name === name)?.label, name)).join(t("say.list"));

function option(entity: Entity | undefined, name: string, value: Json | undefined): string {
  const field = entity?.fields.find((item) => item.name === name);
  return field && value !== undefined && value !== null ? fieldKind(field.type).text(value as Value, { ...field, multiple: false }) || String(value) : "";
}

export function triggerWords(entity: Entity | undefined, book: Book, trigger: { [key: string]: Json }): string {
  const what = pick(entity?.label);
  const fields = names(trigger["fields"]);
  const first = fields[0] ?? "";
  const was = option(entity, first, trigger["was"]);
  const becomes = option(entity, first, trigger["becomes"]);
  const move = was && becomes ? t("rule.from_to", { was, becomes }) : becomes ? t("rule.becomes", { becomes }) : was ? t("rule.was", { was }) : "";
  const at = text(trigger["at"] ?? "09:00");
  switch (trigger["type"]) {
    case "created": return t("rule.when_created", { what });
    case "deleted": return t("rule.when_deleted", { what });
    case "changed": return fields.length ? t("rule.when_changed_fields", { what, fields: labels(entity, fields), move }) : t("rule.when_changed", { what });
    case "before_save": {
      const on = text(trigger["on"] ?? "both");
      return t(`rule.when_before_${on}`, { what }) + (fields.length ? t("rule.and_changes", { fields: labels(entity, fields), move }) : "");
    }
    case "date": {
      const days = Number(trigger["days"] ?? 0);
      const field = labels(entity, [text(trigger["field"])]) || t("rule.a_date");
      const when = t(days > 0 ? "rule.days_before" : days < 0 ? "rule.days_after" : "rule.on_day", { field, count: Math.abs(days) });
      return t(trigger["yearly"] ? "rule.when_yearly" : "rule.when_date", { when, at });
    }
    case "schedule": return t("rule.when_schedule", { days: scheduleDays(trigger), at, what });
    case "button": return t("rule.when_button", { caption: pick((trigger["caption"] ?? "") as Label) || t("rule.a_button"), what });
    case "segment": return t(trigger["way"] === "leaves" ? "rule.when_leaves" : "rule.when_enters", { what, segment: pick(labelOf(named(book, "segment", text(trigger["segment"]))?.[1])) || t("rule.a_segment") });
    case "threshold": return t(trigger["way"] === "down" ? "rule.when_below" : "rule.when_above", { field: labels(entity, [text(trigger["field"])]) || t("rule.a_number"), limit: told(text(trigger["limit"])) });
    case "measure": {
      const dataset = named(book, "dataset", text(trigger["dataset"]))?.[1];
      const part = (sort: string, word: string) => pick(labelOf((dataset?.[sort] as unknown as Doc[] | undefined)?.find((item) => item["name"] === trigger[word])));
      return t(trigger["way"] === "down" ? "rule.when_figure_below" : "rule.when_figure_above", {
        when: trigger["every"] === "daily" ? t("rule.daily") : t("rule.hourly"),
        figure: part("measures", "measure") || t("rule.a_figure"),
        split: part("dimensions", "dimension") || t("rule.a_split"),
        limit: told(text(trigger["limit"])),
      });
    }
    case "message": return t("rule.when_message", { message: pick(labelOf(named(book, "message", text(trigger["message"]))?.[1])) || t("rule.a_message"), state: t(`enum.${text(trigger["state"] ?? "clicked")}`) });
    default: return text(trigger["type"]);
  }
}

interface Figures {
  dataset: string;
  label: string;
  measures: { name: string; label: string }[];
  dimensions: { name: string; label: string }[];
}

/** The measures that can be split by the records of an entity, and the dimensions that lead there. */
export function figuresOf(book: Book, metadata: Metadata, entity: Entity): Figures[] {
  const parts = (doc: Doc, sort: string) => ((doc[sort] ?? []) as unknown as Doc[]).map((item) => ({ name: String(item["name"]), label: pick(labelOf(item)), expression: String(item["expression"] ?? "") }));
  return list(book, "dataset").flatMap(([, doc]) => {
    const dimensions = parts(doc, "dimensions").filter((item) => leadsTo(metadata, short(String(doc["entity"] ?? "")), item.expression) === entity.name);
    return dimensions.length ? [{ dataset: String(doc["name"]), label: pick(labelOf(doc)), measures: parts(doc, "measures"), dimensions }] : [];
  });
}

/** The entity that a path of references, such as {order.place}, ends at; or whose title it ends at. */
function leadsTo(metadata: Metadata, entity: string, expression: string): string {
  const path = /^\{([a-z0-9_.]+)\}$/.exec(expression.trim())?.[1];
  if (!path) return "";
  const along = (names: string[]) => names.reduce((at, name) => entityOf(metadata, at)?.fields.find((item) => item.name === name)?.entity ?? "", entity);
  const names = path.split(".");
  const named = names.length > 1 ? along(names.slice(0, -1)) : "";
  return along(names) || (named && entityOf(metadata, named)?.title === names.at(-1) ? named : "");
}

export const weekdayWords = (days: readonly number[]) => days.map((day) => t(`rule.weekday_${day}`)).join(t("say.list"));

function scheduleDays(trigger: { [key: string]: Json }): string {
  const list = (key: string) => (Array.isArray(trigger[key]) ? (trigger[key] as number[]) : [1]);
  switch (trigger["every"] ?? "daily") {
    case "weekly": return t("rule.weekly", { days: weekdayWords(list("weekdays")) });
    case "monthly": return t("rule.monthly", { days: list("days").map((day) => (day === -1 ? t("rule.last_day") : t("rule.day_of_month", { day }))).join(t("say.list")) });
    case "working_days": return t("rule.working_days");
    case "hourly": return t("rule.hourly");
    default: return t("rule.daily");
  }
}

export interface Related {
  name: string;
  label: string;
  entity: Entity | undefined;
  many: boolean;
}

/** Whose records an action may change: those that belong to a record, and the one that a reference leads to. */
export function relatedOf(metadata: Metadata, entity: Entity): Related[] {
  const many = entity.relations.map((item) => ({ name: item.name, label: pick(item.label), entity: entityOf(metadata, item.entity), many: true }));
  const one = entity.fields.filter((item) => item.type === "reference" && item.entity && !item.multiple && !many.some((known) => known.name === item.name));
  return [...many, ...one.map((item) => ({ name: item.name, label: pick(item.label), entity: entityOf(metadata, short(item.entity!)), many: false }))];
}

export const relatedBy = (metadata: Metadata, entity: Entity | undefined, name: string): Related | undefined => (entity && name ? relatedOf(metadata, entity).find((item) => item.name === name) : undefined);

/** "Level → Grade", each output by its label. */
function outcomes(book: Book, entity: Entity | undefined, call: Call): string {
  const table = named(book, "decision_table", text(call["table"]))?.[1];
  const outputs = ((table?.["outputs"] ?? []) as unknown as { name: string; label?: Label }[]);
  const pairs = (Array.isArray(call["values"]) ? call["values"] : []) as unknown as { output: string; field: string }[];
  return pairs.filter((item) => item.field).map((item) => t("rule.into", { output: pick(outputs.find((one) => one.name === item.output)?.label, item.output), field: labels(entity, [item.field]) })).join(t("say.list"));
}

/** What an action does, the verb left to its card's title. */
export function actionWords(metadata: Metadata, book: Book, entity: Entity | undefined, call: Call): string {
  const field = labels(entity, [text(call["field"])]);
  switch (call.type) {
    case "set_values": return assigned(metadata, entity, entity, assignmentsOf(call["values"]));
    case "reject": return pick((call["message"] ?? "") as Label);
    case "make_record": {
      const far = entityOf(metadata, short(text(call["entity"])));
      const values = assigned(metadata, entity, far, assignmentsOf(call["values"]));
      return [far ? t("rule.one_of", { what: pick(far.label) }) : "", values].filter(Boolean).join(t("rule.colon"));
    }
    case "instantiate_template": {
      const made = (Array.isArray(call["branches"]) ? call["branches"] : []).map((item) => pick(entityOf(metadata, short(text((item as { [key: string]: Json })["entity"])))?.label)).filter(Boolean);
      return made.length ? t("rule.growing", { source: labels(entity, [text(call["source"])]), made: made.join(t("say.list")) }) : "";
    }
    case "append_to_ledger": {
      const far = entityOf(metadata, short(text(call["entity"])));
      return far ? t("rule.book", { ledger: pick(far.label), amount: valueWords(metadata, entity, undefined, text(call["amount"])) }) : "";
    }
    case "change_related": {
      const related = relatedBy(metadata, entity, text(call["relation"]));
      return related ? [related.label, assigned(metadata, entity, related.entity, assignmentsOf(call["values"]))].filter(Boolean).join(t("rule.colon")) : "";
    }
    case "add_tag": case "remove_tag": return field ? `${field}${t("rule.colon")}${option(entity, text(call["field"]), call["value"])}` : "";
    case "assign": return field ? t(`rule.assign_${text(call["by"] ?? "value")}`, { field, value: valueWords(metadata, entity, entity?.fields.find((item) => item.name === call["field"]), text(call["value"])) }) : "";
    case "notify": {
      const people = [...names(call["to"]).map((one) => valueWords(metadata, entity, undefined, one)), ...names(call["roles"]).map((name) => pick(labelOf(named(book, "role", name)?.[1])))];
      return people.length ? t("rule.tell", { people: people.join(t("say.list")), title: withLabels(pick((call["title"] ?? "") as Label), metadata, entity) }) : "";
    }
    case "send_message": return pick(labelOf(named(book, "message", text(call["message"]))?.[1]));
    case "call_webhook": return text(call["url"]);
    case "start_flow": return pick(labelOf(named(book, "flow", text(call["flow"]))?.[1]));
    case "decide": return [pick(labelOf(named(book, "decision_table", text(call["table"]))?.[1])), outcomes(book, entity, call)].filter(Boolean).join(t("rule.colon"));
    default: return "";
  }
}
