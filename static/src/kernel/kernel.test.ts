/** Conditions, commands, issues, sums and the paths of metadata. */
import { describe, expect, it, vi } from "vitest";
import { dispatch, offer, search, type Deed } from "./commands";
import { both, complete, write } from "./condition";
import { speak, start } from "./i18n";
import { at, count, elsewhere, within, words } from "./issues";
import { field, home, listOf, nested, settle, viewsOf } from "./metadata";
import { cells, sum } from "./sum";
import type { Field, Issue, Metadata, ViewDefinition } from "./types";

const fields: Field[] = [
  { name: "state", label: "State", type: "choice", access: "write" }, { name: "kinds", label: "Kinds", type: "choice", multiple: true, access: "write" }, { name: "due_on", label: "Due", type: "date", access: "write" },
  { name: "title", label: "Title", type: "text", access: "write" }, { name: "cost", label: "Cost", type: "money", access: "write" }, { name: "owner", label: "Owner", type: "user", access: "write" },
];
const of = (name: string) => fields.find((item) => item.name === name);

describe("conditions", () => {
  it.each([
    ["state", "in", ["open"], '{state} = "open"'], ["state", "in", ["a", "b"], 'IN({state}, "a", "b")'], ["kinds", "in", ["a"], 'INCLUDES({kinds}, "a")'], ["title", "contains", 'say "hi"', 'CONTAINS({title}, "say ""hi""")'],
    ["cost", ">", "12.50", "{cost} > 12.50"], ["due_on", "on", "2026-11-02", "{due_on} = DATE(2026, 11, 2)"], ["due_on", "past_days", 30, "AND({due_on} >= TODAY() - 30, {due_on} < TODAY() + 1)"], ["owner", "in", [{ id: 5, label: "x" }], "{owner} = 5"], ["owner", "is_me", null, "{owner} = ME()"], ["title", "blank", null, "ISBLANK({title})"],
  ])("%s %s", (name, operator, value, text) => expect(write({ join: "and", items: [{ field: name, operator, value }] }, of)).toBe(text));
  it("joins groups and leaves out what says nothing yet", () => {
    const text = write({ join: "or", items: [{ field: "state", operator: "in", value: ["a"] }, { field: "title", operator: "contains", value: "" }, { join: "and", items: [{ field: "cost", operator: ">", value: 1 }, { field: "cost", operator: "<", value: 9 }] }] }, of);
    expect(text).toBe('OR({state} = "a", AND({cost} > 1, {cost} < 9))');
    expect(complete({ field: "title", operator: "contains", value: null })).toBe(false);
    expect(both("", "A", undefined)).toBe("A");
  });
});

describe("commands", () => {
  const deed = (id: string, keys?: string, run = () => undefined): Deed => ({ id, label: id, group: "", run, ...(keys ? { keys } : {}) });
  it("runs the newest deed of a key, not while one types", () => {
    const [old, fresh] = [vi.fn(), vi.fn()];
    const stops = [offer([deed("a", "n", old)]), offer([deed("b", "n", fresh)])];
    dispatch(new KeyboardEvent("keydown", { key: "n" }));
    expect(fresh).toHaveBeenCalledOnce();
    expect(old).not.toHaveBeenCalled();
    const input = document.body.appendChild(document.createElement("input"));
    const event = new KeyboardEvent("keydown", { key: "n", bubbles: true });
    input.dispatchEvent(event);
    expect(dispatch(event)).toBe(false);
    for (const stop of stops) stop();
    expect(dispatch(new KeyboardEvent("keydown", { key: "n" }))).toBe(false);
  });
  it("finds deeds by the beginnings of their words", () => {
    const list = [deed("Print list"), deed("New ticket"), deed("List tickets")];
    expect(search(list, "list").map((item) => item.id)).toEqual(["List tickets", "Print list"]);
    expect(search(list, "nothing")).toEqual([]);
  });
});

it("sorts issues by where they are", () => {
  const issue = (path: Issue["path"], severity: Issue["severity"] = "error"): Issue => ({ code: "c", path, severity, message: "m" });
  const list = [issue(["a"]), issue(["rows", 1, "b"]), issue([]), issue(["a"], "warning")];
  expect(at(list, ["a"])).toHaveLength(2);
  expect(within(list, ["rows", 1])).toHaveLength(1);
  expect(elsewhere(list, ["a", "rows"])).toHaveLength(1);
  expect(count(list)).toEqual({ error: 3, warning: 1 });
});

it("sums exactly and reads what Excel copies", () => {
  expect(sum(["0.10", "0.20", null, "-0.05", "x"])).toBe("0.25");
  expect(sum(["99999999999999.99", "0.01"])).toBe("100000000000000.00");
  expect(cells('a\tb\r\n"c\nd"\t"e ""f"""\r\n')).toEqual([["a", "b"], ["c\nd", 'e "f"']]);
});

it("settles metadata: shared options, nested options, paths", () => {
  const metadata = settle({
    application: { name: "x", label: "X", release: 1 }, forms: {}, views: {}, boards: {}, pages: {}, option_sets: { states: { label: "", options: [{ value: "a", label: "A" }] } },
    entities: {
      note: { name: "note", label: "Note", access: { create: true, update: true, delete: true }, relations: [], fields: [{ name: "state", label: "", type: "choice", access: "write", option_set: "states" }, { name: "folder", label: "", type: "reference", entity: "folder", access: "write" }] },
      folder: { name: "folder", label: "Folder", access: { create: true, update: true, delete: true }, relations: [], fields: [{ name: "name", label: "Name", type: "text", access: "write" }] },
    },
  } satisfies Metadata);
  const note = metadata.entities["note"]!;
  expect(note.fields[0]!.options).toHaveLength(1);
  expect(field(metadata, note, "folder.name")).toMatchObject({ type: "text", access: "read", name: "folder.name" });
  expect(field(metadata, note, "changed_at")?.type).toBe("changed_at");
  expect(home("x", "other.thing")).toEqual(["other", "thing"]);
  expect(nested([{ value: "a", label: "" }, { value: "b", label: "", parent: "a" }])).toMatchObject([{ value: "a", children: [{ value: "b" }] }]);
});

it("an entity's views stand as in the menu, and its list is the first table", () => {
  const view = (name: string, type: "table" | "kanban") => [name, { name, label: "", entity: "note", type, sorts: [], columns: [] }] as [string, ViewDefinition];
  const metadata: Metadata = {
    application: { name: "x", label: "X", release: 1, menu: [{ id: "g", label: "", items: [{ id: "b", label: "", view: "board" }, { id: "a", label: "", view: "all" }] }] },
    entities: {}, forms: {}, boards: {}, pages: {}, option_sets: {}, views: Object.fromEntries([view("aside", "table"), view("all", "table"), view("board", "kanban")]),
  };
  expect(viewsOf(metadata, "note").map((item) => item.name)).toEqual(["board", "all", "aside"]);
  expect(listOf(metadata, "note")?.name).toBe("all");
  expect(listOf(metadata, "other")).toBeUndefined();
});

it("a sub-table sums what it names, else what its record sums", () => {
  const access = { create: true, update: true, delete: true };
  const line = { name: "line", label: "", access, relations: [], fields: ["note", "count", "price", "amount"].map((name): Field => ({ name, label: "", type: name === "note" ? "reference" : "money", access: "write" })) };
  const foot = (said: { sums?: string[] }, ...rollups: Field[]) => settle({
    application: { name: "x", label: "X", release: 1 }, forms: {}, views: {}, boards: {}, pages: {}, option_sets: {},
    entities: { line, note: { name: "note", label: "", access, relations: [], fields: [{ name: "lines", label: "", type: "lines", entity: "line", parent: "note", access: "write", ...said }, ...rollups] } },
  } satisfies Metadata).entities["note"]!.fields[0]!.sums;
  const rollup = (aggregate: string, field: string, relation = "lines"): Field => ({ name: `${aggregate}_${field}`, label: "", type: "rollup", relation, aggregate, field, access: "read" });
  expect(foot({})).toEqual([]);
  expect(foot({}, rollup("sum", "amount"), rollup("average", "price"), rollup("sum", "price", "others"))).toEqual(["amount"]);
  expect(foot({ sums: ["count"] }, rollup("sum", "amount"))).toEqual(["count"]);
});

it("joins a message and its cure as two sentences", async () => {
  await start("en");
  const told = (message: string, hint?: string) => words({ code: "c", path: [], severity: "error", message, ...(hint ? { hint } : {}) });
  expect(told("No choices yet", "Add some")).toBe("No choices yet. Add some");
  expect(told("Really?", "Add some")).toBe("Really? Add some");
  expect(told("No choices yet")).toBe("No choices yet");
  await speak("zh-CN");
  expect(told("还没有选项", "添加选项")).toBe("还没有选项。添加选项");
});
