"""Deep expressions on SQLite, whose parser gives up at a hundred open symbols: evaluated by a function of ours.

The leaves (columns, subqueries) stay SQL and are handed over; what lies above them goes along as JSON. The meaning is
the evaluator's own; the price is some five microseconds a row instead of a fraction of one."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from metamodel.expressions.ast import Aggregate, Call, Convert, Node, Ref, children, from_json, to_json
from metamodel.expressions.context import Context
from metamodel.expressions.dialects import fragment
from metamodel.expressions.evaluate import compile
from metamodel.expressions.storage import TEXT_TYPE, column_type, from_database, to_database
from metamodel.expressions.types import Type, parse_type

# Brackets and CASEs within one another. Each costs four or five of the hundred symbols, and the statement around the
# expression needs some too.
DEEPEST = 14
# Trees of fewer levels cannot come that deep.
SHALLOW = 4
OPENING = re.compile(r"\(|\)|\bCASE\b|\bEND\b")
INSTANT_FORM = "%Y-%m-%d %H:%M:%S.%f"


def shallow(node: Node, levels: int = SHALLOW) -> bool:
    """Whether a tree has few levels."""
    return levels > 0 and all(shallow(child, levels - 1) for child in children(node))


def leaves(node: Node, found: list[Node]) -> Node:
    """The tree with its references and aggregates put into `found`, and fields named after their place instead."""
    match node:
        case Ref() | Aggregate() | Call(name="IN_SEGMENT"):
            if node not in found:
                found.append(node)
            return Ref(path=(f"a{found.index(node)}",), entities=("",), type=node.type)
        case Call(args=args):
            return replace(node, args=tuple(leaves(arg, found) for arg in args))
        case Convert(arg=arg):
            return replace(node, arg=leaves(arg, found))
        case _:
            return node


class Guarded(FunctionElement[Any]):
    """An expression in two forms: plain SQL and, for SQLite, a call of `dg_evaluate`."""

    inherit_cache = True
    name = "guarded"


@compiles(Guarded)
def _plain(element: Guarded, compiler: SQLCompiler, **options: Any) -> str:
    # In brackets: what stands around takes it for one thing, and an OR beside an AND would lose its own.
    return f"({compiler.process(next(iter(element.clauses)), **options)})"


@compiles(Guarded, "sqlite")
def _shorter(element: Guarded, compiler: SQLCompiler, **options: Any) -> str:
    plain, called = element.clauses
    text = compiler.process(plain, **options)
    return f"({text})" if nesting(text) <= DEEPEST else compiler.process(called, **options)


def nesting(text: str) -> int:
    """How many brackets and CASEs lie within one another."""
    deepest = depth = 0
    for sign in OPENING.findall(text):
        depth += 1 if sign in ("(", "CASE") else -1
        deepest = max(deepest, depth)
    return deepest


@cache
def _guarded(kind: str) -> type[Guarded]:
    return type("Guarded", (Guarded,), {"inherit_cache": True, "type": column_type(parse_type(kind))})


@cache
def _called(count: int, kind: str) -> Callable[..., sa.ColumnElement[Any]]:
    wording = f"dg_evaluate({', '.join(f'{{{place}}}' for place in range(count))})"
    return fragment(wording, wording, column_type(parse_type(kind)))


def guard(
    node: Node, plain: sa.ColumnElement[Any], context: Context, value: Callable[[Node], sa.ColumnElement[Any]]
) -> sa.ColumnElement[Any]:
    """`plain`, or on SQLite the same by `dg_evaluate` where `plain` is too deep; `value` compiles the leaves."""
    if shallow(node):
        return plain
    found: list[Node] = []
    tree = json.dumps(to_json(leaves(node, found)), ensure_ascii=False)
    about = {
        "now": context.now.isoformat(),
        "today": context.today.isoformat(),
        "zone": context.zone,
        "me": context.me,
        "my_department": context.my_department,
        "my_departments": context.my_departments,
    }
    texts = (sa.literal(text, TEXT_TYPE) for text in (tree, json.dumps(about)))
    call = _called(len(found) + 2, str(node.type))(*texts, *map(value, found))
    return _guarded(str(node.type))(plain, call)


# On the connection ---------------------------------------------------------------------------------------------------


@lru_cache(maxsize=256)
def _prepared(tree: str, about: str) -> tuple[Callable[[Any, Context], Any], dict[str, Type], Type, Context]:
    node = from_json(json.loads(tree))
    given = json.loads(about)
    context = Context(
        now=datetime.fromisoformat(given["now"]),
        today=date.fromisoformat(given["today"]),
        zone=given["zone"],
        me=given["me"],
        my_department=given["my_department"],
        my_departments=tuple(given["my_departments"]),
    )
    types: dict[str, Type] = {}
    waiting = [node]
    while waiting:
        each = waiting.pop()
        if isinstance(each, Ref):
            types[each.path[0]] = each.type
        waiting.extend(children(each))
    return compile(node), types, node.type, context


def evaluate_call(tree: str, about: str, *values: Any) -> Any:
    """`dg_evaluate`: a tree, a context and the values of the leaves, all as SQLite has them."""
    function, types, result, context = _prepared(tree, about)
    record = {name: _from_sqlite(type_, values[int(name[1:])]) for name, type_ in types.items()}
    return _to_sqlite(result, function(record, context))


def _from_sqlite(type_: Type, value: Any) -> Any:
    if value is None:
        return None
    match type_.kind:
        case "real":
            return Decimal(repr(value))
        case "date":
            return date.fromisoformat(value)
        case "datetime":
            return datetime.strptime(value, INSTANT_FORM).replace(tzinfo=UTC)
        case "time":
            return time.fromisoformat(value)
        case "texts":
            return json.loads(value)
        case _:
            return from_database(type_, value)


def _to_sqlite(type_: Type, value: Any) -> Any:
    match value:
        case bool():
            return int(value)
        case datetime():
            return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
        case date():
            return value.isoformat()
        case time():
            return value.isoformat("microseconds")
        case tuple():
            return json.dumps(value, ensure_ascii=False)
        case _:
            stored = to_database(type_, value)
            return float(stored) if isinstance(stored, Decimal) else stored
