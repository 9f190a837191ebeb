"""Bars, upright or lying, beside or upon one another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engines.reports.chart import ChartKind, ResultColumn, Shape
from metamodel.definition import Json, definition


@definition
class Settings:
    """Its settings."""

    lying: bool = False
    stacked: bool = False


class Bar(ChartKind):
    """Bars, upright or lying, beside or upon one another."""

    kind = "bar"
    Config = Settings
    icon = "bar"

    def accepts(self, shape: Shape) -> bool:
        """At least one dimension and one measure."""
        return shape.dimensions >= 1 and shape.measures >= 1

    def figure(self, columns: Sequence[ResultColumn], rows: Sequence[Sequence[Json]], config: Any) -> Json:
        """A trace a measure over the first dimension."""
        data = []
        for place, column in enumerate(columns):
            if column.role == "measure":
                names, numbers = [row[0] for row in rows], [row[place] for row in rows]
                axes = {"y": names, "x": numbers} if config.lying else {"x": names, "y": numbers}
                data.append({"type": "bar", "name": column.name, "orientation": "h" if config.lying else "v", **axes})
        layout: Json = {"barmode": "stack" if config.stacked else "group"}
        if config.lying:
            layout["yaxis"] = {"autorange": "reversed", "automargin": True}
        return {"data": data, "layout": layout}
