"""Shares of a whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engines.reports.chart import ChartKind, ResultColumn, Shape
from metamodel.definition import Json, definition


@definition
class Settings:
    """Its settings."""

    ring: bool = True


class Pie(ChartKind):
    """Shares of a whole."""

    kind = "pie"
    Config = Settings
    icon = "pie"
    most = 60

    def accepts(self, shape: Shape) -> bool:
        """Exactly one of each."""
        return shape.rows + shape.series == 1 and shape.measures == 1

    def figure(self, columns: Sequence[ResultColumn], rows: Sequence[Sequence[Json]], config: Any) -> Json:
        """One trace; the largest shares come in the order of the rows."""
        place = next((at for at, column in enumerate(columns) if column.role == "measure"), 0)
        data = [
            {
                "type": "pie",
                "labels": [row[0] for row in rows],
                "values": [row[place] for row in rows],
                "hole": 0.55 if config.ring else 0,
                "sort": False,
                "textinfo": "percent",
            }
        ]
        return {"data": data if rows else [], "layout": {}}
