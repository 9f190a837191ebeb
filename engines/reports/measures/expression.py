"""A formula over other measures."""

from __future__ import annotations

from decimal import Decimal

from engines.reports.measure import Cube, MeasureKind
from engines.reports.query import Measured
from metamodel.expressions.evaluate import compile
from metamodel.metric import formula


class Expression(MeasureKind):
    """A formula over other measures."""

    kind = "expression"

    def fill(self, item: Measured, cube: Cube) -> None:
        """Computed in every row and subtotal alike; what can't be computed is blank, and that is said."""
        node = formula(item.definition.formula, {one.name: one.result for one in cube.query.measures}).ast
        assert node is not None
        compute = compile(node)
        before = len(cube.context.issues)
        for group in cube.groups():
            value = compute(group.values, cube.context)
            group.values[item.name] = value.normalize() if isinstance(value, Decimal) else value
        if len(cube.context.issues) > before:
            del cube.context.issues[before:]
            cube.note("report.by_zero", label=item.label)
