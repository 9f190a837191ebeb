"""Computed values told as they move: only those that a rule listens to, so that all others cost nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import sqlalchemy as sa

from engines.records.history import Cause, Told
from engines.records.live import Live
from engines.records.values import stored_json
from metamodel.definition import Json
from metamodel.model import FieldModel, qualified

CHUNK = 500


def watched(live: Live) -> Mapping[str, tuple[FieldModel, ...]]:
    """The fields whose values some rule listens to, by entity."""
    return live.once("watched", lambda: _watched(live))


def _watched(live: Live) -> Mapping[str, tuple[FieldModel, ...]]:
    found: dict[str, dict[str, FieldModel]] = {}
    kinds = live.model.catalog["triggers"]
    for application in live.model.applications.values():
        for rule in application.rules:
            entity = live.model.entity(qualified(application.name, rule.entity))
            for name in kinds[rule.trigger.type].watched(rule.trigger.config) if entity else ():
                item = entity.fields.get(name) if entity else None
                if entity is not None and item is not None and item.storage == "column":
                    found.setdefault(entity.name, {})[name] = item
    return {name: tuple(items.values()) for name, items in found.items()}


@contextmanager
def telling(
    connection: sa.Connection, live: Live, entity: str, fields: Sequence[str], numbers: Iterable[int], cause: Cause
) -> Iterator[None]:
    """Around a recomputation of fields of some records: those that moved and are listened to are told."""
    items = [item for item in watched(live).get(entity, ()) if item.name in fields] if cause.told is not None else []
    if not items or cause.told is None:
        yield
        return
    wanted = sorted(numbers)
    before = values(connection, live, entity, items, wanted)
    yield
    after = values(connection, live, entity, items, wanted)
    for number in wanted:
        old, new = before.get(number, {}), after.get(number, {})
        moved = {
            item.definition.id: [old.get(item.name), new.get(item.name)]
            for item in items
            if old.get(item.name) != new.get(item.name)
        }
        if moved:
            cause.told.append(Told(entity=entity, number=number, action="derive", fields=moved, change=0))


def values(
    connection: sa.Connection, live: Live, entity: str, items: Sequence[FieldModel], numbers: Sequence[int]
) -> dict[int, dict[str, Json]]:
    """Fields of some records, in JSON form."""
    table = live.tables[entity]
    columns = [table.c[item.column] for item in items]
    found: dict[int, dict[str, Json]] = {}
    for start in range(0, len(numbers), CHUNK):
        query = sa.select(table.c.id, *columns).where(table.c.id.in_(numbers[start : start + CHUNK]))
        for number, *stored in connection.execute(query):
            told = zip(items, stored, strict=True)
            found[number] = {item.name: stored_json(item, value) for item, value in told}
    return found
