"""The business time zone in SQL: AT TIME ZONE on PostgreSQL, a search tree over the zone's bounds on SQLite."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from itertools import accumulate

from metamodel.expressions import moments
from metamodel.expressions.dialects import Maker, fragment
from metamodel.expressions.storage import DATE_TYPE, INSTANT, TEXT_TYPE, TIME_TYPE

Bounds = tuple[tuple[datetime, int], ...]

#: the years that most instants of a business lie in: they are found first
USUAL = (2015, 2045)


def _tree(bounds: Bounds, sign: int) -> str:
    """The offset as a modifier of SQLite's datetime(), found by comparisons of text: the fewer, the more of the usual
    years an offset holds for. A zone that has stopped changing its clocks asks once, any other log2(n) times."""
    weights = [1.0 + _usual(start, end) for (start, _), end in zip(bounds, _ends(bounds), strict=True)]
    return _split(bounds, weights, sign)


def _split(bounds: Bounds, weights: Sequence[float], sign: int) -> str:
    if len(bounds) == 1:
        return f"'{sign * bounds[0][1]:+d} seconds'"
    before, whole = list(accumulate(weights)), sum(weights)
    middle = min(range(1, len(bounds)), key=lambda at: abs(whole - 2 * before[at - 1]))
    at = bounds[middle][0].strftime("%Y-%m-%d %H:%M:%S")
    low = _split(bounds[:middle], weights[:middle], sign)
    high = _split(bounds[middle:], weights[middle:], sign)
    return f"CASE WHEN {{0}} < '{at}' THEN {low} ELSE {high} END"


def _ends(bounds: Bounds) -> list[datetime]:
    return [*(start for start, _ in bounds[1:]), moments.LAST]


def _usual(start: datetime, end: datetime) -> float:
    """Days of the usual years between two moments."""
    first, last = max(start.date(), date(USUAL[0], 1, 1)), min(end.date(), date(USUAL[1], 1, 1))
    return float(max((last - first).days, 0))


@cache
def _modifier(zone: str) -> str:
    return _tree(moments.offsets(zone), 1)


@cache
def _back(zone: str) -> str:
    return _tree(moments.wall_offsets(zone), -1)


@cache
def wall(zone: str) -> Maker:
    """What the clock on the wall shows at an instant, as the text 2026-01-31 23:59:59 (PostgreSQL: timestamp).
    Before 1970 and after 2070 the nearest offset is used on both, as in `moments`."""
    sqlite = f"datetime(substr({{0}}, 1, 19), {_modifier(zone)})"
    first, last = moments.offsets(zone)[0][1], moments.offsets(zone)[-1][1]
    utc = "date_trunc('second', {0}) AT TIME ZONE 'UTC' + INTERVAL"
    postgresql = (
        f"CASE WHEN {{0}} < TIMESTAMPTZ '{moments.FIRST}' THEN {utc} '{first} seconds' "
        f"WHEN {{0}} >= TIMESTAMPTZ '{moments.LAST}' THEN {utc} '{last} seconds' "
        f"ELSE date_trunc('second', {{0}}) AT TIME ZONE '{zone}' END"
    )
    return fragment(sqlite, postgresql, TEXT_TYPE)


_day = fragment("substr({0}, 1, 10)", "CAST({0} AS DATE)", DATE_TYPE)
_time = fragment("substr({0}, 12, 8) || '.000000'", "CAST({0} AS TIME)", TIME_TYPE)


@cache
def day(zone: str) -> Maker:
    """The business day of an instant."""
    return lambda at: _day(wall(zone)(at))


@cache
def clock(zone: str) -> Maker:
    """The time of day of an instant."""
    return lambda at: _time(wall(zone)(at))


@cache
def midnight(zone: str) -> Maker:
    """The instant at which a business day begins."""
    first, last = moments.offsets(zone)[0][1], moments.offsets(zone)[-1][1]
    # Bounds are compared as text: "2026-03-29" sorts before "2026-03-29 02:00:00", as midnight does.
    return fragment(
        f"datetime({{0}}, {_back(zone)}) || '.000000'",
        f"CASE WHEN {{0}} < DATE '{moments.FIRST:%Y-%m-%d}' "
        f"THEN (CAST({{0}} AS TIMESTAMP) - INTERVAL '{first} seconds') AT TIME ZONE 'UTC' "
        f"WHEN {{0}} > DATE '{moments.LAST:%Y-%m-%d}' "
        f"THEN (CAST({{0}} AS TIMESTAMP) - INTERVAL '{last} seconds') AT TIME ZONE 'UTC' "
        f"ELSE CAST({{0}} AS TIMESTAMP) AT TIME ZONE '{zone}' END",
        INSTANT,
    )
