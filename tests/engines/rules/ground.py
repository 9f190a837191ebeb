"""The desk with rules, and the queues emptied at a moment one names."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from engines.access.people import create_user
from engines.database import Workspace
from engines.records.query import entity_of
from engines.records.whole import whole
from engines.rules import log
from engines.runtime import events, outbox, timers, write
from engines.runtime.outbox import Entry
from engines.runtime.react import React
from metamodel.definition import Json
from tests.desk import desk, entity, field, release, sight

#: noon in the business zone, on a Sunday
NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
WORKER = "test"


def rule(name: str, trigger: Json, *actions: Json, **more: Any) -> Json:
    return {"name": name, "label": name.title(), "entity": "ticket", "trigger": trigger, "actions": list(actions), **more}


def sets(**values: str) -> Json:
    return {"type": "set_values", "values": [{"field": name, "value": text} for name, text in values.items()]}


def document(*rules: Json) -> Json:
    """The desk, with a diary that entries are made in and a book that amounts are booked in."""
    made = desk()
    entity(made, "ticket")["fields"] += [field("count", "integer"), field("born", "date")]
    # One that looks at what no rule of these tests sets by the clock.
    entity(made, "ticket")["validations"] = [{"condition": "OR(ISBLANK({born}), {born} > DATE(1900, 1, 1))", "message": "Not so old"}]
    made["entities"] += [
        {"name": "diary", "label": "Diary", "title": "what", "fields": [field("what", "text"), field("ticket", "reference", entity="ticket"), field("amount", "money")]},
    ]
    made["messages"] = [
        {"name": "hello", "label": "Hello", "entity": "ticket", "channels": [{"type": "inbox", "to": "{owner}", "title": "Hello", "text": "{subject}"}]},
    ]
    made["segments"] = [{"name": "late", "label": "Late", "entity": "ticket", "condition": "{cost} > 1000"}]
    made["rules"] = list(rules)
    return made


def install(workspace: Workspace, *rules: Json) -> None:
    release(workspace, document(*rules))


def make(workspace: Workspace, name: str = "ticket", /, **values: Any) -> int:
    given = {"subject": "Lamp", **values} if name == "ticket" else values
    with workspace.write() as connection:
        return write.create_record(connection, sight(workspace, connection), f"desk.{name}", given)


def change(workspace: Workspace, number: int, name: str = "ticket", /, **values: Any) -> None:
    with workspace.write() as connection:
        write.update_record(connection, sight(workspace, connection), f"desk.{name}", number, values, None)


def delete(workspace: Workspace, number: int) -> None:
    with workspace.write() as connection:
        write.delete_record(connection, sight(workspace, connection), "desk.ticket", number)


def read(workspace: Workspace, number: int, name: str = "ticket") -> dict[str, Json]:
    with workspace.read() as connection:
        seen = sight(workspace, connection)
        return whole(connection, seen, entity_of(seen, f"desk.{name}"), number)


def diary(workspace: Workspace) -> list[Any]:
    with workspace.read() as connection:
        table = sight(workspace, connection).live.tables["desk.diary"]
        return list(connection.execute(sa.select(table.c.what, table.c.amount).order_by(table.c.id)))


def person(workspace: Workspace, login: str, *roles: str) -> int:
    with workspace.write() as connection:
        values = {"login": login, "name": login.title(), "password": "correct horse battery", "roles": [{"application": "desk", "id": role} for role in roles]}
        return create_user(connection, values, NOON)


def firings(workspace: Workspace) -> list[sa.Row[Any]]:
    with workspace.read() as connection:
        return list(connection.execute(sa.select(log.firing).order_by(log.firing.c.id)))


def states(workspace: Workspace) -> list[tuple[str, int, str]]:
    return [(row.rule, row.record_id, row.state) for row in firings(workspace)]


def work(workspace: Workspace, now: datetime = NOON) -> int:
    """Everything due in the queues of rules, as the worker does it; how many entries."""
    react, timed = React(workspace), timers.Timers(workspace)
    done = 0
    while True:
        found: list[Entry] = []
        for queue in (events.QUEUE, timers.QUEUE):
            with workspace.write() as connection:
                found += outbox.claim(connection, queue, WORKER, now)
        if not found:
            return done
        for entry in found:
            if entry.queue == timers.QUEUE:
                timed.carry(workspace, entry)
            with workspace.write() as connection:
                if entry.queue == events.QUEUE:
                    react(connection, entry)
                assert outbox.complete(connection, entry, WORKER, now)
            done += 1


def at(workspace: Workspace, *moments: datetime) -> None:
    """The clock at these moments, one after the other, and what it leads to."""
    clock = timers.Timers(workspace)
    for moment in moments:
        clock.tick(moment)
        work(workspace, moment)
