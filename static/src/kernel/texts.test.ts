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
  expect([...keys(zh)].filter((key) => !keys(en).has(key))).toEqual([]);
  expect([...keys(en)].filter((key) => !keys(zh).has(key))).toEqual([]);
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
