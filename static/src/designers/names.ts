/** Free names made from labels, asked of the server, which knows pinyin. */
import { post } from "../kernel/api";
import { pick } from "../kernel/i18n";
import type { Label } from "../kernel/types";

export async function nameFor(app: string, label: Label, taken: Iterable<string>): Promise<string> {
  const said = typeof label === "object" && label ? (label["zh-CN"] ?? pick(label)) : pick(label);
  return (await post<{ name: string }>(`designer/${app}/names`, { label: said, taken: [...taken] })).name;
}

/** A label no neighbour has: "Text", "Text 2", … */
export function freeLabel(label: string, taken: Iterable<string>): string {
  const known = new Set(taken);
  let found = label;
  for (let number = 2; known.has(found); number += 1) found = `${label} ${number}`;
  return found;
}
