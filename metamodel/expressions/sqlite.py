"""The few functions that SQLite has no exact word for, registered on a connection: reals, letters, sums of reals."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from math import inf
from typing import Any, cast

from metamodel.expressions import decimals
from metamodel.expressions.fallback import evaluate_call

Value = int | float | str | None


def _decimal(value: int | float) -> Decimal:
    # repr gives the shortest text of a float, which for a decimal of 15 digits is that decimal.
    return Decimal(repr(value))


def _reals(function: Callable[..., Decimal | int | None], count: int, pair: bool = False) -> Callable[..., Value]:
    """Wraps arithmetic on reals: `count` leading operands are reals, the others go through as they are."""

    def call(*args: Any) -> Value:
        if None in args[:count]:
            return None
        found = function(*map(_decimal, args[:count]), *args[count:])
        return float(found) if isinstance(found, Decimal) else found

    def of_two(left: float | None, right: float | None) -> Value:
        # The same without loops, as it stands in the hot place of every division.
        if left is None or right is None:
            return None
        found = function(Decimal(repr(left)), Decimal(repr(right)))
        return None if found is None else float(found)

    return of_two if pair else call


def _safe_divide(left: Decimal, right: Decimal) -> Decimal | None:
    return decimals.divide(left, right) if right else None


def _safe_modulo(left: Decimal, right: Decimal) -> Decimal | None:
    return decimals.modulo(left, right) if right else None


def _safe_multiple(value: Decimal, step: Decimal, mode: str) -> Decimal | None:
    return decimals.multiple(value, step, cast(decimals.Rounding, mode)) if step else None


def _to_real(units: int | None, scale: int) -> float | None:
    return None if units is None else float(decimals.to_real(int(units), scale))


def _fit(value: int | float | None) -> int | None:
    return decimals.fit(value) if isinstance(value, int) else None


def _fit_neutral(value: int | float | None) -> int:
    return _fit(value) or 0


def _units(units: int | None, by: int | None, mode: str) -> int | None:
    if units is None or not by:
        return None
    return decimals.divide_units(units, by, cast(decimals.Rounding, mode))


def _text(value: float | None) -> str | None:
    return None if value is None else decimals.plain(_decimal(value))


def _read(text: str | None) -> float | None:
    found = decimals.read(text) if text else None
    return None if found is None else float(found)


def _upper(text: str | None) -> str | None:
    return text.upper() if text else text


def _lower(text: str | None) -> str | None:
    return text.lower() if text else text


class _Sum:
    def __init__(self) -> None:
        self.values: list[Decimal] = []

    def step(self, value: float | None) -> None:
        """One row."""
        if value is not None:
            self.values.append(_decimal(value))

    def finalize(self) -> float:
        """The sum, infinite on overflow: NULL is what SQLite gives for no rows."""
        found = decimals.total(self.values)
        return inf if found is None else float(found)


class _Middle:
    """The two values in the middle as one text; of an odd number of them the same twice."""

    def __init__(self) -> None:
        self.values: list[float] = []

    def step(self, value: float | None) -> None:
        """One row."""
        if value is not None:
            self.values.append(value)

    def finalize(self) -> str | None:
        """Nothing of no rows."""
        if not self.values:
            return None
        self.values.sort()
        count = len(self.values)
        return f"{self.values[(count - 1) // 2]!r} {self.values[count // 2]!r}"


SCALARS: dict[str, tuple[int, Callable[..., Value]]] = {
    "dg_fit": (1, _fit),
    "dg_fit_neutral": (1, _fit_neutral),
    "dg_units": (3, _units),
    "dg_real": (2, _to_real),
    "dg_add": (2, _reals(decimals.add, 2, True)),
    "dg_subtract": (2, _reals(decimals.subtract, 2, True)),
    "dg_multiply": (2, _reals(decimals.multiply, 2, True)),
    "dg_divide": (2, _reals(_safe_divide, 2, True)),
    "dg_power": (2, _reals(decimals.power, 2)),
    "dg_root": (1, _reals(decimals.root, 1)),
    "dg_modulo": (2, _reals(_safe_modulo, 2)),
    "dg_multiple": (3, _reals(_safe_multiple, 2)),
    "dg_round": (3, _reals(decimals.round_real, 1)),
    "dg_round_loose": (3, _reals(decimals.round_loose, 1)),
    "dg_text": (1, _text),
    "dg_read": (1, _read),
    "dg_upper": (1, _upper),
    "dg_lower": (1, _lower),
}


def register(connection: Any) -> None:
    """Makes the functions known to a connection of the `sqlite3` module (deterministic, so that indexes may use them).
    To be called for every new connection; on any other database nothing needs to be registered."""
    for name, (count, function) in SCALARS.items():
        connection.create_function(name, count, function, deterministic=True)
    connection.create_function("dg_evaluate", -1, evaluate_call, deterministic=True)
    connection.create_aggregate("dg_sum", 1, _Sum)
    connection.create_aggregate("dg_middle", 1, _Middle)
