/** What one does to a rule's actions: add, move, copy, take away; each one command. */
import type { Json } from "../../kernel/types";
import type { Draft } from "../draft";
import { free } from "../shape";
import { actionsOf, type Call } from "./words";

export const begun: Record<string, { [key: string]: Json }> = { notify: { title: "" }, call_webhook: { url: "https://" }, reject: { message: "" } };

export function addAction(draft: Draft, rule: string, type: string, at?: number): string {
  const present = actionsOf(draft.book["rule"]![rule]!);
  const id = free(present.map((item) => item.id), type);
  const call = { id, type, ...begun[type] };
  const place = at ?? present.length;
  draft.run({ label: "rule.step_action", patches: draft.book["rule"]![rule]!["actions"] ? [{ do: "insert", path: ["rule", rule, "actions", place], value: call }] : [{ do: "set", path: ["rule", rule, "actions"], value: [call] }] });
  return id;
}

export function moveAction(draft: Draft, rule: string, from: number, to: number) {
  draft.run({ label: "design.step_move", patches: [{ do: "move", from: ["rule", rule, "actions", from], to: ["rule", rule, "actions", to] }] });
}

export function takeAction(draft: Draft, rule: string, at: number) {
  draft.run({ label: "design.step_remove", patches: [{ do: "remove", path: ["rule", rule, "actions", at] }] });
}

export function copyAction(draft: Draft, rule: string, at: number): string {
  const present = actionsOf(draft.book["rule"]![rule]!);
  const call = present[at]!;
  const id = free(present.map((item) => item.id), call.type);
  draft.run({ label: "design.step_add", patches: [{ do: "insert", path: ["rule", rule, "actions", at + 1], value: { ...call, id } as Call }] });
  return id;
}

/** Another trigger; what both kinds ask for alike is kept. */
export function retrigger(draft: Draft, rule: string, type: string, properties: readonly string[]) {
  const before = (draft.book["rule"]![rule]!["trigger"] ?? {}) as { [key: string]: Json };
  const kept = Object.fromEntries(Object.entries(before).filter(([key]) => key !== "type" && properties.includes(key)));
  draft.run({ label: "rule.step_trigger", patches: [{ do: "set", path: ["rule", rule, "trigger"], value: { type, ...kept } }] });
}
