"""Steps of which each is part of the one before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engines.reports.chart import ChartKind, ResultColumn, Shape
from metamodel.definition import Json, definition


@definition
class Settings:
    """Its settings."""

    shares: bool = True


class Funnel(ChartKind):
    """Steps of which each is part of the one before."""

    kind = "funnel"
    Config = Settings
    icon = "funnel"
    most = 60

    def accepts(self, shape: Shape) -> bool:
        """Measures alone are the steps; else one dimension and one measure."""
        return (shape.rows == 0 and shape.series == 0 and shape.measures >= 2) or (
            shape.rows == 1 and shape.series == 0 and shape.measures == 1
        )

    def figure(self, columns: Sequence[ResultColumn], rows: Sequence[Sequence[Json]], config: Any) -> Json:
        """One trace; the steps come in the order of the measures, or of the rows."""
        if any(column.role == "dimension" for column in columns):
            steps = [(str(row[0]), row[-1]) for row in rows]
        else:
            steps = [(column.name, rows[0][at]) for at, column in enumerate(columns)] if rows else []
        info = "value+percent initial" if config.shares else "value"
        data = [
            {"type": "funnel", "y": [name for name, _ in steps], "x": [value for _, value in steps], "textinfo": info}
        ]
        return {"data": data if steps else [], "layout": {"yaxis": {"automargin": True}}}
