"""One large number, with what it was before where the report asks for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engines.reports.chart import ChartKind, ResultColumn, Shape
from metamodel.definition import Json, definition


@definition
class Settings:
    """Its settings."""


class Number(ChartKind):
    """One large number, with what it was before where the report asks for it."""

    kind = "number"
    Config = Settings
    icon = "number"

    def accepts(self, shape: Shape) -> bool:
        """Measures alone."""
        return shape.measures >= 1 and shape.rows == 0 and shape.series == 0

    def figure(self, columns: Sequence[ResultColumn], rows: Sequence[Sequence[Json]], config: Any) -> Json:
        """The browser draws it itself."""
        return None
