"""How many different values there are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from engines.reports.measure import Column, MeasureKind, Value
from metamodel.expressions.types import Type


class CountDistinct(MeasureKind):
    """How many different values there are."""

    kind = "count_distinct"
    of_rows = sortable = True

    def columns(self, value: Column | None, type: Type) -> Sequence[Column]:
        """One count; a subtotal counts anew, since what stands in two rows is one in their sum."""
        assert value is not None
        return (sa.func.count(value.distinct()),)

    def read(self, cells: Sequence[Any], type: Type) -> Value:
        """A whole number, never blank."""
        return int(cells[0])
