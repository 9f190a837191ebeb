"""Two at the same moment, and a process killed anywhere in a flow's life: one of them is first, and nothing is done twice."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from engines.database import Workspace, open_workspace
from engines.messages.inbox import note
from engines.rules import log
from engines.runtime import flow_tasks, outbox
from engines.runtime.release import Releases
from engines.workflow.tables import flow_instance, flow_task
from metamodel.errors import Conflict, Refusal, Refused
from tests.conftest import SECRET, SOAK
from tests.engines.workflow.house import House, approve, flow, sets, who

ROUNDS = 10
#: statements of a whole life, about; any of them may be the last one of its process
POINTS = 260


def at_once(*deeds: Callable[[], Any]) -> list[Any]:
    """What came of each, begun together: what it gave, or the refusal."""
    gate = threading.Barrier(len(deeds))
    found: list[Any] = [None] * len(deeds)

    def run(at: int) -> None:
        gate.wait()
        try:
            found[at] = deeds[at]()
        except Refusal as refusal:
            found[at] = refusal

    threads = [threading.Thread(target=run, args=(at,)) for at in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return found


def test_of_two_who_decide_at_the_same_moment_one_is_told_of_the_other(workspace: Workspace) -> None:
    house = House(workspace, flow(approve("ask", who("bob", "cy")), reactions=[{"on": "approved", "actions": [sets(cost="{cost} + 1")]}]))
    for _ in range(ROUNDS):
        ticket = house.ticket(cost="5")
        number = house.start(ticket)
        bob, cy = house.task("bob"), house.task("cy")
        told = at_once(lambda bob=bob: house.act("bob", "approve", task=bob), lambda cy=cy: house.act("cy", "reject", task=cy))
        lost = [one for one in told if isinstance(one, Refusal)]
        assert len(lost) == 1 and isinstance(lost[0], Conflict), told
        outcome = "rejected" if told[0] is lost[0] else "approved"
        assert house.outcome(number) == outcome
        assert house.read(ticket)["cost"] == ("6.00" if outcome == "approved" else "5.00")


def test_approved_and_withdrawn_at_the_same_moment(workspace: Workspace) -> None:
    house = House(workspace, flow(approve("ask", who("bob"))))

    def withdraw(number: int) -> None:
        with workspace.write() as connection:
            flow_tasks.withdraw(connection, house.sight(connection, "ann"), house.sight(connection, "ann", house=True), number, "")

    for _ in range(ROUNDS):
        number = house.start(house.ticket())
        task = house.task("bob")
        told = at_once(lambda task=task: house.act("bob", "approve", task=task), lambda number=number: withdraw(number))
        assert sum(isinstance(one, Refusal) for one in told) == 1
        assert house.outcome(number) == ("withdrawn" if isinstance(told[0], Refusal) else "approved")
        assert house.tasks() == []


def test_started_twice_at_once_it_runs_once(workspace: Workspace) -> None:
    house = House(workspace, flow(approve("ask", who("bob"))))
    ticket = house.ticket()
    told = at_once(lambda: house.start(ticket, key="first one"), lambda: house.start(ticket, key="other one"), lambda: house.start(ticket, key="third one"))
    assert sum(isinstance(one, Refused) for one in told) == 2, told
    assert house.tasks() == [("bob", "ask", "approve")]


# A life in which everything happens that leaves something behind.
LIFE = [
    flow(
        approve("first", who("bob"), deadline={"amount": 2, "unit": "hours", "working": False, "then": "head"}),
        {"id": "ways", "type": "parallel", "branches": [{"id": "a", "steps": [approve("left", who("cy", "di"), mode="all")]}, {"id": "b", "steps": [{"id": "count", "type": "act", "actions": [sets(cost="{cost} + 1")]}]}]},
        {"id": "rest", "type": "wait", "amount": 3, "unit": "hours"},
        {"id": "sub", "type": "call", "flow": "inner"},
        {"id": "tell", "type": "notify", "people": [who("east")], "title": "Done: {subject}"},
        reactions=[{"on": "started", "actions": [sets(cost="{cost} + 10")]}, {"on": "approved", "actions": [sets(cost="{cost} + 100", note='"end"')]}],
    ),
    flow(approve("deep", who("boss")), name="inner"),
]
TOLD = [
    "did @start",
    "started @start ann",
    "escalated first",
    "approved first keeper",
    "parted ways",
    "did ways/b/count",
    "approved ways/a/left",
    "approved ways/a/left",
    "joined ways",
    "waited rest",
    "called sub",
    "came_back sub",
    "told tell",
    "did @start",
    "ended @start",
]


def the_life(house: House) -> int | None:
    """Its number; on PostgreSQL one that was killed before it was kept has taken a number with it."""
    with house.workspace.read() as connection:
        return connection.scalar(sa.select(flow_instance.c.id).where(flow_instance.c.flow == "check"))


def live(house: House) -> int:
    """Whatever is next, until nothing is: the clock, the queue, and people who see what they have to do."""
    with house.workspace.read() as connection:
        ticket = connection.scalar(sa.text('select max(id) from "desk__ticket"'))
    number = the_life(house) or house.start(int(ticket or 0), key="the life")
    for _ in range(60):
        # A dead process's lease has run out by then.
        house.now += timedelta(minutes=31)
        house.work()
        if house.outcome(number) == "approved":
            break
        holders = [login for login, step, kind in house.tasks() if kind != "copy" and not (step == "first" and login == "bob")]
        for login in holders:
            house.act(login, "approve")
    return number


def attached(workspace: Workspace, people: dict[str, int], now: Any) -> House:
    """The same house seen by another process."""
    house = House.__new__(House)
    house.workspace, house.now, house.people, house.releases = workspace, now, people, Releases(workspace)
    return house


def doomed(url: str, folder: str, people: dict[str, int], now: Any, point: int) -> None:
    """Lives until the so many-th statement, and is killed there."""
    workspace = open_workspace(name="test", data_dir=Path(folder), url=url, secret=SECRET)
    left = point

    def count(*_: Any) -> None:
        nonlocal left
        left -= 1
        if left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)

    for engine in {id(one.pool): one for one in (workspace.engine, workspace.writer)}.values():
        sa.event.listen(engine, "before_cursor_execute", count)
        sa.event.listen(engine, "commit", count)
    live(attached(workspace, people, now))


def test_killed_anywhere_it_goes_on_as_if_nothing_had_been(workspace: Workspace) -> None:
    seed = int(os.environ.get("SEED", "0")) or random.randrange(10**6)
    chance = random.Random(seed)
    house = House(workspace, *LIFE)
    fork = multiprocessing.get_context("fork")
    folder = str(workspace.data_dir)
    died = 0
    for _ in range(50 if SOAK else 5):
        with workspace.write() as connection:
            for table in (flow_task, flow_instance, log.firing, note, outbox.outbox):
                connection.execute(sa.delete(table))
            connection.execute(sa.text("delete from flow_entry"))
        ticket = house.ticket(cost="0")
        kills = 0
        while kills < 4:
            child = fork.Process(target=doomed, args=(workspace.url, folder, house.people, house.now, chance.randrange(1, POINTS)))
            child.start()
            child.join(120)
            if child.exitcode == 0:
                break
            assert child.exitcode == -signal.SIGKILL, child.exitcode
            kills, died = kills + 1, died + 1
            house.now += timedelta(minutes=31)
        number = live(house)
        assert house.outcome(number) == "approved", f"SEED={seed}"
        with workspace.read() as connection:
            firings = connection.execute(sa.select(log.firing.c.state)).scalars().all()
            notes = connection.execute(sa.select(note.c.key)).scalars().all()
            done = connection.execute(sa.select(sa.func.count()).select_from(flow_task).where(flow_task.c.deed == "approve")).scalar()
        said = [line.removesuffix(" cy").removesuffix(" di") for line in house.history(number)]
        assert sorted(said) == sorted(TOLD), f"SEED={seed}"
        record = house.read(ticket)
        assert (record["cost"], record["note"]) == ("111.00", "end"), f"SEED={seed}"
        assert firings == ["done"] * 3 and done == 4, f"SEED={seed}"
        assert len(set(notes)) == len(notes) and sum(key.endswith(":copy") for key in notes) == 1, f"SEED={seed}"
    assert died > 2, "hardly any process was killed: the points lie beyond its life"


@pytest.mark.parametrize(("deep", "sound"), [(11, True), (12, False), (40, False)])
def test_deep_nesting_is_refused_when_it_is_drawn(sqlite_workspace: Workspace, deep: int, sound: bool) -> None:
    steps: list[Any] = [approve("ask", who("bob"))]
    for level in range(deep):
        steps = [{"id": f"b{level}", "type": "branch", "branches": [{"id": "only", "steps": steps}]}]
    if not sound:
        with pytest.raises(AssertionError, match=r"flow\.too_deep"):
            House(sqlite_workspace, flow(*steps))
        return
    house = House(sqlite_workspace, flow(*steps))
    number = house.start(house.ticket())
    house.act("bob", "approve")
    assert house.outcome(number) == "approved"
