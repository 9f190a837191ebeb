/** The i18n files agree with each other and hold every key the code asks for. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import en from "./texts/en.json";
import zh from "./texts/zh-CN.json";

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
    const other = (en as Record<string, Record<string, string>>)[group]!;
    const english = other[key] ?? other[`${key}_other`] ?? "";
    return group !== "calendar" && named(text) !== named(english);
  }).map(([key]) => `${group}.${key}`));
  expect(wrong).toEqual([]);
});
