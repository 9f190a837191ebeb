/** What is searched for stands first. */
import { expect, it } from "vitest";
import { nearest } from "./nearest";

it.each([
  ["销售额", ["销售额", "销售额占比", "各部类销售额", "各门店销售额"]],
  ["sales", ["Sales", "Sales share", "各部类销售额"]],
])("puts what is called %s before what only holds it", (searchValue, wanted) => {
  const shuffled = [...wanted].reverse().map((label) => ({ label }));
  const found = shuffled.sort((a, b) => nearest(a, b, { searchValue })).map((one) => one.label);
  expect(found.slice(0, 2)).toEqual(wanted.slice(0, 2));
});
