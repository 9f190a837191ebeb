"""The bin: records leave with their lines, refused or followed by what refers to them, and come back whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from engines.records import history
from engines.records.checks import clash, covering, held_row
from engines.records.derive import Touched, refresh
from engines.records.history import Cause
from engines.records.query import one
from engines.records.sight import Sight
from metamodel.errors import Forbidden, NotFound, Refused
from metamodel.issues import Issue
from metamodel.model import EntityModel


def delete(connection: sa.Connection, sight: Sight, entity: EntityModel, number: int, cause: Cause) -> None:
    """Move a record to the bin, with its lines; refused while records refer to it in a way that says so."""
    touched: list[Touched] = []
    take_out(connection, sight, entity, number, cause, touched, asked=True)
    refresh(connection, sight.live, touched, cause, sight.context)


def take_out(
    connection: sa.Connection,
    sight: Sight,
    entity: EntityModel,
    number: int,
    cause: Cause,
    touched: list[Touched],
    *,
    asked: bool = False,
) -> None:
    if asked:
        sight.policy.require(entity, "delete")
    if entity.definition.changes == "append":
        raise Refused(Issue(code="record.append_only", arguments={"label": entity.definition.label}))
    held_row(connection, sight, entity, number)
    if asked and covering(connection, sight, entity, number, "delete") == ():
        one(connection, sight, entity, number)
        raise Forbidden(Issue(code="access.outside", arguments={"label": entity.definition.label}))
    table = sight.live.tables[entity.name]
    for other in sight.live.model.entities.values():
        for item in other.fields.values():
            if (
                item.type.kind == "reference"
                and item.storage == "column"
                and not item.config.targets
                and item.config.entity == entity.name
            ):
                _let_go(connection, sight, entity, number, other, item.name, cause, touched)
    connection.execute(
        sa.update(table)
        .where(table.c.id == number)
        .values(deleted_at=cause.at, version=table.c.version + 1, changed_at=cause.at, changed_by=cause.by)
    )
    touched.append(Touched(entity=entity, number=number, action="delete", fields=None, before={}))
    history.record(connection, entity.name, number, "delete", None, cause)


def _let_go(
    connection: sa.Connection,
    sight: Sight,
    entity: EntityModel,
    number: int,
    other: EntityModel,
    name: str,
    cause: Cause,
    touched: list[Touched],
) -> None:
    """What becomes of records that refer to one that goes: they forbid it, forget it, or go with it."""
    item = other.fields[name]
    table = sight.live.tables[other.name]
    query = sa.select(table.c.id).where(table.c[item.column] == number, table.c.deleted_at.is_(None))
    how = item.config.on_delete
    if how == "restrict":
        count = len(connection.execute(query.limit(1001)).all())
        if count:
            raise Refused(Issue(code="record.still_used", arguments={"count": count, "label": other.definition.label}))
        return
    for row in connection.execute(query).all():
        if how == "cascade":
            take_out(connection, sight, other, row[0], cause, touched)
        else:
            connection.execute(sa.update(table).where(table.c.id == row[0]).values({item.column: None}))
            touched.append(
                Touched(entity=other, number=row[0], action="update", fields=frozenset({name}), before={name: number})
            )
            history.record(connection, other.name, row[0], "update", {item.definition.id: [number, None]}, cause)


def restore(connection: sa.Connection, sight: Sight, entity: EntityModel, number: int, cause: Cause) -> None:
    """Take a record out of the bin with the lines that went with it; a clash with a unique value is told."""
    sight.policy.require(entity, "delete")
    table = sight.live.tables[entity.name]
    row = connection.execute(sa.select(table).where(table.c.id == number)).mappings().first()
    if row is None:
        raise NotFound(Issue(code="record.missing"))
    if row["deleted_at"] is None:
        raise Refused(Issue(code="record.not_in_bin"))
    touched: list[Touched] = []
    _restore(connection, sight, entity, number, row, cause, touched)
    if covering(connection, sight, entity, number, "delete") == ():
        raise NotFound(Issue(code="record.missing"))
    refresh(connection, sight.live, touched, cause, sight.context)


def _restore(
    connection: sa.Connection,
    sight: Sight,
    entity: EntityModel,
    number: int,
    row: Mapping[Any, Any],
    cause: Cause,
    touched: list[Touched],
) -> None:
    table = sight.live.tables[entity.name]
    try:
        connection.execute(
            sa.update(table)
            .where(table.c.id == number)
            .values(deleted_at=None, version=table.c.version + 1, changed_at=cause.at, changed_by=cause.by)
        )
    except sa.exc.IntegrityError as error:
        values = {item.name: row[item.column] for item in entity.fields.values() if item.storage == "column"}
        raise clash(connection, sight, entity, values, error, (), number, code="record.clash") from error
    touched.append(Touched(entity=entity, number=number, action="create", fields=None, before={}))
    history.record(connection, entity.name, number, "restore", None, cause)
    for item in entity.fields.values():
        if item.storage == "rows":
            child = sight.live.model.entities[item.config.entity]
            lines = sight.live.tables[child.name]
            back = lines.c[child.fields[item.config.parent].column]
            query = sa.select(lines).where(back == number, lines.c.deleted_at == row["deleted_at"])
            for line in connection.execute(query).mappings().all():
                _restore(connection, sight, child, line["id"], line, cause, touched)
