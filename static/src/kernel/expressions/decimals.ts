/** Arithmetic as on the server: exact numbers as whole units (bigint), reals as decimals of 15 significant digits. */
import DecimalLight from "decimal.js-light";

export type Rounding = "half" | "up" | "down" | "floor" | "ceiling";

/** Wide enough that products and quotients of two reals are rounded once, at the end. */
export const Wide = DecimalLight.clone({ precision: 80, rounding: 4, toExpNeg: -200, toExpPos: 200 });
export type Real = InstanceType<typeof Wide>;

const LIMIT = 10n ** 18n - 1n;
const REAL_LIMIT = new Wide("1e30");
const REAL_LEAST = new Wide("1e-30");
export const ZERO = new Wide(0);

/** Rounded to 15 significant digits, half away from zero; null from 1e30 on, 0 below 1e-30. */
export function real(value: Real): Real | null {
  const size = value.abs();
  if (size.gte(REAL_LIMIT)) return null;
  if (size.lt(REAL_LEAST)) return ZERO;
  return new Wide(value.toSignificantDigits(15, 4));
}

/** The units, or null when there are more than 18 digits. */
export function fit(units: bigint): bigint | null {
  return units >= -LIMIT && units <= LIMIT ? units : null;
}

export function toReal(units: bigint, scale: number): Real {
  return real(new Wide(units.toString()).div(new Wide(10).pow(scale))) ?? ZERO;
}

/** A decimal, text or number as units of a scale; digits beyond it are rounded half away from zero. */
export function toUnits(value: unknown, scale: number): bigint {
  if (typeof value === "bigint") return value * 10n ** BigInt(scale);
  const text = String(value);
  const plain = /^([+-]?)(\d*)(?:\.(\d*))?$/.exec(text) ?? /^([+-]?)(\d*)(?:\.(\d*))?$/.exec(new Wide(text).toString());
  if (!plain) throw new Error(`not a number: ${text}`);
  const [, sign, whole, fraction = ""] = plain;
  const all = BigInt((whole || "0") + fraction);
  const units = fraction.length <= scale ? all * 10n ** BigInt(scale - fraction.length) : divideUnits(all, 10n ** BigInt(fraction.length - scale), "half");
  return sign === "-" ? -units : units;
}

/** Units with exactly `scale` digits after the point. */
export function fromUnits(units: bigint, scale: number): string {
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, "0");
  const sign = units < 0n ? "-" : "";
  return scale ? `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}` : sign + digits;
}

export function divideUnits(units: bigint, by: bigint, mode: Rounding): bigint {
  const size = units < 0n ? -units : units;
  const quotient = size / by;
  const rest = size % by;
  const negative = units < 0n;
  const step = {
    half: rest * 2n >= by,
    up: rest > 0n,
    down: false,
    floor: rest > 0n && negative,
    ceiling: rest > 0n && !negative,
  }[mode];
  const found = quotient + (step ? 1n : 0n);
  return negative ? -found : found;
}

/** Units of `scale` rounded to `digits`; the result's scale is min(scale, max(digits, 0)). */
export function roundUnits(units: bigint, scale: number, digits: number, mode: Rounding): bigint {
  if (digits >= scale) return units;
  return divideUnits(units, 10n ** BigInt(scale - digits), mode) * 10n ** BigInt(Math.max(0, -digits));
}

/** A real rounded to `digits`, as units of 10^-digits. */
export function roundReal(value: Real, digits: number, mode: Rounding): bigint | null {
  if (digits < -30) return 0n;
  const [units, scale] = exact(value);
  if (digits >= scale) return fit(units * 10n ** BigInt(digits - scale));
  return fit(divideUnits(units, 10n ** BigInt(scale - digits), mode));
}

/** As `roundReal` where the digits are not known beforehand: real again. */
export function roundLoose(value: Real, digits: number, mode: Rounding): Real | null {
  const kept = Math.max(-30, Math.min(30, digits));
  const [units, scale] = exact(value);
  if (kept >= scale) return value;
  const rounded = divideUnits(units, 10n ** BigInt(scale - kept), mode);
  return real(new Wide(rounded.toString()).times(new Wide(10).pow(-kept)));
}

export function power(value: Real, exponent: Real): Real | null {
  if (exponent.abs().gt(100) || (value.isZero() && exponent.lte(0))) return null;
  const whole = exponent.isInteger();
  if (value.isNegative() && !value.isZero() && !whole) return null;
  if (value.isZero()) return ZERO;
  return real(value.pow(exponent));
}

export function root(value: Real): Real | null {
  return value.gte(0) ? real(value.sqrt()) : null;
}

/** The rest with the sign of the divisor. */
export function modulo(left: Real, right: Real): Real | null {
  const [a, b, scale] = common(left, right);
  return real(fromExact(restOf(a, b), scale));
}

export function restOf(value: bigint, by: bigint): bigint {
  return ((value % by) + by) % by;
}

/** The nearest multiple of `step` in a direction. */
export function multiple(value: Real, step: Real, mode: Rounding): Real | null {
  const [a, b, scale] = common(value, step);
  const by = b < 0n ? -b : b;
  return real(fromExact(divideUnits(a, by, mode) * by, scale));
}

/** Digits without exponent and without zeros at the end. */
export function plain(value: Real): string {
  const text = value.toString();
  return text === "-0" ? "0" : text;
}

/** The number written in a text, or null. */
export function read(text: string): Real | null {
  const found = /^ *([+-]?[0-9]{1,30}(?:\.[0-9]{1,30})?) *$/.exec(text);
  return found?.[1] ? real(new Wide(found[1].replace(/^\+/, ""))) : null;
}

function exact(value: Real): [bigint, number] {
  const scale = value.decimalPlaces();
  return [toUnits(value.toString(), scale), scale];
}

function fromExact(units: bigint, scale: number): Real {
  return new Wide(fromUnits(units, scale));
}

function common(left: Real, right: Real): [bigint, bigint, number] {
  const scale = Math.max(left.decimalPlaces(), right.decimalPlaces());
  return [toUnits(left.toString(), scale), toUnits(right.toString(), scale), scale];
}
