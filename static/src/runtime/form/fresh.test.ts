/** A form for something new shows what can be filled in, and nothing that is blank and can't. */
import { expect, test } from "vitest";
import type { Component, Entity, Field } from "../../kernel/types";
import { idle, type PartsValue } from "../../kit/parts-context";
import "../../kinds/fields/index";
import { making } from "./initial";

const field = (name: string, more: Partial<Field> = {}): Field => ({ name, label: name, type: "text", access: "write", ...more });
const entity = { name: "job", label: "Job", access: { create: true, update: true, delete: true }, fields: [
  field("title"),
  field("phone", { access: "masked", given: true }),
  field("secret", { access: "masked" }),
  field("total", { type: "formula", derived: true, access: "read" }),
  field("note", { access: "read" }),
] } as unknown as Entity;

const left = (values: PartsValue["values"], fresh: boolean, of = making(entity)) => {
  const parts = { entity: of, mode: "edit", fresh, values, issues: [], context: {} } as unknown as PartsValue;
  return of.fields.map((item) => item.name).filter((name) => !idle({ id: name, type: "field", field: name } as Component, parts));
};

test.each([
  ["blank, what can't be filled in is left out", {}, true, ["title", "phone"]],
  ["what has a value is shown", { total: 3, note: "x" }, true, ["title", "phone", "total", "note"]],
  ["what is there already is shown whole", {}, false, ["title", "phone", "secret", "total", "note"]],
])("%s", (_, values, fresh, shown) => expect(left(values, fresh)).toEqual(shown));

test("what may be said only at the beginning is open only then", () => {
  expect(making(entity).fields.find((item) => item.name === "phone")?.access).toBe("write");
  expect(left({}, true, entity)).toEqual(["title"]);
});
