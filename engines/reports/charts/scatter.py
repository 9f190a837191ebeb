"""Two or three measures of each thing against one another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engines.reports.chart import ChartKind, ResultColumn, Shape, joined, ordered
from metamodel.definition import Json, definition

#: points that are few enough to be named in the figure
NAMED = 20


@definition
class Settings:
    """Its settings."""

    lines: bool = False


class Scatter(ChartKind):
    """Two or three measures of each thing against one another."""

    kind = "scatter"
    Config = Settings
    icon = "scatter"
    most = 2_000

    def accepts(self, shape: Shape) -> bool:
        """A dimension names the points, the first two measures place them, a third gives their size."""
        return shape.rows >= 1 and 2 <= shape.measures <= 3

    def figure(self, columns: Sequence[ResultColumn], rows: Sequence[Sequence[Json]], config: Any) -> Json:
        """A trace a colour. `lines` are drawn where the means are, so that four fields show."""
        down = [at for at, column in enumerate(columns) if column.axis == "rows"]
        across = [at for at, column in enumerate(columns) if column.axis in ("columns", "color")]
        places = [at for at, column in enumerate(columns) if column.role == "measure"]
        if len(places) < 2:
            return {"data": [], "layout": {}}
        largest = max((abs(row[places[2]] or 0) for row in rows), default=0) if len(places) > 2 else 0
        data = []
        for name in ordered([joined([row[at] for at in across]) for row in rows], ""):
            own = [row for row in rows if joined([row[at] for at in across]) == name]
            marker: Json = {"size": 10}
            if largest:
                marker = {
                    "size": [8 + 32 * (abs(row[places[2]] or 0) / largest) ** 0.5 for row in own],
                    "opacity": 0.75,
                }
            data.append(
                {
                    "type": "scatter",
                    "mode": "markers+text" if len(rows) <= NAMED else "markers",
                    "textposition": "top center",
                    "name": name,
                    "x": [row[places[0]] for row in own],
                    "y": [row[places[1]] for row in own],
                    "text": [joined([row[at] for at in down]) for row in own],
                    "marker": marker,
                }
            )
        layout: Json = {
            "xaxis": _axis(columns[places[0]]),
            "yaxis": _axis(columns[places[1]]),
        }
        if config.lines and rows:
            layout["shapes"] = [_mean(rows, places[0], "x"), _mean(rows, places[1], "y")]
        return {"data": data, "layout": layout}


def _axis(column: ResultColumn) -> Json:
    return {"title": {"text": column.name}, **({"tickformat": ",.2~%"} if column.format == "percent" else {})}


def _mean(rows: Sequence[Sequence[Json]], place: int, axis: str) -> Json:
    known = [row[place] for row in rows if row[place] is not None]
    mean = sum(known) / len(known) if known else 0
    other = "y" if axis == "x" else "x"
    ends = {f"{other}0": 0, f"{other}1": 1, f"{other}ref": "paper", f"{axis}0": mean, f"{axis}1": mean}
    return {"type": "line", **ends, "line": {"dash": "dot", "width": 1}}
