/** Conditions go through text, the server's tree and back without losing anything the builder can say. */
import { expect, it } from "vitest";
import { readGroup } from "./condition-read";
import type { Tree } from "./expressions/tree";

const ref = (...path: string[]): Tree => ({ kind: "ref", type: "text", path, entities: ["desk.ticket"], bound: 0 });
const literal = (value: unknown, type = "text"): Tree => ({ kind: "literal", type, value });
const call = (name: string, ...args: Tree[]): Tree => ({ kind: "call", type: "boolean", name, args });
const convert = (arg: Tree): Tree => ({ kind: "convert", type: "datetime", arg });
const today = call("TODAY");
const days = (name: string, count: number) => call(name, today, literal(count, "number:0"));
const offered = (path: string) => ({ state: ["in", "not_in", "blank"], amount: ["=", ">", "<"], opened: ["on", "before", "after", "older_days", "past_days"] })[path] ?? ["contains", "="];

const cases: [string, Tree, unknown][] = [
  ["one option", call("=", ref("state"), literal("open")), { field: "state", operator: "in", value: ["open"] }],
  ["several options", call("IN", ref("state"), literal("open"), literal("held")), { field: "state", operator: "in", value: ["open", "held"] }],
  ["none of them", call("NOT", call("IN", ref("state"), literal("open"))), { field: "state", operator: "not_in", value: ["open"] }],
  ["a number", call(">", ref("amount"), convert(literal(500, "number:0"))), { field: "amount", operator: ">", value: 500 }],
  ["before so many days", call("<", ref("opened"), convert(days("EARLIER", 60))), { field: "opened", operator: "older_days", value: 60 }],
  ["the last days", call("AND", call(">=", ref("opened"), days("EARLIER", 30)), call("<", ref("opened"), days("LATER", 1))), { field: "opened", operator: "past_days", value: 30 }],
  ["a day", call("=", ref("opened"), call("DATE", literal(2026), literal(1), literal(2))), { field: "opened", operator: "on", value: "2026-01-02" }],
  ["not blank", call("NOT", call("ISBLANK", ref("note"))), { field: "note", operator: "not_blank", value: null }],
  ["me", call("=", ref("owner"), call("ME")), { field: "owner", operator: "is_me", value: null }],
  ["along a reference", call("CONTAINS", ref("owner", "name"), literal("x")), { field: "owner.name", operator: "contains", value: "x" }],
];

it.each(cases)("reads %s", (_, tree, clause) => {
  expect(readGroup(tree, offered)?.items).toEqual([clause]);
});

it("reads groups within groups", () => {
  const tree = call("AND", call("=", ref("state"), literal("open")), call("OR", call(">", ref("amount"), literal(5)), call("ISBLANK", ref("note"))));
  expect(readGroup(tree, offered)).toEqual({ join: "and", items: [{ field: "state", operator: "in", value: ["open"] }, { join: "or", items: [{ field: "amount", operator: ">", value: 5 }, { field: "note", operator: "blank", value: null }] }] });
});

it("says so when it has no words for it", () => {
  expect(readGroup(call("IN_DEPARTMENTS", ref("unit"), call("MY_DEPARTMENTS")), offered)).toBeNull();
});
