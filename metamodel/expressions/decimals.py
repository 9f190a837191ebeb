"""Arithmetic with one meaning everywhere: exact numbers as whole units, reals as decimals of 15 significant digits."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_UP,
    ROUND_UP,
    Context,
    Decimal,
    localcontext,
)
from typing import Literal

from metamodel.expressions.types import EXACT_LIMIT

Rounding = Literal["half", "up", "down", "floor", "ceiling"]

# Wide enough that every product and quotient of two reals is exact or far beyond 15 digits before it is rounded once.
WIDE = Context(prec=80, rounding=ROUND_HALF_UP, Emax=999999, Emin=-999999)
FIFTEEN = Context(prec=15, rounding=ROUND_HALF_UP, Emax=999999, Emin=-999999)
REAL_DIGITS = 30
WAYS: dict[str, str] = {
    "half": ROUND_HALF_UP,
    "up": ROUND_UP,
    "down": ROUND_DOWN,
    "floor": ROUND_FLOOR,
    "ceiling": ROUND_CEILING,
}
POWER_LIMIT = 100
ZERO = Decimal(0)
NUMBER = re.compile(r"[ ]*([+-]?[0-9]{1,30}(?:\.[0-9]{1,30})?)[ ]*")


def real(value: Decimal) -> Decimal | None:
    """Rounded to 15 significant digits, half away from zero; None from 1e30 on (overflow), 0 below 1e-30."""
    return _bounded(FIFTEEN.plus(value))


def _bounded(value: Decimal) -> Decimal | None:
    """A value that is rounded already, within the range of reals; `adjusted` is the exponent of its first digit."""
    if not value:
        return ZERO
    if value.adjusted() >= REAL_DIGITS:
        return None
    return value if value.adjusted() >= -REAL_DIGITS else ZERO


def to_real(units: int, scale: int) -> Decimal:
    """Whole units of `scale` as a real."""
    return FIFTEEN.plus(Decimal(units).scaleb(-scale, WIDE))


def to_units(value: Decimal | int, scale: int) -> int:
    """A number as whole units; digits beyond the scale are rounded half away from zero."""
    factor: int = 10**scale
    if isinstance(value, int):
        return value * factor
    moved = value.scaleb(scale, WIDE)
    units = int(moved)
    return units if units == moved else int(moved.to_integral_value(ROUND_HALF_UP))


def from_units(units: int, scale: int) -> Decimal | int:
    """Whole units as people read them: int without a scale, else Decimal with exactly `scale` digits."""
    return Decimal(units).scaleb(-scale, WIDE) if scale else units


def fit(units: int) -> int | None:
    """The number itself, or None when it has more than 18 digits."""
    return units if -EXACT_LIMIT <= units <= EXACT_LIMIT else None


def add(left: Decimal, right: Decimal) -> Decimal | None:
    """Sum of two reals."""
    return _bounded(FIFTEEN.add(left, right))


def subtract(left: Decimal, right: Decimal) -> Decimal | None:
    """Difference of two reals."""
    return _bounded(FIFTEEN.subtract(left, right))


def multiply(left: Decimal, right: Decimal) -> Decimal | None:
    """Product of two reals."""
    return _bounded(FIFTEEN.multiply(left, right))


def divide(left: Decimal, right: Decimal) -> Decimal | None:
    """Quotient of two reals; the divisor is not zero."""
    return _bounded(FIFTEEN.divide(left, right))


def power(value: Decimal, exponent: Decimal) -> Decimal | None:
    """A power of a real, or None where there is none: exponents beyond 100, zero to zero or less (as in Excel), a
    fractional power of a negative number."""
    if abs(exponent) > POWER_LIMIT or (not value and exponent <= 0):
        return None
    if value < 0 and exponent != exponent.to_integral_value():
        return None
    return real(WIDE.power(value, exponent)) if value else ZERO


def root(value: Decimal) -> Decimal | None:
    """Square root, or None below zero."""
    return real(WIDE.sqrt(value)) if value >= 0 else None


def total(values: Iterable[Decimal]) -> Decimal | None:
    """The sum of reals, rounded once: it must not depend on the order of the rows."""
    with localcontext(WIDE):
        return real(sum(values, ZERO))


def divide_units(units: int, by: int, mode: Rounding) -> int:
    """Whole quotient by a positive number, rounded in the given way."""
    quotient, rest = divmod(abs(units), by)
    sign = -1 if units < 0 else 1
    match mode:
        case "half":
            step = rest * 2 >= by
        case "up":
            step = rest > 0
        case "down":
            step = False
        case "floor":
            step = rest > 0 and sign < 0
        case "ceiling":
            step = rest > 0 and sign > 0
    return sign * (quotient + step)


def round_units(units: int, scale: int, digits: int, mode: Rounding) -> int:
    """Units of `scale` rounded to `digits` after the point; the result's scale is min(scale, max(digits, 0))."""
    if digits >= scale:
        return units
    back: int = 10 ** max(0, -digits)
    return divide_units(units, 10 ** (scale - digits), mode) * back


def round_real(value: Decimal, digits: int, mode: Rounding) -> int | None:
    """A real rounded to `digits` after the point, as units of 10^-digits; None when there are too many of them."""
    return fit(int(value.scaleb(digits, WIDE).to_integral_value(WAYS[mode])))


def round_loose(value: Decimal, digits: int, mode: Rounding) -> Decimal | None:
    """As `round_real` where the number of digits is not known beforehand: the result is real again."""
    digits = max(-30, min(30, digits))
    return real(value.scaleb(digits, WIDE).to_integral_value(WAYS[mode]).scaleb(-digits, WIDE))


def modulo(left: Decimal, right: Decimal) -> Decimal | None:
    """The rest with the sign of the divisor, as in Excel; the divisor is not zero."""
    scale = max(0, -int(left.as_tuple().exponent), -int(right.as_tuple().exponent))
    rest = int(WIDE.scaleb(left, scale)) % int(WIDE.scaleb(right, scale))
    return real(WIDE.scaleb(Decimal(rest), -scale))


def multiple(value: Decimal, step: Decimal, mode: Rounding) -> Decimal | None:
    """The nearest multiple of `step` (its sign does not count, it is not zero) in the given direction."""
    scale = max(0, -int(value.as_tuple().exponent), -int(step.as_tuple().exponent))
    by = abs(int(WIDE.scaleb(step, scale)))
    return real(WIDE.scaleb(Decimal(divide_units(int(WIDE.scaleb(value, scale)), by, mode) * by), -scale))


def plain(value: Decimal) -> str:
    """Digits without exponent and without zeros at the end."""
    text = format(value, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def read(text: str) -> Decimal | None:
    """The number written in a text, or None; sign, digits and a point, nothing else."""
    found = NUMBER.fullmatch(text)
    return real(Decimal(found[1])) if found else None
