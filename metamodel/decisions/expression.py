"""A plan as expressions of the language, one an output: one statement decides a million, the browser decides alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from metamodel.decisions.outcome import rank, result_type
from metamodel.decisions.plan import Column, Line, Plan, static, value_of
from metamodel.expressions.ast import TRUE, Aggregate, Call, Convert, Literal, Node, Ref
from metamodel.expressions.types import BOOLEAN, DATE, INTEGER, REAL, Type
from metamodel.unary import INPUT

NONE = Literal(value=0, type=INTEGER)
ONE = Literal(value=1, type=INTEGER)
TODAY = Call(name="TODAY", args=(), type=DATE)


def as_expressions(plan: Plan) -> tuple[Node, ...] | None:
    """The outcome of each output; None where it is a list, or hangs on values that only a record's own evaluation
    can compare (priority of, or agreement between, rows whose results are computed)."""
    table = plan.table
    if not table.single:
        return None
    conditions = [condition(plan, line) for line in plan.lines]
    order = list(range(len(plan.lines)))
    excluded: Node | None = None
    if table.hit_policy in ("priority", "any"):
        if not all(static(node) for line in plan.lines for node in line.values):
            return None
        given = [tuple(value_of(node) for node in line.values) for line in plan.lines]
        if table.hit_policy == "priority":
            order.sort(key=lambda at: rank(plan, given[at]))
        else:
            groups: dict[tuple[Any, ...], list[Node]] = {}
            for values, met in zip(given, conditions, strict=True):
                groups.setdefault(values, []).append(met)
            excluded = _several([_any(group) for group in groups.values()])
    elif table.hit_policy == "unique" and not plan.disjoint:
        excluded = _several(conditions)
    elif table.hit_policy == "collect":
        return (_aggregated(plan, conditions),)
    pairs = [(conditions[at], plan.lines[at]) for at in order]
    return tuple(_chosen(plan, place, pairs, excluded) for place in range(len(plan.results)))


def row_of(plan: Plan) -> Node:
    """The number of the first row that hits in the order in which rows count, from 1; blank when none does."""
    order = list(range(len(plan.lines)))
    if plan.table.hit_policy == "priority" and all(static(node) for line in plan.lines for node in line.values):
        order.sort(key=lambda at: rank(plan, tuple(value_of(node) for node in plan.lines[at].values)))
    args: list[Node] = []
    for at in order:
        args += [condition(plan, plan.lines[at]), Literal(value=at + 1, type=INTEGER)]
    blank = Literal(value=None, type=INTEGER)
    return Call(name="IFS", args=(*args, blank), type=INTEGER) if args else blank


def condition(plan: Plan, line: Line) -> Node:
    """Whether a row hits."""
    found = [*_days(line)]
    for column, test in zip(plan.columns, line.tests, strict=True):
        if test is not None:
            found.append(over(column, test))
    return _all(found)


def over(column: Column, test: Node) -> Node:
    """A test with the input's own expression in the place of its value."""
    return replaced(test, lambda node: column.node if isinstance(node, Ref) and node.path == INPUT.path else None)


def replaced(node: Node, by: Callable[[Node], Node | None]) -> Node:
    """The tree with nodes for which `by` gives another one."""
    other = by(node)
    if other is not None:
        return other
    match node:
        case Call(args=args):
            return replace(node, args=tuple(replaced(arg, by) for arg in args))
        case Convert(arg=arg):
            return replace(node, arg=replaced(arg, by))
        case Aggregate(value=value, condition=met):
            return replace(
                node,
                value=replaced(value, by) if value else None,
                condition=replaced(met, by) if met else None,
            )
        case _:
            return node


def _days(line: Line) -> Iterator[Node]:
    if line.since:
        yield Call(name=">=", args=(TODAY, _day(line.since)), type=BOOLEAN)
    if line.until:
        yield Call(name="<=", args=(TODAY, _day(line.until)), type=BOOLEAN)


def _day(day: date) -> Node:
    return Literal(value=day, type=DATE)


def _all(conditions: Sequence[Node]) -> Node:
    if not conditions:
        return TRUE
    return conditions[0] if len(conditions) == 1 else Call(name="AND", args=tuple(conditions), type=BOOLEAN)


def _any(conditions: Sequence[Node]) -> Node:
    return conditions[0] if len(conditions) == 1 else Call(name="OR", args=tuple(conditions), type=BOOLEAN)


def _several(conditions: Sequence[Node]) -> Node | None:
    """Whether more than one of them holds."""
    if len(conditions) < 2:
        return None
    held = [Call(name="IF", args=(met, ONE, NONE), type=INTEGER) for met in conditions]
    return Call(name=">", args=(_sum(held, INTEGER), ONE), type=BOOLEAN)


def _sum(nodes: Sequence[Node], type_: Type) -> Node:
    """Added in halves: a long chain would lie too deep."""
    if len(nodes) == 1:
        return nodes[0]
    half = len(nodes) // 2
    return Call(name="+", args=(_sum(nodes[:half], type_), _sum(nodes[half:], type_)), type=type_)


def _chosen(plan: Plan, place: int, pairs: Sequence[tuple[Node, Line]], excluded: Node | None) -> Node:
    result = plan.results[place]
    blank = Literal(value=None, type=result.type)
    args: list[Node] = [excluded, blank] if excluded else []
    for met, line in pairs:
        args += [met, line.values[place]]
    if not args:
        return result.default
    return Call(name="IFS", args=(*args, result.default), type=result.type)


def _aggregated(plan: Plan, conditions: Sequence[Node]) -> Node:
    result, type_ = plan.results[0], result_type(plan, 0)
    blank = Literal(value=None, type=type_)
    kind = plan.table.aggregation
    default = blank if kind == "count" else result.default
    if not conditions:
        return default
    values = [line.values[0] for line in plan.lines]
    if kind == "count":
        found = _sum([Call(name="IF", args=(met, ONE, NONE), type=INTEGER) for met in conditions], INTEGER)
    elif kind == "sum":
        zero = Literal(value=Decimal(0) if type_ == REAL else 0, type=type_)
        parts = [
            Call(name="IF", args=(met, value, zero), type=type_) for met, value in zip(conditions, values, strict=True)
        ]
        found = _sum(parts, type_)
    else:
        parts = [
            Call(name="IF", args=(met, value, blank), type=type_) for met, value in zip(conditions, values, strict=True)
        ]
        found = parts[0] if len(parts) == 1 else Call(name=kind.upper(), args=tuple(parts), type=type_)
    return Call(name="IF", args=(_any(conditions), found, default), type=type_)
