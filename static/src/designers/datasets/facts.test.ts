/** Datasets: what a table proposes, how fields far away are written, and what goes with a part taken out. */
import { beforeAll, expect, it } from "vitest";
import { apply } from "../../kernel/document";
import { everyLanguage, extend, start } from "../../kernel/i18n";
import type { Json, Tile } from "../../kernel/types";
import { fits, narrowed, offered, reaches, type Filter } from "../boards/filters";
import { fitting, question } from "../boards/question";
import type { Book } from "../draft";
import { guarded, unguarded } from "../inspector/guard";
import { metadataOf } from "../shape";
import { datasetDoc, datedNames, dimensionsOf, measuresOf, proposed, reachable, withoutPart } from "./facts";

const field = (name: string, type: string, more: object = {}) => ({ name, type, label: { "zh-CN": `字${name}`, en: name }, ...more });
const book = {
  entity: {
    team: { name: "team", label: "Team", title: "called", fields: [field("called", "text"), field("region", "choice", { options: [{ value: "n", label: "N" }] })] },
    ticket: { name: "ticket", label: "Ticket", title: "subject", fields: [field("subject", "text"), field("state", "choice"), field("tags", "choice", { multiple: true }), field("due", "date"), field("cost", "money"), field("share", "percent"), field("team", "reference", { entity: "team" }), field("owner", "user"), field("secret", "integer", { sensitive: true })] },
    line: { name: "line", label: "Line", fields: [field("ticket", "reference", { entity: "ticket" }), field("hours", "decimal")] },
  },
  dataset: { tickets: { name: "tickets", label: "Tickets", entity: "ticket", dimensions: [{ name: "state", label: "State", expression: "{state}" }, { name: "due", label: "Due", expression: "{due}" }], measures: [{ name: "count", label: "Count", aggregate: "count" }, { name: "cost", label: "Cost", expression: "{cost}" }] }, lines: { name: "lines", label: "Lines", entity: "line", dimensions: [{ name: "due", label: "Day", expression: "{ticket.due}" }], measures: [] } },
  report: {
    by_state: { name: "by_state", label: "By state", dataset: "tickets", rows: [{ dimension: "state" }], measures: ["count", "cost"], order: [{ by: "cost" }] },
    hours: { name: "hours", label: "Hours", dataset: "lines", rows: [{ dimension: "due", grain: "month" }], measures: [] },
  },
  board: { main: { name: "main", label: "Main", tiles: [], filters: [{ name: "state", label: "State", dataset: "tickets", dimension: "state" }] } },
} as unknown as Book;
const metadata = metadataOf("desk", book);
const ticket = metadata.entities["ticket"]!;
const tile = (id: string, report: string): Tile => ({ id, report, title: "", x: 0, y: 0, width: 4, height: 4 });
const tiles = [tile("a", "by_state"), tile("b", "hours")];

beforeAll(async () => {
  await start("zh-CN");
  await extend("designer");
  await extend("facts");
  await everyLanguage();
});

it("proposes choices, dates, people and references as dimensions, numbers as measures", () => {
  const found = proposed(metadata, ticket);
  expect(found.dimensions.map((item) => item.expression)).toEqual(["{state}", "{due}", "{team.called}", "{owner.name}", "{created_at}"]);
  expect(found.measures.map((item) => [item.name, item.aggregate])).toEqual([["count", "count"], ["cost_sum", "sum"], ["cost_avg", "average"], ["share_avg", "average"]]);
  expect(found.measures[1]).toMatchObject({ expression: "{cost}", format: "money", label: { "zh-CN": "字cost合计", en: "Sum of cost" } });
});

it("borrows the days and choices of the record that rows belong to", () => {
  const found = proposed(metadata, metadata.entities["line"]!);
  expect(found.dimensions.map((item) => item.expression)).toEqual(["{ticket.subject}", "{ticket.state}", "{ticket.due}", "{created_at}"]);
  expect(found.dimensions[1]!.label).toEqual({ "zh-CN": "字ticket的字state", en: "ticket state" });
});

it("reaches two references far, never secrets or many values", () => {
  const paths = reachable(metadata, metadata.entities["line"]!).map((item) => item.path);
  expect(paths).toContain("ticket.team.region");
  expect(paths.filter((path) => /secret|tags/.test(path))).toEqual([]);
});

it("gives every part a name of its own", () => {
  const doc = datasetDoc(metadata, ticket, "x", "X");
  const names = [...dimensionsOf(doc), ...measuresOf(doc)].map((item) => item.name);
  expect(names.every((name) => /^[a-z][a-z0-9_]{0,29}$/.test(name))).toBe(true);
  expect(new Set(dimensionsOf(doc).map((item) => item.name)).size).toBe(dimensionsOf(doc).length);
  expect([...datedNames(metadata, ticket, dimensionsOf(doc))]).toEqual(["due", "created_at"]);
});

it("takes a part out of the reports and boards that show it, and undo brings all back", () => {
  const { value, inverse } = apply<Json>(book as Json, withoutPart(book, "tickets", "dimensions", "state"));
  const after = value as unknown as typeof book;
  expect(after["report"]!["by_state"]!["rows"]).toEqual([]);
  expect(after["board"]!["main"]!["filters"]).toEqual([]);
  expect(after["report"]!["hours"]).toBe(book["report"]!["hours"]);
  expect(apply(value, inverse).value).toEqual(book);
  const less = apply<Json>(book as Json, withoutPart(book, "tickets", "measures", "cost")).value as unknown as typeof book;
  expect(less["report"]!["by_state"]).toMatchObject({ measures: ["count"], order: [] });
});

it("offers filters by how many tiles they reach, and narrows those only", () => {
  expect(offered(book, tiles, []).map((item) => [item.dimension, item.count])).toEqual([["due", 2], ["state", 1]]);
  const due: Filter = { name: "when", label: "When", dataset: "tickets", dimension: "due", skips: ["b"] };
  const state: Filter = { name: "state", label: "State", dataset: "tickets", dimension: "state" };
  expect([fits(book, due, tiles[1]!), reaches(book, due, tiles[1]!), fits(book, state, tiles[1]!)]).toEqual([true, false, false]);
  expect(narrowed(book, [due, state], { when: "this_year", state: null }, tiles[0]!)).toEqual({ due: "this_year" });
  expect(narrowed(book, [due, state], { when: "this_year", state: "new" }, tiles[1]!)).toEqual({});
});

it("says a report as a question in both languages", () => {
  const facts = book["dataset"]!["tickets"]!;
  expect(question(dimensionsOf(facts), measuresOf(facts), [{ dimension: "state" }, { dimension: "due", grain: "month" }], ["count", "cost"])).toEqual({ "zh-CN": "各State、Due（每月）的Count、Cost", en: "Count, Cost by State, Due (Month)" });
});

it("knows which chart to begin with", () => {
  expect([fitting([]), fitting([{ dimension: "a" }]), fitting([{ dimension: "a", grain: "day" }])]).toEqual(["number", "bar", "line"]);
});

it("spares blank fields in a rule, and reads that back", () => {
  expect(unguarded(guarded("{a} > 3", "a"), "a")).toEqual(["{a} > 3", true]);
  expect(unguarded(guarded('AND({a} > 3, CONTAINS({b}, "),("))', "a"), "a")).toEqual(['AND({a} > 3, CONTAINS({b}, "),("))', true]);
  for (const text of ["{a} > 3", "OR(ISBLANK({a}), {b}, {c})", "OR(ISBLANK({b}), {a} > 3)", "OR(ISBLANK({a}), {b}) = OR({c})", ""]) expect(unguarded(text, "a")).toEqual([text, false]);
  expect(guarded("", "a")).toBe("");
});
