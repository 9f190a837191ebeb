"""Plus and minus with dates: days later, days earlier, days between."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import sqlalchemy as sa

from metamodel.expressions import decimals, moments
from metamodel.expressions.ast import Call
from metamodel.expressions.context import Context
from metamodel.expressions.dialects import fragment
from metamodel.expressions.functions.entry import Function, Sql, define
from metamodel.expressions.functions.operators import REAL_ARITHMETIC, overflow, quotient, sig
from metamodel.expressions.storage import BIGINT, DATE_TYPE, INSTANT, REAL_TYPE

_later = fragment(
    "CASE WHEN abs({1}) <= 4000000 THEN "
    "CASE WHEN julianday({0}) + {1} BETWEEN 1721425.5 AND 5373483.5 THEN date({0}, ({1}) || ' days') END END",
    "CASE WHEN abs({1}) <= 4000000 THEN "
    "CASE WHEN ({0} - DATE '0001-01-01') + {1} BETWEEN 0 AND 3652058 THEN {0} + CAST({1} AS INTEGER) END END",
    DATE_TYPE,
)
_later_instant = fragment(
    "CASE WHEN abs({1}) <= 400000000000 THEN CASE WHEN CAST(strftime('%s', substr({0}, 1, 19)) AS INTEGER) + {1} "
    "BETWEEN -62135596800 AND 253402300799 "
    "THEN datetime(substr({0}, 1, 19), ({1}) || ' seconds') || '.000000' END END",
    "CASE WHEN abs({1}) <= 400000000000 THEN CASE WHEN extract(epoch from date_trunc('second', {0})) + {1} "
    "BETWEEN -62135596800 AND 253402300799 "
    "THEN date_trunc('second', {0}) + {1} * INTERVAL '1 second' END END",
    INSTANT,
)
_days = fragment("CAST(julianday({0}) - julianday({1}) AS INTEGER)", "CAST({0} - {1} AS BIGINT)", BIGINT)
seconds_apart = fragment(
    "CAST(strftime('%s', substr({0}, 1, 19)) AS INTEGER) - CAST(strftime('%s', substr({1}, 1, 19)) AS INTEGER)",
    "CAST(extract(epoch from date_trunc('second', {0}) - date_trunc('second', {1})) AS BIGINT)",
    BIGINT,
)
_whole_seconds = fragment(
    "dg_round({0}, 0, 'half')", "CASE WHEN abs({0}) <= 400000000000 THEN CAST(round({0}) AS BIGINT) END", BIGINT
)
_numeric = fragment("{0}", "CAST({0} AS NUMERIC)", REAL_TYPE)
DAY = Decimal(moments.SECONDS)


def _later_python(context: Context, start: date | None, count: int | None) -> date | None:
    if start is None or count is None:
        return None
    return overflow(context, moments.add_days(start, count) if abs(count) <= 4_000_000 else None)  # type: ignore[no-any-return]


def _earlier_python(context: Context, start: date | None, count: int | None) -> date | None:
    return _later_python(context, start, None if count is None else -count)


def _later_at(context: Context, start: datetime | None, count: Decimal | None) -> datetime | None:
    if start is None or count is None:
        return None
    product = decimals.multiply(count, DAY)
    seconds = None if product is None else decimals.round_real(product, 0, "half")
    if seconds is None or abs(seconds) > 4 * 10**11:
        return overflow(context, None)  # type: ignore[no-any-return]
    return overflow(context, moments.add_seconds(start, seconds))  # type: ignore[no-any-return]


def _earlier_at(context: Context, start: datetime | None, count: Decimal | None) -> datetime | None:
    return _later_at(context, start, None if count is None else -count)


def _later_at_sql(call: Call, start: Sql, count: Sql, sign: int = 1) -> Sql:
    day = sa.literal(DAY * sign, REAL_TYPE)
    return _later_instant(start, _whole_seconds(sig(REAL_ARITHMETIC["*"](count, day))))


def span_python(end: date | None, start: date | None) -> int | None:
    """Whole days from start to end."""
    return None if end is None or start is None else (end - start).days


def span_sql(call: Call, end: Sql, start: Sql) -> Sql:
    """Whole days from start to end."""
    return _days(end, start)


def _span_at(end: datetime | None, start: datetime | None) -> Decimal | None:
    if end is None or start is None:
        return None
    return decimals.divide(Decimal(moments.seconds_between(end, start)), DAY)


def _span_at_sql(call: Call, end: Sql, start: Sql) -> Sql:
    return quotient(_numeric(seconds_apart(end, start)), sa.literal(DAY, REAL_TYPE))


F = "operators"
ENTRIES: tuple[Function, ...] = (
    define(
        "LATER",
        F,
        "start:date count:integer",
        "date",
        _later_python,
        lambda call, start, count: _later(start, count),
        "日期加天数",
        "A date some days later",
        contextual=True,
    ),
    define(
        "EARLIER",
        F,
        "start:date count:integer",
        "date",
        _earlier_python,
        lambda call, start, count: _later(start, -count),
        "日期减天数",
        "A date some days earlier",
        contextual=True,
    ),
    define(
        "LATER_AT",
        F,
        "start:datetime count:real",
        "datetime",
        _later_at,
        _later_at_sql,
        "时刻加天数",
        "An instant some days later",
        contextual=True,
    ),
    define(
        "EARLIER_AT",
        F,
        "start:datetime count:real",
        "datetime",
        _earlier_at,
        lambda call, start, count: _later_at_sql(call, start, count, -1),
        "时刻减天数",
        "An instant some days earlier",
        contextual=True,
    ),
    define(
        "SPAN",
        F,
        "end:date start:date",
        "number:0",
        span_python,
        span_sql,
        "两个日期相差的天数",
        "Days between two dates",
    ),
    define(
        "SPAN_AT",
        F,
        "end:datetime start:datetime",
        "real",
        _span_at,
        _span_at_sql,
        "两个时刻相差的天数",
        "Days between two instants",
    ),
)
