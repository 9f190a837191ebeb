/** Conditions go through text, the server's tree and back without losing anything the builder can say. */
import { expect, it } from "vitest";
import { write } from "./condition";
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

it("reads one field against another only for who has words for that", () => {
  const tree = call(">=", ref("opened"), ref("started"));
  expect(readGroup(tree, offered)).toBeNull();
  expect(readGroup(tree, offered, true)?.items).toEqual([{ field: "opened", operator: "not_before", value: { field: "started" } }]);
  const fields = { opened: { name: "opened", label: "", type: "datetime", access: "write" }, amount: { name: "amount", label: "", type: "money", access: "write" } } as const;
  const find = (name: string) => fields[name as keyof typeof fields];
  expect(write(readGroup(tree, offered, true)!, find)).toBe("{opened} >= {started}");
  expect(write({ join: "and", items: [{ field: "opened", operator: "after", value: { field: "started" } }, { field: "amount", operator: ">", value: { field: "least" } }] }, find)).toBe("AND({opened} > {started}, {amount} > {least})");
});

it("says so when it has no words for it", () => {
  expect(readGroup(call("IN_DEPARTMENTS", ref("unit"), call("MY_DEPARTMENTS")), offered)).toBeNull();
});

const rows = (name: string, value: Tree | null, condition: Tree | null): Tree => ({ kind: "aggregate", type: "number:2", name, rows: ["orders"], entities: ["desk.ticket", "desk.order"], many: [0], start: 0, value, condition });
const far = (...path: string[]): Tree => ({ kind: "ref", type: "text", path: ["orders", ...path], entities: ["desk.ticket", "desk.order"], bound: 1 });
const placed = call(">=", far("placed_on"), days("EARLIER", 90));
const words = (path: string) => (path === "orders.placed_on" ? ["on", "older_days"] : path === "orders.state" ? ["in"] : offered(path));
const many: [string, Tree, unknown, string][] = [
  ["a sum of the last days", call(">=", rows("SUM", far("amount"), placed), literal(500, "number:0")), { field: "$gathered", operator: ">=", value: 500, of: { rows: "orders", by: "SUM", field: "amount", dated: "placed_on", days: 90 } }, "SUM({orders.amount}, {orders.placed_on} >= TODAY() - 90) >= 500"],
  ["none in the last days", call("NOT", rows("ANY", null, placed)), { field: "$gathered", operator: "no", value: null, of: { rows: "orders", by: "ANY", dated: "placed_on", days: 90 } }, "NOT(ANY({orders}, {orders.placed_on} >= TODAY() - 90))"],
  ["some at all", rows("ANY", null, null), { field: "$gathered", operator: "yes", value: null, of: { rows: "orders", by: "ANY" } }, "ANY({orders})"],
  ["a number with a condition", call("=", rows("COUNT", null, call("AND", placed, call("=", far("state"), literal("open")))), literal(0, "number:0")), { field: "$gathered", operator: "=", value: 0, of: { rows: "orders", by: "COUNT", dated: "placed_on", days: 90, where: { join: "and", items: [{ field: "orders.state", operator: "in", value: ["open"] }] } } }, 'COUNT({orders}, AND({orders.placed_on} >= TODAY() - 90, {orders.state} = "open")) = 0'],
];

it.each(many)("reads and writes %s of related records", (_, tree, clause, text) => {
  const read = readGroup(tree, words, true);
  expect(read?.items).toEqual([clause]);
  expect(write(read!, (name) => ({ name, label: "", type: name.endsWith("state") ? "choice" : "date", access: "read" }))).toBe(text);
  expect(readGroup(tree, words)).toBeNull();
});

it("does not read what it could not write again", () => {
  expect(readGroup(call(">=", rows("SUM", call("*", far("amount"), far("count")), null), literal(5)), words, true)).toBeNull();
});
