/** Cells as they are typed, kept and read. */
import { beforeAll, describe, expect, it } from "vitest";
import { everyLanguage, extend, start } from "../../kernel/i18n";
import "../../kinds/fields/index";
import { edited, editedResult, parts, pasted, shown, typed, typedResult, type Words } from "./cells";

const same = (text: string) => text;
const number: Words = { kind: "number", options: [], labels: (text) => text.replaceAll("{cost}", "{费用}"), names: (text) => text.replaceAll("{费用}", "{cost}") };
const choice: Words = { kind: "text", options: [{ value: "low", label: { "zh-CN": "普通", en: "Low" } }, { value: "high", label: { "zh-CN": "紧急", en: "High" }, color: "red" }], labels: same, names: same };
const text: Words = { kind: "text", options: [], labels: same, names: same };
const date: Words = { kind: "date", options: [], labels: same, names: same };
const boolean: Words = { kind: "boolean", options: [], labels: same, names: same };

beforeAll(async () => {
  globalThis.localStorage ??= { getItem: () => null, setItem: () => undefined } as unknown as Storage;
  await start("zh-CN");
  await extend("designer");
  await extend("decisions");
  await everyLanguage();
});

it.each<[string, string[][]]>([
  ["a\tb\r\n\tc\r\n", [["a", "b"], ["", "c"]]], ["one", [["one"]]], ['"two\nlines"\tx\ny', [["two lines", "x"], ["y"]]],
  ['"say ""hi"""\t"low", "high"\t"low"', [['say "hi"', '"low", "high"', '"low"']]],
])("what a spreadsheet copies: %j", (said, cells) => expect(pasted(said)).toEqual(cells));

describe("what is typed", () => {
  it.each<[string, Words, string]>([
    ["", number, ""], ["-", number, ""], ["任意", number, ""],
    [">=4500", number, ">= 4500"], ["≥ 4,500", number, ">= 4500"], ["4,500", number, "4500"], ["¥7,000.00", number, "7000.00"],
    ["≥ 2,500 且 < 4,500", number, "[2500..4500)"], ["> 1 and <= 2", number, "(1..2]"], ["[2500..4500)", number, "[2500..4500)"],
    ["100~200", number, "[100..200]"], ["1, 2，3", number, "1, 2, 3"], ["空", number, "blank"], ["非空", number, "not(blank)"],
    ["3000-5000", number, "[3000..5000]"], ["¥3,000 - 4,500.5", number, "[3000..4500.5]"], ["5-3", number, "5-3"],
    ["> {费用} * 2", number, "> {cost} * 2"], ["10%", number, "10%"],
    ["紧急", choice, '"high"'], ["high", choice, '"high"'], ["“紧急”", choice, '"high"'], ["普通、紧急", choice, '"low", "high"'],
    ["非 紧急", choice, 'not("high")'], ["not(普通, high)", choice, 'not("low", "high")'], ["其它", choice, '"其它"'],
    ["非紧急", choice, 'not("high")'], ["非常好", text, '"非常好"'], ["notable", text, '"notable"'], ["all", text, '"all"'], ["all", number, ""],
    ["abc", text, '"abc"'], ['"a ""b"" c"', text, '"a ""b"" c"'],
    ["2026/1/5", date, "2026-01-05"], ["< 2026年3月1日", date, "< 2026-03-01"], ["[2026-01-01..2026-12-31]", date, "[2026-01-01..2026-12-31]"],
    ["是", boolean, "TRUE"], ["no", boolean, "FALSE"],
  ])("%s", (said, words, expected) => expect(typed(said, words)).toBe(expected));

  it.each<[string, Words, string]>([
    ["紧急", choice, '"high"'], ["1,200", number, "1200"], ["= {费用} * 2", number, "{cost} * 2"], ["{费用} * 2", number, "{cost} * 2"],
    ["你好", text, '"你好"'], ["=1+1", text, "1+1"], ["", text, ""], ["2026/1/5", date, "2026-01-05"],
  ])("as a result: %s", (said, words, expected) => expect(typedResult(said, words)).toBe(expected));
});

describe("what is read", () => {
  it.each<[string, Words, string]>([
    [">= 4500", number, "≥ 4,500"], ["[2500..4500)", number, "≥ 2,500 且 < 4,500"], ['"high"', choice, "紧急"], ['not("high", "low")', choice, "不是|紧急|普通"],
    ["blank", number, "空"], ["TRUE", boolean, "是"], ["> {cost} * 2", number, "> {费用} * 2"], ["", number, ""],
  ])("%s", (kept, words, expected) => expect(shown(kept, words).map((piece) => piece.text).join("|")).toBe(expected));
});

describe("what is edited", () => {
  it.each<[string, Words]>([
    [">= 4500", number], ["[2500..4500)", number], ["1, 2, 3", number], ["> {cost} * 2", number], ["not(blank)", number], ["10%", number], ["(1..2]", number],
    ['"high"', choice], ['"low", "high"', choice], ['not("high")', choice], ['"unknown"', choice], ['"a, b"', text], ['"a ""b"""', text], ['LEFT("ab", 1)', text], ["[2026-01-01..2026-12-31]", date], ["TRUE", boolean], [">=4", number], ["]1..2[", number],
  ])("%s comes back the same", (kept, words) => expect(typed(edited(kept, words), words).replaceAll(" ", "")).toBe(kept.replaceAll(" ", "")));

  it.each<[string, Words]>([['"high"', choice], ["1200", number], ["{cost} * 2", number], ['"x"', text], ['"10"', text], ['UPPER("x")', text], ["-5", number]])("the result %s comes back the same", (kept, words) => expect(typedResult(editedResult(kept, words), words)).toBe(kept));

  it("never shows a code where there is a label", () => {
    expect(edited('"high", "low"', choice)).toBe("紧急, 普通");
    expect(editedResult('"high"', choice)).toBe("紧急");
  });

  it("keeps commas in quotes and brackets", () => expect(parts('"a,b", [1..2), IF({x}, 1, 2)')).toEqual(['"a,b"', "[1..2)", "IF({x}, 1, 2)"]));
});
