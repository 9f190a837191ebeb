/** Numbers, money, times and sizes as people read them, in the workspace's zone and the reader's language. */
import { language, t } from "./i18n";

interface Settings {
  zone: string;
  currency: string;
}

const settings: Settings = { zone: "Asia/Shanghai", currency: "CNY" };
const made = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat>();
const thin = "\u2009";

export function configure(next: Partial<Settings>) {
  if (next.zone) settings.zone = next.zone;
  if (next.currency) settings.currency = next.currency;
}

export const zone = () => settings.zone;
export const currency = () => settings.currency;

function numbers(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `n${language()}${JSON.stringify(options)}`;
  let found = made.get(key) as Intl.NumberFormat | undefined;
  if (!found) made.set(key, (found = new Intl.NumberFormat(language(), options)));
  return found;
}

function dates(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `d${language()}${settings.zone}${JSON.stringify(options)}`;
  let found = made.get(key) as Intl.DateTimeFormat | undefined;
  if (!found) made.set(key, (found = new Intl.DateTimeFormat(language(), { timeZone: settings.zone, ...options })));
  return found;
}

/** 1,234.50; a string keeps all its digits, because money never passes through a float. */
export function number(value: string | number | null | undefined, digits?: number): string {
  if (value === null || value === undefined || value === "") return "";
  const fraction = digits ?? (typeof value === "string" ? (value.split(".")[1]?.length ?? 0) : undefined);
  const options = fraction === undefined ? { maximumFractionDigits: 6 } : { minimumFractionDigits: fraction, maximumFractionDigits: fraction };
  return numbers(options).format(value as number);
}

const signs: Record<string, string> = { CNY: "¥", USD: "$", EUR: "€", GBP: "£", JPY: "¥", HKD: "HK$", TWD: "NT$" };
export const sign = (code: string = settings.currency) => signs[code] ?? `${code} `;

export function money(value: string | number | null | undefined, code?: string, digits = 2): string {
  if (value === null || value === undefined || value === "") return "";
  const text = number(value, digits);
  return text.startsWith("-") ? `-${sign(code)}${text.slice(1)}` : `${sign(code)}${text}`;
}

/** 12.3 万, 1.2 亿 (or 123K) where space is short; below ten thousand the number itself. */
export function short(value: string | number | null | undefined, digits = 1): string {
  if (value === null || value === undefined || value === "") return "";
  const figure = Number(value);
  const size = Math.abs(figure);
  if (language() === "zh-CN") {
    if (size >= 1e8) return `${number(round(figure / 1e8, digits + (size < 1e9 ? 1 : 0)))}${thin}${t("unit.hundred_million")}`;
    if (size >= 1e4) return `${number(round(figure / 1e4, digits))}${thin}${t("unit.ten_thousand")}`;
  } else if (size >= 1e4) return numbers({ notation: "compact", maximumFractionDigits: digits }).format(figure);
  return number(typeof value === "string" && size >= 100 ? round(figure, 0) : round(figure, 2));
}

const round = (value: number, digits: number) => Math.round(value * 10 ** digits) / 10 ** digits;

/** A decimal text with its point moved, no float in between: "0.1250", 2 → "12.50". */
export function shift(value: string, places: number): string {
  const found = /^(-?)(\d*)(?:\.(\d*))?$/.exec(value.trim());
  if (!found) return value;
  let [whole, fraction] = [found[2] || "0", found[3] ?? ""];
  for (let left = places; left > 0; left -= 1) [whole, fraction] = [whole + (fraction[0] ?? "0"), fraction.slice(1)];
  for (let left = places; left < 0; left += 1) [whole, fraction] = [whole.slice(0, -1) || "0", (whole.at(-1) ?? "0") + fraction];
  return `${found[1]}${whole.replace(/^0+(?=\d)/, "")}${fraction ? `.${fraction}` : ""}`;
}

/** 0.125 → 12.5%. */
export function percent(value: string | number | null | undefined, digits?: number): string {
  if (value === null || value === undefined || value === "") return "";
  const text = shift(String(value), 2);
  return `${number(text, digits ?? Math.min(2, text.split(".")[1]?.replace(/0+$/, "").length ?? 0))}%`;
}

/** Today in the business zone, as 2026-11-22. */
export function today(now: Date = new Date()): string {
  const key = `t${settings.zone}`;
  let parts = made.get(key) as Intl.DateTimeFormat | undefined;
  if (!parts) made.set(key, (parts = new Intl.DateTimeFormat("en-CA", { timeZone: settings.zone, year: "numeric", month: "2-digit", day: "2-digit" })));
  return parts.format(now);
}

const whole = (date: string) => new Date(`${date.slice(0, 10)}T00:00:00Z`);
const utc = (options: Intl.DateTimeFormatOptions) => dates({ ...options, timeZone: "UTC" });

/** Days from a to b, both dates as 2026-11-22. */
export const days = (a: string, b: string) => Math.round((whole(b).getTime() - whole(a).getTime()) / 86400000);

/** 2026-11-22 → 11月22日, with the year when it is another. */
export function date(value: string | null | undefined, now: Date = new Date()): string {
  if (!value) return "";
  const here = today(now);
  const distance = days(here, value);
  if (distance === 0) return t("time.today");
  if (distance === -1) return t("time.yesterday");
  if (distance === 1) return t("time.tomorrow");
  return value.slice(0, 4) === here.slice(0, 4)
    ? utc({ month: "short", day: "numeric" }).format(whole(value))
    : fullDate(value);
}

export function fullDate(value: string | null | undefined): string {
  return value ? utc({ year: "numeric", month: "short", day: "numeric" }).format(whole(value)) : "";
}

export const weekday = (value: string) => utc({ weekday: "short" }).format(whole(value));
export const month = (value: string) => utc({ year: "numeric", month: "long" }).format(whole(value));

/** An instant → 刚刚, 12 分钟前, 今天 10:42, 昨天 10:42, 3 天前, 11月2日, 2025年11月2日. */
export function instant(value: string | null | undefined, now: Date = new Date()): string {
  if (!value) return "";
  const moment = new Date(value);
  const seconds = (now.getTime() - moment.getTime()) / 1000;
  if (seconds >= 0 && seconds < 60) return t("time.now");
  if (seconds >= 0 && seconds < 3600) return t("time.minutes_ago", { count: Math.floor(seconds / 60) });
  const clock = dates({ hour: "2-digit", minute: "2-digit", hour12: false }).format(moment);
  const distance = days(today(moment), today(now));
  if (distance === 0) return t("time.today_at", { clock });
  if (distance === 1) return t("time.yesterday_at", { clock });
  if (distance === -1) return t("time.tomorrow_at", { clock });
  if (distance > 0 && distance < 7) return t("time.days_ago", { count: distance });
  return date(today(moment), now);
}

/** The time of day of an instant, with the day when it is another: 10:42, 昨天 10:42. */
export function clock(value: string | null | undefined, now: Date = new Date()): string {
  if (!value) return "";
  const moment = new Date(value);
  const time = dates({ hour: "2-digit", minute: "2-digit", hour12: false }).format(moment);
  return today(moment) === today(now) ? time : `${date(today(moment), now)} ${time}`;
}

export function fullInstant(value: string | null | undefined): string {
  if (!value) return "";
  return dates({ year: "numeric", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", hour12: false }).format(new Date(value));
}

/** Seconds → 1 天 2 小时, 35 分钟. */
export function duration(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined) return "";
  const size = Math.abs(seconds);
  const parts: [number, string][] = [
    [Math.floor(size / 86400), "time.d"], [Math.floor((size % 86400) / 3600), "time.h"],
    [Math.floor((size % 3600) / 60), "time.m"], [Math.floor(size % 60), "time.s"],
  ];
  const told = parts.filter(([amount]) => amount > 0).slice(0, 2).map(([amount, key]) => t(key, { count: amount }));
  return (seconds < 0 ? "-" : "") + (told.join(" ") || t("time.m", { count: 0 }));
}

export function size(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${number(round(bytes / 1024, 0))} kB`;
  return `${number(round(bytes / 1024 / 1024, 1))} MB`;
}

/** 13812345678 → 138 1234 5678; anything else as it is. */
export function phone(value: string): string {
  return /^1\d{10}$/.test(value) ? `${value.slice(0, 3)} ${value.slice(3, 7)} ${value.slice(7)}` : value;
}

/** The count of a list: 12, or 1000+ when the server stopped counting. */
export const counted = (count: number, capped: boolean) => (capped ? `${number(count)}+` : number(count));
