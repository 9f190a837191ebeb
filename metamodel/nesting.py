"""Segments within segments: which ones a condition asks for, circles among them, and where they may be asked for."""

from __future__ import annotations

from collections.abc import Iterator

from metamodel.application import Application
from metamodel.expressions.ast import Call, Node, walk
from metamodel.expressions.check import check
from metamodel.expressions.functions.entry import written
from metamodel.issues import Issue
from metamodel.model import Model, qualified

#: what is computed from one record alone, at once, knows no segments: they lie in the database and come a little later
WITHOUT = frozenset({"entity", "form", "page", "role", "decision_table"})
PERSONAL = frozenset({"ME", "MY_DEPARTMENT", "MY_DEPARTMENTS"})


def asked(node: Node | None) -> frozenset[str]:
    """The segments that a typed expression asks for, by their names in full."""
    if node is None:
        return frozenset()
    calls = (each for each in walk(node) if isinstance(each, Call) and each.name == "IN_SEGMENT")
    return frozenset(str(written(call.args[0])) for call in calls)


def within(model: Model, name: str) -> frozenset[str]:
    """The segments a segment asks for itself."""
    segment = model.segments.get(name)
    if segment is None or segment.entity not in model.entities:
        return frozenset()
    return asked(check(segment.condition, model, segment.entity).ast) if segment.condition else frozenset()


def all_within(model: Model, name: str) -> frozenset[str]:
    """Those it asks for, and those that they ask for in turn; itself among them where they run in a circle."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        for inner in within(model, waiting.pop()) - found:
            found.add(inner)
            waiting.append(inner)
    return frozenset(found)


def personal(node: Node | None) -> bool:
    """Whether an expression asks who is asking: a set is the same for everybody."""
    return node is not None and any(isinstance(each, Call) and each.name in PERSONAL for each in walk(node))


def segments_checked(model: Model, application: Application) -> Iterator[Issue]:
    """A segment says who is in it, and never by way of itself."""
    for index, segment in enumerate(application.segments):
        path = ("segments", index, "condition")
        if not segment.condition.strip():
            yield Issue(code="segment.no_condition", path=path)
        elif (name := qualified(application.name, segment.name)) in all_within(model, name):
            yield Issue(code="segment.circle", path=path, arguments={"label": segment.label})
        elif personal(check(segment.condition, model, qualified(application.name, segment.entity)).ast):
            yield Issue(code="segment.personal", path=path)
