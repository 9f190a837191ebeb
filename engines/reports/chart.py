"""The contract of a chart: which answers it can draw, the subtotals it shows, and the plotly figure it makes of one."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from metamodel.definition import Json, Label
from metamodel.kinds import Kind

WEEKDAYS = {
    "zh-CN": ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
_NUMBER = re.compile(r"\d+(\.\d+)?")
_DAYS = [day for days in WEEKDAYS.values() for day in days]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What an answer consists of: how many columns split it into rows, how many into series, how many measure it."""

    rows: int
    series: int
    measures: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultColumn:
    """One column of an answer. `role` tells what splits from what measures; `format` how numbers are written; `axis`
    where a column that splits stands; `kind` how a measure is made; `target` what is wished for."""

    name: str
    label: Label
    role: str
    type: str
    format: str = ""
    axis: str = ""
    dimension: str = ""
    grain: str = ""
    kind: str = ""
    target: float | None = None


class ChartKind(Kind):
    """One way of drawing an answer."""

    #: categories beyond which a figure is cut, and says so
    most: ClassVar[int] = 10_000

    @abstractmethod
    def accepts(self, shape: Shape) -> bool:
        """Whether it can draw an answer of this shape."""

    def levels(self, rows: int, series: int, config: Any) -> tuple[tuple[int, ...], ...]:
        """The subtotals it shows, as the places of the columns each keeps; `rows` come first, then `series`."""
        return ()

    @abstractmethod
    def figure(self, columns: Sequence[ResultColumn], rows: Sequence[Sequence[Json]], config: Any) -> Json:
        """A plotly figure {data, layout} of the rows (numbers as floats), or None where the browser draws itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Numbers along the categories of a figure."""

    name: str
    values: list[float | None]


def joined(cells: Sequence[Json]) -> str:
    """Several cells as one name."""
    return " · ".join(str(cell) for cell in cells)


def ordered(names: Sequence[str], grain: str) -> list[str]:
    """Names once each: time by time, the rest as they come."""
    once = list(dict.fromkeys(names))
    if grain == "weekday":
        return sorted(once, key=lambda name: _DAYS.index(name) if name in _DAYS else -1)
    return sorted(once) if grain else once


def counted(names: list[str]) -> list[str]:
    """Names that all begin with a number (steps, bands, ages) by it; others as they come."""
    begun = [_NUMBER.match(name) for name in names]
    numbers = [float(one[0]) for one in begun if one is not None]
    if len(numbers) < len(names):
        return names
    return [name for _, name in sorted(zip(numbers, names, strict=True), key=lambda pair: pair[0])]


def scale(columns: Sequence[ResultColumn]) -> Json:
    """How the axis of the values is written, as plotly has it: shares as percent."""
    formats = {column.format for column in columns if column.role == "measure"}
    return {"tickformat": ",.2~%", "hoverformat": ",.1%"} if formats == {"percent"} else {}


def series(columns: Sequence[ResultColumn], rows: Sequence[Sequence[Json]]) -> tuple[list[str], list[Series]]:
    """An answer as categories (what splits it into rows) and series (columns and colours, or one a measure)."""
    down = [at for at, column in enumerate(columns) if column.axis == "rows"]
    across = [at for at, column in enumerate(columns) if column.axis in ("columns", "color")]
    measures = [at for at, column in enumerate(columns) if column.role == "measure"]
    if not across:
        categories = [joined([row[at] for at in down]) for row in rows]
        return categories, [Series(name=columns[at].name, values=[row[at] for row in rows]) for at in measures]
    grain = columns[down[0]].grain if len(down) == 1 else ""
    categories = ordered([joined([row[at] for at in down]) for row in rows], grain)
    grain = columns[across[0]].grain if len(across) == 1 else ""
    names = counted(ordered([joined([row[at] for at in across]) for row in rows], grain))
    place = {name: at for at, name in enumerate(categories)}
    found: dict[tuple[str, int], list[float | None]] = {
        (name, at): [None] * len(categories) for name in names for at in measures
    }
    for row in rows:
        for at in measures:
            found[joined([row[one] for one in across]), at][place[joined([row[one] for one in down])]] = row[at]
    several = len(measures) > 1
    return categories, [
        Series(name=joined([name, columns[at].name]) if several else name, values=values)
        for (name, at), values in found.items()
    ]
