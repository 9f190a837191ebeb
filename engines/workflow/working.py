"""Working time: hours of working days by the country's calendar, counted from and between moments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from engines.rules.timetable import is_working_day
from metamodel.expressions import moments

#: days looked through for the end of a deadline
HORIZON = 3_700


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """From when to when people work, in a zone; a window that ends before it begins stands for the whole day."""

    zone: str
    begin: time = time(9)
    end: time = time(18)

    def window(self, day: date) -> tuple[datetime, datetime] | None:
        """The working time of a day in UTC, or None on days off."""
        if not is_working_day(day):
            return None
        first = moments.from_wall(datetime.combine(day, self.begin), self.zone)
        if self.end > self.begin:
            last = moments.from_wall(datetime.combine(day, self.end), self.zone)
        else:
            first = moments.from_wall(datetime.combine(day, time.min), self.zone)
            last = moments.from_wall(datetime.combine(day + timedelta(days=1), time.min), self.zone)
        return (first, last) if first and last else None

    def day_length(self) -> timedelta:
        """How long a working day is."""
        if self.end <= self.begin:
            return timedelta(days=1)
        day = date(2000, 1, 1)
        return datetime.combine(day, self.end) - datetime.combine(day, self.begin)

    def after(self, start: datetime, length: timedelta) -> datetime:
        """The moment at which so much working time has gone by since `start`."""
        day = moments.day_of(start, self.zone) or start.date()
        left = length
        for _ in range(HORIZON):
            found = self.window(day)
            if found is not None:
                begin = max(found[0], start)
                if begin < found[1]:
                    if begin + left <= found[1]:
                        return begin + left
                    left -= found[1] - begin
            day += timedelta(days=1)
        return start + length

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The working time between two moments."""
        total = timedelta()
        day = moments.day_of(start, self.zone) or start.date()
        for _ in range(HORIZON):
            found = self.window(day)
            if found is not None:
                if found[0] >= end:
                    break
                total += max(timedelta(), min(found[1], end) - max(found[0], start))
            elif datetime.combine(day, time.min, tzinfo=start.tzinfo) > end:
                break
            day += timedelta(days=1)
        return total


def due(hours: Hours, start: datetime, amount: int, unit: str, *, working: bool) -> datetime:
    """`amount` minutes, hours or days after `start`; a working day is as long as its hours."""
    one = {"minutes": timedelta(minutes=1), "hours": timedelta(hours=1)}.get(unit)
    if not working:
        return start + (one or timedelta(days=1)) * amount
    return hours.after(start, (one or hours.day_length()) * amount)
