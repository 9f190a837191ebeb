"""Many values become one: over related rows, or over several arguments as in Excel."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import cache
from typing import Any

import sqlalchemy as sa

from metamodel.expressions import decimals
from metamodel.expressions.ast import Call
from metamodel.expressions.context import Context
from metamodel.expressions.dialects import Maker, fragment
from metamodel.expressions.functions.entry import Function, Sql, define
from metamodel.expressions.functions.operators import SIG, collated, fit, overflow, sig
from metamodel.expressions.storage import BIGINT, REAL_TYPE, column_type
from metamodel.expressions.types import BOOLEAN, INTEGER, REAL, Type

# SQLite does not even ask a function of ours for the sum of no rows; infinite is its word for overflow.
_real_sum = fragment("nullif(coalesce(dg_sum({0}), 0), 9e999)", "coalesce(sum({0}), 0)", REAL_TYPE)
# SQLite's sum of integers fails beyond 64 bits, be it on the way only. High and low parts stay far below; put together
# they are a REAL beyond 64 bits, which no exact number is. Bits, of negative numbers too (two's complement), since
# shifting costs less than dividing.
_PARTS = "sum({0} >> 30) * 1073741824 + sum({0} & 1073741823)"
_sum = fragment(f"coalesce({_PARTS}, 0)", "coalesce(sum({0}), 0)", BIGINT, f"coalesce({_PARTS}, 0)")
exact_sum = fragment(_PARTS, "sum({0})", BIGINT, _PARTS)
AGGREGATES = frozenset({"SUM", "AVERAGE", "MIN", "MAX", "COUNT", "COUNT_DISTINCT", "ANY", "ALL"})
# What may stand alone before the condition: rows themselves, or a value of each row.
OF_ROWS = frozenset({"COUNT", "ANY"})
OF_CONDITIONS = frozenset({"ANY", "ALL"})
OF_NUMBERS = frozenset({"SUM", "AVERAGE"})
ALSO_PLAIN = frozenset({"SUM", "AVERAGE", "MIN", "MAX"})


def result_type(name: str, value: Type) -> Type:
    """The type of an aggregate over values of a type."""
    if name in ("COUNT", "COUNT_DISTINCT"):
        return INTEGER
    if name in OF_CONDITIONS:
        return BOOLEAN
    return REAL if name == "AVERAGE" else value


def over_rows(name: str, value: Type, context: Context, values: Sequence[Any]) -> Any:
    """The aggregate of values; blanks do not count."""
    if name == "ANY":
        return any(found is True for found in values)
    if name == "ALL":
        return all(found is True for found in values)
    known = [found for found in values if found is not None]
    match name:
        case "COUNT":
            return len(known)
        case "COUNT_DISTINCT":
            return len(set(known))
        case "MIN":
            return min(known, default=None)
        case "MAX":
            return max(known, default=None)
    if name == "SUM":
        return overflow(context, decimals.total(known) if value == REAL else decimals.fit(sum(known)))
    whole = decimals.total(known) if value == REAL else decimals.to_real(sum(known), value.scale)
    return decimals.divide(whole, Decimal(len(known))) if known and whole is not None else None


@cache
def _mean(scale: int | None) -> Maker:
    """The quotient of a subquery's sum and count, the sum being rounded to a real first."""
    on_sqlite = "dgs" if scale is None else f"dg_real(dgs, {scale})"
    sum_ = SIG.replace("{0}", "dgs" if scale is None else f"(dgs * {Decimal(1).scaleb(-scale):f})")
    return fragment(
        f"SELECT dg_divide({on_sqlite}, NULLIF(dgc, 0)) FROM {{0}} AS dgx",
        f"SELECT CAST({sum_} AS NUMERIC(130,60)) / NULLIF(dgc, 0) FROM {{0}} AS dgx",
        REAL_TYPE,
    )


def sql_over_rows(
    name: str, type_: Type, value: Sql | None
) -> tuple[tuple[Sql, ...], Callable[[sa.ScalarSelect[Any]], Sql]]:
    """The columns of the subquery, and what is made of it: nothing but plain aggregates stands inside."""
    if value is None:
        return (sa.func.count(type_=BIGINT),), lambda found: found
    match name:
        case "COUNT":
            return (sa.func.count(value),), lambda found: found
        case "COUNT_DISTINCT":
            return (sa.func.count(value.distinct()),), lambda found: found
        case "MIN" | "MAX":
            bare = collated(value) if type_.kind == "text" else value
            return (getattr(sa.func, name.lower())(bare, type_=column_type(type_)),), lambda found: found
    sum_ = _real_sum(value) if type_ == REAL else _sum(value)
    if name == "SUM":
        return (sum_,), sig if type_ == REAL else fit
    mean = _mean(None if type_ == REAL else type_.scale)
    return (sum_.label("dgs"), sa.func.count(value).label("dgc")), lambda found: sig(mean(found))


def _extreme(name: str) -> Callable[..., Any]:
    choose = min if name == "MIN" else max

    def python(*args: Any) -> Any:
        return choose((arg for arg in args if arg is not None), default=None)

    return python


def _average(context: Context, *args: Decimal | None) -> Any:
    return over_rows("AVERAGE", REAL, context, args)


@cache
def _of_arguments(sqlite: str, postgresql: str, count: int, type_: Type) -> Maker:
    """One SELECT over a row for each argument: each is computed once, and NULL is left out as over related rows."""
    rows = " UNION ALL ".join(f"SELECT {{{place}}} AS dgv" for place in range(count))
    end = f" FROM ({rows}) AS dgu"
    return fragment(f"SELECT {sqlite}{end}", f"SELECT {postgresql}{end}", column_type(type_))


def _extreme_sql(name: str) -> Callable[..., Sql]:
    function = f"{name.lower()}(dgv)"

    def sql(call: Call, *args: Sql) -> Sql:
        chosen = [collated(arg) if call.type.kind == "text" else arg for arg in args]
        return _of_arguments(function, function, len(args), call.type)(*chosen)

    return sql


def _average_sql(call: Call, *args: Sql) -> Sql:
    on_sqlite = "dg_divide(nullif(dg_sum(dgv), 9e999), NULLIF(count(dgv), 0))"
    on_postgresql = f"CAST({SIG.replace('{0}', 'sum(dgv)')} AS NUMERIC(130,60)) / NULLIF(count(dgv), 0)"
    return sig(_of_arguments(on_sqlite, on_postgresql, len(args), REAL)(*args))


def _never(*args: Any) -> Any:
    raise AssertionError("needs related rows, which the check has made sure of")


F = "aggregates"
_V = "value:same*"
ENTRIES: tuple[Function, ...] = (
    define(
        "SUM",
        F,
        _V,
        "same",
        _never,
        _never,
        "合计；第二个参数是条件",
        "Sum; over related rows with a condition",
        "SUM({lines.amount}, {lines.billable})",
    ),
    define(
        "AVERAGE",
        F,
        "value:real!*",
        "real",
        _average,
        _average_sql,
        "平均值，空的不计",
        "Average, blanks left out",
        "AVERAGE({lines.amount})",
        contextual=True,
    ),
    define(
        "MIN",
        F,
        _V,
        "same",
        _extreme("MIN"),
        _extreme_sql("MIN"),
        "最小值，空的不计",
        "The least, blanks left out",
        "MIN({lines.spent_on})",
    ),
    define(
        "MAX",
        F,
        _V,
        "same",
        _extreme("MAX"),
        _extreme_sql("MAX"),
        "最大值，空的不计",
        "The greatest, blanks left out",
        "MAX({amount}, 0)",
    ),
    define(
        "COUNT",
        F,
        "rows:rows condition:boolean?",
        "number:0",
        _never,
        _never,
        "相关记录数",
        "Number of related rows",
        "COUNT({lines}, {lines.amount} > 100)",
    ),
    define(
        "COUNT_DISTINCT",
        F,
        "value:rows condition:boolean?",
        "number:0",
        _never,
        _never,
        "不同值的个数",
        "Number of different values",
        "COUNT_DISTINCT({lines.kind})",
    ),
    define(
        "ANY",
        F,
        "rows:rows condition:boolean?",
        "boolean",
        _never,
        _never,
        "是否有符合条件的相关记录",
        "Whether there is such a related row",
        "ANY({lines}, {lines.amount} > 100)",
    ),
    define(
        "ALL",
        F,
        "condition:rows condition:boolean?",
        "boolean",
        _never,
        _never,
        "相关记录是否都符合条件",
        "Whether the condition holds for all related rows",
        "ALL({lines.amount} > 0)",
    ),
)
