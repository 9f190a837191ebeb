"""Lines over time or another order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engines.reports.chart import ChartKind, ResultColumn, Shape, scale, series
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
    most = 2_000

    def accepts(self, shape: Shape) -> bool:
        """At least one dimension and one measure."""
        return shape.rows >= 1 and shape.measures >= 1

    def figure(self, columns: Sequence[ResultColumn], rows: Sequence[Sequence[Json]], config: Any) -> Json:
        """A trace a series over the categories; where there is no number the line has a gap."""
        names, found = series(columns, rows)
        data = [
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": one.name,
                "x": names,
                "y": one.values,
                **({"fill": "tozeroy"} if config.filled else {}),
            }
            for one in found
        ]
        told = scale(columns)
        return {"data": data, "layout": {"yaxis": told} if told else {}}
