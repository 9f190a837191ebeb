/** Records become tasks, rows and values again. */
import { expect, it } from "vitest";
import type { Field, RecordData, Value } from "../../kernel/types";
import { hasteOf, lateBy, moved, rowsOf, shareOf, span, tasksOf, valuesOf, type Fields } from "./plan";

const field = (name: string, type: string): Field => ({ name, label: name, type, access: "write" });
const fields: Fields = { start: field("start", "date"), end: field("end", "date"), title: field("title", "text"), progress: field("done", "percent"), parent: field("up", "reference"), needs: field("needs", "reference"), paint: undefined, group: undefined, milestones: true, said: [] };
const record = (id: number, values: { [field: string]: Value } = {}): RecordData => ({ id, version: 1, start: "2026-03-02", end: "2026-03-05", ...values }) as RecordData;
const dayOf = (value: Value) => (typeof value === "string" ? value.slice(0, 10) : null);
const tasks = (...list: RecordData[]) => tasksOf(list, fields, dayOf);

it("reads days, share, parent and links; without a day there is no bar", () => {
  const [one, two, ...none] = tasks(record(1, { done: "0.2500", up: { id: 7 }, needs: [{ id: 2 }, { id: 3 }] as never }), record(2, { start: null }), record(3, { start: null, end: null }));
  expect(one).toMatchObject({ start: "2026-03-02", end: "2026-03-05", progress: 0.25, parent: 7, needs: [2, 3], milestone: false });
  expect(two).toMatchObject({ start: "2026-03-05", end: "2026-03-05", milestone: true });
  expect(none).toEqual([]);
});

it.each([["percent", "0.5", 0.5], ["integer", 40, 0.4], ["integer", 140, 1], ["boolean", true, 1], ["percent", null, 0]] as const)("%s %s is done by %s", (type, value, wanted) => expect(shareOf(value, field("x", type))).toBe(wanted));

it("puts children under parents, folds them, and shows what lies in a circle at the top", () => {
  const list = tasks(record(1), record(2, { up: { id: 1 } }), record(3, { up: { id: 2 } }), record(4, { up: { id: 5 } }), record(5, { up: { id: 4 } }), record(6, { up: { id: 99 } }));
  expect(rowsOf(list, fields, new Set()).map((row) => [row.key, row.depth])).toEqual([["1", 0], ["2", 1], ["3", 2], ["4", 0], ["5", 0], ["6", 0]]);
  expect(rowsOf(list, fields, new Set(["1"])).map((row) => row.key)).toEqual(["1", "4", "5", "6"]);
});

it("gathers by a field", () => {
  const list = tasks(record(1, { who: { id: 8, label: "A" } }), record(2, { who: null }), record(3, { who: { id: 8, label: "A" } }));
  const rows = rowsOf(list, { ...fields, group: field("who", "user") }, new Set(["group null"]));
  expect(rows.map((row) => [row.task?.id ?? row.key, row.below])).toEqual([["group 8", 2], [1, 0], [3, 0], ["group null", 1]]);
});

it.each([
  ["move", 3, { start: "2026-03-05", end: "2026-03-08" }],
  ["start", 2, { start: "2026-03-04", end: "2026-03-05" }],
  ["start", 9, { start: "2026-03-05", end: "2026-03-05" }],
  ["end", -9, { start: "2026-03-02", end: "2026-03-02" }],
] as const)("%s by %s days", (side, by, wanted) => expect(moved({ start: "2026-03-02", end: "2026-03-05" }, side, by)).toEqual(wanted));

it("writes only what moved, and keeps the time of an instant", () => {
  const [task] = tasks(record(1));
  expect(valuesOf(task!, { start: "2026-03-02", end: "2026-03-09" }, fields)).toEqual({ end: "2026-03-09" });
  const timed = { ...fields, start: field("start", "datetime") };
  const [at] = tasksOf([record(1, { start: "2026-03-02T01:30:00Z" })], timed, dayOf);
  expect(valuesOf(at!, { start: "2026-03-03", end: "2026-03-06" }, timed)).toEqual({ start: "2026-03-03T01:30:00Z", end: "2026-03-06" });
});

it("is late when its day is over and it is not done", () => {
  const [open, done] = tasks(record(1, { done: "0.9" }), record(2, { done: "1" }));
  expect([lateBy(open!, "2026-03-08"), lateBy(done!, "2026-03-08"), lateBy(open!, "2026-03-05")]).toEqual([3, 0, 0]);
  expect(span([open!, done!], "2026-03-20", 7)).toEqual({ from: "2026-02-23", to: "2026-04-03" });
});

it("is hasty when it begins before what it waits for is over", () => {
  const list = tasks(record(1), record(2, { start: "2026-03-04", end: "2026-03-09", needs: [{ id: 1 }] as never }), record(3, { start: "2026-03-06", end: "2026-03-09", needs: [{ id: 1 }] as never }));
  const byId = new Map(list.map((task) => [task.id, task]));
  expect(list.map((task) => hasteOf(task, byId))).toEqual([0, 2, 0]);
});
