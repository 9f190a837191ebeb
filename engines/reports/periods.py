"""Periods people speak of, as days: this month, the last 30 days, the last 12 months; always in the business zone."""

from __future__ import annotations

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
