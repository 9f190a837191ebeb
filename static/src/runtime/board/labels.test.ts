/** Names of points: those that have room are shown. */
import { describe, expect, it } from "vitest";
import { named } from "./labels";

describe("names of points", () => {
  it("shows all that have room", () => expect(named([{ x: [0, 10], y: [0, 10], text: ["上海", "北京"] }], 400, 300)[0]!.shown).toEqual([true, true]));
  it("puts the second of two that would cover one another below, and leaves a third out", () => {
    const [found] = named([{ x: [5, 5, 5, 0, 10], y: [5, 5, 5, 0, 10], text: ["上海徐汇店", "上海浦东店", "北京店", "甲", "乙"], marker: { size: [10, 30, 20, 10, 10] } }], 400, 300);
    expect(found!.shown).toEqual([false, true, true, true, true]);
    expect(found!.textposition.slice(1, 3)).toEqual(["top center", "bottom center"]);
  });
  it("minds points of other traces, and those without numbers", () => {
    const found = named([{ x: [1, null], y: [1, undefined], text: ["甲", "空"] }, { x: [1, 1], y: [1, 1], text: ["乙", "丙"] }], 300, 200);
    expect(found.map((one) => one.shown.filter(Boolean).length)).toEqual([1, 1]);
  });
});
