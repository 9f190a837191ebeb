"""What the worker does for flows: entries of their queue by the hundred, those that change nothing included."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from engines.database import Workspace
from engines.records.live import Live
from engines.records.sight import Sight
from engines.rules.listen import FLOW
from engines.runtime.events import switches
from engines.runtime.flows import Happening, Start, events_of, flow_named, happen, start
from engines.runtime.house import as_house
from engines.runtime.outbox import Entry
from engines.runtime.release import Releases
from engines.workflow.tables import ENDED, flow_instance
from metamodel.errors import NotFound
from metamodel.model import qualified


class Flows:
    """Carries entries of the queue of flows; in the transaction that also marks them done."""

    def __init__(self, workspace: Workspace, releases: Releases | None = None) -> None:
        self._releases = releases or Releases(workspace)

    def __call__(self, connection: sa.Connection, entries: Sequence[Entry], now: datetime) -> None:
        """All of them; each takes effect once."""
        sight = as_house(connection, self._releases, None, now)
        moving: list[Happening] = []
        for entry in entries:
            payload = entry.payload
            if "start" in payload:
                self._start(connection, entry, now)
            elif "call" in payload:
                self._call(connection, sight, entry, now)
            else:
                moving += events_of(payload)
        happen(connection, sight, moving, now)

    def _start(self, connection: sa.Connection, entry: Entry, now: datetime) -> None:
        """A rule wants a flow begun; one that runs for the record already is not begun again."""
        told = entry.payload["start"]
        sight = as_house(connection, self._releases, told["by"], now)
        application, _, name = told["flow"].partition(".")
        try:
            flow = flow_named(sight.live, application, name)
        except NotFound:
            return
        switched = switches(connection, sight.live).get((application, f"{FLOW}{flow.id}"), flow.active)
        if not switched or under_way(connection, application, flow.id, told["entity"], told["record"]):
            return
        one = Start(
            application=application,
            flow=flow,
            entity=told["entity"],
            record=told["record"],
            by=told["by"],
            key=entry.key,
            depth=told["depth"],
        )
        start(connection, sight, [one], now)

    def _call(self, connection: sa.Connection, sight: Sight, entry: Entry, now: datetime) -> None:
        """A flow calls another, for its own record or one that it refers to; with nothing to refer to it is over."""
        told = entry.payload["call"]
        row = connection.execute(sa.select(flow_instance).where(flow_instance.c.id == told["instance"])).one_or_none()
        if row is None or row.state == ENDED:
            return
        application, _, name = told["flow"].partition(".")
        flow = flow_named(sight.live, application, name)
        entity, record = row.entity, row.record_id
        if told["over"]:
            entity = qualified(application, flow.entity)
            record = _referred(connection, sight.live, row.entity, row.record_id, told["over"])
        path, visit = tuple(told["path"]), told["visit"]
        if record is None or entity != qualified(application, flow.entity):
            payload = {"child": {"instance": row.id, "path": list(path), "visit": visit, "outcome": "ended"}}
            happen(connection, sight, list(events_of(payload)), now)
            return
        one = Start(
            application=application,
            flow=flow,
            entity=entity,
            record=record,
            by=row.starter_id,
            key=entry.key,
            depth=row.depth + 1,
            parent=(row.id, path, visit) if told["waits"] else None,
        )
        start(connection, sight, [one], now)


def under_way(connection: sa.Connection, application: str, flow: str, entity: str, record: int) -> bool:
    """Whether a flow runs for a record."""
    query = sa.select(flow_instance.c.id).where(
        flow_instance.c.entity == entity,
        flow_instance.c.record_id == record,
        flow_instance.c.application == application,
        flow_instance.c.flow == flow,
        flow_instance.c.state != ENDED,
    )
    return connection.execute(query.limit(1)).first() is not None


def _referred(connection: sa.Connection, live: Live, entity: str, record: int, field: str) -> int | None:
    model = live.model.entities[entity]
    table = live.tables[entity]
    item = model.fields.get(field)
    if item is None or item.storage != "column":
        return None
    found = connection.scalar(sa.select(table.c[item.column]).where(table.c.id == record))
    return int(found) if found is not None else None
