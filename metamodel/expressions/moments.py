"""Dates and instants: one reading of calendar arithmetic and of the business time zone, also as bounds for SQL."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

SECONDS = 86_400
# The time between which the zone's own rules hold in every back end; outside of it the nearest offset is used.
FIRST, LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2070, 1, 1, tzinfo=UTC)
MONTHS_OF = {"month": 1, "quarter": 3, "year": 12}
DAYS_OF = {"day": 1, "week": 7}
DATE_UNITS = (*DAYS_OF, *MONTHS_OF)
UNIT_LETTERS = {"D": "day", "W": "week", "M": "month", "Q": "quarter", "Y": "year"}


@cache
def offsets(zone: str) -> tuple[tuple[datetime, int], ...]:
    """The instants (UTC) at which the zone's offset changes, with the seconds east of UTC from then on; the first
    entry is FIRST. A transition is found to the second."""
    info = ZoneInfo(zone)

    def offset(at: datetime) -> int:
        found = at.astimezone(info).utcoffset()
        return int(found.total_seconds()) if found else 0

    bounds = [(FIRST, offset(FIRST))]
    at = FIRST
    while at < LAST:
        # A week: no zone has changed twice within one since 1970.
        after = at + timedelta(days=7)
        if offset(after) != bounds[-1][1]:
            low, high = at, after
            while high - low > timedelta(seconds=1):
                middle = low + timedelta(seconds=int((high - low).total_seconds()) // 2)
                low, high = (low, middle) if offset(middle) != bounds[-1][1] else (middle, high)
            bounds.append((high, offset(high)))
        at = after
    return tuple(bounds)


@cache
def wall_offsets(zone: str) -> tuple[tuple[datetime, int], ...]:
    """As `offsets`, by the clock on the wall (naive): the hour that happens twice means the first time, the hour that
    is skipped is read with the offset before it."""
    bounds = offsets(zone)
    found = [(bounds[0][0].replace(tzinfo=None), bounds[0][1])]
    for (_, before), (at, after) in pairwise(bounds):
        found.append((at.replace(tzinfo=None) + timedelta(seconds=max(before, after)), after))
    return tuple(found)


def _offset(bounds: tuple[tuple[datetime, int], ...], at: datetime) -> timedelta:
    low, high = 0, len(bounds)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if bounds[middle][0] <= at else (low, middle)
    return timedelta(seconds=bounds[low][1])


def instant(value: datetime) -> datetime:
    """In UTC; a value without a zone is UTC already."""
    return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


def wall(value: datetime, zone: str) -> datetime | None:
    """What the clock on the wall shows, in whole seconds; None outside of the calendar."""
    try:
        return (value + _offset(offsets(zone), value)).replace(tzinfo=None, microsecond=0)
    except OverflowError:
        return None


def day_of(value: datetime, zone: str) -> date | None:
    """The business day of an instant."""
    local = wall(value, zone)
    return local.date() if local else None


def time_of(value: datetime, zone: str) -> time | None:
    """The time of day of an instant."""
    local = wall(value, zone)
    return local.time() if local else None


def from_wall(local: datetime, zone: str) -> datetime | None:
    """The instant at which the clock on the wall shows `local`, in UTC; None outside of the calendar."""
    try:
        return (local - _offset(wall_offsets(zone), local)).replace(tzinfo=UTC)
    except OverflowError:
        return None


def midnight(day: date, zone: str) -> datetime | None:
    """The instant at which a business day begins; None outside of the calendar."""
    return from_wall(datetime.combine(day, time()), zone)


def add_days(day: date, count: int) -> date | None:
    """`count` days later; None outside of the years 1 to 9999."""
    try:
        return day + timedelta(days=count)
    except OverflowError:
        return None


def add_seconds(at: datetime, count: int) -> datetime | None:
    """`count` seconds later, in whole seconds; None outside of the years 1 to 9999."""
    try:
        return at.replace(microsecond=0) + timedelta(seconds=count)
    except OverflowError:
        return None


def add_months(day: date, count: int) -> date | None:
    """The same day `count` months later, or the last one where the month is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    if not 1 <= year <= 9999:
        return None
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def month_end(day: date, count: int) -> date | None:
    """The last day of the month `count` months later."""
    later = add_months(day.replace(day=1), count)
    return later.replace(day=monthrange(later.year, later.month)[1]) if later else None


def add_units(day: date, count: int, unit: str) -> date | None:
    """`count` days, weeks, months, quarters or years later."""
    if unit in DAYS_OF:
        return add_days(day, count * DAYS_OF[unit])
    return add_months(day, count * MONTHS_OF[unit])


def make_date(year: int, month: int, day: int) -> date | None:
    """As in Excel: month 13 is January of the next year, day 0 the last of the month before."""
    if not -120_000 <= month <= 120_000 or not 1 <= year <= 9999:
        return None
    first = add_months(date(year, 1, 1), month - 1)
    return add_days(first, day - 1) if first else None


def make_time(hour: int, minute: int, second: int) -> time | None:
    """A time of day; None where the clock has no such time."""
    if 0 <= hour <= 23 and 0 <= minute <= 59 and 0 <= second <= 59:
        return time(hour, minute, second)
    return None


def between(start: date, end: date, unit: str) -> int | None:
    """Whole units from start to end, as DATEDIF counts; None when the end is earlier."""
    if end < start:
        return None
    if unit in DAYS_OF:
        return (end - start).days // DAYS_OF[unit]
    months = (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)
    return months // MONTHS_OF[unit]


def seconds_between(end: datetime, start: datetime) -> int:
    """Whole seconds; fractions of both are cut first."""
    span = end.replace(microsecond=0) - start.replace(microsecond=0)
    return span.days * SECONDS + span.seconds


def weekday(day: date, first: int) -> int:
    """1 to 7; `first` 1 counts from Sunday, 2 from Monday."""
    return day.isoweekday() % 7 + 1 if first == 1 else day.isoweekday()


def iso_week(day: date) -> int:
    """The week number of ISO 8601."""
    return day.isocalendar().week
