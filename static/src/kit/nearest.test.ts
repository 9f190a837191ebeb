/** What is searched for stands first. */
import { expect, it } from "vitest";
import { nearest } from "./nearest";

it.each([
  ["数量", ["数量", "数量占比", "各组数量", "每天数量"]],
  ["count", ["Count", "Count by day", "The count"]],
])("puts what is called %s before what only holds it", (searchValue, wanted) => {
  const shuffled = [...wanted].reverse().map((label) => ({ label }));
  const found = shuffled.sort((a, b) => nearest(a, b, { searchValue })).map((one) => one.label);
  expect(found.slice(0, 2)).toEqual(wanted.slice(0, 2));
});
