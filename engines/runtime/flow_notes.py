"""What flows must know of writes: which records are locked by one, and which changes one is waiting for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from engines.records.history import Cause
from engines.records.live import Live
from engines.runtime import outbox
from engines.workflow.tables import ENDED, QUEUE, flow_instance
from metamodel.errors import Refused
from metamodel.issues import Issue
from metamodel.model import qualified


def note(connection: sa.Connection, live: Live, cause: Cause) -> None:
    """Tell flows that wait for a change of their record that it was changed."""
    told = cause.told or ()
    about = entities(live)
    numbers: dict[str, set[int]] = {}
    for item in told:
        if item.entity in about and item.action in ("update", "derive", "delete", "restore"):
            numbers.setdefault(item.entity, set()).add(item.number)
    for entity, records in numbers.items():
        query = sa.select(flow_instance.c.id).where(
            flow_instance.c.listens, flow_instance.c.entity == entity, flow_instance.c.record_id.in_(sorted(records))
        )
        waiting = list(connection.scalars(query))
        if waiting:
            payload = {"changed": {"instances": waiting}}
            outbox.enqueue(connection, QUEUE, payload, now=cause.at, depth=cause.depth)


def entities(live: Live) -> frozenset[str]:
    """What some flow is about."""

    def read() -> frozenset[str]:
        return frozenset(
            qualified(application.name, flow.entity)
            for application in live.model.applications.values()
            for flow in application.flows
        )

    return live.once("flow entities", read)


def require_free(connection: sa.Connection, live: Live, entity: str, numbers: Iterable[int]) -> None:
    """Refuse to change records while a flow that locks them runs; it says which."""
    if entity not in entities(live):
        return
    held = locked(connection, entity, list(numbers))
    if held:
        application, flow = next(iter(held.values()))
        owner = live.model.applications.get(application)
        found = next((item for item in owner.flows if item.id == flow), None) if owner else None
        raise Refused(Issue(code="flow.locked", arguments={"label": found.label if found else flow}))


def locked(connection: sa.Connection, entity: str, numbers: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Those of some records that a flow holds, with the flow."""
    query = sa.select(flow_instance.c.record_id, flow_instance.c.application, flow_instance.c.flow).where(
        flow_instance.c.entity == entity,
        flow_instance.c.record_id.in_(list(numbers)),
        flow_instance.c.locks,
        flow_instance.c.state != ENDED,
    )
    return {row.record_id: (row.application, row.flow) for row in connection.execute(query)}
