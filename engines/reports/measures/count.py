"""How many rows there are, or how many have a value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from engines.reports.measure import Column, MeasureKind, Value
from metamodel.expressions.types import Type


class Count(MeasureKind):
    """How many rows there are, or how many have a value."""

    kind = "count"
    of_rows = sortable = True

    def columns(self, value: Column | None, type: Type) -> Sequence[Column]:
        """One count."""
        return (sa.func.count() if value is None else sa.func.count(value),)

    def again(self, columns: Sequence[Column]) -> Sequence[Column] | None:
        """Counts are added."""
        return (sa.func.coalesce(sa.func.sum(columns[0]), 0),)

    def read(self, cells: Sequence[Any], type: Type) -> Value:
        """A whole number, never blank."""
        return int(cells[0])
