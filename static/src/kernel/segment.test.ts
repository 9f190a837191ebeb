/** Being in a segment as a field of conditions: written as the function, and read back from its tree. */
import { expect, it } from "vitest";
import { SEGMENTS, write, type Group } from "./condition";
import { readGroup } from "./condition-read";
import { evaluate, type Tree } from "./expressions";
import type { Field } from "./types";

const field: Field = { name: SEGMENTS, label: "Segment", type: "segment", access: "read", options: [{ value: "desk.big", label: "Big" }, { value: "desk.new", label: "New" }] };
const find = (name: string) => (name === SEGMENTS ? field : undefined);
const text = (value: string): Tree => ({ kind: "literal", type: "text", value }) as Tree;
const id = { kind: "ref", type: "number:0", path: ["id"], entities: ["desk.ticket"], bound: 0 } as unknown as Tree;
const call = (name: string, ...args: Tree[]): Tree => ({ kind: "call", type: "boolean", name, args }) as Tree;
const inside = (name: string) => call("IN_SEGMENT", text(name), id);

const cases: [string, Group, string, Tree][] = [
  ["one", { join: "and", items: [{ field: SEGMENTS, operator: "in", value: ["desk.big"] }] }, 'IN_SEGMENT("desk.big")', inside("desk.big")],
  ["none of one", { join: "and", items: [{ field: SEGMENTS, operator: "not_in", value: ["desk.big"] }] }, 'NOT(IN_SEGMENT("desk.big"))', call("NOT", inside("desk.big"))],
  ["one of two", { join: "and", items: [{ field: SEGMENTS, operator: "in", value: ["desk.big", "desk.new"] }] }, 'OR(IN_SEGMENT("desk.big"), IN_SEGMENT("desk.new"))', call("OR", inside("desk.big"), inside("desk.new"))],
  ["one but not another", { join: "and", items: [{ field: SEGMENTS, operator: "in", value: ["desk.big"] }, { field: SEGMENTS, operator: "not_in", value: ["desk.new"] }] }, 'AND(IN_SEGMENT("desk.big"), NOT(IN_SEGMENT("desk.new")))', call("AND", inside("desk.big"), call("NOT", inside("desk.new")))],
];

it.each(cases)("%s", (_name, group, written, tree) => {
  expect(write(group, find)).toBe(written);
  expect(readGroup(tree, () => ["in", "not_in"])).toEqual(group);
});

it("a segment of another record is no word of the builder", () => {
  const other = { kind: "ref", type: "record:desk.team", path: ["team"], entities: ["desk.ticket"], bound: 0 } as unknown as Tree;
  expect(readGroup(call("IN_SEGMENT", text("desk.busy"), other), () => [])).toBeNull();
});

it("is evaluated by what the context knows", () => {
  const context = { segments: { "desk.big": [7] } };
  expect(evaluate(inside("desk.big"), { id: 7 }, context)).toBe(true);
  expect(evaluate(inside("desk.big"), { id: 8 }, context)).toBe(false);
  expect(evaluate(inside("desk.new"), { id: 7 }, context)).toBe(false);
});
