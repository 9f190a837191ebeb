/** An application's definitions made ready for drawing: options looked up, defaults filled, what is missing made plain. */
import { SEGMENTS } from "./condition";
import { t } from "./i18n";
import type { Component, Entity, Expression, Field, FormDefinition, MenuItem, Metadata, Option, ViewDefinition } from "./types";

const systemNames = ["created_at", "created_by", "changed_at", "changed_by"];
const system = (name: string): Field | undefined =>
  systemNames.includes(name) ? { name, label: t(`field.${name}`), type: name, access: "read" } : undefined;

/** The metadata with every field's options in place; called once for each answer of the server. */
export function settle(raw: Metadata): Metadata {
  const entities: Record<string, Entity> = {};
  for (const [name, entity] of Object.entries(raw.entities ?? {}))
    entities[name] = { ...entity, name, relations: entity.relations ?? [], fields: entity.fields.map((field) => options(field, raw)) };
  for (const entity of Object.values(entities))
    for (const field of entity.fields)
      if (field.type === "lines" && !field.fields?.length) {
        const inner = entities[target(field) ?? ""] ?? entities[short(target(field) ?? "")];
        if (inner) field.fields = inner.fields.filter((item) => item.name !== field.parent);
        if (!field.sums?.length) field.sums = entity.fields.filter((item) => item.type === "rollup" && item["relation"] === field.name && item["aggregate"] === "sum").map((item) => String(item["field"]));
      }
  const named = <T extends { name?: string }>(list: Record<string, T> | undefined) =>
    Object.fromEntries(Object.entries(list ?? {}).map(([name, item]) => [name, { ...item, name }])) as Record<string, T>;
  return {
    ...raw, entities, forms: named(raw.forms), pages: named(raw.pages), boards: named(raw.boards), option_sets: raw.option_sets ?? {},
    views: Object.fromEntries(Object.entries(raw.views ?? {}).map(([name, view]) => [name, { ...view, name, type: view.type ?? "table", columns: view.columns ?? [], sorts: view.sorts ?? [] }])),
  };
}

function options(field: Field, raw: Metadata): Field {
  const shared = typeof field["option_set"] === "string" ? (raw.option_sets?.[field["option_set"]] ?? raw.option_sets?.[short(field["option_set"])]) : undefined;
  const list = field.options?.length ? field.options : (shared?.options ?? []);
  const next: Field = { ...field, access: field.access ?? "write" };
  if (list.length) next.options = field.type === "cascade" ? nested(list) : list;
  if (field.fields) next.fields = field.fields.map((item) => options(item, raw));
  return next;
}

/** Options that name their parent, as a tree. */
export function nested(list: Option[]): Option[] {
  if (list.some((option) => option.children?.length)) return list;
  const under = (parent: string): Option[] =>
    list.filter((option) => (option.parent ?? "") === parent).map((option) => ({ ...option, children: under(option.value) }));
  return under("");
}

const short = (name: string) => name.split(".").at(-1) ?? name;

/** The entity a reference or sub-table leads to, with its application when it is another. */
export function target(field: Field): string | undefined {
  return (field.entity || field.targets?.[0]) || undefined;
}

/** An entity by its own name or its qualified one. */
export const entityOf = (metadata: Metadata, name: string): Entity | undefined => {
  const [first, second] = name.split(".");
  return metadata.entities[name] ?? (second !== undefined && first === metadata.application.name ? metadata.entities[second] : undefined);
};

/** [application, entity] of a name like "crm.note" or "note". */
export function home(application: string, name: string): [string, string] {
  const [first = "", second] = name.split(".");
  return second ? [first, second] : [application, first];
}

/** A field by name, or by a path along references ("owner.name"); the platform's own fields included. */
export function field(metadata: Metadata, entity: Entity, path: string): Field | undefined {
  const [first = "", ...rest] = path.split(".");
  if (first === SEGMENTS) return segmentField(entity);
  const found = entity.fields.find((item) => item.name === first) ?? system(first);
  const relation = found ? undefined : entity.relations.find((item) => item.name === first);
  if ((!found && !relation) || !rest.length) return found;
  const next = entityOf(metadata, (found ? target(found) : relation?.entity) ?? "");
  const inner = next && field(metadata, next, rest.join("."));
  return inner && { ...inner, name: path, access: inner.access === "write" ? "read" : inner.access };
}

/** Being in a segment as a field to filter by; none where the entity has no segments that the reader may know of. */
export const segmentField = (entity: Entity): Field | undefined =>
  entity.segments?.length ? { name: SEGMENTS, label: t("field.segment"), type: "segment", access: "read", options: entity.segments.map((item) => ({ value: item.name, label: item.label })) } : undefined;

/** The field that names a record. */
export const titled = (entity: Entity): Field | undefined =>
  entity.fields.find((item) => item.name === entity.title) ?? entity.fields.find((item) => item.type === "text") ?? entity.fields[0];

/** A condition as text and tree, however it was written down. */
export function expression(value: Expression | string | boolean | null | undefined): Expression | null {
  if (!value) return null;
  if (value === true) return { text: "TRUE" };
  if (typeof value === "string") return { text: value };
  return value.text ? value : null;
}

const wide = new Set(["long_text", "rich_text", "lines", "address", "file", "image", "signature"]);
export const isWide = (item: Field) => wide.has(item.type);

/** The form of an entity that has none: every field that can be written, in order. */
export function formOf(metadata: Metadata, entity: Entity, name?: string): FormDefinition {
  const found = (name && metadata.forms[name]) || (entity.form && metadata.forms[entity.form]) || Object.values(metadata.forms).find((form) => form.entity === entity.name && !form.public);
  if (found) return found;
  const components: Component[] = entity.fields
    .filter((item) => item.access === "write" && !derived(item))
    .map((item) => (item.type === "lines" ? { id: item.name, type: "lines", field: item.name } : { id: item.name, type: "field", field: item.name, width: isWide(item) ? 2 : 1 }));
  return { name: "", label: entity.label, entity: entity.name, components: [{ id: "all", type: "section", columns: 2, components }] };
}

const computed = new Set(["formula", "lookup", "rollup", "measure", "sequence", "created_at", "created_by", "changed_at", "changed_by"]);
export const derived = (item: Field) => item["derived"] === true || computed.has(item.type);

const placed = (items: MenuItem[]): string[] => items.flatMap((item) => [...(item.view ? [item.view] : []), ...placed(item.items ?? [])]);

/** The views of an entity in the order of the menu. */
export function viewsOf(metadata: Metadata, entity: string): ViewDefinition[] {
  const order = placed(metadata.application.menu ?? []);
  const rank = (view: ViewDefinition) => (order.includes(view.name) ? order.indexOf(view.name) : order.length);
  return Object.values(metadata.views).filter((view) => view.entity === entity).sort((a, b) => rank(a) - rank(b));
}

/** The list of an entity where one looks for any of its records: the first table, else its first view. */
export function listOf(metadata: Metadata, entity: string): ViewDefinition | undefined {
  const all = viewsOf(metadata, entity);
  return all.find((view) => view.type === "table") ?? all[0];
}

/** A view by name, else one that shows the first fields of the entity. */
export function viewOf(metadata: Metadata, name: string): ViewDefinition | undefined {
  const found = metadata.views[name];
  if (found?.columns.length || (found && found.type !== "table")) return found;
  const entity = metadata.entities[found?.entity ?? name];
  if (!entity) return found;
  const columns = entity.fields.filter((item) => !["lines", "rich_text", "long_text", "signature"].includes(item.type)).slice(0, 9).map((item) => ({ field: item.name }));
  return found ? { ...found, columns } : { name, label: entity.plural || entity.label, entity: entity.name, type: "table", sorts: [], columns };
}

/** Every field shown by these components, in reading order. */
export function fieldsIn(components: Component[]): string[] {
  return components.flatMap((item) => [...(item.field ? [item.field] : []), ...fieldsIn(item.components ?? [])]);
}
