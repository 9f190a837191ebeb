/** Free names made from labels, asked of the server, which knows pinyin. */
import { post } from "../kernel/api";
import { pick } from "../kernel/i18n";
import type { Label } from "../kernel/types";

const waiting = new Map<string, { timer: ReturnType<typeof setTimeout>; run: () => Promise<unknown> }>();
const running = new Set<Promise<unknown>>();

/** A name that follows its label when typing has paused, or before another name is made: what is made next refers to it. */
export function nameLater(which: string, run: () => Promise<unknown>) {
  clearTimeout(waiting.get(which)?.timer);
  waiting.set(which, { timer: setTimeout(() => begin(which), 700), run });
}

function begin(which: string) {
  const found = waiting.get(which);
  waiting.delete(which);
  clearTimeout(found?.timer);
  const made = found?.run().catch(() => undefined).finally(() => running.delete(made!));
  if (made) running.add(made);
}

async function settled() {
  for (const which of [...waiting.keys()]) begin(which);
  await Promise.all(running);
}

/** A name that nothing has; names that still follow their labels have settled by then. */
export async function nameFor(app: string, label: Label, taken: () => Iterable<string>): Promise<string> {
  await settled();
  return nameOf(app, label, taken());
}

export async function nameOf(app: string, label: Label, taken: Iterable<string>): Promise<string> {
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
