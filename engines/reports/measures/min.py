"""The least value of the rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from engines.reports.measure import Column, MeasureKind, Value, of_units
from metamodel.expressions.types import Type


class Min(MeasureKind):
    """The least value of the rows."""

    kind = "min"
    of_rows = sortable = True

    def columns(self, value: Column | None, type: Type) -> Sequence[Column]:
        """One column; dates and texts have a least one too."""
        assert value is not None
        return (sa.func.min(value),)

    def again(self, columns: Sequence[Column]) -> Sequence[Column] | None:
        """The least of the least."""
        return (sa.func.min(columns[0]),)

    def read(self, cells: Sequence[Any], type: Type) -> Value:
        """Of no values it is blank."""
        return of_units(cells[0], type)
