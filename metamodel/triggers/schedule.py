"""The clock: every hour, every day, on days of the week or the month, or on working days."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from metamodel.definition import definition, prop
from metamodel.issues import Issue
from metamodel.trigger import Known, TriggerKind

CLOCK = r"([01]\d|2[0-3]):[0-5]\d"


@definition
class Settings:
    """`at` is the time of day, of which hourly takes the minutes; `weekdays` (1 Monday to 7) for weekly, `days` of the
    month (-1 is the last) for monthly; `working_days` follows the calendar of the country, make-up days included."""

    every: Literal["hourly", "daily", "weekly", "monthly", "working_days"] = "daily"
    at: str = prop("09:00", pattern=CLOCK, widget="clock")
    weekdays: tuple[int, ...] = prop((1,), widget="weekdays")
    days: tuple[int, ...] = prop((1,), widget="month_days")


class Schedule(TriggerKind):
    """The clock."""

    kind = "schedule"
    Config = Settings
    moment = "time"
    group = "time"
    icon = "calendar-clock"

    def issues(self, config: Any, fields: Mapping[str, Known]) -> Iterator[Issue]:
        """It names at least one day that there is."""
        if config.every == "weekly" and not any(1 <= day <= 7 for day in config.weekdays):
            yield Issue(code="rule.no_day", path=("weekdays",))
        if config.every == "monthly" and not any(day == -1 or 1 <= day <= 31 for day in config.days):
            yield Issue(code="rule.no_day", path=("days",))
