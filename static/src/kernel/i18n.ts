/** The language of the screen: texts loaded by language, labels of definitions picked by it. */
import i18next from "i18next";
import type { Label } from "./types";

const files = import.meta.glob<{ default: Record<string, unknown> }>("./texts/*.json");
export const languages = ["zh-CN", "en"] as const;
export type Language = (typeof languages)[number];

export const i18n = i18next;
export const t = (key: string, values?: Record<string, unknown>): string => i18next.t(key, values ?? {});

export function preferred(): Language {
  const kept = localStorage.getItem("language");
  if (kept === "en" || kept === "zh-CN") return kept;
  return navigator.language.toLowerCase().startsWith("en") ? "en" : "zh-CN";
}

export function language(): Language {
  return (i18next.language as Language | undefined) ?? "zh-CN";
}

const parts = new Set<string>();
const loaded = new Set<string>();

async function load(name: string) {
  for (const file of [name, ...[...parts].map((part) => `${part}.${name}`)]) {
    const found = files[`./texts/${file}.json`];
    if (!found || loaded.has(file)) continue;
    loaded.add(file);
    i18next.addResourceBundle(name, "translation", (await found()).default, true, true);
  }
}

/** Texts that only some pages need (`designer`): loaded now, and with every language spoken later. */
export async function extend(part: string): Promise<void> {
  parts.add(part);
  await load(language());
}

/** Loads every language, for whoever writes labels in all of them (see `said`). */
export const everyLanguage = () => Promise.all(languages.map(load));

/** A text as a label in every language; labels among its values are said in each. */
export function said(key: string, values: Record<string, Label> = {}): Label {
  const label: { [language: string]: string } = {};
  for (const name of languages) label[name] = i18next.getFixedT(name)(key, Object.fromEntries(Object.entries(values).map(([word, value]) => [word, inLanguage(value, name)])));
  return label;
}

const inLanguage = (label: Label, name: string): string => (label && typeof label === "object" ? (label[name] ?? pick(label)) : (label ?? ""));

/** Starts the texts; called once before anything is drawn. */
export async function start(name: Language = preferred()): Promise<void> {
  if (!i18next.isInitialized)
    await i18next.init({ lng: name, fallbackLng: "zh-CN", resources: {}, interpolation: { escapeValue: false }, returnNull: false });
  await speak(name);
}

/** Changes the language of the screen and remembers it in this browser. */
export async function speak(name: Language): Promise<void> {
  await load(name);
  await i18next.changeLanguage(name);
  localStorage.setItem("language", name);
  document.documentElement.lang = name;
}

/** A label within a sentence: English writes it small there, unless it is an abbreviation. */
export const amid = (label: Label): string => {
  const word = pick(label);
  return language() === "en" && /^[A-Z][a-z]/.test(word) ? word[0]!.toLowerCase() + word.slice(1) : word;
};

/** A definition's label in the reader's language. */
export function pick(label: Label, otherwise = ""): string {
  if (label === null || label === undefined) return otherwise;
  if (typeof label === "string") return label || otherwise;
  return label[language()] ?? label["zh-CN"] ?? label["en"] ?? Object.values(label)[0] ?? otherwise;
}
