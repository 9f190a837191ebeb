/** New definitions with everything they need to be of use at once: an entity brings a form, a list and a menu entry. */
import type { Command, Patch } from "../../kernel/document";
import type { Field, Json, Label } from "../../kernel/types";
import { adding } from "../context";
import type { Book, Doc } from "../draft";
import { flat } from "../parts";
import { componentsOf, fieldsOf, free, json, list, short } from "../shape";

const names = (book: Book, kind: string) => list(book, kind).flatMap(([id, doc]) => [id, String(doc["name"])]);

export function entityPatches(book: Book, name: string, label: Label, title: Label): Command["patches"] {
  const form = free(names(book, "form"), name);
  const view = free(names(book, "view"), name);
  const entity: Doc = { name, label: json(label), icon: "table", title: "title", search: ["title"], fields: [{ name: "title", label: json(title), type: "text", required: true }] };
  return [
    ...adding(book, "entity", name, entity),
    ...adding(book, "form", form, formDoc(form, label, name, [{ type: "section", columns: 2, components: [{ type: "field", field: "title" }] }])),
    ...adding(book, "view", view, { name: view, label: json(label), entity: name, type: "table", columns: [{ field: "title" }, { field: "created_at" }] }),
    ...grantPatches(book, name),
    ...menuPatches(book, { id: view, label: json(label), icon: "table", target: "view", view }),
  ];
}

const formDoc = (name: string, label: Label, entity: string, components: Json): Doc => ({ name, label: json(label), entity, components: withIds(components) });
function withIds(components: Json): Json {
  return (components as { [key: string]: Json }[]).map((item) => ({ id: String(item["field"] ?? item["type"]), ...item, ...(item["components"] ? { components: withIds(item["components"]) } : {}) }));
}

/** Every role may work with what is new; the matrix takes it back where that is wrong. */
function grantPatches(book: Book, entity: string): Command["patches"] {
  return list(book, "role").map(([id, doc]) => {
    const grants = Array.isArray(doc["grants"]) ? doc["grants"] : [];
    return { do: "set" as const, path: ["role", id, "grants"], value: [...grants, { entity, create: true, update: true }] };
  });
}

export function menuPatches(book: Book, item: { [key: string]: Json }): Command["patches"] {
  const [id, doc] = list(book, "menu")[0] ?? ["main", undefined];
  if (!doc) return adding(book, "menu", "main", { name: "main", label: "", items: [item] });
  const items = Array.isArray(doc["items"]) ? doc["items"] : [];
  const taken = (all: Json[]): string[] => all.flatMap((one) => (one && typeof one === "object" && !Array.isArray(one) ? [String(one["id"]), ...taken((one["items"] as Json[]) ?? [])] : []));
  return [{ do: "set", path: ["menu", id, "items"], value: [...items, { ...item, id: free(taken(items), String(item["id"])) }] }];
}

export function formPatches(book: Book, name: string, label: Label, entity: Doc): Command["patches"] {
  const parts = fieldsOf(entity).filter((field) => !["formula", "lookup", "rollup", "measure", "sequence"].includes(field.type)).slice(0, 12).map((field) => ({ type: field.type === "lines" ? "lines" : "field", field: field.name }));
  return adding(book, "form", name, formDoc(name, label, String(entity["name"]), [{ type: "section", columns: 2, components: parts }]));
}

export function viewPatches(book: Book, name: string, label: Label, entity: Doc): Command["patches"] {
  const columns = fieldsOf(entity).filter((field) => !["lines", "long_text", "rich_text", "signature"].includes(field.type)).slice(0, 7).map((field) => ({ field: field.name }));
  return [...adding(book, "view", name, { name, label: json(label), entity: String(entity["name"]), type: "table", columns }), ...menuPatches(book, { id: name, label: json(label), icon: "table", target: "view", view: name })];
}

/** A sub-table: an entity of its own whose records belong to this one, and the field that holds them. */
export function linesPatches(book: Book, owner: [string, Doc], words: { entity: string; label: Label; parent: Label; title: Label; amount: Label }): { patches: Command["patches"]; field: Partial<Field> } {
  const [, doc] = owner;
  const entity: Doc = {
    name: words.entity, label: json(words.label), icon: "list", title: "title",
    fields: [
      { name: "parent", label: json(words.parent), type: "reference", entity: String(doc["name"]), on_delete: "cascade", required: true },
      { name: "title", label: json(words.title), type: "text", required: true },
      { name: "amount", label: json(words.amount), type: "money" },
    ],
  };
  return { patches: [...adding(book, "entity", words.entity, entity), ...grantPatches(book, words.entity)], field: { entity: words.entity, parent: "parent", columns: ["title", "amount"], sums: ["amount"] } };
}

const unlisted = ["lines", "long_text", "rich_text", "signature", "file", "image", "address", "location"];
const unasked = ["formula", "lookup", "rollup", "measure", "sequence", "created_at", "created_by", "changed_at", "changed_by"];
const mostColumns = 9;
const about = (book: Book, kind: string, entity: string) => list(book, kind).filter(([, doc]) => short(String(doc["entity"] ?? "")) === entity && !doc["public"]);

/** A form that holds every field, and a list that shows every one, go on doing so when another comes. `within` is the form it was put on already. */
export function spreadPatches(book: Book, owner: [string, Doc], field: { name: string; type: string }, within = ""): Patch[] {
  const entity = String(owner[1]["name"]);
  const before = fieldsOf(owner[1]);
  const patches: Patch[] = [];
  for (const [id, doc] of unasked.includes(field.type) ? [] : about(book, "form", entity)) {
    const components = componentsOf(doc);
    const held = new Set(flat(components).map((item) => item.field));
    const last = components.length - 1;
    if (id === within || last < 0 || !before.every((item) => held.has(item.name) || unasked.includes(item.type))) continue;
    const part = { id: field.name, type: field.type === "lines" ? "lines" : "field", field: field.name };
    const section = components[last]!;
    patches.push({ do: "insert", path: section.components ? ["form", id, "components", last, "components", section.components.length] : ["form", id, "components", last + 1], value: json(part) });
  }
  for (const [id, doc] of unlisted.includes(field.type) ? [] : about(book, "view", entity)) {
    const columns = ((doc["columns"] as { field: string }[] | undefined) ?? []).map((column) => column.field);
    if ((doc["type"] ?? "table") !== "table" || columns.length >= mostColumns || !before.every((item) => columns.includes(item.name) || unlisted.includes(item.type))) continue;
    const system = columns.findIndex((name) => name === "created_at");
    patches.push({ do: "insert", path: ["view", id, "columns", system < 0 ? columns.length : system], value: json({ field: field.name }) });
  }
  return patches;
}
