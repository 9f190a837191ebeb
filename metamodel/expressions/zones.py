"""The business time zone in SQL: AT TIME ZONE on PostgreSQL, a search tree over the zone's bounds on SQLite."""

from __future__ import annotations

from datetime import datetime
from functools import cache

from metamodel.expressions import moments
from metamodel.expressions.dialects import Maker, fragment
from metamodel.expressions.storage import DATE_TYPE, INSTANT, TEXT_TYPE, TIME_TYPE


def _tree(bounds: tuple[tuple[datetime, int], ...], sign: int) -> str:
    """The offset as a modifier of SQLite's datetime(), found in log2(n) comparisons of text."""
    if len(bounds) == 1:
        return f"'{sign * bounds[0][1]:+d} seconds'"
    middle = len(bounds) // 2
    at = bounds[middle][0].strftime("%Y-%m-%d %H:%M:%S")
    low, high = _tree(bounds[:middle], sign), _tree(bounds[middle:], sign)
    return f"CASE WHEN {{0}} < '{at}' THEN {low} ELSE {high} END"


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
