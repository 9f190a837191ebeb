"""Flows begun for the records of a demo company, some of them decided, so that inboxes look as on a working day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from engines.database import Workspace
from engines.rules.look import matching
from engines.runtime import flow_tasks
from engines.runtime.flow_house import values_of
from engines.runtime.flow_tasks import Deed
from engines.runtime.flows import Start, flow_of, start
from engines.runtime.house import as_house
from engines.runtime.release import Releases
from engines.workflow.tables import OPEN, flow_task
from metamodel.errors import Refusal
from metamodel.model import qualified

#: between two starts
APART = timedelta(minutes=83)
#: tasks done of one flow that is decided
MOST_DEEDS = 4


def begin(workspace: Workspace, application: str, wanted: Mapping[str, Any], now: datetime) -> int:
    """As a recipe says: `flow`, for records that meet `where`, started by whom the path `by` leads to, `most` of them
    (20), the last one some minutes ago; with the first `decided` everybody agreed, with `opinion`. How many were
    begun."""
    releases = Releases(workspace)
    most = int(wanted.get("most", 20))
    with workspace.write() as connection:
        house = as_house(connection, releases, None, now)
        flow = flow_of(house.live, application, str(wanted["flow"]))
        entity = house.live.model.entities[qualified(application, flow.entity)]
        whence, where = matching(house, entity, str(wanted.get("where", "")))
        table = house.live.tables[entity.name]
        query = sa.select(table.c.id).select_from(whence).where(*where).order_by(table.c.id).limit(most)
        numbers = list(connection.scalars(query))
        by = f"{{{wanted['by']}}}" if wanted.get("by") else "{created_by}"
        told = values_of(connection, house, entity, {"by": by}, numbers)
        for at, number in enumerate(numbers):
            moment = now - APART * (len(numbers) - at)
            said = told.get(number, {}).get("by")
            person = said["id"] if isinstance(said, Mapping) else said
            acting = replace(as_house(connection, releases, person, now), now=moment)
            one = Start(
                application=application,
                flow=flow,
                entity=entity.name,
                record=number,
                by=person,
                key=f"demo:{flow.id}:{number}",
            )
            made = start(connection, acting, [one], moment)
            if made and at < int(wanted.get("decided", 0)):
                _decide(connection, releases, made[0], moment, str(wanted.get("opinion", "")))
    return len(numbers)


def _decide(connection: sa.Connection, releases: Releases, instance: int, begun: datetime, opinion: str) -> None:
    """Whoever is asked agrees an hour later, step by step, as far as that goes."""
    moment = begun
    for _ in range(MOST_DEEDS):
        query = sa.select(flow_task.c.id, flow_task.c.user_id).where(
            flow_task.c.instance_id == instance, flow_task.c.state == OPEN, flow_task.c.kind == "approve"
        )
        task = connection.execute(query.order_by(flow_task.c.id).limit(1)).one_or_none()
        if task is None:
            return
        moment += timedelta(minutes=47)
        house = replace(as_house(connection, releases, task.user_id, moment), now=moment)
        flow_tasks.look(connection, house, task.id)
        try:
            with connection.begin_nested():
                flow_tasks.act(connection, house, house, task.id, Deed(name="approve", comment=opinion))
        except Refusal:
            return
