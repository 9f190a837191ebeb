"""Lines over time or another order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engines.reports.chart import ChartKind, ResultColumn, Shape
from metamodel.definition import Json, definition


@definition
class Settings:
    """Its settings."""

    filled: bool = False


class Line(ChartKind):
    """Lines over time or another order."""

    kind = "line"
    Config = Settings
    icon = "line"

    def accepts(self, shape: Shape) -> bool:
        """At least one dimension and one measure."""
        return shape.dimensions >= 1 and shape.measures >= 1

    def figure(self, columns: Sequence[ResultColumn], rows: Sequence[Sequence[Json]], config: Any) -> Json:
        """A trace a measure over the first dimension."""
        data = [
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": column.name,
                "x": [row[0] for row in rows],
                "y": [row[place] for row in rows],
                **({"fill": "tozeroy"} if config.filled else {}),
            }
            for place, column in enumerate(columns)
            if column.role == "measure"
        ]
        return {"data": data, "layout": {}}
