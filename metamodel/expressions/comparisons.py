"""Comparisons of a column with a constant of more digits, restated so that the column stands bare."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from metamodel.expressions import decimals
from metamodel.expressions.ast import Call, Convert, Literal, Node, Ref, constant
from metamodel.expressions.context import Context
from metamodel.expressions.evaluate import evaluate
from metamodel.expressions.types import BOOLEAN

MIRRORED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "=", "<>": "<>"}
# `x > 4.5` over whole x is `x > 4`, `x >= 4.5` is `x >= 5`: which way the constant may be rounded.
WAYS: dict[str, decimals.Rounding] = {">": "floor", "<=": "floor", ">=": "ceiling", "<": "ceiling"}


def narrowed(call: Call, context: Context) -> Call:
    """`{count} > 4.5` as `{count} > 4`: the same meaning, and an index on the column serves."""
    left, right = call.args
    if constant(left) and not constant(right):
        left, right, call = right, left, replace(call, name=MIRRORED[call.name], args=(right, left))
    bare = _column(left)
    if bare is None or not constant(right):
        return call
    value = evaluate(right, {}, context)
    if not isinstance(value, (int, Decimal)):
        return call
    scale, wider = bare.type.scale, right.type.scale
    units = decimals.to_units(value, wider)
    way = WAYS.get(call.name)
    if way is None:
        if units % 10 ** (wider - scale):
            # No value of the column has so many digits: never equal, always different.
            return replace(
                call, args=(Literal(value=call.name == "<>", type=BOOLEAN), Literal(value=True, type=BOOLEAN)), name="="
            )
        way = "floor"
    rounded = decimals.from_units(decimals.divide_units(units, 10 ** (wider - scale), way), scale)
    return replace(call, args=(bare, Literal(value=rounded, type=bare.type)))


def _column(node: Node) -> Ref | None:
    """The column below a change to more digits."""
    match node:
        case Convert(arg=Ref() as ref, type=type_):
            exact = type_.kind == "number" == ref.type.kind and type_.scale > ref.type.scale
            return ref if exact else None
        case _:
            return None
