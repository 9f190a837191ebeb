"""The value in the middle; of an even number of them the mean of the two in the middle."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from engines.reports.measure import Column, MeasureKind, Value, of_units
from metamodel.expressions.dialects import fragment
from metamodel.expressions.storage import TEXT_TYPE
from metamodel.expressions.types import Type

# Both in the middle, not their mean: percentile_cont would answer a float.
_middle = fragment(
    "dg_middle({0})",
    "percentile_disc(0.5) WITHIN GROUP (ORDER BY {0}) || ' ' || percentile_disc(0.5) WITHIN GROUP (ORDER BY {0} DESC)",
    TEXT_TYPE,
)


class Median(MeasureKind):
    """The value in the middle; of an even number of them the mean of the two in the middle."""

    kind = "median"
    of_rows = True

    def columns(self, value: Column | None, type: Type) -> Sequence[Column]:
        """The two values in the middle as one text."""
        assert value is not None
        return (_middle(value),)

    def read(self, cells: Sequence[Any], type: Type) -> Value:
        """Of no values it is blank."""
        if cells[0] is None:
            return None
        low, high = (of_units(Decimal(word), type) for word in cells[0].split())
        return None if low is None or high is None else (Decimal(low) + Decimal(high)) / 2
