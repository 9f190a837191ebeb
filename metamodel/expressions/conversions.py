"""Which type becomes which: without a word, where a function asks for it, and how it is put into the tree."""

from __future__ import annotations

from decimal import Decimal

from metamodel.expressions.ast import Convert, Literal, Node
from metamodel.expressions.functions.entry import Accepts
from metamodel.expressions.types import (
    BLANK,
    BOOLEAN,
    DATE,
    DATETIME,
    INTEGER,
    REAL,
    TEXT,
    TEXTS,
    TIME,
    Type,
)

# What each kind of parameter takes; the first is what a blank becomes.
TAKES: dict[Accepts, tuple[str, ...]] = {
    "text": ("text", "number", "real"),
    "number": ("number", "real"),
    "real": ("real", "number"),
    "integer": ("number", "real"),
    "meet": ("number", "real"),
    "date": ("date", "datetime"),
    "datetime": ("datetime", "date"),
    "clock": ("time", "datetime"),
    "moment": ("date", "datetime"),
    "boolean": ("boolean",),
    "words": ("text", "number", "real", "boolean", "date", "datetime", "time"),
    "texts": ("texts",),
}
TARGETS: dict[Accepts, Type] = {
    "text": TEXT,
    "words": TEXT,
    "real": REAL,
    "integer": INTEGER,
    "date": DATE,
    "datetime": DATETIME,
    "clock": TIME,
    "boolean": BOOLEAN,
    "texts": TEXTS,
}
BLANKS: dict[Accepts, Type] = {**TARGETS, "number": INTEGER, "meet": INTEGER, "moment": DATE}


def fits(type_: Type, accepts: Accepts) -> bool:
    """Whether an argument of this type may stand where `accepts` is asked for."""
    if type_.kind == "blank":
        return True
    return accepts not in TAKES or type_.kind in TAKES[accepts]


def convert(node: Node, type_: Type) -> Node:
    """The node as `type_`; literals are converted at once. The caller knows that it can be done."""
    if node.type == type_ or type_ == BLANK:
        return node
    if isinstance(node, Literal):
        value = node.value
        if value is None:
            return Literal(value=None, type=type_, span=node.span)
        whole = isinstance(value, int) and not isinstance(value, bool)
        if type_.kind == "number" and node.type.kind == "number" and type_.scale >= node.type.scale:
            exact = Decimal(str(value))
            return Literal(value=exact if type_.scale else int(exact), type=type_, span=node.span)
        if type_.kind == "real" and node.type.kind == "number":
            return Literal(value=Decimal(str(value)), type=type_, span=node.span)
        if type_.kind == "record" and whole:
            return Literal(value=value, type=type_, span=node.span)
    return Convert(arg=node, type=type_, span=node.span)


def prepare(node: Node, accepts: Accepts) -> Node:
    """An argument as its parameter asks for it."""
    if node.type == BLANK and accepts in BLANKS:
        return convert(node, BLANKS[accepts])
    return convert(node, TARGETS[accepts]) if accepts in TARGETS else node
