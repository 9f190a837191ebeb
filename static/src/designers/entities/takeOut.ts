/** Taking a field out of its entity, and with it every place of this application's forms and lists that shows it. */
import type { Patch } from "../../kernel/document";
import type { Component } from "../../kernel/types";
import type { Book } from "../draft";
import { flat } from "../parts";
import { componentsOf, fieldsOf, json, list, short } from "../shape";

export function withoutField(book: Book, entityId: string, name: string): Patch[] {
  const entity = book["entity"]?.[entityId];
  const at = fieldsOf(entity).findIndex((field) => field.name === name);
  if (!entity || at < 0) return [];
  const own = (doc: { [key: string]: unknown }) => short(String(doc["entity"] ?? "")) === entity["name"];
  const parts = (items: readonly Component[]): Component[] => items.filter((item) => item.field !== name).map((item) => (item.components ? { ...item, components: parts(item.components) } : item));
  const patches: Patch[] = [{ do: "remove", path: ["entity", entityId, "fields", at] }];
  for (const sort of ["form", "page"]) for (const [id, doc] of list(book, sort)) if (own(doc) && flat(componentsOf(doc)).some((item) => item.field === name)) patches.push({ do: "set", path: [sort, id, "components"], value: json(parts(componentsOf(doc))) });
  for (const [id, doc] of list(book, "view")) {
    if (!own(doc)) continue;
    for (const key of ["columns", "sorts"]) {
      const items = (doc[key] ?? []) as unknown as { field: string }[];
      if (items.some((item) => item.field.split(".")[0] === name)) patches.push({ do: "set", path: ["view", id, key], value: json(items.filter((item) => item.field.split(".")[0] !== name)) });
    }
  }
  for (const [id, doc] of list(book, "role")) {
    const grants = (doc["grants"] ?? []) as unknown as { entity: string; fields?: { field: string }[] }[];
    if (grants.some((grant) => grant.entity === entity["name"] && grant.fields?.some((item) => item.field === name)))
      patches.push({ do: "set", path: ["role", id, "grants"], value: json(grants.map((grant) => (grant.entity === entity["name"] && grant.fields ? { ...grant, fields: grant.fields.filter((item) => item.field !== name) } : grant))) });
  }
  for (const key of ["subtitle", "search"]) {
    const words = (entity[key] ?? []) as string[];
    if (words.includes(name)) patches.push({ do: "set", path: ["entity", entityId, key], value: words.filter((word) => word !== name) });
  }
  const indexes = (entity["indexes"] ?? []) as unknown as { fields: string[] }[];
  if (indexes.some((index) => index.fields.includes(name)))
    patches.push({ do: "set", path: ["entity", entityId, "indexes"], value: json(indexes.map((index) => ({ ...index, fields: index.fields.filter((word) => word !== name) })).filter((index) => index.fields.length)) });
  if (entity["title"] === name) patches.push({ do: "remove", path: ["entity", entityId, "title"] });
  return patches;
}
