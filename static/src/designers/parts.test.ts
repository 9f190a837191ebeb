/** Trees of parts: ids as the server gives them, moves in both directions, and steps by key. */
import { expect, it } from "vitest";
import { apply } from "../kernel/document";
import type { Component, Json } from "../kernel/types";
import { fits, identified, movePatches, renewed, stepSpot, stripped, prepared } from "./parts";

const bare = [
  { type: "section", components: [{ type: "field", field: "a" }, { type: "field", field: "b" }] },
  { type: "section", components: [{ type: "tabs", components: [{ type: "tab", components: [{ type: "field", field: "c" }] }, { type: "tab" }] }] },
] as unknown as Component[];
const form = { name: "f", label: "F", entity: "e", components: bare as unknown as Json };
const parts = identified(bare);
const book = { form: { f: { ...form, components: parts as unknown as Json } } };
const moved = (id: string, parent: string, index: number) => {
  const { value } = apply<Json>(book, movePatches(book, ["form", "f"], parts, id, { parent, index }));
  return (value as typeof book).form.f.components as unknown as Component[];
};

it("numbers parts of a kind in reading order", () => {
  expect(parts[1]!.id).toBe("section_2");
  expect(parts[1]!.components![0]!.components![1]!.id).toBe("tab_2");
});

it("leaves ids out again while they follow by themselves", () => {
  expect(stripped("form", prepared("form", form))).toEqual(form);
});

it("keeps ids once the order no longer gives them", () => {
  const swapped = { ...form, components: [parts[1]!, parts[0]!] as unknown as Json };
  expect((stripped("form", swapped)["components"] as unknown as Component[])[0]!.id).toBe("section_2");
});

it("moves within a container, down and up", () => {
  expect(moved("a", "section", 2)[0]!.components!.map((item) => item.id)).toEqual(["b", "a"]);
  expect(moved("b", "section", 0)[0]!.components!.map((item) => item.id)).toEqual(["b", "a"]);
  expect(movePatches(book, ["form", "f"], parts, "a", { parent: "section", index: 1 })).toEqual([]);
});

it("moves into another container whose place shifts by the move, and into one without parts", () => {
  const next = moved("section", "", 2);
  expect(next.map((item) => item.id)).toEqual(["section_2", "section"]);
  expect(moved("a", "tab_2", 0)[1]!.components![0]!.components![1]!.components!.map((item) => item.id)).toEqual(["a"]);
});

it("never moves a part into itself", () => {
  expect(movePatches(book, ["form", "f"], parts, "section_2", { parent: "tab", index: 0 })).toEqual([]);
});

it("steps over neighbours and out of containers", () => {
  expect(stepSpot(parts, "a", 1)).toEqual({ parent: "section", index: 2 });
  expect(stepSpot(parts, "b", 1)).toEqual({ parent: "", index: 1 });
});

it("knows what fits where", () => {
  expect(fits("tab", undefined)).toBe(false);
  expect(fits("tab", parts[1]!.components![0])).toBe(true);
  expect(fits("field", parts[1]!.components![0])).toBe(false);
});

it("gives copies ids of their own", () => {
  expect(renewed(parts[0]!, new Set(["section", "a", "b"])).components!.map((item) => item.id)).toEqual(["a_2", "b_2"]);
});
