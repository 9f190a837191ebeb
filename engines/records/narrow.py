"""What a reference's field narrows its records to: whether that asks who asks, and which choices do not meet it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import sqlalchemy as sa

from engines.records.sight import Sight
from metamodel.expressions.ast import Call, Node, walk
from metamodel.expressions.tables import Joins
from metamodel.issues import Issue
from metamodel.model import EntityModel

#: what has no answer for somebody who is nobody
PERSONAL = frozenset(("ME", "MY_DEPARTMENT", "MY_DEPARTMENTS"))


def personal(node: Node) -> bool:
    """Whether a condition depends on who asks."""
    return any(isinstance(part, Call) and part.name in PERSONAL for part in walk(node))


def unfitting(
    connection: sa.Connection, sight: Sight, entity: EntityModel, chosen: Mapping[str, Iterable[int]]
) -> list[Issue]:
    """Of the records chosen for fields, what lies beyond the fields' own filters; one statement for a field with one.

    A filter is the application's own: it reads what the actor may not see."""
    found: list[Issue] = []
    for name, numbers in chosen.items():
        item = entity.fields[name]
        text, wanted = getattr(item.config, "filter", ""), set(numbers)
        if not text or not wanted:
            continue
        target = item.config.entity
        # A visitor of a public form is nobody: what is narrowed to the asker's own is nothing to them.
        fitting = 0
        if sight.actor.user_id or not personal(sight.sound(text, target, False)):
            source, joins = sight.base.alias(target), Joins(tables=sight.base)
            met = sight.condition(text, target, source, joins, sight.base)
            count = sa.select(sa.func.count(source.c.id.distinct())).select_from(joins.apply(source))
            fitting = connection.execute(count.where(source.c.id.in_(sorted(wanted)), met)).scalar_one()
        if fitting != len(wanted):
            label = item.definition.label
            found.append(Issue(code="value.not_offered", path=(name,), arguments={"label": label}))
    return found
