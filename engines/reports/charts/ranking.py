"""The best of something in their order, each with its bar."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engines.reports.chart import ChartKind, ResultColumn, Shape
from metamodel.definition import Json, definition


@definition
class Settings:
    """Its settings."""

    medals: bool = True


class Ranking(ChartKind):
    """The best of something in their order, each with its bar."""

    kind = "ranking"
    Config = Settings
    icon = "ranking"

    def accepts(self, shape: Shape) -> bool:
        """Something down the side, and a measure; further measures stand beside it."""
        return shape.rows >= 1 and shape.series == 0 and shape.measures >= 1

    def figure(self, columns: Sequence[ResultColumn], rows: Sequence[Sequence[Json]], config: Any) -> Json:
        """The browser draws it itself."""
        return None
