/** What computed fields are drawn as. */
import { expect, it } from "vitest";
import type { Field } from "../kernel/types";
import { resulted, resulting } from "./derived";

const field = (more: Partial<Field>): Field => ({ name: "x", label: "X", type: "formula", access: "read", ...more });

it.each([
  ["a formula is its result", field({ result: "money" }), "money"],
  ["without a result it is text", field({}), "text"],
  ["a choice that is looked up stays a choice", field({ type: "lookup", result: "text", options: [{ value: "a", label: "A" }] }), "choice"],
  ["a text that is looked up is text", field({ type: "lookup", result: "text", options: [] }), "text"],
] as const)("%s", (_, given, wanted) => expect(resulting(given).type).toBe(wanted));

const tags = field({ type: "lookup", result: "text", multiple: true, options: [{ value: "a", label: "A" }, { value: "b", label: "B" }] });
it.each([
  ["several choices are a list", tags, '["a","b"]', ["a", "b"]],
  ["a word alone is a list of one", tags, "a", ["a"]],
  ["nothing stays nothing", tags, null, null],
  ["a text that looks like a list is left alone", field({ type: "lookup", result: "text" }), '["a"]', '["a"]'],
])("%s", (_, given, value, wanted) => expect(resulted(given, value)).toEqual(wanted));
