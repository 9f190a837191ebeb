/** Dates and instants: the calendar by day numbers, and the business time zone. */

const DAY = 86_400;
const FIRST = Date.UTC(1970, 0, 1);
const LAST = Date.UTC(2070, 0, 1);
const formats = new Map<string, Intl.DateTimeFormat>();

export const MONTHS_OF: Record<string, number> = { month: 1, quarter: 3, year: 12 };
export const DAYS_OF: Record<string, number> = { day: 1, week: 7 };
const LETTERS: Record<string, string> = { D: "day", W: "week", M: "month", Q: "quarter", Y: "year" };

export function unitOf(value: string): string {
  return value.length === 1 ? (LETTERS[value.toUpperCase()] ?? "") : value.toLowerCase();
}

/** Days since 1970-01-01 (Howard Hinnant's days_from_civil). */
export function dayNumber(iso: string): number {
  const [year, month, day] = parts(iso);
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const ofEra = shifted - era * 400;
  const ofYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return era * 146_097 + ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) + ofYear - 719_468;
}

/** The inverse of `dayNumber`; null outside of the years 1 to 9999. */
export function isoDay(number: number): string | null {
  if (!Number.isSafeInteger(number)) return null;
  const days = number + 719_468;
  const era = Math.floor(days / 146_097);
  const ofEra = days - era * 146_097;
  const yearOfEra = Math.floor((ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365);
  const ofYear = ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * ofYear + 2) / 153);
  const day = ofYear - Math.floor((153 * shifted + 2) / 5) + 1;
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return year >= 1 && year <= 9999 ? iso(year, month, day) : null;
}

export function parts(text: string): [number, number, number] {
  return [Number(text.slice(0, 4)), Number(text.slice(5, 7)), Number(text.slice(8, 10))];
}

export function iso(year: number, month: number, day: number): string {
  return `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}`;
}

export function two(value: number): string {
  return String(value).padStart(2, "0");
}

export function addDays(day: string, count: number): string | null {
  return isoDay(dayNumber(day) + count);
}

export function addMonths(day: string, count: number): string | null {
  const [year, month, date] = parts(day);
  const months = year * 12 + month - 1 + count;
  const later = Math.floor(months / 12);
  if (later < 1 || later > 9999) return null;
  const of = months - later * 12 + 1;
  return iso(later, of, Math.min(date, lastDay(later, of)));
}

export function monthEnd(day: string, count: number): string | null {
  const later = addMonths(`${day.slice(0, 8)}01`, count);
  if (later === null) return null;
  const [year, month] = parts(later);
  return iso(year, month, lastDay(year, month));
}

function lastDay(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

export function addUnits(day: string, count: number, unit: string): string | null {
  const days = DAYS_OF[unit];
  return days ? addDays(day, count * days) : addMonths(day, count * (MONTHS_OF[unit] ?? 1));
}

export function makeDate(year: number, month: number, day: number): string | null {
  if (Math.abs(month) > 120_000 || year < 1 || year > 9999) return null;
  const first = addMonths(iso(year, 1, 1), month - 1);
  return first === null ? null : addDays(first, day - 1);
}

export function between(start: string, end: string, unit: string): number | null {
  if (end < start) return null;
  const days = DAYS_OF[unit];
  if (days) return Math.floor((dayNumber(end) - dayNumber(start)) / days);
  const [y1, m1, d1] = parts(start);
  const [y2, m2, d2] = parts(end);
  return Math.floor(((y2 - y1) * 12 + m2 - m1 - (d2 < d1 ? 1 : 0)) / (MONTHS_OF[unit] ?? 1));
}

export function weekday(day: string, first: number): number {
  const fromSunday = (((dayNumber(day) + 4) % 7) + 7) % 7;
  return first === 1 ? fromSunday + 1 : ((fromSunday + 6) % 7) + 1;
}

/** The week number of ISO 8601: the week of a day is that of its Thursday. */
export function isoWeek(day: string): number {
  const thursday = dayNumber(day) - (weekday(day, 2) - 4);
  const year = new Date(thursday * DAY * 1000).getUTCFullYear();
  return Math.floor((thursday - dayNumber(iso(year, 1, 1))) / 7) + 1;
}

/** Seconds east of UTC at an instant; outside of 1970 to 2070 the nearest offset, as on the server. */
function offset(at: number, zone: string): number {
  const bounded = Math.max(FIRST, Math.min(LAST, at));
  let format = formats.get(zone);
  if (!format) {
    const digits = { year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric" } as const;
    format = new Intl.DateTimeFormat("en-US", { timeZone: zone, hourCycle: "h23", ...digits });
    formats.set(zone, format);
  }
  const found: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(new Date(bounded))) found[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = found;
  return Math.round((Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(bounded / 1000) * 1000) / 1000);
}

/** What the clock on the wall shows: 2026-01-31 23:59:59; null outside of the calendar. */
export function wall(at: number, zone: string): string | null {
  const seconds = Math.floor(at / 1000) + offset(at, zone);
  const day = isoDay(Math.floor(seconds / DAY));
  const rest = seconds - Math.floor(seconds / DAY) * DAY;
  return day && `${day} ${two(Math.floor(rest / 3600))}:${two(Math.floor(rest / 60) % 60)}:${two(rest % 60)}`;
}

/** The instant at which a business day begins: the first of two midnights, the offset before a skipped one. */
export function midnight(day: string, zone: string): number | null {
  const local = dayNumber(day) * DAY;
  const before = offset((local - DAY) * 1000, zone);
  const after = offset((local + DAY) * 1000, zone);
  const at = [before, after].find((each) => offset((local - each) * 1000, zone) === each) ?? before;
  return inCalendar((local - at) * 1000);
}

/** The instant, or null outside of the years 1 to 9999. */
export function inCalendar(at: number): number | null {
  return at >= -62_135_596_800_000 && at < 253_402_300_800_000 ? at : null;
}

/** ISO text of an instant in UTC, without a fraction unless there is one. */
export function isoInstant(at: number): string {
  const seconds = Math.floor(at / 1000);
  const fraction = at - seconds * 1000;
  const day = isoDay(Math.floor(seconds / DAY)) ?? "";
  const rest = seconds - Math.floor(seconds / DAY) * DAY;
  const clock = `${two(Math.floor(rest / 3600))}:${two(Math.floor(rest / 60) % 60)}:${two(rest % 60)}`;
  return `${day}T${clock}${fraction ? `.${String(fraction).padStart(3, "0")}` : ""}Z`;
}
