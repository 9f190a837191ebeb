"""Regions as tiles of the same size where they lie, coloured by the number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engines.reports.chart import ChartKind, ResultColumn, Shape
from metamodel.definition import Json, definition


@definition
class Settings:
    """Its settings."""

    numbers: bool = True


class Map(ChartKind):
    """Regions as tiles of the same size where they lie, coloured by the number."""

    kind = "map"
    Config = Settings
    icon = "map"

    def accepts(self, shape: Shape) -> bool:
        """One dimension with the names of regions, and one measure."""
        return shape.rows == 1 and shape.series == 0 and shape.measures == 1

    def figure(self, columns: Sequence[ResultColumn], rows: Sequence[Sequence[Json]], config: Any) -> Json:
        """The browser draws it itself."""
        return None
