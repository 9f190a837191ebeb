/** Where an axis of time is marked and in which words: days, months or years, as many as there is room for, the year wherever it begins. */
import { language } from "../../kernel/i18n";

export interface Ticks {
  tickvals: string[];
  ticktext: string[];
}

const isDate = (value: unknown): value is string => typeof value === "string" && /^\d{4}-\d{2}(-\d{2})?($|T)/.test(value);

const isDates = (values: readonly unknown[] | undefined): values is string[] => !!values?.length && values.every(isDate);

/** The times among them: what has none ("blank") stands nowhere on an axis that is one of time all the same. */
export const datesOf = (values: readonly unknown[] | undefined): string[] => {
  const found = (values ?? []).filter(isDate);
  return found.length > (values?.length ?? 0) / 2 ? found : [];
};

/** Pixels that a word takes with its distance from the next. */
const room = { day: 52, month: 44, year: 52 };

const at = (value: string) => Date.UTC(Number(value.slice(0, 4)), Number(value.slice(5, 7)) - 1, Number(value.slice(8, 10) || 1));
const monthOf = (value: string) => Number(value.slice(0, 4)) * 12 + Number(value.slice(5, 7)) - 1;
const ofMonth = (month: number) => `${String(Math.floor(month / 12)).padStart(4, "0")}-${String((month % 12) + 1).padStart(2, "0")}-01`;
const said = (value: string, how: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(language(), { timeZone: "UTC", ...how }).format(at(value));

const dayWord = (value: string) => (language() === "en" ? said(value, { month: "short", day: "numeric" }) : `${Number(value.slice(5, 7))}/${Number(value.slice(8, 10))}`);
const monthWord = (value: string) => said(value, { month: "short" });
const yearWord = (value: string) => said(value, { year: "numeric" });

/** Words with the year under the first of each, where there is more than one; a lone first one leaves it to its neighbour. */
function withYears(values: string[], word: (value: string) => string): string[] {
  const years = values.map((value) => value.slice(0, 4));
  const several = new Set(years).size > 1;
  const begins = (index: number) => several && years[index] !== years[index - 1] && (index > 0 || years[1] === years[0]);
  return values.map((value, index) => (begins(index) ? `${word(value)}<br>${yearWord(value)}` : word(value)));
}

const fits = (sizes: readonly number[], count: number, width: number, each: number) => sizes.find((size) => (width / Math.max(1, count)) * size >= each) ?? sizes.at(-1)!;

/** The marks of an axis of time as wide as `width`; nothing where there are no times. */
export function timeTicks(values: readonly unknown[], width: number): Ticks | null {
  if (!isDates(values)) return null;
  const known = [...new Set(values)].sort();
  const [first, last] = [known[0]!, known.at(-1)!];
  const monthly = known.every((value) => value.length === 7 || value.slice(8, 10) === "01");
  const days = Math.round((at(last) - at(first)) / 86_400_000);
  if (!monthly && days <= 92) {
    // Along the values themselves: a week is marked where it begins.
    const step = fits([1, 2, 3, 4, 7, 14, 28], known.length, width, room.day);
    const tickvals = known.filter((_, index) => index % step === 0);
    return { tickvals, ticktext: withYears(tickvals, dayWord) };
  }
  const [from, to] = [monthOf(first) + (monthly || first.slice(8, 10) === "01" ? 0 : 1), monthOf(last)];
  const step = fits([1, 2, 3, 6, 12, 24, 60, 120], to - from + 1, width, room.month);
  // Quarters, halves of a year and years begin where they do.
  const begin = step > 2 ? Math.ceil(from / Math.min(step, 12)) * Math.min(step, 12) : from;
  const months: number[] = [];
  for (let month = begin; month <= to; month += step) months.push(month);
  const tickvals = (months.length ? months : [from]).map(ofMonth);
  return { tickvals, ticktext: step >= 12 ? tickvals.map(yearWord) : withYears(tickvals, monthWord) };
}

/** The same along categories, which are marked one by one; `width` leaves some out. */
export function stepTicks(names: readonly unknown[], width = Infinity): Ticks | null {
  if (!isDates(names)) return null;
  const monthly = names.every((name) => name.length === 7 || name.slice(8, 10) === "01");
  const step = Math.max(1, Math.ceil((names.length * (monthly ? room.month : room.day)) / width));
  const tickvals = names.filter((_, index) => index % step === 0);
  return { tickvals, ticktext: withYears(tickvals, monthly ? monthWord : dayWord) };
}
