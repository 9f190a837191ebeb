"""Flows begun for records of a demo company and brought as far as a recipe says: inboxes as on a working day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

import sqlalchemy as sa

from engines.database import Workspace
from engines.records.sight import Sight
from engines.rules.look import matching
from engines.runtime import flow_tasks
from engines.runtime.flow_house import values_of
from engines.runtime.flow_tasks import Deed
from engines.runtime.flows import Start, flow_of, start
from engines.runtime.house import as_house
from engines.runtime.release import Releases
from engines.workflow.tables import OPEN, flow_task
from metamodel.definition import Json
from metamodel.flow import Flow
from metamodel.model import EntityModel, qualified

#: minutes between two starts, and between a task and its deed (from, to), where a recipe says nothing
APART = 83
AFTER = (20, 90)
#: the part of that time that a task lies before it is looked at
LIES = (0.35, 0.9)
STARTER, SINCE = "starter", "since"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Demo:
    connection: sa.Connection
    releases: Releases
    application: str
    flow: Flow
    entity: EntityModel
    now: datetime

    def house(self, person: int | None, moment: datetime) -> Sight:
        """The house acting for a person at a moment."""
        return as_house(self.connection, self.releases, person, moment)


def begin(workspace: Workspace, application: str, wanted: Mapping[str, Any], now: datetime) -> int:
    """As a recipe says: `flow`, for records that meet `where`, `most` of them (20), started by whom the path `by` leads
    to, when the path `since` says (else one after the other, `apart` minutes, the last one some minutes ago). How many
    were begun.

    `ways` say how far they have come, the oldest first: {count, deeds: [{do, after: [from, to] minutes, comment,
    values: {field: expression}, times}]}; a comment or an expression may be a list, of which each flow takes the
    next. Each deed is done by somebody who is asked then; what would be later than now is not done.
    """
    releases = Releases(workspace)
    most = int(wanted.get("most", 20))
    with workspace.write() as connection:
        house = as_house(connection, releases, None, now)
        flow = flow_of(house.live, application, str(wanted["flow"]))
        entity = house.live.model.entities[qualified(application, flow.entity)]
        demo = _Demo(
            connection=connection, releases=releases, application=application, flow=flow, entity=entity, now=now
        )
        whence, where = matching(house, entity, str(wanted.get("where", "")))
        table = house.live.tables[entity.name]
        query = sa.select(table.c.id).select_from(whence).where(*where).order_by(table.c.id).limit(most)
        numbers = list(connection.scalars(query))
        paths = {STARTER: str(wanted.get("by") or "created_by")}
        if wanted.get("since"):
            paths[SINCE] = str(wanted["since"])
        told = values_of(connection, house, entity, {word: f"{{{path}}}" for word, path in paths.items()}, numbers)
        ways = [way for way in wanted.get("ways", ()) for _ in range(int(way["count"]))]
        apart = timedelta(minutes=int(wanted.get("apart", APART)))
        for at, number in enumerate(numbers):
            said = told.get(number, {})
            moment = datetime.fromisoformat(str(said[SINCE])) if said.get(SINCE) else now - apart * (len(numbers) - at)
            made = _start(demo, number, _number(said.get(STARTER)), moment)
            if made and at < len(ways):
                _go(demo, made[0], number, moment, ways[at].get("deeds", ()), at)
    return len(numbers)


def _start(demo: _Demo, number: int, person: int | None, moment: datetime) -> list[int]:
    one = Start(
        application=demo.application,
        flow=demo.flow,
        entity=demo.entity.name,
        record=number,
        by=person,
        key=f"demo:{demo.flow.id}:{number}",
    )
    return list(start(demo.connection, demo.house(person, moment), [one], moment))


def _go(demo: _Demo, instance: int, number: int, begun: datetime, deeds: Sequence[Mapping[str, Any]], at: int) -> None:
    """One deed after the other, as far as somebody is asked and the day has come."""
    random, looks, moment = Random(f"{demo.flow.id}:{number}"), Random(number), begun
    for said in [deed for deed in deeds for _ in range(int(deed.get("times", 1)))]:
        lies = timedelta(minutes=random.randint(*said.get("after", AFTER)))
        looked, moment = moment + lies * looks.uniform(*LIES), moment + lies
        query = sa.select(flow_task.c.id, flow_task.c.user_id).where(
            flow_task.c.instance_id == instance, flow_task.c.state == OPEN, flow_task.c.kind != "copy"
        )
        tasks = demo.connection.execute(query.order_by(flow_task.c.id)).all()
        if not tasks or moment >= demo.now:
            return
        task = random.choice(tasks)
        flow_tasks.look(demo.connection, demo.house(task.user_id, looked), task.id)
        house = demo.house(task.user_id, moment)
        texts = {name: str(_turn(text, at)) for name, text in said.get("values", {}).items()}
        told = values_of(demo.connection, house, demo.entity, texts, [number])[number] if texts else {}
        values = {name: value["id"] if isinstance(value, Mapping) else value for name, value in told.items()}
        deed = Deed(name=str(said["do"]), comment=str(_turn(said.get("comment", ""), at)), values=values)
        flow_tasks.act(demo.connection, house, house, task.id, deed)


def _turn(said: Json, at: int) -> Json:
    """One of a list, each in its turn."""
    return said[at % len(said)] if isinstance(said, list) else said


def _number(said: Json) -> int | None:
    number = said["id"] if isinstance(said, Mapping) else said
    return int(number) if number is not None else None
