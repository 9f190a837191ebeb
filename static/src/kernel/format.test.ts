/** Numbers, money and times as Chinese and English readers see them. */
import { afterEach, describe, expect, it } from "vitest";
import { configure, counted, date, duration, instant, money, number, percent, phone, shift, short, size } from "./format";
import { start } from "./i18n";

const now = new Date("2026-11-22T06:00:00Z");

afterEach(() => start("zh-CN"));
configure({ zone: "Asia/Shanghai", currency: "CNY" });

describe("numbers", () => {
  it.each([["1234.50", "1,234.50"], [1234567, "1,234,567"], [null, ""], ["99999999999999999.99", "99,999,999,999,999,999.99"]])("%s is written %s", (value, text) => expect(number(value)).toBe(text));
  it("writes money with its sign in front of the currency", () => {
    expect(money("12.5")).toBe("¥12.50");
    expect(money("-12.5", "USD")).toBe("-$12.50");
  });
  it.each([[9999, "9,999"], [123456, "12.3\u2009万"], ["120000000", "1.2\u2009亿"], ["1832450.50", "183.2\u2009万"]])("shortens %s to %s", (value, text) => expect(short(value)).toBe(text));
  it("shortens in English as English does", async () => {
    await start("en");
    expect(short(123456)).toBe("123.5K");
  });
  it.each([["0.125", "12.5%"], ["0.8740", "87.4%"], ["1.0000", "100%"], [null, ""]])("%s of one is %s", (value, text) => expect(percent(value)).toBe(text));
  it.each([["0.1250", 2, "12.50"], ["12.5", -2, "0.125"], ["-3", -2, "-0.03"], ["7", 2, "700"]])("moves the point of %s by %s", (value, places, text) => expect(shift(value, places)).toBe(text));
  it("counts, and says when it stopped", () => {
    expect(counted(12, false)).toBe("12");
    expect(counted(1000, true)).toBe("1,000+");
  });
});

describe("times", () => {
  it.each([
    ["2026-11-22T05:59:30Z", "刚刚"], ["2026-11-22T05:30:00Z", "30 分钟前"], ["2026-11-22T02:42:00Z", "今天 10:42"],
    ["2026-11-21T02:42:00Z", "昨天 10:42"], ["2026-11-19T02:42:00Z", "3 天前"], ["2026-11-02T02:42:00Z", "11月2日"], ["2025-01-02T02:42:00Z", "2025年1月2日"],
  ])("%s is %s", (value, text) => expect(instant(value, now)).toBe(text));
  it("knows the business day, not the browser's", () => {
    expect(instant("2026-11-21T16:30:00Z", now)).toBe("今天 00:30");
    expect(date("2026-11-22", now)).toBe("今天");
    expect(date("2026-11-23", now)).toBe("明天");
  });
  it.each([[5400, "1 小时 30 分钟"], [90000, "1 天 1 小时"], [0, "0 分钟"], [-60, "-1 分钟"]])("%s seconds are %s", (value, text) => expect(duration(value)).toBe(text));
});

it("writes sizes and phones", () => {
  expect(size(184320)).toBe("180 kB");
  expect(phone("13812345678")).toBe("138 1234 5678");
  expect(phone("+44 20")).toBe("+44 20");
});
