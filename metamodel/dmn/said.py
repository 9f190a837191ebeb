"""Cells and expressions of this language as FEEL; None where FEEL has no words for them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from metamodel.dmn.tokens import FUNCTIONS
from metamodel.errors import Invalid
from metamodel.expressions.ast import TRUE, Call, Literal, Node, Ref
from metamodel.unary import INPUT, read_result, read_test

#: functions by their words here
SPOKEN: Mapping[str, str] = {here: feel for feel, here in FUNCTIONS.items() if here not in ("NOT", "SUM")}
SIGNS = {"=": "=", "<>": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
LEVELS = {"+": 3, "-": 3, "*": 4, "/": 4, "^": 5}


class _Unsaid(Exception):
    """FEEL has no words for it."""


def cell_in_feel(text: str) -> str | None:
    """A cell of tests as unary tests."""
    try:
        node = read_test(text)
        return "-" if node == TRUE else _tests(node)
    except (Invalid, _Unsaid):
        return None


def value_in_feel(text: str) -> str | None:
    """An expression, or a cell of results."""
    if not text.strip():
        return ""
    try:
        return _said(read_result(text), 0)
    except (Invalid, _Unsaid):
        return None


def quote(text: str) -> str:
    """A text as a literal of FEEL."""
    for sign, escaped in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\t", "\\t"), ("\r", "\\r")):
        text = text.replace(sign, escaped)
    return f'"{text}"'


def _tests(node: Node) -> str:
    match node:
        case Call(name="NOT", args=(inner,)):
            return f"not({_tests(inner)})"
        case Call(name="OR", args=args):
            return ", ".join(_tests(arg) for arg in args)
        case Call(name="IN", args=(left, *values)) if left == INPUT:
            return ", ".join(_said(value, 2) for value in values)
        case Call(name="ISBLANK", args=(left,)) if left == INPUT:
            return "null"
        case Call(name="AND", args=(Call(name=above, args=(_, low)), Call(name=below, args=(_, high)))):
            return f"{'[' if above == '>=' else '('}{_said(low, 2)}..{_said(high, 2)}{']' if below == '<=' else ')'}"
        case Call(name="=", args=(left, value)) if left == INPUT:
            return _said(value, 2)
        case Call(name=name, args=(left, value)) if left == INPUT and name in SIGNS:
            return f"{SIGNS[name]} {_said(value, 2)}"
        case _:
            raise _Unsaid


def _said(node: Node, outer: float) -> str:
    match node:
        case Literal(value=None):
            return "null"
        case Literal(value=bool(value)):
            return "true" if value else "false"
        case Literal(value=str(value)):
            return quote(value)
        case Literal(value=(int() | Decimal()) as value):
            return format(Decimal(value), "f")
        case Ref(path=path):
            return ".".join(path)
        case Call(name="DATE", args=(Literal(value=int(year)), Literal(value=int(month)), Literal(value=int(day)))):
            return f'date("{year:04}-{month:02}-{day:02}")'
        case Call(name="TIME", args=(Literal(value=int(hour)), Literal(value=int(minute)), Literal(value=int(second)))):
            return f'time("{hour:02}:{minute:02}:{second:02}")'
        case Call(name="NEGATE", args=(arg,)):
            return _bracketed(f"-{_said(arg, 9)}", 6, outer)
        case Call(name="IF", args=(condition, yes, no)):
            return _bracketed(f"if {_said(condition, 0)} then {_said(yes, 0)} else {_said(no, 0)}", 0.5, outer)
        case Call(name="AND" | "OR" as name, args=args) if len(args) > 1:
            level = 0.8 if name == "AND" else 0.7
            return _bracketed(f" {name.lower()} ".join(_said(arg, level + 0.05) for arg in args), level, outer)
        case Call(name="ISBLANK", args=(arg,)):
            return _bracketed(f"{_said(arg, 2)} = null", 1, outer)
        case Call(name="NOT", args=(arg,)):
            return f"not({_said(arg, 0)})"
        case Call(name="IN", args=(left, *values)):
            return _bracketed(f"{_said(left, 2)} in ({', '.join(_said(value, 2) for value in values)})", 1, outer)
        case Call(name=name, args=(left, right)) if name in SIGNS:
            return _bracketed(f"{_said(left, 2)} {SIGNS[name]} {_said(right, 2)}", 1, outer)
        case Call(name=name, args=(left, right)) if name in LEVELS:
            level = LEVELS[name]
            sign = "**" if name == "^" else name
            return _bracketed(f"{_said(left, level)} {sign} {_said(right, level + 1)}", level, outer)
        case Call(name="FLOOR" | "CEILING" as name, args=(arg, Literal(value=1))):
            return f"{name.lower()}({_said(arg, 0)})"
        case Call(name=name, args=args) if name in SPOKEN:
            return f"{SPOKEN[name]}({', '.join(_said(arg, 0) for arg in args)})"
        case _:
            raise _Unsaid


def _bracketed(text: str, level: float, outer: float) -> str:
    return f"({text})" if level < outer else text
