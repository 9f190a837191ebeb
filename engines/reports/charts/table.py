"""Rows and columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engines.reports.chart import ChartKind, ResultColumn, Shape
from metamodel.definition import Json, definition


@definition
class Settings:
    """Its settings."""

    totals: bool = False


class Table(ChartKind):
    """Rows and columns."""

    kind = "table"
    Config = Settings
    icon = "table"

    def accepts(self, shape: Shape) -> bool:
        """Every answer that measures something."""
        return shape.measures >= 1

    def levels(self, rows: int, series: int, config: Any) -> tuple[tuple[int, ...], ...]:
        """The total of everything, where it is wished for."""
        return ((),) if config.totals and rows + series else ()

    def figure(self, columns: Sequence[ResultColumn], rows: Sequence[Sequence[Json]], config: Any) -> Json:
        """The browser draws it itself."""
        return None
