"""Bars, upright or lying, beside or upon one another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engines.reports.chart import ChartKind, ResultColumn, Shape, scale, series
from metamodel.definition import Json, definition


@definition
class Settings:
    """Its settings."""

    lying: bool = False
    stacked: bool = False
    shares: bool = False


class Bar(ChartKind):
    """Bars, upright or lying, beside or upon one another."""

    kind = "bar"
    Config = Settings
    icon = "bar"
    most = 400

    def accepts(self, shape: Shape) -> bool:
        """At least one dimension and one measure."""
        return shape.rows >= 1 and shape.measures >= 1

    def figure(self, columns: Sequence[ResultColumn], rows: Sequence[Sequence[Json]], config: Any) -> Json:
        """A trace a series over the categories."""
        names, found = series(columns, rows)
        data = []
        for one in found:
            axes = {"y": names, "x": one.values} if config.lying else {"x": names, "y": one.values}
            data.append({"type": "bar", "name": one.name, "orientation": "h" if config.lying else "v", **axes})
        layout: Json = {"barmode": "stack" if config.stacked or config.shares else "group"}
        if config.shares:
            layout["barnorm"] = "percent"
        if config.lying:
            layout["yaxis"] = {"autorange": "reversed", "automargin": True}
        if told := scale(columns):
            layout["xaxis" if config.lying else "yaxis"] = told
        return {"data": data, "layout": layout}
