"""What a measure was a period or a year before, or how it has changed since."""

from __future__ import annotations

from decimal import Decimal

from engines.reports.measure import Cube, MeasureKind, exact, rounded
from engines.reports.query import Measured


class Previous(MeasureKind):
    """What a measure was a period or a year before, or how it has changed since."""

    kind = "previous"
    whole = True

    def fill(self, item: Measured, cube: Cube) -> None:
        """Like is compared with like: a period that is not over yet with as much of the one before."""
        found = cube.earlier.get((item.definition.offset, item.definition.by))
        if found is None:
            cube.note("report.no_period", label=item.label)
        for group in cube.groups():
            then = None
            if found is not None:
                before, keys = found
                known = tuple(
                    keys[at].get(key) if at in keys else key for at, key in zip(group.level, group.keys, strict=True)
                )
                other = before.levels.get(group.level, {}).get(known)
                then = exact(other.values[item.definition.of]) if other else None
            group.values[item.name] = self._told(item, exact(group.values[item.definition.of]), then)

    def _told(self, item: Measured, now: Decimal | None, then: Decimal | None) -> Decimal | None:
        if item.definition.shown == "value" or then is None:
            return then
        if now is None:
            return None
        if item.definition.shown == "change":
            return now - then
        return rounded((now - then) / abs(then)).normalize() if then else None
