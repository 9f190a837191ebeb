/** What stands in the cells of a decision table, and how people read and type it: labels for codes, signs for bounds. */
import { number } from "../../kernel/format";
import { pick, said as inEvery, t } from "../../kernel/i18n";
import type { Field, Option } from "../../kernel/types";
import { fieldKind } from "../../kit/fields";

/** What is known of a column: what its values are, and the words they have. */
export interface Words {
  /** "text", "texts", "number", "boolean", "date", "datetime", "time"; "" while nobody knows. */
  kind: string;
  options: readonly Option[];
  /** The field that its values look like. */
  field?: Field | undefined;
  /** Formulas with labels for names, and back. */
  labels: (text: string) => string;
  names: (text: string) => string;
}

export interface Piece {
  text: string;
  color?: string | undefined;
  /** The value of a choice. */
  tag?: boolean;
}

type Test =
  | { is: "blank" }
  | { is: "value"; value: string }
  | { is: "compare"; sign: string; value: string }
  | { is: "between"; low: string; high: string; from: boolean; to: boolean };

const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
const quoted = /^["“”](.*)["“”]$/s;
const day = /^(\d{4})\D{1,2}(\d{1,2})\D{1,2}(\d{1,2})\D?$/;
const plainNumber = /^-?(?:\d+(?:\.\d+)?|\.\d+)%?$/;
const thousands = /^(?:[<>=≤≥≠]{0,2})\s*[¥$€£]?-?\d{1,3}(?:,\d{3})+(?:\.\d+)?$/;
const dash = /^([¥$€£]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)\s*-\s*([¥$€£]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)$/;
const signs: Record<string, string> = { "≤": "<=", "≥": ">=", "≠": "<>", "!=": "<>", "==": "=" };
const told: Record<string, string> = { "<=": "≤", ">=": "≥", "<>": "≠", "<": "<", ">": ">", "=": "=" };
const formula = /[{}]|^[A-Za-z_]+\(|^.+\s[-+*/&]\s/;

/** Words that people type for signs, whatever language the screen speaks. */
const spoken = (key: string): string[] => Object.values(inEvery(`decision.words_${key}`) as { [language: string]: string }).flatMap((list) => list.split("|"));
const among = (key: string) => spoken(key).map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|");
const isBlank = (text: string) => new RegExp(`^(?:${among("blank")})$`, "i").test(text);
const isAnything = (text: string) => ["", "-", "—", "–"].includes(text) || new RegExp(`^(?:${among("any")})$`, "i").test(text);
const boundsOf = (text: string) => new RegExp(`^(>=|≥|>)\\s*(.+?)\\s*(?:${among("and")}|[,，])\\s*(<=|≤|<)\\s*(.+)$`, "i").exec(text);
const spanOf = (text: string) => new RegExp(`^(.+?)\\s*(?:~|～|—|–|\\.\\.|${among("to")})\\s*(.+)$`, "i").exec(text);

/** Rows and cells of what a spreadsheet copies: one with line breaks, tabs or quotes stands in quotes, doubled inside. */
export function pasted(said: string): string[][] {
  const rows: string[][] = [[]];
  const text = said.replace(/\r\n?/g, "\n").replace(/\n$/, "");
  for (const [, quotedCell, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"(?=[\t\n]|$)|([^\t\n]*))(\t|\n|$)/g)) {
    rows.at(-1)!.push(quotedCell === undefined ? plain! : /[\t\n]|""/.test(quotedCell) ? quotedCell.replaceAll('""', '"').replace(/\s*[\t\n]\s*/g, " ") : `"${quotedCell}"`);
    if (!end) break;
    if (end === "\n") rows.push([]);
  }
  return rows;
}

/** Pieces of a text between commas that stand outside of quotes, braces and brackets. */
export function parts(text: string): string[] {
  const found: string[] = [];
  let [depth, closing, start] = [0, "", 0];
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at]!;
    if (closing) closing = closing.includes(sign) ? "" : closing;
    else if ('"“”'.includes(sign)) closing = sign === '"' ? '"' : "“”";
    else if (sign === "{") closing = "}";
    else if ("([（".includes(sign)) depth += 1;
    else if (")]）".includes(sign)) depth -= 1;
    else if (depth <= 0 && ",，、".includes(sign)) {
      found.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return [...found, text.slice(start)].map((part) => part.trim());
}

const optionOf = (words: Words, said: string): Option | undefined =>
  words.options.find((item) => pick(item.label) === said) ?? words.options.find((item) => item.value === said) ?? words.options.find((item) => pick(item.label).toLowerCase() === said.toLowerCase());

/** One value as it is kept. */
function kept(said: string, words: Words): string {
  const text = said.trim();
  const inner = quoted.exec(text)?.[1];
  const known = optionOf(words, inner ?? text);
  if (known) return quote(known.value);
  if (inner !== undefined) return text.startsWith('"') && text.endsWith('"') ? text : quote(inner);
  if (words.kind === "number") {
    const plain = text.replace(/[,\s¥$€£]/g, "");
    if (plainNumber.test(plain)) return plain;
  }
  if (words.kind === "date" || words.kind === "datetime") {
    const found = day.exec(text);
    if (found) return `${found[1]}-${found[2]!.padStart(2, "0")}-${found[3]!.padStart(2, "0")}`;
  }
  if (words.kind === "boolean" || !words.kind) {
    if (spoken("yes").includes(text.toLowerCase())) return "TRUE";
    if (spoken("no").includes(text.toLowerCase())) return "FALSE";
  }
  if ((words.kind === "text" || words.kind === "texts") && text && !formula.test(text)) return quote(text);
  return words.names(text);
}

function test(said: string, words: Words): string {
  const text = said.trim();
  if (isBlank(text) && !optionOf(words, text)) return "blank";
  const both = boundsOf(text);
  if (both) return `${both[1] === ">" ? "(" : "["}${kept(both[2]!, words)}..${kept(both[4]!, words)}${both[3] === "<" ? ")" : "]"}`;
  const compare = /^(<=|>=|<>|!=|==|=|<|>|≤|≥|≠)\s*(.+)$/s.exec(text);
  if (compare) return `${signs[compare[1]!] ?? compare[1]!} ${kept(compare[2]!, words)}`;
  const range = /^([[\](（【])\s*(.+?)\s*\.\.\s*(.+?)\s*([\][)）】])$/s.exec(text);
  if (range) return `${range[1] === "【" ? "[" : range[1] === "（" ? "(" : range[1]}${kept(range[2]!, words)}..${kept(range[3]!, words)}${range[4] === "】" ? "]" : range[4] === "）" ? ")" : range[4]}`;
  const dashed = words.kind === "number" ? dash.exec(text) : null;
  if (dashed && Number(kept(dashed[1]!, words)) < Number(kept(dashed[2]!, words))) return `[${kept(dashed[1]!, words)}..${kept(dashed[2]!, words)}]`;
  const between = ["number", "date", "datetime"].includes(words.kind) && !formula.test(text) ? spanOf(text) : null;
  if (between && !quoted.test(text)) return `[${kept(between[1]!, words)}..${kept(between[2]!, words)}]`;
  return kept(text, words);
}

/** Whether a column takes any words, so that those of this language may be meant as they stand. */
const free = (words: Words) => (words.kind === "text" || words.kind === "texts") && !words.options.length;

/** "非紧急": without a space only before words that are options. */
function besides(text: string, words: Words): RegExpExecArray | null {
  const found = new RegExp(`^(?:${among("not")})(.+)$`, "is").exec(text);
  return found && parts(found[1]!).every((part) => optionOf(words, part)) ? found : null;
}

/** A test as it is kept, from what somebody types or pastes. */
export function typed(said: string, words: Words): string {
  const text = said.trim();
  if (isAnything(text) && !optionOf(words, text) && (text.length < 2 || !free(words))) return "";
  if (optionOf(words, text)) return kept(text, words);
  if (spoken("filled").includes(text.toLowerCase())) return "not(blank)";
  const not = new RegExp(`^(?:${among("not")})\\s*[(（](.*)[)）]$`, "is").exec(text) ?? new RegExp(`^(?:${among("not")})\\s+(.+)$`, "is").exec(text) ?? besides(text, words);
  if (not) return `not(${typed(not[1]!, words)})`;
  if (words.kind === "number" && (thousands.test(text) || dash.test(text))) return test(text, words);
  if (boundsOf(text)) return test(text, words);
  return parts(text).map((part) => test(part, words)).join(", ");
}

function read(part: string): Test {
  if (isBlank(part)) return { is: "blank" };
  const compare = /^(<=|>=|<>|!=|==|=|<|>|≤|≥|≠)\s*(.+)$/s.exec(part);
  if (compare) return { is: "compare", sign: signs[compare[1]!] ?? compare[1]!, value: compare[2]! };
  const range = /^([[\](])\s*(.+?)\s*\.\.\s*(.+?)\s*([\][)])$/s.exec(part);
  if (range) return { is: "between", low: range[2]!, high: range[3]!, from: range[1] === "[", to: range[4] === "]" };
  return { is: "value", value: part };
}

/** A value as it is read; what is computed keeps its formula, with labels. */
export function valueText(text: string, words: Words): Piece {
  const said = text.trim();
  const inner = quoted.exec(said)?.[1]?.replaceAll('""', '"');
  if (inner !== undefined) {
    const found = words.options.find((item) => item.value === inner);
    return found ? { text: pick(found.label, inner), color: found.color, tag: true } : { text: inner };
  }
  if (plainNumber.test(said)) {
    const as = words.field && words.kind === "number" && !said.endsWith("%") ? fieldKind(words.field.type).text(said, words.field) : "";
    return { text: as || (said.endsWith("%") ? said : number(said)) };
  }
  if (/^true$/i.test(said)) return { text: t("say.yes") };
  if (/^false$/i.test(said)) return { text: t("say.no") };
  const when = /^DATE\((\d+), ?(\d+), ?(\d+)\)$/i.exec(said);
  if (when) return { text: `${when[1]}-${when[2]!.padStart(2, "0")}-${when[3]!.padStart(2, "0")}` };
  return { text: words.labels(said) };
}

const negated = /^not\s*\((.*)\)$/is;

/** A test as it is read: "≥ 4,500 且 < 7,000", the labels of choices. */
export function shown(text: string, words: Words): Piece[] {
  const said = text.trim();
  if (isAnything(said)) return [];
  const inner = negated.exec(said)?.[1];
  const pieces = parts(inner ?? said).map((part): Piece => {
    const found = read(part);
    if (found.is === "blank") return { text: t("say.blank") };
    if (found.is === "value") return valueText(found.value, words);
    if (found.is === "compare") return { text: `${told[found.sign] ?? found.sign} ${valueText(found.value, words).text}` };
    return { text: t("decision.between", { low: `${found.from ? "≥" : ">"} ${valueText(found.low, words).text}`, high: `${found.to ? "≤" : "<"} ${valueText(found.high, words).text}` }) };
  });
  return inner === undefined ? pieces : [{ text: t("decision.not") }, ...pieces];
}

/** The text one edits: labels for codes, quotes only where they are needed; typing it again gives the same. */
export function edited(text: string, words: Words): string {
  const said = text.trim();
  if (!said) return "";
  const inner = negated.exec(said)?.[1];
  const easy = parts(inner ?? said).map((part) => {
    const found = read(part);
    const plain = (value: string) => {
      const piece = valueText(value, { ...words, field: undefined });
      return plainNumber.test(value.trim()) ? value.trim() : piece.text;
    };
    if (found.is === "blank") return t("say.blank");
    if (found.is === "value") return plain(found.value);
    if (found.is === "compare") return `${told[found.sign] ?? found.sign} ${plain(found.value)}`;
    return `${found.from ? "[" : "("}${plain(found.low)}..${plain(found.high)}${found.to ? "]" : ")"}`;
  }).join(", ");
  const whole = inner === undefined ? easy : `${t("decision.not_of")}(${easy})`;
  return typed(whole, words) === typed(words.labels(said), words) && typed(whole, words) === said ? whole : typed(words.labels(said), words) === said ? words.labels(said) : said;
}

const counts = /^=\s*/;

/** A result as it is kept. A leading = begins a formula, as it does elsewhere. */
export function typedResult(said: string, words: Words): string {
  const text = said.trim();
  if (!text || text === "-" || text === "—") return "";
  if (counts.test(text) && !optionOf(words, text)) return words.names(text.replace(counts, ""));
  if (words.kind === "number") {
    const plain = text.replace(/[,\s¥$€£]/g, "");
    if (plainNumber.test(plain)) return plain;
  }
  return kept(text, words);
}

export function editedResult(text: string, words: Words): string {
  const said = text.trim();
  if (!said) return "";
  if (plainNumber.test(said)) return said;
  const easy = valueText(said, words).text;
  if (typedResult(easy, words) === said) return easy;
  return typedResult(`= ${words.labels(said)}`, words) === said ? `= ${words.labels(said)}` : said;
}

/** A value of a trial or a test in words. */
export function jsonText(value: unknown, words: Words): string {
  if (value === null || value === undefined || value === "") return t("say.blank");
  if (typeof value === "boolean") return t(value ? "say.yes" : "say.no");
  if (Array.isArray(value)) return value.map((item) => jsonText(item, words)).join(t("say.list"));
  const option = words.options.find((item) => item.value === value);
  if (option) return pick(option.label, String(value));
  if (words.field && words.kind === "number") return fieldKind(words.field.type).text(String(value), words.field) || String(value);
  return words.kind === "number" ? number(String(value)) : String(value);
}
