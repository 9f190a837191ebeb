"""Areas upon one another: the whole and its parts over time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engines.reports.chart import ChartKind, ResultColumn, Shape, scale, series
from metamodel.definition import Json, definition


@definition
class Settings:
    """Its settings."""

    shares: bool = False


class Area(ChartKind):
    """Areas upon one another: the whole and its parts over time."""

    kind = "area"
    Config = Settings
    icon = "area"
    most = 2_000

    def accepts(self, shape: Shape) -> bool:
        """At least one dimension and one measure."""
        return shape.rows >= 1 and shape.measures >= 1

    def figure(self, columns: Sequence[ResultColumn], rows: Sequence[Sequence[Json]], config: Any) -> Json:
        """A trace a series, stacked; parts that are missing count as nothing."""
        names, found = series(columns, rows)
        data = [
            {
                "type": "scatter",
                "mode": "lines",
                "stackgroup": "all",
                "groupnorm": "percent" if config.shares else "",
                "name": one.name,
                "x": names,
                "y": [value or 0 for value in one.values],
            }
            for one in found
        ]
        told = scale(columns)
        return {"data": data, "layout": {"yaxis": told} if told else {}}
