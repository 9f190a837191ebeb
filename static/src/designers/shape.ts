/** Definitions of a draft in the shape the runtime's renderer reads, and small questions about them. */
import { settle } from "../kernel/metadata";
import type { Component, Entity, Field, FormDefinition, Json, Label, Metadata, Option, Relation } from "../kernel/types";
import type { Book, Doc } from "./draft";

const memory = new WeakMap<Book, Metadata>();
let facts: Entity[] = [];

/** What the platform keeps account of, as tables that datasets may be about and roles may grant; told once with the schemas. */
export function knowFacts(told: { [name: string]: { label: string; fields: { name: string; label: string; type: string; options: Option[] }[] } }) {
  facts = Object.entries(told).map(([name, item]): Entity => ({
    name, label: item.label, plural: item.label, icon: "mail", application: "platform", access: { create: false, update: false, delete: false }, relations: [],
    fields: item.fields.map((field): Field => ({ name: field.name, label: field.label, access: "read", type: field.options.length ? "choice" : (sorts.find(([word]) => field.type.startsWith(word))?.[1] ?? "text"), ...(field.options.length ? { options: field.options } : {}) })),
  }));
}
const sorts: [string, string][] = [["datetime", "datetime"], ["boolean", "boolean"], ["number", "integer"]];
export const factEntities = (): readonly Entity[] => facts;
export const isFact = (name: string) => name.startsWith("platform.");
/** A name without its application; the platform's own keep theirs. */
export const short = (name: string) => (name.startsWith("platform.") ? name : (name.split(".").at(-1) ?? name));
export const list = (book: Book, kind: string): [string, Doc][] => Object.entries(book[kind] ?? {});
export const labelOf = (doc: Doc | undefined): Label => (doc?.["label"] ?? doc?.["name"] ?? "") as Label;
export const fieldsOf = (entity: Doc | undefined): Field[] => ((entity?.["fields"] ?? []) as unknown as Field[]);
export const componentsOf = (form: Doc | undefined): Component[] => ((form?.["components"] ?? []) as unknown as Component[]);

/** The entities, those that are lines of another after the rest: one seldom means them. */
export function tables(book: Book): [string, Doc][] {
  const inner = new Set(list(book, "entity").flatMap(([, doc]) => fieldsOf(doc).filter((field) => field.type === "lines").map((field) => short(field.entity ?? ""))));
  const isInner = ([, doc]: [string, Doc]) => Number(inner.has(String(doc["name"])));
  return list(book, "entity").sort((one, other) => isInner(one) - isInner(other));
}

/** The definition of a sort by its name, which differs from its id once it was renamed. */
export function named(book: Book, kind: string, name: string): [string, Doc] | undefined {
  return list(book, kind).find(([, doc]) => doc["name"] === short(name));
}

/** All definitions as a page would be given them, everything writable. */
export function metadataOf(app: string, book: Book): Metadata {
  const known = memory.get(book);
  if (known) return known;
  const entities: Record<string, Entity> = {};
  for (const [, doc] of tables(book)) {
    const name = String(doc["name"]);
    entities[name] = {
      ...(doc as unknown as Entity), name, access: { create: true, update: true, delete: true },
      fields: fieldsOf(doc).map((field) => ({ ...field, access: "write" as const })), relations: [],
    };
  }
  for (const fact of facts) entities[fact.name] = fact;
  for (const entity of Object.values(entities))
    for (const field of entity.fields) {
      if (field.type === "lines" && field.entity) add(entities[entity.name], { name: field.name, label: field.label, entity: short(field.entity), way: "rows", via: String(field.parent ?? ""), owned: true });
      if (field.type === "reference" && field.entity && field.inverse) add(entities[short(field.entity)], { name: field.inverse, label: (field["inverse_label"] as Label) || entity.plural || entity.label, entity: entity.name, way: field.multiple ? "links" : "rows", via: field.name });
    }
  for (const [, doc] of list(book, "segment")) {
    const entity = entities[short(String(doc["entity"]))];
    if (entity) (entity.segments ??= []).push({ name: `${app}.${String(doc["name"])}`, label: labelOf(doc) });
  }
  const by = (kind: string) => Object.fromEntries(list(book, kind).map(([, doc]) => [String(doc["name"]), doc])) as never;
  const made = settle({
    application: { name: app, label: "", release: 0 }, entities, forms: by("form"), views: by("view"), boards: by("board"), pages: by("page"), option_sets: by("option_set"),
  });
  memory.set(book, made);
  return made;
}

function add(entity: Entity | undefined, relation: Relation) {
  if (entity && !entity.relations.some((item) => item.name === relation.name)) entity.relations.push(relation);
}

export const formDefinition = (doc: Doc): FormDefinition => doc as unknown as FormDefinition;
export const json = (value: unknown): Json => value as Json;

/** A label with its text in one language replaced; a plain text stays plain while only Chinese is said. */
export function relabelled(label: Label, language: string, text: string): Label {
  if (label && typeof label === "object") {
    const next = { ...label, [language]: text };
    return next;
  }
  if (language === "zh-CN" || !label) return text;
  return { "zh-CN": label, [language]: text };
}

/** A name like "field_2" that is not taken. */
export function free(taken: Iterable<string>, wish: string): string {
  const known = new Set(taken);
  if (!known.has(wish)) return wish;
  let number = 2;
  while (known.has(`${wish.slice(0, 26)}_${number}`)) number += 1;
  return `${wish.slice(0, 26)}_${number}`;
}
