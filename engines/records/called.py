"""What records are called by people, for those that an actor may read; one statement an entity."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from engines.database import among
from engines.records.shape import label_column
from engines.records.sight import PLATFORM_TABLES, Sight
from metamodel.expressions.tables import Joins


def names(connection: sa.Connection, sight: Sight, pairs: Iterable[tuple[str, int]]) -> dict[tuple[str, int], str]:
    """What records are called, by entity and number; those that the actor may not read are missing."""
    wanted: dict[str, set[int]] = {}
    for entity, number in pairs:
        wanted.setdefault(entity, set()).add(number)
    found: dict[tuple[str, int], str] = {}
    for entity, numbers in wanted.items():
        query = naming(sight, entity, numbers)
        if query is not None:
            found |= {(entity, row[0]): str(row[1] or "") for row in connection.execute(query)}
    return found


def naming(sight: Sight, entity: str, numbers: Iterable[int] | None = None) -> sa.Select[Any] | None:
    """The question for (number, name) of some records or of all; None where the actor may read none of the entity."""
    model = sight.live.model.entity(entity)
    if entity not in PLATFORM_TABLES and (model is None or not sight.policy.may(entity, "read")):
        return None
    source = sight.table(entity)
    joins = Joins(tables=sight)
    where: list[sa.ColumnElement[bool]] = []
    if numbers is not None:
        where.append(among(source.c.id, "the_numbers", sight.live.dialect))
    alive = sight.base.visible(source, entity)
    seen = sight.row_filter(model, "read", source, joins) if model is not None else None
    where += [met for met in (alive, seen) if met is not None]
    label = label_column(sight, source, entity)
    query = sa.select(source.c.id, label).select_from(joins.apply(source)).where(*where)
    # One parameter however many they are: a list of them has an end on either database.
    return query if numbers is None else query.params(the_numbers=list(numbers))
