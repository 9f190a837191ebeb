/** Marks of time: as many as there is room for, never twice the same. */
import { beforeAll, describe, expect, it } from "vitest";
import { speak } from "../../kernel/i18n";
import { datesOf, stepTicks, timeTicks } from "./ticks";

const months = (from: number, count: number) => Array.from({ length: count }, (_, index) => new Date(Date.UTC(2025, from - 1 + index, 1)).toISOString().slice(0, 10));
const days = (from: string, count: number, step = 1) => Array.from({ length: count }, (_, index) => new Date(Date.parse(from) + index * step * 86_400_000).toISOString().slice(0, 10));

describe("marks of time", () => {
  beforeAll(() => speak("zh-CN"));
  it.each<[string, string[], number, string[]]>([
    ["a year of months, each marked, the last too", months(12, 12), 800, ["12月", "1月<br>2026年", "2月", "3月", "4月", "5月", "6月", "7月", "8月", "9月", "10月", "11月"]],
    ["more than a year: no month is named twice without its year", months(3, 13), 240, ["4月<br>2025年", "7月", "10月", "1月<br>2026年"]],
    ["thirty months", months(1, 30), 500, ["1月<br>2025年", "4月", "7月", "10月", "1月<br>2026年", "4月", "7月", "10月", "1月<br>2027年", "4月"]],
    ["ten years", months(1, 120), 400, ["2025年", "2027年", "2029年", "2031年", "2033年"]],
    ["one year stays without it", months(1, 4), 800, ["1月", "2月", "3月", "4月"]],
    ["days", days("2026-11-01", 6), 800, ["11/1", "11/2", "11/3", "11/4", "11/5", "11/6"]],
    ["weeks where they begin", days("2026-10-05", 8, 7), 800, ["10/5", "10/12", "10/19", "10/26", "11/2", "11/9", "11/16", "11/23"]],
    ["weeks of half a year by months", days("2026-01-05", 26, 7), 800, ["2月", "3月", "4月", "5月", "6月"]],
    ["a single month", months(2, 1), 800, ["2月"]],
  ])("%s", (_, values, width, wanted) => expect(timeTicks(values, width)?.ticktext).toEqual(wanted));

  it("leaves what is no time alone", () => {
    expect(timeTicks(["上海", "北京"], 400)).toBeNull();
    expect(timeTicks(["2025-01-01", "（空）"], 400)).toBeNull();
    expect(datesOf(["2025-01-01", "2025-02-01", "（空）"])).toEqual(["2025-01-01", "2025-02-01"]);
    expect(datesOf(["（空）", "a", "2025-01-01"])).toEqual([]);
    expect(stepTicks(["07", "08"])).toBeNull();
  });

  it("marks categories one by one, and leaves some out where there is no room", () => {
    expect(stepTicks(["2025-11", "2025-12", "2026-01"], 400)?.ticktext).toEqual(["11月<br>2025年", "12月", "1月<br>2026年"]);
    expect(stepTicks(["2026-01", "2026-02", "2026-03", "2026-04"], 90)?.tickvals).toEqual(["2026-01", "2026-03"]);
  });

  it("speaks English", async () => {
    await speak("en");
    expect(timeTicks(months(11, 3), 800)?.ticktext).toEqual(["Nov<br>2025", "Dec", "Jan<br>2026"]);
    expect(timeTicks(days("2026-11-01", 2), 800)?.ticktext).toEqual(["Nov 1", "Nov 2"]);
  });
});
