"""Periods people speak of, as days: this month, the last 30 days, the last 12 months; always in the business zone."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta

Span = tuple[date, date]


def month_start(day: date, back: int = 0) -> date:
    """The first day of the month `back` months before the day's."""
    months = day.year * 12 + day.month - 1 - back
    return date(months // 12, months % 12 + 1, 1)


def _quarter(day: date, back: int = 0) -> date:
    first = month_start(day, (day.month - 1) % 3)
    return month_start(first, 3 * back)


def _week(day: date, back: int = 0) -> date:
    return day - timedelta(days=day.weekday() + 7 * back)


#: word → first and last day, given today
PERIODS: Mapping[str, Callable[[date], Span]] = {
    "today": lambda day: (day, day),
    "yesterday": lambda day: (day - timedelta(days=1), day - timedelta(days=1)),
    "this_week": lambda day: (_week(day), _week(day) + timedelta(days=6)),
    "last_week": lambda day: (_week(day, 1), _week(day) - timedelta(days=1)),
    "this_month": lambda day: (month_start(day), month_start(day, -1) - timedelta(days=1)),
    "last_month": lambda day: (month_start(day, 1), month_start(day) - timedelta(days=1)),
    "this_quarter": lambda day: (_quarter(day), _quarter(day, -1) - timedelta(days=1)),
    "last_quarter": lambda day: (_quarter(day, 1), _quarter(day) - timedelta(days=1)),
    "this_year": lambda day: (date(day.year, 1, 1), date(day.year, 12, 31)),
    "last_year": lambda day: (date(day.year - 1, 1, 1), date(day.year - 1, 12, 31)),
    "last_7_days": lambda day: (day - timedelta(days=6), day),
    "last_30_days": lambda day: (day - timedelta(days=29), day),
    "last_90_days": lambda day: (day - timedelta(days=89), day),
    "last_12_months": lambda day: (month_start(day, 11), day),
}

#: how far a named period lies from the one before: so many of a unit
UNITS: Mapping[str, tuple[str, int]] = {
    "today": ("day", 1),
    "yesterday": ("day", 1),
    "this_week": ("week", 1),
    "last_week": ("week", 1),
    "this_month": ("month", 1),
    "last_month": ("month", 1),
    "this_quarter": ("quarter", 1),
    "last_quarter": ("quarter", 1),
    "this_year": ("year", 1),
    "last_year": ("year", 1),
    "last_7_days": ("day", 7),
    "last_30_days": ("day", 30),
    "last_90_days": ("day", 90),
    "last_12_months": ("month", 12),
}
_QUARTER = re.compile(r"(\d{4})-Q([1-4])")


def shifted(day: date, unit: str, count: int) -> date:
    """The day so many units later (earlier when negative); the 31st of a short month is its last day."""
    if unit in ("day", "week"):
        return day + timedelta(days=count * (7 if unit == "week" else 1))
    months = day.year * 12 + day.month - 1 + count * {"month": 1, "quarter": 3, "year": 12}[unit]
    year, month = months // 12, months % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def start_of(key: str, grain: str) -> date | None:
    """The first day of a stretch of time as an answer names it: 2026-11-22, 2026-11, 2026-Q4, 2026."""
    found = _QUARTER.fullmatch(key)
    try:
        if found:
            return date(int(found[1]), int(found[2]) * 3 - 2, 1)
        if grain == "year":
            return date(int(key), 1, 1)
        return date.fromisoformat(f"{key}-01" if grain == "month" else key[:10])
    except ValueError:
        return None


def key_of(day: date, grain: str) -> str:
    """The name of the stretch of time that a day lies in."""
    match grain:
        case "year":
            return f"{day.year:04d}"
        case "quarter":
            return f"{day.year:04d}-Q{(day.month + 2) // 3}"
        case "month":
            return f"{day.year:04d}-{day.month:02d}"
        case "week":
            return _week(day).isoformat()
        case _:
            return day.isoformat()


def span_of(day: date, grain: str) -> Span:
    """The stretch of time that a day lies in, first and last day."""
    first = start_of(key_of(day, grain), grain) or day
    return first, shifted(first, grain or "day", 1) - timedelta(days=1)
