"""What the house keeps about records and flows goes on when a release gives entities, fields or others new names."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from engines.database import EntityName, platform
from engines.records.live import Live
from engines.workflow import instances
from engines.workflow.tables import ENDED, flow_instance
from metamodel.model import Model
from metamodel.references import Walk, renames, teller

#: stands before a name while two of them change places
MARK = "~"


def follow(connection: sa.Connection, live: Live, after: Model, application: str, now: datetime) -> None:
    """In the transaction of the release: histories, comments, counters, notes and flows follow their entities, and
    flows that run use the new names in the version they keep."""
    names = renames(live.model, after, application)
    entities = {old: new for (target, _, old), new in names.items() if target == "entity"}
    if entities:
        for table in platform.tables.values():
            for column in table.c:
                if isinstance(column.type, EntityName):
                    _rename(connection, table, column, entities)
    if names:
        _flows(connection, live, after, names, now)


def _rename(connection: sa.Connection, table: sa.Table, column: sa.Column[str], names: Mapping[str, str]) -> None:
    marked = names
    if column.primary_key:
        # What is left of one that had the name before would be in the way, and so would two that change places.
        gone = set(names.values()) - set(names)
        connection.execute(sa.delete(table).where(column.in_(sorted(gone))))
        marked = {old: f"{MARK}{new}" for old, new in names.items()}
    stages = [marked]
    if column.primary_key:
        stages.append({word: word.removeprefix(MARK) for word in marked.values()})
    for each in stages:
        now = sa.case(dict(each), value=column)
        connection.execute(sa.update(table).where(column.in_(sorted(each))).values({column: now}))


def _flows(
    connection: sa.Connection, live: Live, after: Model, names: Mapping[tuple[str, str, str], str], now: datetime
) -> None:
    """Only names change: what runs keeps its version otherwise, and its history tells of the same steps."""
    running = (
        sa.select(flow_instance.c.version_id, flow_instance.c.application)
        .where(flow_instance.c.state != ENDED)
        .distinct()
    )
    walk = Walk(live.model, teller(names))
    for row in connection.execute(running).all():
        flow = instances.version(connection, live, row.version_id)
        told = walk.definition(row.application, "flow", flow)
        if told != flow:
            number = instances.keep_version(connection, row.application, told, now)
            connection.execute(
                sa.update(flow_instance)
                .where(flow_instance.c.version_id == row.version_id, flow_instance.c.state != ENDED)
                .values(version_id=number)
            )
