/** The trees of parts that forms and pages are made of: ids, places, and the changes a drag or a key makes to them. */
import { locate, read, type Patch } from "../kernel/document";
import type { Path } from "../kernel/issues";
import type { Component, Json } from "../kernel/types";

type Doc = { [key: string]: Json };

/** The same tree in which every part has the id the server would give it: its field, or its kind and a number. */
export function identified(components: readonly Component[], seen = new Map<string, number>()): Component[] {
  return components.map((item) => {
    const word = item.id || item.field || item.type;
    const count = (seen.get(word) ?? 0) + 1;
    seen.set(word, count);
    const id = item.id || count === 1 ? word : `${word}_${count}`;
    const inner = item.components?.length ? { components: identified(item.components, seen) } : {};
    return { ...item, id, ...inner };
  });
}

const bare = (components: readonly Component[]): Component[] =>
  components.map((item) => {
    const next: Partial<Component> = { ...item, ...(item.components ? { components: bare(item.components) } : {}) };
    delete next.id;
    return next as Component;
  });

const partsOf = (document: Doc) => (Array.isArray(document["components"]) ? (document["components"] as unknown as Component[]) : null);

/** A definition as it is edited. */
export function prepared<T extends Doc>(_kind: string, document: T): T {
  const parts = partsOf(document);
  return parts ? { ...document, components: identified(parts) as unknown as Json } : document;
}

/** A definition as it is sent: ids that follow by themselves are left out again. */
export function stripped(_kind: string, document: Doc): Doc {
  const parts = partsOf(document);
  if (!parts) return document;
  const plain = bare(parts);
  const same = JSON.stringify(ids(identified(plain))) === JSON.stringify(ids(parts));
  return same ? { ...document, components: plain as unknown as Json } : document;
}

const ids = (components: readonly Component[]): string[] => components.flatMap((item) => [item.id, ...ids(item.components ?? [])]);
export const allIds = ids;

export function flat(components: readonly Component[]): Component[] {
  return components.flatMap((item) => [item, ...flat(item.components ?? [])]);
}

export const find = (components: readonly Component[], id: string): Component | undefined => flat(components).find((item) => item.id === id);

/** Where a part stands: its container ("" for the form itself) and its number there. */
export function standing(components: readonly Component[], id: string, parent = ""): { parent: string; index: number } | null {
  for (const [index, item] of components.entries()) {
    if (item.id === id) return { parent, index };
    const below = standing(item.components ?? [], id, item.id);
    if (below) return below;
  }
  return null;
}

export interface Spot {
  /** The container's id; "" is the form itself. */
  parent: string;
  index: number;
}

const containers: Record<string, readonly string[]> = { section: ["*"], columns: ["*"], tab: ["*"], tabs: ["tab"] };
export const isContainer = (type: string) => type in containers;

/** Whether a part of this type may stand in that container. */
export function fits(type: string, within: Component | undefined): boolean {
  if (!within) return type !== "tab";
  const accepts = containers[within.type] ?? [];
  return type === "tab" ? accepts.includes("tab") : accepts.includes("*") && !(type === "section" && within.type !== "tab") && !(type === "tabs" && within.type === "columns");
}

/** Where the parts of a container begin in the document, `base` being the form's path. */
export function inside(document: Json, base: Path, parent: string): Path | null {
  if (!parent) return [...base, "components"];
  const at = locate(read(document, [...base, "components"]) ?? null, parent);
  return at && [...base, "components", ...at, "components"];
}

export function placePatches(document: Json, base: Path, part: Component, spot: Spot): Patch[] {
  const list = inside(document, base, spot.parent);
  if (!list) return [];
  const present = read(document, list);
  if (!Array.isArray(present)) return [{ do: "set", path: list, value: [part as unknown as Json] }];
  return [{ do: "insert", path: [...list, Math.min(spot.index, present.length)], value: part as unknown as Json }];
}

/** Takes a part from where it is to `spot`, counted while it still stands there. */
export function movePatches(document: Json, base: Path, components: readonly Component[], id: string, spot: Spot): Patch[] {
  const from = standing(components, id);
  const part = find(components, id);
  if (!from || !part || flat([part]).some((item) => item.id === spot.parent)) return [];
  if (from.parent === spot.parent && (spot.index === from.index || spot.index === from.index + 1)) return [];
  const source = inside(document, base, from.parent);
  if (!source) return [];
  const index = from.parent === spot.parent && spot.index > from.index ? spot.index - 1 : spot.index;
  // the container's path is read anew after the part has gone
  const shift = afterRemoval(document, base, components, [...source, from.index], spot.parent);
  if (!shift) return [];
  const present = read(document, inside(document, base, spot.parent) ?? []);
  const give: Patch[] = Array.isArray(present) ? [] : [{ do: "set", path: shift, value: [] }];
  return [{ do: "remove", path: [...source, from.index] }, ...give, { do: "insert", path: [...shift, index], value: part as unknown as Json }];
}

function afterRemoval(document: Json, base: Path, _: readonly Component[], gone: Path, parent: string): Path | null {
  const path = inside(document, base, parent);
  if (!path) return null;
  const at = gone.length - 1;
  const same = gone.slice(0, at).every((step, index) => path[index] === step);
  const number = path[at];
  if (same && typeof number === "number" && number > (gone[at] as number)) return path.map((step, index) => (index === at ? (step as number) - 1 : step));
  return path;
}

/** The next place up or down in reading order: over its neighbour, out of its container, or into the next one. */
export function stepSpot(components: readonly Component[], id: string, way: -1 | 1): Spot | null {
  const from = standing(components, id);
  const part = find(components, id);
  if (!from || !part) return null;
  const list = from.parent ? (find(components, from.parent)?.components ?? []) : components;
  const neighbour = list[from.index + way];
  if (neighbour) {
    if (isContainer(neighbour.type) && fits(part.type, neighbour)) return { parent: neighbour.id, index: way > 0 ? 0 : (neighbour.components ?? []).length };
    return { parent: from.parent, index: way > 0 ? from.index + 2 : from.index - 1 };
  }
  if (!from.parent) return null;
  const out = standing(components, from.parent);
  if (!out) return null;
  const spot = { parent: out.parent, index: way > 0 ? out.index + 1 : out.index };
  if (fits(part.type, spot.parent ? find(components, spot.parent) : undefined)) return spot;
  return null;
}

/** The same part with ids that nothing in the form has. */
export function renewed(part: Component, taken: Set<string>): Component {
  const word = part.field || part.type;
  let id = word;
  for (let number = 2; taken.has(id); number += 1) id = `${word}_${number}`;
  taken.add(id);
  return { ...part, id, ...(part.components ? { components: part.components.map((item) => renewed(item, taken)) } : {}) };
}
