"""The mean of a number over the rows that have one."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from engines.reports.measure import Column, MeasureKind, Value, of_units, rounded
from metamodel.expressions.functions.aggregates import exact_sum
from metamodel.expressions.types import Type

#: digits beyond those of what is averaged
MORE_DIGITS = 4


class Average(MeasureKind):
    """The mean of a number over the rows that have one."""

    kind = "average"
    of_rows = sortable = True

    def columns(self, value: Column | None, type: Type) -> Sequence[Column]:
        """Sum and count: a mean of means would be wrong in every subtotal."""
        assert value is not None
        return (exact_sum(value) if type.kind == "number" else sa.func.sum(value), sa.func.count(value))

    def again(self, columns: Sequence[Column]) -> Sequence[Column] | None:
        """Sums and counts are added."""
        return (
            exact_sum(columns[0]) if isinstance(columns[0].type, sa.BigInteger) else sa.func.sum(columns[0]),
            sa.func.sum(columns[1]),
        )

    def read(self, cells: Sequence[Any], type: Type) -> Value:
        """Of no values it is blank."""
        whole = of_units(cells[0], type)
        return (
            rounded(Decimal(whole) / cells[1], type.scale + MORE_DIGITS).normalize()
            if whole is not None and cells[1]
            else None
        )
