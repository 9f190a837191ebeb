"""The question a period or a year before: windows moved back, and as much of the last period as of the current one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from engines.reports.periods import UNITS, key_of, month_start, shifted, span_of, start_of
from engines.reports.query import Query, Split, Window
from metamodel.issues import Issue


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """The question of then; `keys` maps the key of a column that splits to what it was then, by the column's place."""

    query: Query
    keys: Mapping[int, Callable[[Any], Any]]
    note: Issue | None = None


def before(query: Query, offset: str, by: str, now: datetime) -> Before | None:
    """The question of `offset` before, along the time a measure names or the only one there is; None where there is
    no time to go back in."""
    places = [at for at, split in enumerate(query.splits) if split.dated and by in ("", split.dimension)]
    if places:
        return _split(query, places[0], offset, now)
    window = next((one for one in query.windows if by in ("", one.dimension) and one.first and one.last), None)
    return None if window is None else _window(query, window, offset, now)


def _split(query: Query, at: int, offset: str, now: datetime) -> Before:
    split = query.splits[at]
    grain = split.grain or "day"
    # A year of weeks is 52 of them, so that Mondays meet Mondays.
    unit, count = (grain, 1) if offset == "period" else ("week", 52) if grain == "week" else ("year", 1)
    local = now.astimezone(ZoneInfo(split.zone))
    old = next((one for one in query.windows if one.dimension == split.dimension), None)
    window = _moved(old, unit, count) if old else _whole(split)
    first, last = span_of(local.date(), grain)
    reaches = old is None or not old.last or old.last >= local.date()
    note = None
    if reaches and grain != "day" and last >= local.date():
        then = _back(local, unit, count)
        end = datetime.combine(shifted(last + timedelta(days=1), unit, -count), time(), then.tzinfo)
        window = replace(window, gap=(then, end))
        note = _until(split.type.kind, local, shifted(first, unit, -count), then)

    def key(value: Any) -> Any:
        day = None if value is None else start_of(str(value), grain)
        return value if day is None else key_of(shifted(day, unit, -count), grain)

    others = tuple(one for one in query.windows if one.dimension != split.dimension)
    keys = {place: key for place, one in enumerate(query.splits) if one.dimension == split.dimension and place == at}
    return Before(query=_asked(query, (*others, window)), keys=keys, note=note)


def _window(query: Query, old: Window, offset: str, now: datetime) -> Before:
    assert old.first and old.last
    unit, count = ("year", 1) if offset == "year" else _length(old)
    local = now.astimezone(ZoneInfo(old.zone))
    window = _moved(old, unit, count)
    note: Issue | None = None
    if old.first <= local.date() <= old.last:
        then = _back(local, unit, count)
        start = shifted(old.first, unit, -count)
        end = datetime.combine(shifted(old.last + timedelta(days=1), unit, -count), time(), then.tzinfo)
        window = replace(window, gap=(then, end))
        note = _until(old.type.kind, local, start, then)
    others = tuple(one for one in query.windows if one.dimension != old.dimension)
    return Before(query=_asked(query, (*others, window)), keys={}, note=note)


def _asked(query: Query, windows: tuple[Window, ...]) -> Query:
    """Without order or limit of its own, and only what is taken from rows or made of it."""
    measures = tuple(item for item in query.measures if item.aggregate not in ("previous", "concentration"))
    return replace(query, windows=windows, measures=measures, order=(), named=())


def _whole(split: Split) -> Window:
    return Window(dimension=split.dimension, text=split.text, type=split.type, zone=split.zone)


def _moved(old: Window, unit: str, count: int) -> Window:
    """Moved back; the end is moved as the start of the next day, so that a month's last day stays the last."""
    first = shifted(old.first, unit, -count) if old.first else None
    last = shifted(old.last + timedelta(days=1), unit, -count) - timedelta(days=1) if old.last else None
    return replace(old, first=first, last=last, word="")


def _length(window: Window) -> tuple[str, int]:
    """How long a window is: its period's unit, whole months where it has them, else days."""
    if window.word in UNITS:
        return UNITS[window.word]
    assert window.first and window.last
    end = window.last + timedelta(days=1)
    if window.first == month_start(window.first) and end == month_start(end):
        return "month", (end.year - window.first.year) * 12 + end.month - window.first.month
    return "day", (end - window.first).days


def _back(moment: datetime, unit: str, count: int) -> datetime:
    return datetime.combine(shifted(moment.date(), unit, -count), moment.time(), moment.tzinfo)


def _until(kind: str, local: datetime, first: date, then: datetime) -> Issue:
    """That a period is not over, and what it is compared with instead of the whole one before."""
    form = "%Y-%m-%d" if kind == "date" else "%Y-%m-%d %H:%M"
    arguments = {"now": local.strftime(form), "first": first.isoformat(), "then": then.strftime(form)}
    return Issue(code="report.compared_until", severity="warning", arguments=arguments)
