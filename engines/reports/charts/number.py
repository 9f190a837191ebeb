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
        """Any answer with a measure; the first row counts."""
        return shape.measures >= 1

    def figure(self, columns: Sequence[ResultColumn], rows: Sequence[Sequence[Json]], config: Any) -> Json:
        """The browser writes the number itself."""
        return None
