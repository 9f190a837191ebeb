/** Definitions of a draft in the shape the runtime's renderer reads, and small questions about them. */
import { pick } from "../kernel/i18n";
import { settle } from "../kernel/metadata";
import type { Component, Entity, Field, FormDefinition, Json, Label, Metadata, Option, Relation } from "../kernel/types";
import type { Book, Doc } from "./draft";

let memory = new WeakMap<Book, Metadata>();
let facts: Entity[] = [];

/** A definition of an application that this one requires; in it every name says whose it is. */
export interface Borrowed {
  application: string;
  label: Label;
  kind: string;
  name: string;
  document: Doc;
}
let home = "";
let borrowed: readonly Borrowed[] = [];

/** What the applications that this one requires may be named for: told when a designer opens, and when it requires another. */
export function knowOthers(app: string, told: { items: { name: string; label: Label }[]; definitions: { [application: string]: { kind: string; document: Doc }[] } }) {
  home = app;
  memory = new WeakMap();
  borrowed = Object.entries(told.definitions).flatMap(([application, definitions]) => {
    const label = told.items.find((item) => item.name === application)?.label ?? application;
    const full = (name: Json | undefined): Json => (typeof name === "string" && name && !name.includes(".") ? `${application}.${name}` : (name ?? ""));
    const sets = new Map(definitions.filter((item) => item.kind === "option_set").map((item) => [String(item.document["name"]), item.document["options"] ?? []]));
    const fields = (doc: Doc): Json => fieldsOf(doc).map((field) => {
      const shared = typeof field["option_set"] === "string" && !field.options?.length ? sets.get(field["option_set"]) : undefined;
      return { ...field, ...(field.entity ? { entity: full(field.entity) } : {}), ...(field.targets ? { targets: field.targets.map(full) } : {}), ...(shared ? { options: shared } : {}) } as unknown as Json;
    });
    return definitions.map(({ kind, document }): Borrowed => {
      const { form: _, page: __, ...rest } = document;
      const name = String(full(document["name"]));
      return { application, label, kind, name, document: { ...(kind === "entity" ? { ...rest, fields: fields(document) } : document), name, ...(document["entity"] ? { entity: full(document["entity"]) } : {}) } };
    });
  });
}
/** Definitions of a sort of the applications that this one requires. */
export const borrowedOf = (kind: string): readonly Borrowed[] => borrowed.filter((item) => item.kind === kind);
/** Options of a select: what is this application's own first, then what those it requires lend, under their names. */
export function withBorrowed<T extends { value: string; label: string }>(own: readonly T[], kind: string, title: string): (T | { label: string; options: { value: string; label: string }[] })[] {
  const lent = borrowedOf(kind);
  if (!lent.length) return [...own];
  const owners = [...new Set(lent.map((item) => item.application))];
  return [
    ...(own.length ? [{ label: title, options: [...own] }] : []),
    ...owners.map((application) => ({ label: pick(lent.find((item) => item.application === application)!.label), options: lent.filter((item) => item.application === application).map((item) => ({ value: item.name, label: pick(labelOf(item.document)) })) })),
  ];
}

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
export const isBorrowed = (name: string) => name.includes(".") && !isFact(name);
/** A name without this application; what is the platform's or another application's keeps its own. */
export const short = (name: string) => {
  const [first, ...rest] = name.split(".");
  return rest.length && !isFact(name) && (!home || first === home) ? rest.join(".") : name;
};
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

/** What the server finds an entity by: the id of an own one, the whole name of another application's. */
export const entityId = (book: Book, name: string): string => list(book, "entity").find(([, doc]) => doc["name"] === name)?.[0] ?? (isBorrowed(name) ? name : "");

/** The definition of a sort by its name, which differs from its id once it was renamed. */
export function named(book: Book, kind: string, name: string): [string, Doc] | undefined {
  return list(book, kind).find(([, doc]) => doc["name"] === short(name));
}

/** A definition of a sort, also one of an application that this one requires: to be read, not to be changed. */
export function known(book: Book, kind: string, name: string): Doc | undefined {
  return named(book, kind, name)?.[1] ?? borrowed.find((item) => item.kind === kind && item.name === name)?.document;
}

/** All definitions as a page would be given them, everything writable. */
export function metadataOf(app: string, book: Book): Metadata {
  const before = memory.get(book);
  if (before) return before;
  const entities: Record<string, Entity> = {};
  const drawn = (doc: Doc, application?: string) => {
    const name = String(doc["name"]);
    entities[name] = {
      ...(doc as unknown as Entity), name, ...(application ? { application } : {}), access: { create: true, update: true, delete: true },
      fields: fieldsOf(doc).map((field) => ({ ...field, access: "write" as const })), relations: [],
    };
  };
  for (const [, doc] of tables(book)) drawn(doc);
  for (const item of borrowedOf("entity")) drawn(item.document, item.application);
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
  for (const item of borrowedOf("segment")) {
    const entity = entities[String(item.document["entity"])];
    if (entity) (entity.segments ??= []).push({ name: item.name, label: labelOf(item.document) });
  }
  const by = (kind: string) => Object.fromEntries(list(book, kind).map(([, doc]) => [String(doc["name"]), doc])) as never;
  const made = settle({
    application: { name: app, label: "", release: 0 }, entities, forms: by("form"), views: by("view"), boards: by("board"), pages: by("page"), option_sets: { ...by("option_set") as object, ...Object.fromEntries(borrowedOf("option_set").map((item) => [item.name, item.document])) } as never,
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
