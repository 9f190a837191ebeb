"""What the house keeps about records and flows goes on when a release gives entities, fields or others new names."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from engines.database import EntityName, platform
from engines.records.live import Live
from engines.workflow import instances
from engines.workflow.tables import ENDED, flow_instance
from metamodel.definition import Json
from metamodel.model import Model
from metamodel.references import Names, Walk, renames, teller

#: stands before a name while two of them change places
MARK = "~"
#: what an entry of the outbox names under a word
NAMED = {"entity": "entity", "flow": "flow", "segment": "segment", "about": "segment"}


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
        _queued(connection, names)


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


def _flows(connection: sa.Connection, live: Live, after: Model, names: Names, now: datetime) -> None:
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


def _queued(connection: sa.Connection, names: Names) -> None:
    """What was put into the outbox before the release and is carried after it; the dead too, which people resend."""
    outbox = platform.tables["outbox"]
    old = [word for sort, owner, word in names if sort in NAMED.values()] + [owner for _, owner, _ in names if owner]
    if not old:
        return
    text = sa.cast(outbox.c.payload, sa.Text())
    named = sa.or_(*(text.contains(f'"{word}"', autoescape=True) for word in sorted(set(old))))
    # One after the other, so that each finds its index: what is done, all that a week leaves, is not looked at.
    waiting, dead = (
        sa.select(outbox.c.id, outbox.c.payload).where(outbox.c.state == state, named) for state in ("waiting", "dead")
    )
    told = [
        {"the_id": row.id, "payload": payload}
        for row in (*connection.execute(waiting), *connection.execute(dead))
        if (payload := _told(row.payload, names)) != row.payload
    ]
    if told:
        put = sa.update(outbox).where(outbox.c.id == sa.bindparam("the_id"))
        connection.execute(put.values(payload=sa.bindparam("payload")), told)


def _told(value: Json, names: Names) -> Json:
    """A payload with the new names."""
    if isinstance(value, list):
        return [_told(item, names) for item in value]
    if not isinstance(value, dict):
        return value
    found = {word: _told(item, names) for word, item in value.items()}
    for word, sort in NAMED.items():
        if isinstance(value.get(word), str):
            found[word] = names.get((sort, "", value[word]), value[word])
    if isinstance(value.get("entity"), str) and isinstance(value.get("fields"), dict):
        found["fields"] = {
            names.get(("field", value["entity"], field), field): pair for field, pair in value["fields"].items()
        }
    return found
