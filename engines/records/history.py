"""The change log: what became of every record, who did it and what caused it; history, undo and audit read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, Literal

import sqlalchemy as sa

from engines.database import EntityName, Identity, Json, platform
from engines.records.prepared import Insertion
from metamodel.definition import Json as JsonValue
from metamodel.expressions.storage import INSTANT

Action = Literal["create", "update", "delete", "restore", "derive", "import", "undo"]

# Most entries are of no run; the index is spared them.
OF_RUNS = sa.text("run_id IS NOT NULL")

change = sa.Table(
    "change",
    platform,
    sa.Column("id", Identity, primary_key=True),
    sa.Column("entity", EntityName, nullable=False),
    sa.Column("record_id", sa.BigInteger),
    sa.Column("action", sa.String(10), nullable=False),
    sa.Column("fields", Json),
    sa.Column("at", INSTANT, nullable=False),
    sa.Column("by_id", sa.BigInteger),
    sa.Column("run_id", sa.BigInteger),
    sa.Column("cause_id", sa.BigInteger),
    sa.Column("depth", sa.Integer, nullable=False, server_default="0"),
    sa.Index("ix_change_record", "entity", "record_id", "id"),
    sa.Index("ix_change_run", "run_id", sqlite_where=OF_RUNS, postgresql_where=OF_RUNS),
)

INSERT = sa.insert(change)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One change as whoever listens is told of it: `fields` maps a field's id to (before, after) in JSON form; the
    log's number is 0 where the log has no entry (computed values)."""

    entity: str
    number: int
    action: Action
    fields: Mapping[str, Sequence[JsonValue]]
    change: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Why something is written: who, and the change that led to it (`depth` steps from a person's own).

    Where `told` is a list, every change made for this cause is added to it, for rules to hear of. `chosen` says that
    a person chose the values: references must lead to what their fields narrow them to.
    """

    at: datetime
    by: int | None
    cause: int | None = None
    depth: int = 0
    run: int | None = None
    told: list[Told] | None = field(default=None, compare=False)
    chosen: bool = False


def record(
    connection: sa.Connection,
    entity: str,
    number: int | None,
    action: Action,
    fields: Mapping[str, JsonValue] | None,
    cause: Cause,
) -> None:
    """Add one entry. `fields` maps a field's id to [before, after] in JSON form."""
    row = entry(entity, number, action, fields, cause)
    made = _insertion(connection.dialect).run(connection, list(row.values()))
    if cause.told is not None and number is not None:
        cause.told.append(Told(entity=entity, number=number, action=action, fields=fields or {}, change=made))


@cache
def _insertion(dialect: sa.Dialect) -> Insertion:
    columns = ("entity", "record_id", "action", "fields", "at", "by_id", "run_id", "cause_id", "depth")
    return Insertion(change, columns, dialect)


def record_many(connection: sa.Connection, entries: Sequence[Mapping[str, Any]]) -> None:
    """Add entries made by `entry`, in one statement."""
    if entries:
        connection.execute(INSERT, list(entries))


def entry(
    entity: str, number: int | None, action: Action, fields: Mapping[str, JsonValue] | None, cause: Cause
) -> dict[str, Any]:
    """The row of one entry."""
    return {
        "entity": entity,
        "record_id": number,
        "action": action,
        "fields": dict(fields) if fields else None,
        "at": cause.at,
        "by_id": cause.by,
        "run_id": cause.run,
        "cause_id": cause.cause,
        "depth": cause.depth,
    }


def entries(
    connection: sa.Connection,
    entity: str,
    number: int,
    *,
    run: int | None = None,
    before: int = 0,
    limit: int = 50,
    field: str = "",
) -> list[sa.Row[Any]]:
    """The newest entries of a record, older than entry `before` when that is given; derived values are left out.

    `run` is the one that made the record: its entries stand for many records at once, and those about this one are
    among the rest. With the id of a `field` only entries that changed it, derived or not, and the one that made the
    record.
    """
    query = sa.select(change).order_by(change.c.id.desc())
    if before:
        query = query.where(change.c.id < before)
    own = query.where(change.c.entity == entity, change.c.record_id == number)
    if field:
        # The text finds candidates, so that few rows are read; the mapping decides.
        named = sa.cast(change.c.fields, sa.Text()).contains(f'"{field}"', autoescape=True)
        own = own.where(sa.or_(named, change.c.action == "create"))
        rows = connection.execute(own)
        found = [row for row in rows if row.action == "create" or field in (row.fields or {})][:limit]
    else:
        found = list(connection.execute(own.where(change.c.action != "derive").limit(limit)))
    if run is not None:
        shared = query.where(change.c.run_id == run, change.c.entity == entity, change.c.record_id.is_(None))
        found += [row for row in connection.execute(shared) if _about(row.fields or {}, number)]
        found.sort(key=lambda row: -row.id)
    return found[:limit]


def _about(fields: Mapping[str, Any], number: int) -> bool:
    low, high = fields.get("ids", (1, 0))
    return low <= number <= high and number not in fields.get("kept", ())
