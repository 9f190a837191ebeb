"""Row conditions in their cheapest form: as a set of the few records that a reference may lead to.

`IN({team.department}, …)` over a million tickets is best said as "team is one of these": the set is small, found once,
and an index on the reference serves. That is allowed where every path of the condition begins with the same
reference and a record without it would not meet the condition.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any

from metamodel.expressions.ast import Aggregate, Node, Ref, walk
from metamodel.expressions.context import Context
from metamodel.expressions.evaluate import evaluate


def reference_of(node: Node, context: Context) -> tuple[str, str] | None:
    """(reference, entity it leads to) that a condition is really about; None where it isn't about just one."""
    found: set[tuple[str, str]] = set()
    for part in walk(node):
        if isinstance(part, Aggregate):
            return None
        if isinstance(part, Ref):
            if len(part.path) < 2 or (part.path[1] == "id" and len(part.path) == 2):
                return None
            found.add((part.path[0], part.entities[1]))
    if len(found) != 1 or evaluate(node, {}, context) is True:
        return None
    return found.pop()


def beyond(node: Node) -> Node:
    """The same condition asked of the record the reference leads to: every path loses its first step."""
    if isinstance(node, Ref):
        return replace(node, path=node.path[1:], entities=node.entities[1:])
    changes: dict[str, Any] = {}
    for item in fields(node):
        value = getattr(node, item.name)
        if isinstance(value, tuple) and any(_is_node(one) for one in value):
            changes[item.name] = tuple(beyond(one) if _is_node(one) else one for one in value)
        elif _is_node(value):
            changes[item.name] = beyond(value)
    return replace(node, **changes) if changes else node


def _is_node(value: Any) -> bool:
    return is_dataclass(value) and hasattr(value, "span")
