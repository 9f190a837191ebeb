"""The share of a measure in the whole it is part of."""

from __future__ import annotations

from engines.reports.measure import Cube, MeasureKind, exact, rounded
from engines.reports.query import Measured


class Share(MeasureKind):
    """The share of a measure in the whole it is part of."""

    kind = "share"
    whole = True

    def fill(self, item: Measured, cube: Cube) -> None:
        """The whole is a subtotal by the database: all rows, or those with the same dimensions `within`."""
        within = item.definition.within
        kept = tuple(at for at, split in enumerate(cube.query.splits) if split.dimension in within)
        for group in cube.groups():
            whole = cube.around(group, kept)
            part = exact(group.values[item.definition.of])
            all_ = exact(whole.values[item.definition.of]) if whole else None
            if part is not None and all_ == 0:
                cube.note("report.by_zero", label=item.label)
            group.values[item.name] = rounded(part / all_).normalize() if part is not None and all_ else None
