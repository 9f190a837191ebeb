"""The sum of a measure so far: along time where there is any, else in the order of the rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from engines.reports.measure import Cube, Group, MeasureKind, exact
from engines.reports.periods import start_of
from engines.reports.query import Measured


class Cumulative(MeasureKind):
    """The sum of a measure so far: along time where there is any, else in the order of the rows."""

    kind = "cumulative"
    whole = True

    def fill(self, item: Measured, cube: Cube) -> None:
        """Rows that differ in another column are summed apart, and each `restart` begins anew; subtotals have none."""
        splits = cube.query.splits
        along = next((at for at, split in enumerate(splits) if split.dated), None)
        rows = list(cube.rows.values())
        if along is not None:
            rows.sort(key=lambda group: (group.keys[along] is not None, group.keys[along] or ""))
        for group in cube.groups():
            group.values[item.name] = None
        key = _apart(item, cube, along)
        sums: dict[Any, Decimal] = defaultdict(Decimal)
        for group in rows:
            sums[key(group)] += exact(group.values[item.definition.of]) or 0
            group.values[item.name] = sums[key(group)]


def _apart(item: Measured, cube: Cube, along: int | None) -> Callable[[Group], Any]:
    """What rows are summed apart by."""
    restart = item.definition.restart
    if along is None:
        # The order of the rows is the way; colours and columns stand apart.
        others = [at for at, split in enumerate(cube.query.splits) if split.axis != "rows"]
        return lambda group: tuple(group.keys[at] for at in others)
    grain = cube.query.splits[along].grain or "day"

    def apart(group: Group) -> Any:
        rest = tuple(key for at, key in enumerate(group.keys) if at != along)
        day = start_of(str(group.keys[along]), grain) if restart and group.keys[along] is not None else None
        return rest if day is None else (*rest, _period(day, restart))

    return apart


def _period(day: Any, restart: str) -> Any:
    match restart:
        case "year":
            return day.year
        case "quarter":
            return (day.year, (day.month - 1) // 3)
        case "month":
            return (day.year, day.month)
        case "week":
            return day.isocalendar()[:2]
        case _:
            return day
