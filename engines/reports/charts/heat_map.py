"""Two dimensions as a grid whose colour is the number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engines.reports.chart import ChartKind, ResultColumn, Shape, ordered
from metamodel.definition import Json, definition


@definition
class Settings:
    """Its settings."""

    numbers: bool = False


class HeatMap(ChartKind):
    """Two dimensions as a grid whose colour is the number."""

    kind = "heat_map"
    Config = Settings
    icon = "heat_map"
    most = 400

    def accepts(self, shape: Shape) -> bool:
        """Exactly two dimensions and one measure."""
        return shape.rows + shape.series == 2 and shape.rows >= 1 and shape.measures == 1

    def figure(self, columns: Sequence[ResultColumn], rows: Sequence[Sequence[Json]], config: Any) -> Json:
        """The first dimension runs down, the other across; what has no rows stays empty, which is not zero."""
        if len(columns) < 3:
            return {"data": [], "layout": {}}
        down = ordered([str(row[0]) for row in rows], columns[0].grain)
        across = ordered([str(row[1]) for row in rows], columns[1].grain)
        grid: list[list[float | None]] = [[None] * len(across) for _ in down]
        places = {name: at for at, name in enumerate(down)}, {name: at for at, name in enumerate(across)}
        for row in rows:
            grid[places[0][str(row[0])]][places[1][str(row[1])]] = row[2]
        trace: Json = {
            "type": "heatmap",
            "x": across,
            "y": down,
            "z": grid,
            "name": columns[2].name,
            "xgap": 2,
            "ygap": 2,
        }
        if config.numbers:
            trace["texttemplate"] = "%{z}"
        axis = {"type": "category", "automargin": True}
        return {"data": [trace] if rows else [], "layout": {"xaxis": axis, "yaxis": {**axis, "autorange": "reversed"}}}
