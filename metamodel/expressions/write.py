"""Typed tree to text, for what was built without one."""

from __future__ import annotations

from metamodel.expressions.ast import Aggregate, Call, Constant, Convert, Literal, Node, Ref, constant_to_json
from metamodel.expressions.functions.operators import COMPARISONS
from metamodel.expressions.restate import WRITTEN_AS

PRECEDENCE = {"=": 1, "&": 2, "+": 3, "-": 3, "*": 4, "/": 4, "^": 5}


def to_text(node: Node) -> str:
    """A tree as text, for what was built without a text. Brackets stand only where the order needs them."""
    return _write(node, 0)


def _write(node: Node, outer: int) -> str:
    match node:
        case Literal(value=value):
            return _constant(value)
        case Ref(path=path):
            return "{" + ".".join(path) + "}"
        case Convert(arg=arg):
            return _write(arg, outer)
        case Aggregate():
            parts = [_write(node.value, 0) if node.value else "{" + ".".join(node.rows) + "}"]
            parts += [_write(node.condition, 0)] if node.condition else []
            return f"{node.name}({', '.join(parts)})"
        case Call(name="NEGATE", args=(arg,)):
            return f"-{_write(arg, 9)}"
        case Call(name=name, args=args):
            sign = WRITTEN_AS.get(name, name)
            level = 1 if sign in COMPARISONS else PRECEDENCE.get(sign, 0)
            if not level:
                return f"{sign}({', '.join(_write(arg, 0) for arg in args)})"
            parts = [_write(arg, level if place == 0 else level + 1) for place, arg in enumerate(args)]
            found = f" {sign} ".join(parts)
            return f"({found})" if level < outer else found


def _constant(value: Constant) -> str:
    if value is None:
        return '""'
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, str):
        return '"' + value.replace('"', '""') + '"'
    return str(constant_to_json(value))
