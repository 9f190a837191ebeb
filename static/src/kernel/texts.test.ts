/** The i18n files agree with each other and hold every key the code asks for. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

type Texts = Record<string, Record<string, string>>;
const folder = join("src", "kernel", "texts");
const all = (language: string): Texts => {
  const merged: Texts = {};
  for (const file of readdirSync(folder).filter((name) => name === `${language}.json` || name.endsWith(`.${language}.json`)))
    for (const [group, words] of Object.entries(JSON.parse(readFileSync(join(folder, file), "utf8")) as Texts)) merged[group] = { ...merged[group], ...words };
  return merged;
};
const zh = all("zh-CN");
const en = all("en");

const keys = (texts: object) => new Set(Object.entries(texts).flatMap(([group, words]) => Object.keys(words as object).map((key) => `${group}.${key.replace(/_(one|other)$/, "")}`)));

function* sources(folder: string): Generator<string> {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) yield* sources(path);
    else if (/\.tsx?$/.test(name) && !/\.test\./.test(name)) yield path;
  }
}

it("has the same keys in both languages", () => {
  const [chinese, english] = [keys(zh), keys(en)];
  expect([...chinese].filter((key) => !english.has(key))).toEqual([]);
  expect([...english].filter((key) => !chinese.has(key))).toEqual([]);
});

it("has every key that is asked for by name", () => {
  const known = keys(zh);
  const missing: string[] = [];
  for (const path of sources("src")) for (const [, key] of readFileSync(path, "utf8").matchAll(/\bt\((?:[^()"`]*\? )?"([a-z_]+\.[^"]+)"/g)) if (!known.has(key!)) missing.push(`${path}: ${key}`);
  expect(missing).toEqual([]);
});

it("names the same values in both languages", () => {
  const named = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name).filter((name) => name !== "count").sort().join();
  const wrong = Object.entries(zh).flatMap(([group, words]) => Object.entries(words).filter(([key, text]) => {
    const other = en[group] ?? {};
    const english = other[key] ?? other[`${key}_other`] ?? "";
    return group !== "calendar" && named(text) !== named(english);
  }).map(([key]) => `${group}.${key}`));
  expect(wrong).toEqual([]);
});

it("names every trigger and action of rules, and each has a picture", () => {
  const kinds = (folder: string) => readdirSync(join("..", ...folder.split("/"))).filter((name) => /^[a-z]\w*\.py$/.test(name)).map((name) => name.slice(0, -3));
  const pictures = readFileSync(join("src", "kit", "rules", "pictures.ts"), "utf8");
  const asked = [...kinds("metamodel/triggers").map((kind) => ["trigger", kind] as const), ...kinds("engines/rules/actions").map((kind) => ["action", kind] as const)];
  expect(asked.length).toBeGreaterThan(15);
  expect(asked.filter(([sort, kind]) => !zh["rule"]?.[`${sort}_${kind}`] || !new RegExp(`\\b${kind}: [A-Z]`).test(pictures)).map((one) => one.join("."))).toEqual([]);
});

it("names every detail of a definition that a release may change", () => {
  const types = readFileSync(join("src", "kernel", "generated", "definitions.ts"), "utf8");
  const sorts = { option_set: "OptionSet", entity: "Entity", form: "Form", page: "Page", view: "View", dataset: "Dataset", report: "Report", board: "Board", segment: "Segment", analysis: "Analysis", decision_table: "DecisionTable", rule: "Rule", flow: "Flow", message: "Message", role: "Role", menu: "Menu" };
  const missing = Object.entries(sorts).flatMap(([sort, name]) => {
    const bodies = [...types.matchAll(new RegExp(`export interface \\w*?${name} \\{([^}]*)\\}`, "g"))].map(([, body]) => body!);
    const words = [...new Set(bodies.flatMap((body) => [...body.matchAll(/^ {2}(\w+)\??:/gm)].map(([, word]) => word!)))];
    expect(words.length, name).toBeGreaterThan(2);
    return words.filter((word) => word !== "id" && !zh["detail"]?.[`${sort}_${word}`] && !zh["detail"]?.[word] && !Object.keys(zh["prop"] ?? {}).some((key) => key === word || key.endsWith(`_${word}`))).map((word) => `${sort}.${word}`);
  });
  expect(missing).toEqual([]);
});

it("names every step and source of flows, and whatever a flow's history tells", () => {
  const folder = (path: string) => readdirSync(join("..", ...path.split("/"))).filter((name) => /^[a-z]\w*\.py$/.test(name));
  const asked = [...folder("engines/workflow/steps").map((name) => `step_${name.slice(0, -3)}`), ...folder("engines/workflow/approvers").map((name) => `approver_${name.slice(0, -3)}`)];
  expect(asked.length).toBeGreaterThan(12);
  expect(asked.filter((key) => !zh["flow"]?.[key])).toEqual([]);
  const sources = [...folder("engines/workflow/steps").map((name) => `engines/workflow/steps/${name}`), "engines/workflow/asking.py"].map((path) => readFileSync(join("..", path), "utf8")).join("");
  const notes = new Set([...sources.matchAll(/\.note\("(\w+)"/g)].map(([, word]) => word!));
  const causes = new Set([...sources.matchAll(/"because": "(\w+)"/g)].map(([, word]) => word!));
  expect(notes.size).toBeGreaterThan(9);
  expect([...[...notes].map((word) => `did_${word}`), ...[...causes].map((word) => `because_${word}`)].filter((key) => !zh["tasks"]?.[key])).toEqual([]);
});
