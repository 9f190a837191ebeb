"""A record with what belongs to it: its lines, the records it links to, and how many of each relation there are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from engines.records.called import names
from engines.records.query import Asked, Page, one, page
from engines.records.shape import known_label
from engines.records.sight import Sight
from metamodel.definition import Json
from metamodel.model import EntityModel

#: lines read with their record; a form with more is opened as a list
MOST_LINES = 500


def whole(
    connection: sa.Connection, sight: Sight, entity: EntityModel, number: int, *, bin: bool = False
) -> dict[str, Json]:
    """The record as forms and pages need it."""
    found = one(connection, sight, entity, number, bin=bin)
    for name, storage in _belonging(sight, entity):
        read = linked if storage == "links" else lines
        found[name] = read(connection, sight, entity, number, name)
    _call_by_name(connection, sight, entity, [found])
    return found


def _belonging(sight: Sight, entity: EntityModel) -> tuple[tuple[str, str], ...]:
    """The links and sub-tables that the actor may see."""

    def look() -> tuple[tuple[str, str], ...]:
        return tuple(
            (item.name, item.storage)
            for item in entity.fields.values()
            if (item.storage == "links" and sight.policy.visibility(entity, item.name).mode == "plain")
            or (item.storage == "rows" and sight.field(entity.name, item.name) is not None)
        )

    return sight.live.once(("belonging", sight.key, entity.name), look)


def linked(
    connection: sa.Connection, sight: Sight, entity: EntityModel, number: int, field: str
) -> list[dict[str, Json]]:
    """The records a field links to, as far as the actor may see them."""
    return links_of(connection, sight, entity, [number], field).get(number, [])


def links_of(
    connection: sa.Connection, sight: Sight, entity: EntityModel, numbers: Sequence[int], field: str
) -> dict[int, list[dict[str, Json]]]:
    """The records that a field of some records links to, as far as the actor may see them; one statement for all."""
    source = sight.live.tables[entity.name]
    pairs, target = (hop.source for hop in sight.related(source, entity.name, field))
    name = entity.relations[field].entity
    shown = sight.visible(target, name)
    query = (
        sa.select(pairs.c.source_id, target.c.id, known_label(sight, target, name))
        .join_from(pairs, target, target.c.id == pairs.c.target_id)
        .where(pairs.c.source_id.in_(numbers))
        .order_by(target.c.id)
    )
    found: dict[int, list[dict[str, Json]]] = {}
    for owner, number, label in connection.execute(query if shown is None else query.where(shown)):
        found.setdefault(owner, []).append({"id": number, "label": label})
    return found


def listed(connection: sa.Connection, sight: Sight, entity: EntityModel, asked: Asked) -> Page:
    """A page of records with the links among the fields asked for, one statement more for each of these, and the names
    of records of any entity, one for each entity."""
    found = page(connection, sight, entity, asked)
    for name, storage in _belonging(sight, entity):
        if storage == "links" and name in asked.fields and found.items:
            links = links_of(connection, sight, entity, [int(item["id"]) for item in found.items], name)
            for item in found.items:
                item[name] = links.get(item["id"], [])
    _call_by_name(connection, sight, entity, found.items)
    return found


def _call_by_name(
    connection: sa.Connection, sight: Sight, entity: EntityModel, items: Sequence[dict[str, Json]]
) -> None:
    """References to a record of any of several entities get the label of theirs, as far as the actor may see it."""
    told = [
        value
        for name in sight.live.once(("of any", entity.name), lambda: _of_any(entity))
        for item in items
        if isinstance(value := item.get(name), dict)
    ]
    named = names(connection, sight, [(value["entity"], value["id"]) for value in told])
    for value in told:
        value["label"] = named.get((value["entity"], value["id"]))


def _of_any(entity: EntityModel) -> tuple[str, ...]:
    return tuple(item.name for item in entity.fields.values() if getattr(item.config, "targets", ()))


def lines(
    connection: sa.Connection, sight: Sight, entity: EntityModel, number: int, field: str
) -> list[dict[str, Json]]:
    """The rows of a sub-table in the order they were entered."""
    config = entity.fields[field].config
    child = sight.live.model.entities[config.entity]
    asked = Asked(filters=(f"{{{config.parent}.id}} = {number}",), sorts=(("id", False),), limit=MOST_LINES)
    return listed(connection, sight, child, asked).items


def related(
    connection: sa.Connection, sight: Sight, entity: EntityModel, number: int, relation: str, asked: Asked
) -> Any:
    """A page of the records of a relation, newest first unless asked otherwise."""
    way = entity.relations[relation]
    target = sight.live.model.entities[way.entity]
    text = f"{{{way.via}.id}} = {number}" if way.way == "rows" else ""
    if not text:
        items = linked(connection, sight, entity, number, relation)
        numbers = [item["id"] for item in items]
        text = f"IN({{id}}, {', '.join(map(str, numbers))})" if numbers else "{id} = 0"
    return listed(
        connection,
        sight,
        target,
        Asked(
            fields=asked.fields,
            filters=(*asked.filters, text),
            sorts=asked.sorts,
            search=asked.search,
            after=asked.after,
            limit=asked.limit,
        ),
    )
