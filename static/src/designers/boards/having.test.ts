/** Clauses over measures: read from text and written back, and numbers moved by places. */
import { describe, expect, it } from "vitest";
import { moved, readHaving, writeHaving } from "./having";

describe("rows by their measures", () => {
  it("reads what it writes", () => {
    for (const text of ["", "{sales} > 1000", "AND({sales} >= 0.5, {orders} <> -3)", "OR({a} < 1, {b} = 2)"]) expect(writeHaving(readHaving(text)!)).toBe(text);
  });
  it("leaves alone what says more", () => {
    for (const text of ["{sales} / {orders} > 3", "AND({a} > 1, OR({b} > 2, {c} > 3))", "NOT({a} > 1)", "{a} > {b}"]) expect(readHaving(text)).toBeNull();
  });
  it("says nothing of a clause without a value", () => {
    expect(writeHaving({ join: "AND", clauses: [{ measure: "a", sign: ">", value: "" }, { measure: "b", sign: "<", value: "2" }] })).toBe("{b} < 2");
  });
  it("moves the point exactly", () => {
    expect(["12.5", "7", "-0.3", "100", "0"].map((value) => moved(value, -2))).toEqual(["0.125", "0.07", "-0.003", "1", "0"]);
    expect(["0.125", "0.07", "1", "-0.003"].map((value) => moved(value, 2))).toEqual(["12.5", "7", "100", "-0.3"]);
    expect(moved("", 2)).toBe("");
  });
});
