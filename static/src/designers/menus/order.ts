/** A menu as one list of rows, groups and what stands in them, and back into the tree it is kept as. */
import type { Json } from "../../kernel/types";

export interface Entry {
  id: string;
  label: Json;
  icon: string;
  /** "view", "board", "form"; "" for a group. */
  target: string;
  name: string;
  roles: string[];
  depth: number;
  group: boolean;
}

type Item = { [key: string]: Json };

/** A group is an entry that leads nowhere; entries after a bare title count as standing in it. */
export function flatten(items: Item[]): Entry[] {
  const rows: Entry[] = [];
  let titled = false;
  for (const item of items) {
    const inner = (item["items"] ?? []) as Item[];
    const row = entry(item, 0);
    if (row.group) titled = !inner.length;
    rows.push(row.group || !titled ? row : { ...row, depth: 1 });
    for (const below of inner) rows.push(entry(below, 1));
  }
  return rows;
}

function entry(item: Item, depth: number): Entry {
  const target = (["view", "board", "form"] as const).find((sort) => item[sort]) ?? "";
  return { id: String(item["id"]), label: item["label"] ?? "", icon: String(item["icon"] ?? ""), target, name: target ? String(item[target]) : "", roles: (item["roles"] ?? []) as string[], depth, group: !target && !depth };
}

export function nest(rows: readonly Entry[]): Item[] {
  const items: Item[] = [];
  let group: Item | null = null;
  for (const row of rows) {
    const item: Item = { id: row.id, label: row.label, ...(row.icon ? { icon: row.icon } : {}), ...(row.target ? { target: row.target, [row.target]: row.name } : {}), ...(row.roles.length ? { roles: row.roles } : {}) };
    if (row.group) {
      group = item;
      items.push(item);
    } else if (row.depth && group) group["items"] = [...((group["items"] ?? []) as Item[]), item];
    else {
      group = null;
      items.push(item);
    }
  }
  return items;
}
