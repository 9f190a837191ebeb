"""A table with columns of its own for what splits across, and subtotals down and across."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engines.reports.chart import ChartKind, ResultColumn, Shape
from metamodel.definition import Json, definition


@definition
class Settings:
    """Its settings."""

    subtotals: bool = True
    shaded: bool = False


class Pivot(ChartKind):
    """A table with columns of its own for what splits across, and subtotals down and across."""

    kind = "pivot"
    Config = Settings
    icon = "pivot"

    def accepts(self, shape: Shape) -> bool:
        """Something down the side, and a measure."""
        return shape.rows >= 1 and shape.measures >= 1

    def levels(self, rows: int, series: int, config: Any) -> tuple[tuple[int, ...], ...]:
        """Every beginning of the rows, with and without what splits across: subtotals, sums of columns and of rows."""
        if not config.subtotals:
            return ()
        across = tuple(range(rows, rows + series))
        starts = [tuple(range(count)) for count in range(rows, -1, -1)]
        found = [(*start, *end) for start in starts for end in ((across, ()) if across else ((),))]
        return tuple(dict.fromkeys(level for level in found if len(level) < rows + series))

    def figure(self, columns: Sequence[ResultColumn], rows: Sequence[Sequence[Json]], config: Any) -> Json:
        """The browser draws it itself."""
        return None
