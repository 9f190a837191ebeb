/** Anniversaries: which days a date returns on, and the condition that finds them. */
import { describe, expect, it } from "vitest";
import { plus, returning, returns } from "./days";

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
