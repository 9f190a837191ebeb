"""When the clock starts a rule: moments in the business zone, working days by the country's calendar."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import cache, lru_cache
from typing import Any

import holidays

from engines.rules.listen import Heard
from metamodel.expressions import moments

#: days looked ahead for a next time; a monthly rule on the 31st needs two months, a holiday week more
HORIZON = 400


@cache
def _calendar(country: str) -> holidays.HolidayBase:
    """Public holidays and make-up working days of a country, year by year as they are asked for."""
    return holidays.country_holidays(country, categories=("public",))


@lru_cache(maxsize=20_000)
def is_working_day(day: date, country: str = "CN") -> bool:
    """Whether people work: not on weekends and holidays, but on the weekends that make up for a holiday."""
    return bool(_calendar(country).is_working_day(day))


def times(heard: Heard, zone: str, after: datetime, until: datetime) -> Iterator[datetime]:
    """The moments in (after, until] at which the clock starts a rule, in UTC."""
    first = moments.day_of(after, zone)
    last = moments.day_of(until, zone)
    if first is None or last is None:
        return
    config = heard.rule.trigger.config
    hour, minute = (int(part) for part in config.at.split(":"))
    day = first
    while day <= last:
        if heard.rule.trigger.type != "schedule" or _falls_on(config, day):
            hours = range(24) if getattr(config, "every", "") == "hourly" else (hour,)
            for each in hours:
                found = moments.from_wall(datetime.combine(day, time(each, minute)), zone)
                if found is not None and after < found <= until:
                    yield found
        day += timedelta(days=1)


def next_times(heard: Heard, zone: str, after: datetime, count: int = 7) -> list[datetime]:
    """The next times a rule starts."""
    found: list[datetime] = []
    at = after
    for _ in range(HORIZON // 40):
        until = at + timedelta(days=40)
        found += times(heard, zone, at, until)
        if len(found) >= count:
            break
        at = until
    return found[:count]


def _falls_on(config: Any, day: date) -> bool:
    match config.every:
        case "hourly" | "daily":
            return True
        case "weekly":
            return day.isoweekday() in config.weekdays
        case "monthly":
            last = (day + timedelta(days=1)).day == 1
            return day.day in config.days or (last and (-1 in config.days or any(d > day.day for d in config.days)))
        case _:
            return is_working_day(day)


def days_due(config: Any, day: date) -> str:
    """The condition that a date rule's records meet on a day; what falls on 29 February counts on the 28th in years
    without it."""
    wanted = day + timedelta(days=config.days)
    field = f"{{{config.field}}}"
    if not config.yearly:
        until = wanted + timedelta(days=1)
        return (
            f"AND({field} >= DATE({wanted.year}, {wanted.month}, {wanted.day}), "
            f"{field} < DATE({until.year}, {until.month}, {until.day}))"
        )
    on = f"AND(MONTH({field}) = {wanted.month}, DAY({field}) = {wanted.day})"
    no_29th = (wanted + timedelta(days=1)).month == 3 and wanted.day == 28
    return f"OR({on}, AND(MONTH({field}) = 2, DAY({field}) = 29))" if no_29th else on
