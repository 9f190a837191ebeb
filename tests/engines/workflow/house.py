"""A house for flows: departments with heads, people with roles, and the steps of a day."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from engines.access.actor import load_actor
from engines.access.departments import create_department, update_department
from engines.access.people import create_user
from engines.database import Workspace
from engines.records.query import entity_of
from engines.records.whole import whole
from engines.runtime import flow_tasks, outbox, write
from engines.runtime.events import QUEUE as EVENTS
from engines.runtime.flow_out import Flows
from engines.runtime.flow_start import by_hand
from engines.runtime.flow_tasks import Deed
from engines.runtime.flows import flow_of
from engines.runtime.house import as_house
from engines.runtime.react import React
from engines.runtime.release import Releases
from engines.workflow.instances import path_of
from engines.workflow.tables import QUEUE, flow_entry, flow_instance, flow_task
from metamodel.definition import Json
from tests.desk import desk, release

#: a Monday in working time in Shanghai
MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def flow(*steps: Json, **more: Any) -> Json:
    """A flow about tickets."""
    return {"name": "check", "label": "Check", "entity": "ticket", "steps": list(steps), **more}


def approve(name: str, *people: Json, **more: Any) -> Json:
    """A step that asks for approval."""
    return {"id": name, "type": "approve", "label": name.title(), "people": list(people), **more}


def who(*logins: str) -> Json:
    """Certain people."""
    return {"type": "person", "logins": list(logins)}


def sets(**values: str) -> Json:
    """An action that sets fields."""
    return {"type": "set_values", "values": [{"field": name, "value": value} for name, value in values.items()]}


class House:
    """A workspace with people, and what they do at a time that tests move."""

    def __init__(self, workspace: Workspace, *flows: Json, more: Mapping[str, Any] | None = None) -> None:
        self.workspace, self.now = workspace, MONDAY
        self.releases = Releases(workspace)
        self.people: dict[str, int] = {}
        document = copy.deepcopy(desk())
        document["flows"] = list(flows)
        document.update(more or {})
        with workspace.write() as connection:
            self.head = create_department(connection, {"label": "Head office"})
            self.region = create_department(connection, {"label": "East", "parent_id": self.head})
            self.shop = create_department(connection, {"label": "Shop", "parent_id": self.region})
        release(workspace, document)
        for login, place, roles in (
            ("boss", self.head, ("lead",)),
            ("east", self.region, ("lead",)),
            ("keeper", self.shop, ("lead",)),
            ("ann", self.shop, ("agent",)),
            ("bob", self.shop, ("lead",)),
            ("cy", self.region, ("agent",)),
            ("di", self.head, ("agent",)),
        ):
            self.join(login, place, *roles)
        with workspace.write() as connection:
            update_department(connection, self.head, {"head_id": self.people["boss"]})
            update_department(connection, self.region, {"head_id": self.people["east"]})
            update_department(connection, self.shop, {"head_id": self.people["keeper"]})

    def join(self, login: str, place: int, *roles: str) -> None:
        """Somebody new."""
        with self.workspace.write() as connection:
            self.people[login] = create_user(
                connection,
                {
                    "login": login,
                    "name": login.title(),
                    "password": "correct horse battery",
                    "department_id": place,
                    "roles": [{"application": "desk", "id": role} for role in roles],
                },
                self.now,
            )

    def sight(self, connection: sa.Connection, login: str, *, house: bool = False) -> Any:
        """What somebody sees, or the house acting for them."""
        if house:
            return as_house(connection, self.releases, self.people[login], self.now)
        actor = load_actor(connection, self.people[login])
        assert actor is not None
        return self.releases.sight(connection, actor, self.now)

    def ticket(self, **values: Any) -> int:
        """A new ticket."""
        with self.workspace.write() as connection:
            house = self.sight(connection, "ann", house=True)
            return write.create_record(
                connection, house, "desk.ticket", {"subject": "Ink", "owner": self.people["ann"], **values}
            )

    def change(self, number: int, login: str = "", **values: Any) -> None:
        """A ticket changed by somebody with the house's rights, past no lock."""
        with self.workspace.write() as connection:
            write.update_record(
                connection, self.sight(connection, login or "boss", house=True), "desk.ticket", number, values, None
            )

    def read(self, number: int) -> dict[str, Json]:
        """A ticket as it is."""
        with self.workspace.read() as connection:
            house = self.sight(connection, "boss", house=True)
            return whole(connection, house, entity_of(house, "desk.ticket"), number)

    def start(self, number: int, login: str = "ann", name: str = "check", key: str = "", **chosen: Any) -> int:
        """A flow started by somebody."""
        with self.workspace.write() as connection:
            house = self.sight(connection, login, house=True)
            people = {step: tuple(self.people[one] for one in logins) for step, logins in chosen.items()}
            return by_hand(
                connection,
                self.sight(connection, login),
                house,
                house.live.model.entities["desk.ticket"],
                number,
                "desk",
                flow_of(house.live, "desk", name),
                people,
                key or f"{name}:{number}:{self.now.isoformat()}",
            )

    def tasks(self, state: str = "open") -> list[tuple[str, str, str]]:
        """Who holds what: (login, step, kind), in the order they were opened."""
        names = {number: login for login, number in self.people.items()}
        with self.workspace.read() as connection:
            rows = connection.execute(
                sa.select(flow_task).where(flow_task.c.state == state).order_by(flow_task.c.id)
            ).all()
        return [(names[row.user_id], row.step, row.kind) for row in rows]

    def task(self, login: str) -> int:
        """Somebody's newest open task."""
        with self.workspace.read() as connection:
            query = sa.select(sa.func.max(flow_task.c.id)).where(
                flow_task.c.user_id == self.people[login], flow_task.c.state == "open", flow_task.c.kind != "copy"
            )
            return int(connection.scalar(query) or 0)

    def act(self, login: str, deed: str, *, to: tuple[str, ...] = (), target: str = "", **more: Any) -> int | None:
        """Somebody does something with their newest open task."""
        number = more.pop("task", None) or self.task(login)
        done = Deed(name=deed, to=tuple(self.people[one] for one in to), target=path_of(target), **more)
        with self.workspace.write() as connection:
            return flow_tasks.act(
                connection, self.sight(connection, login), self.sight(connection, login, house=True), number, done
            )

    def at(self, now: datetime) -> None:
        """Time goes on; what fell due is done."""
        self.now = now
        self.work()

    def work(self) -> int:
        """Everything that is due, in order."""
        done = 0
        flows, react = Flows(self.workspace, self.releases), React(self.workspace, self.releases)
        for _ in range(500):
            with self.workspace.write() as connection:
                entries = [
                    entry
                    for queue in (EVENTS, QUEUE)
                    for entry in outbox.claim(connection, queue, "test", self.now, 100)
                ]
                if not entries:
                    return done
                for entry in entries:
                    if entry.queue == EVENTS:
                        react(connection, entry)
                many = [entry for entry in entries if entry.queue == QUEUE]
                if many:
                    flows(connection, many, self.now)
                for entry in entries:
                    assert outbox.complete(connection, entry, "test", self.now)
            done += len(entries)
        raise AssertionError("it never ends")

    def instance(self, number: int) -> sa.Row[Any]:
        """A flow's row."""
        with self.workspace.read() as connection:
            return connection.execute(sa.select(flow_instance).where(flow_instance.c.id == number)).one()

    def outcome(self, number: int) -> str:
        """How it ended, or that it runs."""
        row = self.instance(number)
        return str(row.outcome or row.state)

    def history(self, number: int) -> list[str]:
        """What happened: "what step by"."""
        names = {one: login for login, one in self.people.items()}
        with self.workspace.read() as connection:
            rows = connection.execute(
                sa.select(flow_entry).where(flow_entry.c.instance_id == number).order_by(flow_entry.c.id)
            ).all()
        return [" ".join(filter(None, (row.what, row.path, names.get(row.by_id or 0, "")))) for row in rows]
