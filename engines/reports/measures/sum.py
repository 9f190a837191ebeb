"""The sum of a number over the rows."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from engines.reports.measure import Column, MeasureKind, Value, of_units
from metamodel.expressions.functions.aggregates import exact_sum
from metamodel.expressions.types import Type


class Sum(MeasureKind):
    """The sum of a number over the rows."""

    kind = "sum"
    of_rows = sortable = True

    def columns(self, value: Column | None, type: Type) -> Sequence[Column]:
        """Whole units are added, so nothing is rounded."""
        assert value is not None
        return (exact_sum(value) if type.kind == "number" else sa.func.sum(value),)

    def again(self, columns: Sequence[Column]) -> Sequence[Column] | None:
        """Sums are added."""
        return (exact_sum(columns[0]) if isinstance(columns[0].type, sa.BigInteger) else sa.func.sum(columns[0]),)

    def read(self, cells: Sequence[Any], type: Type) -> Value:
        """Of no rows it is zero."""
        if cells[0] is None:
            return Decimal(0).scaleb(-type.scale) if type.scale else 0
        return of_units(cells[0], type)
