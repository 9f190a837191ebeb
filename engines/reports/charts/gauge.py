"""One number on a dial, and how far it is from what is wished for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engines.reports.chart import ChartKind, ResultColumn, Shape
from metamodel.definition import Json, definition


@definition
class Settings:
    """Its settings."""

    least: float = 0
    most: float | None = None


class Gauge(ChartKind):
    """One number on a dial, and how far it is from what is wished for."""

    kind = "gauge"
    Config = Settings
    icon = "gauge"

    def accepts(self, shape: Shape) -> bool:
        """One measure, or it and its target; nothing splits them."""
        return shape.rows == 0 and shape.series == 0 and 1 <= shape.measures <= 2

    def figure(self, columns: Sequence[ResultColumn], rows: Sequence[Sequence[Json]], config: Any) -> Json:
        """The dial ends at `most`, else a quarter beyond the target, else at the next round number."""
        value = rows[0][0] if rows else None
        if value is None:
            return {"data": [], "layout": {}}
        target = rows[0][1] if len(columns) > 1 else columns[0].target
        end = config.most if config.most is not None else max(value, target * 1.25) if target else _round(value)
        share = columns[0].format == "percent"
        number = {"valueformat": ".1%"} if share else {"valueformat": ",.2~f"}
        dial: Json = {"axis": {"range": [config.least, end], "tickformat": ",.2~%" if share else "~s"}}
        if target is not None:
            dial["threshold"] = {"value": target, "thickness": 0.9, "line": {"width": 3}}
        trace: Json = {"type": "indicator", "mode": "gauge+number", "value": value, "number": number, "gauge": dial}
        if target:
            trace |= {
                "mode": "gauge+number+delta",
                "delta": {"reference": target, "relative": True, "valueformat": ".1%"},
            }
        return {"data": [trace], "layout": {}}


def _round(value: float) -> float:
    """The next of 1, 2, 5, 10 … at or above a number."""
    size = 1.0
    while size < abs(value):
        size *= 10
    return next(step for step in (size / 5, size / 2, size) if step >= abs(value) or step == size)
