/** Anniversaries: which days a date returns on, and the condition that finds them; what a day of a month has room for. */
import { describe, expect, it } from "vitest";
import { fitting, plus, returning, returns } from "./days";

describe("a day's return", () => {
  it.each([
    ["1988-05-04", "2026-05-04", true],
    ["1988-05-04", "2026-05-05", false],
    ["2027-05-04", "2026-05-04", false],
    ["1992-02-29", "2026-02-28", true],
    ["1992-02-29", "2028-02-28", false],
    ["1992-02-29", "2028-02-29", true],
  ])("%s on %s: %s", (first, day, known) => expect(returns(first, day)).toBe(known));

  it("is asked for by month and day, over the end of a year too", () => {
    const shown = Array.from({ length: 7 }, (_, index) => plus("2026-12-28", index));
    expect(returning("born", shown)).toBe("OR(AND(MONTH({born}) = 12, DAY({born}) >= 28, DAY({born}) <= 31), AND(MONTH({born}) = 1, DAY({born}) >= 1, DAY({born}) <= 3))");
  });
});

describe("a day's box", () => {
  it.each([
    [96, 2, false, 2],
    [96, 3, false, 1],
    [110, 3, false, 3],
    [110, 30, false, 2],
    [64, 1, true, 1],
    [64, 2, true, 0],
    [90, 9, true, 2],
    [20, 5, false, 0],
  ])("of %s pixels shows of %s records (phone: %s) %s", (height, count, phone, shown) => expect(fitting(height, count, phone)).toBe(shown));
});
