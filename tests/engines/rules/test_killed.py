"""Workers killed anywhere, and several side by side: what they leave behind equals a plain account of the writes."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from app.worker import make_carriers
from engines.database import Workspace, open_workspace
from engines.messages import policy, vault
from engines.messages.delivery import delivery
from engines.messages.inbox import note
from engines.messages.signature import holds
from engines.rules import log
from engines.runtime import clock, outbox, write
from engines.runtime.clock import Carriers
from engines.runtime.release import Releases
from engines.runtime.work import JOBS
from metamodel.definition import Json
from tests.conftest import SECRET, SOAK
from tests.desk import ADMIN, desk, entity, release
from tests.desk import field as field_
from tests.engines.messages.ground import Receiver, receiver
from tests.engines.rules.ground import person

LIMIT = 200
ROUNDS = 3
WRITES = 4
#: statements and commits of one round, about; every one of them may be the last
POINTS = 150


def books(amount: str, why: str) -> Json:
    values = [{"field": "ticket", "value": "{id}"}, {"field": "what", "value": f'"{why}"'}]
    return {"type": "append_to_ledger", "entity": "entry", "account": "{team}", "amount": amount, "account_field": "team", "amount_field": "amount", "values": values}


def told(title: str) -> Json:
    return {"type": "notify", "roles": ["agent"], "title": f"{{name}} {title}"}


def noted(what: str) -> Json:
    return {"type": "make_record", "entity": "diary", "values": [{"field": "what", "value": what}, {"field": "amount", "value": "{cost}"}]}


def document(url: str) -> Json:
    """The desk; what tickets cost is booked for their teams, and people are told when that crosses a limit."""
    made = desk()
    entity(made, "team")["fields"].append(field_("spent", "rollup", relation="entries", aggregate="sum", field="amount", result="money"))
    entity(made, "ticket")["fields"].append(field_("booked", "rollup", relation="entries", aggregate="sum", field="amount", result="money"))
    made["entities"] += [
        {
            "name": "entry",
            "label": "Entry",
            "changes": "append",
            "balance": {"account": "team", "amount": "amount"},
            "fields": [
                field_("team", "reference", entity="team", inverse="entries", required=True),
                field_("ticket", "reference", entity="ticket", inverse="entries", required=True),
                field_("amount", "money", required=True),
                field_("what", "text"),
            ],
        },
        {"name": "diary", "label": "Diary", "fields": [field_("what", "text"), field_("amount", "money")]},
    ]
    made["messages"] = [
        {"name": "hello", "label": "Hello", "entity": "ticket", "channels": [{"type": "inbox", "to": "{owner}", "title": "Hello {subject}"}]}
    ]
    hello, call = {"type": "send_message", "message": "hello"}, {"type": "call_webhook", "url": url, "secret": "hook"}
    crossing = {"type": "threshold", "field": "spent", "limit": str(LIMIT)}
    made["rules"] = [
        {"name": "made", "label": "Made", "entity": "ticket", "trigger": {"type": "created"}, "actions": [books("{cost} - {booked}", "made"), hello, noted("{subject}"), call]},
        {"name": "moved", "label": "Moved", "entity": "ticket", "trigger": {"type": "changed", "fields": ["cost"]}, "actions": [books("{cost} - {booked}", "moved")]},
        {"name": "first", "label": "First", "entity": "ticket", "again": "once", "trigger": {"type": "changed", "fields": ["cost"]}, "actions": [noted('CONCAT("first ", {subject})')]},
        {"name": "rose", "label": "Rose", "entity": "team", "trigger": crossing, "actions": [told("rose")]},
        {"name": "fell", "label": "Fell", "entity": "team", "trigger": {**crossing, "way": "down"}, "actions": [told("fell")]},
    ]
    return made


@dataclass(slots=True, kw_only=True)
class Oracle:
    """What must come of writes, by plain arithmetic. An event finds the record as it is when it is heard."""

    cost: dict[int, int] = field(default_factory=dict)
    team: dict[int, int] = field(default_factory=dict)
    booked: Counter[int] = field(default_factory=Counter)
    spent: Counter[int] = field(default_factory=Counter)
    entries: list[tuple[Any, ...]] = field(default_factory=list)
    made: list[int] = field(default_factory=list)
    diary: list[tuple[str, int]] = field(default_factory=list)
    crossings: list[tuple[str, int]] = field(default_factory=list)
    firings: Counter[tuple[str, int]] = field(default_factory=Counter)
    heard: list[tuple[str, int]] = field(default_factory=list)

    def settle(self) -> None:
        """All that was written is heard, in its order."""
        for rule, ticket in self.heard:
            self.firings[(rule, ticket)] += 1
            amount = self.cost[ticket] - self.booked[ticket]
            if rule == "made":
                self.made.append(ticket)
                self.diary.append((f"s{ticket}", self.cost[ticket] * 100))
            elif not self.firings[("first", ticket)]:
                self.firings[("first", ticket)] += 1
                self.diary.append((f"first s{ticket}", self.cost[ticket] * 100))
            if not amount:
                continue
            team = self.team[ticket]
            before, after = self.spent[team], self.spent[team] + amount
            self.entries.append((team, ticket, amount * 100, rule))
            self.booked[ticket] += amount
            self.spent[team] = after
            if (before < LIMIT) != (after < LIMIT):
                self.crossings.append(("rose" if before < LIMIT else "fell", team))
                self.firings[self.crossings[-1]] += 1
        self.heard.clear()

    def seen(self) -> dict[str, Any]:
        return {
            "entries": sorted(self.entries),
            "balances": {team: spent * 100 for team, spent in self.spent.items() if spent},
            "diary": sorted(self.diary),
            "notes": sorted([f"Hello s{ticket}" for ticket in self.made] + [f"t{team} {way}" for way, team in self.crossings]),
            "messages": sorted((ticket, "delivered") for ticket in self.made),
            "requests": sorted(self.made),
            "firings": dict(self.firings),
        }


@dataclass(slots=True, kw_only=True)
class House:
    """A workspace with the desk, a receiver of its requests, and two teams."""

    workspace: Workspace
    receiver: Receiver
    teams: list[int] = field(default_factory=list)
    owner: int = 0

    def __post_init__(self) -> None:
        with self.workspace.write() as connection:
            vault.keep(self.workspace, connection, "hook", "pepper", by=None, at=datetime.now(UTC))
            policy.change(connection, {"rehearse": False}, by=None, at=datetime.now(UTC))
        release(self.workspace, document(self.receiver.url))
        self.owner = person(self.workspace, "ann", "agent")
        for number in (1, 2):
            self.teams.append(self.write("team", None, name=f"t{number}"))

    def write(self, name: str, number: int | None, /, **values: Any) -> int:
        with self.workspace.write() as connection:
            seen = Releases(self.workspace).sight(connection, ADMIN, datetime.now(UTC))
            if number is None:
                return write.create_record(connection, seen, f"desk.{name}", values)
            write.update_record(connection, seen, f"desk.{name}", number, values, None)
            return number

    def make(self, oracle: Oracle, team: int, cost: int) -> int:
        number = self.write("ticket", None, subject=f"s{len(oracle.cost) + 1}", team=team, owner=self.owner, cost=str(cost))
        assert number == len(oracle.cost) + 1
        oracle.cost[number], oracle.team[number] = cost, team
        oracle.heard.append(("made", number))
        return number

    def move(self, oracle: Oracle, number: int, cost: int) -> None:
        if oracle.cost[number] != cost:
            self.write("ticket", number, cost=str(cost))
            oracle.cost[number] = cost
            oracle.heard.append(("moved", number))

    def waiting(self) -> list[Any]:
        """What is not done, with why."""
        columns = (outbox.outbox.c.queue, outbox.outbox.c.state, outbox.outbox.c.attempts, outbox.outbox.c.error)
        with self.workspace.read() as connection:
            return list(connection.execute(sa.select(*columns).where(outbox.outbox.c.state != outbox.DONE)))

    def lose_leases(self) -> int:
        """As if 30 seconds had gone by since a worker was last heard of; how many entries it held."""
        held = sa.update(outbox.outbox).where(outbox.outbox.c.state == outbox.WAITING, outbox.outbox.c.lease_until.is_not(None))
        with self.workspace.write() as connection:
            return connection.execute(held.values(lease_until=datetime.now(UTC) - timedelta(seconds=1))).rowcount

    def seen(self) -> dict[str, Any]:
        """What came of the writes. Requests count once for an id, however often they were made."""
        with self.workspace.read() as connection:
            tables = Releases(self.workspace).sight(connection, ADMIN, datetime.now(UTC)).live.tables
            entry, diary, team = (tables[f"desk.{name}"] for name in ("entry", "diary", "team"))
            ledger = [tuple(row) for row in connection.execute(sa.select(entry.c.team, entry.c.ticket, entry.c.amount, entry.c.what))]
            balances = {row.id: row.spent for row in connection.execute(sa.select(team.c.id, team.c.spent)) if row.spent}
            firings = list(connection.execute(sa.select(log.firing)))
            assert {row.state for row in firings} <= {"done"}, [row.error for row in firings]
            calls = {headers["webhook-id"]: body for _, headers, body in self.receiver.requests}
            bodies = [self.receiver.json(at)["data"]["id"] for at, (_, headers, body) in enumerate(self.receiver.requests) if calls[headers["webhook-id"]] is body]
            return {
                "entries": sorted(ledger),
                "balances": balances,
                "diary": sorted(tuple(row) for row in connection.execute(sa.select(diary.c.what, diary.c.amount))),
                "notes": sorted(row.title.get("") or next(iter(row.title.values())) for row in connection.execute(sa.select(note.c.title))),
                "messages": sorted(tuple(row) for row in connection.execute(sa.select(delivery.c.record_id, delivery.c.state))),
                "requests": sorted(bodies),
                "firings": dict(Counter((row.rule, row.record_id) for row in firings)),
            }


def empty(workspace: Workspace, carriers: Carriers, owner: str, *, most: int = clock.MOST, seconds: float = 30) -> None:
    """What a worker's clock and hands do, until nothing is due."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with workspace.read() as connection:
            due = outbox.due_queues(connection, carriers.queues, datetime.now(UTC))
        if not due:
            return
        for queue in due:
            clock.drain(workspace, queue, carriers, f"{owner}-{queue}", most=most)


def child(url: str, folder: str, last: int) -> None:
    """A worker process, killed at its statement or commit number `last` (0: it lives)."""
    steps = iter(range(1, last + 1)) if last else None

    def step(*_: object) -> None:
        if steps is not None and next(steps) == last:
            os.kill(os.getpid(), signal.SIGKILL)

    sa.event.listen(sa.Engine, "before_cursor_execute", step)
    sa.event.listen(sa.Engine, "commit", step)
    workspace = open_workspace(name="child", data_dir=Path(folder), url=url, secret=SECRET)
    empty(workspace, make_carriers(workspace, JOBS, threading.Event(), Releases(workspace)), str(os.getpid()))
    workspace.close()


def run(workspace: Workspace, last: int) -> bool:
    """A worker process from its start to its end; whether it was killed."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.engines.rules.test_killed"])
    url = workspace.url if workspace.dialect == "postgresql" else ""
    process = context.Process(target=child, args=(url, str(workspace.data_dir), last))
    process.start()
    process.join(60)
    assert process.exitcode in (0, -signal.SIGKILL), process.exitcode
    return process.exitcode != 0


@pytest.fixture
def house(workspace: Workspace) -> Iterator[House]:
    with receiver() as found:
        yield House(workspace=workspace, receiver=found)


@pytest.mark.parametrize("seed", range(50 if SOAK else 5))
def test_killed_anywhere_from_event_to_delivery_nothing_is_lost_or_doubled(house: House, seed: int) -> None:
    chance, oracle = random.Random(seed), Oracle()
    deaths = 0
    for _ in range(ROUNDS):
        for _ in range(WRITES):
            if not oracle.cost or chance.random() < 0.5:
                house.make(oracle, chance.choice(house.teams), chance.randrange(1, 200))
            else:
                house.move(oracle, chance.choice(list(oracle.cost)), chance.randrange(0, 200))
        oracle.settle()
        if run(house.workspace, chance.randrange(1, POINTS)):
            deaths += 1
            house.lose_leases()
            assert not run(house.workspace, 0)
        assert house.waiting() == []
        assert house.seen() == oracle.seen()
    assert deaths
    for _, headers, body in house.receiver.requests:
        assert holds("pepper", headers, body, datetime.now(UTC))


@pytest.mark.parametrize("seed", range(20 if SOAK else 2))
def test_workers_side_by_side_do_everything_once(house: House, seed: int) -> None:
    """Which of two events about a record is heard first is left open; what comes of them is not."""
    chance, oracle = random.Random(seed), Oracle()
    for _ in range(12):
        number = house.make(oracle, chance.choice(house.teams), chance.randrange(1, 100))
        for _ in range(chance.randrange(3)):
            house.move(oracle, number, oracle.cost[number] + chance.randrange(1, 50))
    oracle.settle()
    start, faults = threading.Barrier(3), []

    def hand(owner: str) -> None:
        workspace = open_workspace(
            name=owner, data_dir=house.workspace.data_dir, url=house.workspace.url if house.workspace.dialect == "postgresql" else "", secret=SECRET
        )
        try:
            carriers = make_carriers(workspace, JOBS, threading.Event(), Releases(workspace))
            start.wait()
            # one at a time, so that events about one record fall into several hands
            empty(workspace, carriers, owner, most=1)
        except BaseException as error:
            faults.append(error)
        finally:
            workspace.close()

    hands = [threading.Thread(target=hand, args=(f"hand {index}",)) for index in range(3)]
    for each in hands:
        each.start()
    for each in hands:
        each.join()
    assert faults == [] and house.waiting() == []
    seen, wanted = house.seen(), oracle.seen()
    for told_ in (seen, wanted):
        told_["entries"] = sorted(entry[:3] for entry in told_["entries"])
    assert seen == wanted
    assert len(house.receiver.requests) == len(oracle.made), "nobody died, so nobody asks twice"
