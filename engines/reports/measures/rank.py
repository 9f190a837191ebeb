"""The place of a row among all rows."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

from engines.reports.measure import Cube, MeasureKind, exact
from engines.reports.query import Measured


class Rank(MeasureKind):
    """The place of a row among all rows."""

    kind = "rank"
    whole = True

    def fill(self, item: Measured, cube: Cube) -> None:
        """Equals share a place and the next ones are left out (1, 2, 2, 4), as in sports; blanks have none."""
        within = item.definition.within
        kept = [at for at, split in enumerate(cube.query.splits) if split.dimension in within]
        found: dict[Any, list[Decimal]] = defaultdict(list)
        for group in cube.groups():
            group.values[item.name] = None
        for group in cube.rows.values():
            value = exact(group.values[item.definition.of])
            if value is not None:
                found[tuple(group.keys[at] for at in kept)].append(value)
        places = {
            key: {
                value: at
                for at, value in reversed(list(enumerate(sorted(values, reverse=not item.definition.ascending), 1)))
            }
            for key, values in found.items()
        }
        for group in cube.rows.values():
            value = exact(group.values[item.definition.of])
            if value is not None:
                group.values[item.name] = places[tuple(group.keys[at] for at in kept)][value]
