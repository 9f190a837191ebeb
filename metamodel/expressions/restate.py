"""Other forms of the same: what an editor leaves out, what stands for another thing beside dates and references."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from metamodel.expressions.ast import Aggregate, Call, Convert, Literal, Node, Ref, children, exact_chain
from metamodel.expressions.conversions import convert
from metamodel.expressions.types import BLANK, BOOLEAN, INTEGER, REAL, SCALE_LIMIT, TEXT, number, record

# Names that only the check itself puts in, in place of an operator or of the function as it is written.
HIDDEN = frozenset(
    {"NEGATE", "LATER", "EARLIER", "LATER_AT", "EARLIER_AT", "SPAN", "SPAN_AT", "TEXT_DATE", "IN_DEPARTMENTS"}
)
WEIGHT_LIMIT = 84
WRITTEN_AS = {
    "LATER": "+",
    "LATER_AT": "+",
    "EARLIER": "-",
    "EARLIER_AT": "-",
    "SPAN": "-",
    "SPAN_AT": "-",
    "TEXT_DATE": "TEXT",
    "IN_DEPARTMENTS": "IN",
}


def heavy(node: Node) -> bool:
    """Whether nodes lie so deep within one another that SQLAlchemy would pass Python's limit of a thousand frames
    (measured: it fails at 115 to 185 of these weights)."""
    waiting = [(node, 0)]
    while waiting:
        each, above = waiting.pop()
        light = isinstance(each, Convert) or exact_chain(each) or (isinstance(each, Call) and each.name == "&")
        weight = above + (1 if light else 4)
        if weight > WEIGHT_LIMIT:
            return True
        waiting.extend((child, weight) for child in children(each))
    return False


def literal(node: Literal) -> Literal:
    """A literal with its type: an editor may leave it to the value. Empty text is blank."""
    value = node.value
    if value == "" and isinstance(value, str):
        return replace(node, value=None, type=BLANK)
    if value is None:
        return replace(node, type=BLANK)
    if node.type != BLANK:
        return node
    if isinstance(value, bool):
        return replace(node, type=BOOLEAN)
    if isinstance(value, int):
        return replace(node, type=INTEGER)
    if isinstance(value, Decimal):
        scale = max(0, -int(value.as_tuple().exponent))
        return replace(node, type=number(scale) if scale <= SCALE_LIMIT else REAL)
    return replace(node, type=TEXT)


def as_call(node: Aggregate) -> Call:
    """An aggregate as it is written, to be typed again."""
    rows = Ref(path=node.rows, span=node.span)
    args = (node.value or rows,) if node.condition is None else (node.value or rows, node.condition)
    return Call(name=node.name, args=args, span=node.span)


def with_records(args: Sequence[Node]) -> tuple[Node, ...]:
    """Whole numbers beside references are ids."""
    entity = next((arg.type.entity for arg in args if arg.type.kind == "record"), None)
    if entity is None:
        return tuple(args)
    return tuple(
        convert(arg, record(entity)) if isinstance(arg, Literal) and arg.type == INTEGER else arg for arg in args
    )


def rewritten(call: Call) -> Call:
    """Operators and functions that mean something else for dates and departments."""
    kinds = [arg.type.kind for arg in call.args]
    dated = [kind in ("date", "datetime") for kind in kinds]
    late = "datetime" in kinds
    match call.name:
        case "+" if dated == [True, False]:
            return replace(call, name="LATER_AT" if late else "LATER")
        case "+" if dated == [False, True]:
            return replace(call, name="LATER_AT" if late else "LATER", args=call.args[::-1])
        case "-" if dated == [True, False] and kinds[1] != "blank":
            return replace(call, name="EARLIER_AT" if late else "EARLIER")
        case "-" if any(dated) and all(flag or kind == "blank" for flag, kind in zip(dated, kinds, strict=True)):
            return replace(call, name="SPAN_AT" if late else "SPAN")
        case "TEXT" if dated[0]:
            return replace(call, name="TEXT_DATE")
        case "IN" if len(kinds) == 2 and kinds[1] == "records":
            return replace(call, name="IN_DEPARTMENTS")
        case _:
            return call
