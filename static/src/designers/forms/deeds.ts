/** What one can do to a form: add, place, rename, duplicate, copy, paste and take parts away, each as one step. */
import type { Command, Patch } from "../../kernel/document";
import { language, pick, t } from "../../kernel/i18n";
import type { Component, Field, Json, Label } from "../../kernel/types";
import { colours } from "../../kit/tokens";
import type { Book, Doc, Draft } from "../draft";
import { linesPatches, spreadPatches } from "../entities/scaffold";
import { freeLabel, nameFor, nameOf } from "../names";
import { allIds, find, flat, movePatches, placePatches, renewed, standing, type Spot } from "../parts";
import { rollupStart } from "../entities/rollup";
import { componentsOf, fieldsOf, json, labelOf, list, metadataOf, named, relabelled, short } from "../shape";

/** Fields made since this page was opened: their names still follow their labels. */
const fresh = new Set<string>();

export interface Place {
  app: string;
  draft: Draft;
  sort: string;
  id: string;
}

export const formOf = ({ draft, sort, id }: Place): Doc => draft.book[sort]![id]!;
export const base = ({ sort, id }: Place) => [sort, id];
export const entityOf = (place: Place): [string, Doc] | undefined => named(place.draft.book, "entity", String(formOf(place)["entity"] ?? ""));

export type Wish = { part: string } | { field: string } | { make: string };

export const typeOf = (wish: Wish): string => ("part" in wish ? wish.part : "make" in wish && wish.make === "lines" ? "lines" : "field");

/** What a new field of a type starts with. */
function starting(type: string): { [key: string]: Json } {
  if (type === "choice") return { options: [1, 2, 3].map((number) => ({ value: `option_${number}`, label: t("inspect.option", { number }), color: colours[1 + number * 2]! })) };
  if (type === "money") return { digits: 2 };
  return {};
}

function blankPart(type: string): Component {
  if (type === "section") return { id: type, type, label: t("form.new_section"), columns: 2, components: [] };
  if (type === "columns") return { id: type, type, columns: 2, components: [] };
  if (type === "text") return { id: type, type, content: t("form.new_text") };
  if (type === "tab") return { id: type, type, label: t("form.new_tab", { number: 1 }), components: [] };
  if (type === "tabs") return { id: type, type, components: [1, 2].map((number) => ({ id: "tab", type: "tab", label: t("form.new_tab", { number }), components: [] })) };
  return { id: type, type };
}

/** Puts something from the palette at a place; a new field comes into being in the entity too. Answers with the part's id. */
export async function add(place: Place, wish: Wish, spot: Spot): Promise<string | null> {
  const components = componentsOf(formOf(place));
  const taken = new Set(allIds(components));
  const entity = entityOf(place);
  const patches: Patch[] = [];
  let part: Component;
  if ("part" in wish) part = blankPart(wish.part);
  else if (!entity) return null;
  else if ("field" in wish) {
    const field = fieldsOf(entity[1]).find((item) => item.name === wish.field);
    part = { id: wish.field, type: field?.type === "lines" ? "lines" : "field", field: wish.field };
  } else {
    const made = await makeField(place, entity, wish.make);
    patches.push(...made.patches, ...spreadPatches(place.draft.book, entityOf(place) ?? entity, { name: made.name, type: wish.make }, place.sort === "form" ? place.id : ""));
    part = { id: made.name, type: wish.make === "lines" ? "lines" : "field", field: made.name };
  }
  part = renewed(part, taken);
  patches.push(...placePatches(place.draft.book, base(place), part, spot));
  place.draft.run({ label: "design.step_add", patches, select: [part.id] });
  return part.id;
}

export async function makeField(place: Pick<Place, "app" | "draft">, given: [string, Doc], type: string, like?: Field): Promise<{ name: string; patches: Patch[] }> {
  const { app, draft } = place;
  // a copy counts what is copied with it; a new field what is there once the names have settled
  const now = (): [string, Doc] => (like ? given : [given[0], draft.book["entity"]?.[given[0]] ?? given[1]]);
  const titled = () => freeLabel(like ? pick(like.label) : t(`kind.${type}`), fieldsOf(now()[1]).map((field) => pick(field.label)));
  const name = await nameFor(app, titled(), () => fieldsOf(now()[1]).flatMap((field) => [field.name, String(field["id"] ?? "")]));
  const entity = now();
  const label = titled();
  const fields = fieldsOf(entity[1]);
  const patches: Patch[] = [];
  const metadata = metadataOf(app, draft.book);
  const config: { [key: string]: Json } = like ? settings(like) : type === "rollup" ? rollupStart(metadata, metadata.entities[String(entity[1]["name"])]) : starting(type);
  if (type === "lines" && !like) {
    const inner = await nameFor(app, `${pick(labelOf(entity[1]))} ${label}`, () => list(draft.book, "entity").map(([id]) => id));
    const made = linesPatches(draft.book, entity, { entity: inner, label: `${pick(labelOf(entity[1]))} · ${label}`, parent: labelOf(entity[1]), title: t("design.default_title"), amount: t("kind.money") });
    patches.push(...made.patches);
    Object.assign(config, made.field);
  }
  fresh.add(`${app}/${entity[0]}/${name}`);
  patches.push({ do: "insert", path: ["entity", entity[0], "fields", fields.length], value: json({ name, label: like && label === pick(like.label) ? like.label : label, type, ...config }) });
  return { name, patches };
}

const settings = (field: Field): { [key: string]: Json } => {
  const { id: _id, name: _name, label: _label, access: _access, type: _type, unique: _unique, ...rest } = field as Field & { id?: string };
  return rest as { [key: string]: Json };
};

export function move(place: Place, id: string, spot: Spot) {
  const patches = movePatches(place.draft.book, base(place), componentsOf(formOf(place)), id, spot);
  if (patches.length) place.draft.run({ label: "design.step_move", patches, select: [id] });
}

export function takeAway(place: Place, ids: readonly string[]) {
  const components = componentsOf(formOf(place));
  const order = flat(components).map((item) => item.id);
  const at = order.findIndex((id) => ids.includes(id));
  const gone = new Set(ids.flatMap((id) => flat([find(components, id)].filter((item): item is Component => !!item)).map((item) => item.id)));
  const rest = (items: readonly Component[]): Component[] => items.filter((item) => !gone.has(item.id)).map((item) => (item.components ? { ...item, components: rest(item.components) } : item));
  const after = order.filter((id) => !gone.has(id));
  place.draft.run({ label: "design.step_remove", patches: [{ do: "set", path: [...base(place), "components"], value: json(rest(components)) }], select: after.length ? [after[Math.min(Math.max(at, 0), after.length - 1)]!] : [] });
}

export function partPath(place: Place, id: string): (string | number)[] | null {
  const components = componentsOf(formOf(place));
  const path: (string | number)[] = [];
  const walk = (items: readonly Component[]): boolean => items.some((item, index) => {
    path.push("components", index);
    if (item.id === id || walk(item.components ?? [])) return true;
    path.splice(-2);
    return false;
  });
  return walk(components) ? [...base(place), ...path] : null;
}

/** The label as it is read at this part, and where it is written. */
export function labelAt(place: Place, part: Component): { label: Label; write: (text: string) => void } | null {
  const path = partPath(place, part.id);
  if (!path) return null;
  const set = (key: string, label: Label) => (text: string) => place.draft.run({ label: "design.step_rename", patches: [{ do: "set", path: [...path, key], value: json(relabelled(label, language(), text)) }] });
  if (part.field && !pick(part.label)) {
    const entity = entityOf(place);
    const field = fieldsOf(entity?.[1]).find((item) => item.name === part.field);
    return entity && field ? { label: field.label, write: (text) => void renameField(place.app, place.draft, entity[0], field.name, text) } : null;
  }
  if (part.type === "text") return { label: part.content, write: set("content", part.content) };
  if (["field", "lines", "section", "tab", "related"].includes(part.type)) return { label: part.label, write: set("label", part.label) };
  return null;
}

/** Gives a field another label; a field made a moment ago takes a name like it. */
export async function renameField(app: string, draft: Draft, entityId: string, name: string, text: string): Promise<string> {
  const fields = () => fieldsOf(draft.book["entity"]?.[entityId]);
  const at = fields().findIndex((field) => field.name === name);
  if (at < 0) return name;
  const path = ["entity", entityId, "fields", at];
  const patches: Command["patches"] = [{ do: "set", path: [...path, "label"], value: json(relabelled(fields()[at]!.label, language(), text)) }];
  const key = `${app}/${entityId}/${name}`;
  if (fresh.has(key)) {
    // a sub-table made with the field goes on being called after it
    const inner = fields()[at]!.type === "lines" ? named(draft.book, "entity", fields()[at]!.entity ?? "") : undefined;
    const stem = `${pick(labelOf(draft.book["entity"]![entityId]))} · `;
    if (inner && pick(labelOf(inner[1])).startsWith(stem)) patches.push({ do: "set", path: ["entity", inner[0], "label"], value: json(relabelled(labelOf(inner[1]), language(), stem + text)) });
    const next = await nameOf(app, text, fields().filter((field) => field.name !== name).map((field) => field.name)).catch(() => name);
    if (next !== name) {
      fresh.delete(key);
      fresh.add(`${app}/${entityId}/${next}`);
      patches.push({ do: "set", path: [...path, "name"], value: next }, ...renamed(draft.book, String(draft.book["entity"]![entityId]!["name"]), name, next));
    }
  }
  const other = patches.find((patch) => patch.do === "set" && patch.path.at(-1) === "name") as { value: string } | undefined;
  const called = other?.value ?? name;
  draft.run({ label: "design.step_rename", patches, select: draft.document.snapshot().selection.map((id) => (id === name ? called : id)) });
  return called;
}

/** Forms, pages and lists of the entity with a field's name replaced. */
function renamed(book: Book, entity: string, old: string, name: string): Patch[] {
  const parts = (items: readonly Component[]): Component[] => items.map((item) => ({ ...item, ...(item.field === old ? { field: name, id: item.id === old ? name : item.id } : {}), ...(item.components ? { components: parts(item.components) } : {}) }));
  const forms = ["form", "page"].flatMap((sort) => list(book, sort).filter(([, doc]) => short(String(doc["entity"])) === entity && flat(componentsOf(doc)).some((item) => item.field === old)).map(([id, doc]): Patch => ({ do: "set", path: [sort, id, "components"], value: json(parts(componentsOf(doc))) })));
  const views = list(book, "view").filter(([, doc]) => doc["entity"] === entity && Array.isArray(doc["columns"])).map(([id, doc]): Patch => ({ do: "set", path: ["view", id, "columns"], value: json((doc["columns"] as { field: string }[]).map((column) => (column.field === old ? { ...column, field: name } : column))) }));
  return [...forms, ...views.filter((patch) => patch.do === "set" && JSON.stringify(patch.value).includes(`"${name}"`))];
}

interface Clip {
  parts: Component[];
  fields: Field[];
}

const shelf = "design.clip";

export function copy(place: Place, ids: readonly string[]) {
  const components = componentsOf(formOf(place));
  const parts = ids.map((id) => find(components, id)).filter((item): item is Component => !!item);
  const names = flat(parts).flatMap((item) => (item.field ? [item.field] : []));
  const fields = fieldsOf(entityOf(place)?.[1]).filter((field) => names.includes(field.name));
  localStorage.setItem(shelf, JSON.stringify({ parts, fields } satisfies Clip));
}

export async function paste(place: Place, after: string | undefined) {
  let clip: Clip;
  try {
    clip = JSON.parse(localStorage.getItem(shelf) ?? "") as Clip;
  } catch {
    return;
  }
  await put(place, clip, after);
}

export async function duplicate(place: Place, id: string) {
  const part = find(componentsOf(formOf(place)), id);
  if (!part) return;
  const names = flat([part]).flatMap((item) => (item.field ? [item.field] : []));
  await put(place, { parts: [part], fields: fieldsOf(entityOf(place)?.[1]).filter((field) => names.includes(field.name)) }, id);
}

/** Puts copied parts after another: fields that stand in the form already become new fields of the same kind. */
async function put(place: Place, clip: Clip, after: string | undefined) {
  const entity = entityOf(place);
  const components = componentsOf(formOf(place));
  const at = (after && standing(components, after)) || { parent: "", index: components.length - 1 };
  const taken = new Set(allIds(components));
  const shown = new Set(flat(components).flatMap((item) => (item.field ? [item.field] : [])));
  const names = new Map<string, string>();
  const patches: Patch[] = [];
  if (entity)
    for (const field of clip.fields) {
      const present = fieldsOf(entity[1]).some((item) => item.name === field.name);
      if (present && !shown.has(field.name)) continue;
      const made = await makeField(place, [entity[0], { ...entity[1], fields: json([...fieldsOf(entity[1]), ...[...names.values()].map((name) => ({ name, label: name, type: "text" }))]) }], field.type, field);
      names.set(field.name, made.name);
      patches.push(...made.patches);
    }
  const pointed = (part: Component): Component => ({ ...part, ...(part.field ? { field: names.get(part.field) ?? part.field } : {}), ...(part.components ? { components: part.components.map(pointed) } : {}) });
  const made = clip.parts.map((part) => renewed(pointed(part), taken));
  const parent = at.parent;
  made.forEach((part, offset) => patches.push(...placePatches(place.draft.book, base(place), part, { parent, index: at.index + 1 + offset })));
  place.draft.run({ label: "design.step_paste", patches, select: made.map((part) => part.id) });
}
