"""One measure over another."""

from __future__ import annotations

from engines.reports.measure import Cube, MeasureKind, exact, rounded
from engines.reports.query import Measured


class Ratio(MeasureKind):
    """One measure over another."""

    kind = "ratio"
    sortable = True

    def fill(self, item: Measured, cube: Cube) -> None:
        """Subtotals are quotients of subtotals. Over nothing it is blank, and that is said."""
        for group in cube.groups():
            above = exact(group.values[item.definition.numerator])
            below = exact(group.values[item.definition.denominator])
            if above is not None and below == 0:
                cube.note("report.by_zero", label=item.label)
            group.values[item.name] = rounded(above / below).normalize() if above is not None and below else None
