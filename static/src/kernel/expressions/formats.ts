/** TEXT: numbers and dates written in a form such as #,##0.00 or yyyy-mm-dd. */
import { divideUnits, fit, fromUnits, roundReal, type Real } from "./decimals";

const PLACES: Record<string, [number, number]> = { yyyy: [0, 4], yy: [2, 2], mm: [5, 2], dd: [8, 2], hh: [11, 2], nn: [14, 2], ss: [17, 2] };

/** Thousands marked, digits after the point, per cent. */
function numberForm(form: string): [boolean, number, boolean] {
  const found = /^(#,##)?0(?:\.(0{1,9}))?(%)?$/.exec(form);
  return found ? [!!found[1], (found[2] ?? "").length, !!found[3]] : [false, 0, false];
}

/** A number in a form, or null when it has too many digits. */
export function writeNumber(value: bigint | Real, scale: number, form: string): string | null {
  const [grouped, shown, percent] = numberForm(form);
  const digits = shown + (percent ? 2 : 0);
  const units =
    typeof value !== "bigint"
      ? roundReal(value, digits, "half")
      : fit(digits < scale ? divideUnits(value, 10n ** BigInt(scale - digits), "half") : value * 10n ** BigInt(digits - scale));
  if (units === null) return null;
  const [whole = "", rest] = fromUnits(units < 0n ? -units : units, shown).split(".");
  const marked = grouped ? whole.replace(/\B(?=(\d{3})+$)/g, ",") : whole;
  return (units < 0n ? "-" : "") + marked + (rest ? `.${rest}` : "") + (percent ? "%" : "");
}

/** A date or wall time, given as 2026-01-31 23:59:59, in a form; mm is minutes after hours or before seconds. */
export function writeDate(iso: string, form: string): string {
  const words = (form.match(/yyyy|yy|mm|m|dd|d|hh|h|ss|[^a-z"]/gi) ?? []).map((word) => word.toLowerCase());
  const letters = words.map((word, place) => ({ word, place })).filter(({ word }) => /^[a-z]/.test(word));
  letters.forEach(({ word, place }, index) => {
    const minutes = /^h/.test(letters[index - 1]?.word ?? "") || letters[index + 1]?.word === "ss";
    if (/^m/.test(word) && minutes) words[place] = word.replaceAll("m", "n");
  });
  return words.map((word) => part(iso, word)).join("");
}

function part(iso: string, word: string): string {
  const place = PLACES[word];
  if (place) return iso.slice(place[0], place[0] + place[1]);
  const doubled = PLACES[word + word];
  return doubled && word.length === 1 ? String(Number(iso.slice(doubled[0], doubled[0] + doubled[1]))) : word;
}
