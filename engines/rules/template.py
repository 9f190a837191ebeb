"""The rows of a template, read level by level with few statements; nothing is made here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import sqlalchemy as sa

from engines.effects import Instantiate, Planned
from engines.records.sight import Sight
from metamodel.errors import Refused
from metamodel.expressions.check import check
from metamodel.issues import Issue
from metamodel.model import EntityModel

#: records that one template may grow into
MOST = 2_000
#: numbers named in one statement
CHUNK = 500


def template_of(sight: Sight, effect: Instantiate) -> EntityModel:
    """The entity of the template."""
    model = sight.live.model
    return model.entities[check(f"{{{effect.source}}}", model, effect.entity).type.entity]


def chosen(sight: Sight, effect: Instantiate) -> int:
    """The template's number; Refused where the record names none."""
    if effect.template is None:
        label = template_of(sight, effect).definition.label
        raise Refused(Issue(code="template.blank", arguments={"label": label}))
    return int(effect.template)


def rows_of(
    connection: sa.Connection, sight: Sight, entity: EntityModel, relation: str, numbers: Iterable[int]
) -> list[tuple[int, int]]:
    """(record, row) for every row of a relation of some records, in the order in which rows were entered."""
    way = entity.relations[relation]
    far = sight.live.tables[way.entity]
    found: list[tuple[int, int]] = []
    for chunk in chunks(numbers):
        if way.way == "rows":
            via = far.c[sight.live.model.entities[way.entity].fields[way.via].column]
            query = sa.select(via, far.c.id).where(via.in_(chunk))
        else:
            pairs = sight.live.tables[f"{entity.name}:{entity.fields[way.via].definition.id}"]
            query = sa.select(pairs.c.source_id, far.c.id).join_from(pairs, far, far.c.id == pairs.c.target_id)
            query = query.where(pairs.c.source_id.in_(chunk))
        query = query.where(far.c.deleted_at.is_(None)).order_by(far.c.id).limit(MOST + 1)
        found += ((int(owner), int(row)) for owner, row in connection.execute(query))
    return found


def targets_of(
    connection: sa.Connection, sight: Sight, entity: EntityModel, field: str, numbers: Iterable[int]
) -> dict[int, list[int]]:
    """What a reference or a field of links leads to, for each of some records."""
    item = entity.fields[field]
    found: dict[int, list[int]] = {}
    for chunk in chunks(numbers):
        if item.storage == "links":
            pairs = sight.live.tables[f"{entity.name}:{item.definition.id}"]
            query = sa.select(pairs.c.source_id, pairs.c.target_id).where(pairs.c.source_id.in_(chunk))
        else:
            table = sight.live.tables[entity.name]
            column = table.c[item.column]
            query = sa.select(table.c.id, column).where(table.c.id.in_(chunk), column.is_not(None))
        for owner, target in connection.execute(query):
            found.setdefault(int(owner), []).append(int(target))
    return found


def sizes(connection: sa.Connection, sight: Sight, effect: Instantiate) -> Mapping[str, int]:
    """How many records of which entity a template stands for."""
    found: dict[str, int] = {}
    if effect.template is not None:
        _count(connection, sight, effect.branches, template_of(sight, effect), [int(effect.template)], found)
    return found


def _count(
    connection: sa.Connection,
    sight: Sight,
    branches: Sequence[Planned],
    entity: EntityModel,
    numbers: Sequence[int],
    found: dict[str, int],
) -> None:
    for branch in branches:
        rows = [row for _, row in rows_of(connection, sight, entity, branch.relation, numbers)]
        found[branch.entity] = found.get(branch.entity, 0) + len(rows)
        below = sight.live.model.entities[entity.relations[branch.relation].entity]
        if rows and sum(found.values()) <= MOST:
            _count(connection, sight, branch.branches, below, rows, found)


def chunks(numbers: Iterable[int]) -> Iterator[list[int]]:
    """Numbers as many at a time as one statement may name."""
    every = sorted(set(numbers))
    for low in range(0, len(every), CHUNK):
        yield every[low : low + CHUNK]
