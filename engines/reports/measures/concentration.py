"""The share that the largest of something hold: ten people of a town, a fifth of all goods."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from heapq import nlargest

from engines.reports.measure import Cube, Keys, MeasureKind, exact, rounded
from engines.reports.query import Measured


class Concentration(MeasureKind):
    """The share that the largest of something hold: ten people of a town, a fifth of all goods."""

    kind = "concentration"
    whole = True

    def fill(self, item: Measured, cube: Cube) -> None:
        """The sums of each come from the database, one level deeper; whoever is in two rows is one in their total."""
        deeper = cube.deeper[item.definition.by]
        for level, groups in cube.levels.items():
            sums: dict[Keys, dict[object, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
            for keys, row in deeper.rows.items():
                value = exact(row.values[item.definition.of])
                if keys[-1] is not None and value is not None:
                    sums[tuple(keys[at] for at in level)][keys[-1]] += value
            for keys, group in groups.items():
                all_ = exact(group.values[item.definition.of])
                most = sum(nlargest(item.definition.count, sums[keys].values()), Decimal())
                group.values[item.name] = rounded(most / all_).normalize() if all_ else None
