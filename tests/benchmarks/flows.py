"""Flows: steps saved by the hundred, an inbox among a hundred thousand tasks, a thousand due among a million waiting."""

from __future__ import annotations

import json
import sqlite3
import statistics
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from app.parent import settle
from engines.database import Workspace, open_workspace
from engines.publisher.platform import upgrade
from engines.runtime import flow_pages, outbox
from engines.runtime.clock import paced
from engines.runtime.flow_out import Flows
from engines.runtime.flows import Start, flow_of, start
from engines.runtime.house import as_house
from engines.runtime.release import Releases
from engines.workflow.tables import QUEUE, flow_instance, flow_task
from tests.benchmarks import ground
from tests.benchmarks.board import Figures
from tests.desk import desk, release

STEPS, MANY = 4, 1_000
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
REST: Any = {
    "name": "rest",
    "label": "Rest",
    "entity": "ticket",
    "locks": False,
    "steps": [{"id": f"w{at}", "type": "wait", "until": "duration", "amount": 1, "unit": "minutes"} for at in range(STEPS)],
}
ASK: Any = {**REST, "name": "ask", "label": "Ask", "steps": [{"id": "ask", "type": "approve", "people": [{"type": "starter"}]}]}


def measured(figures: Figures) -> None:
    """All three, in a workspace of their own."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = open_workspace(name="flows", data_dir=Path(folder), url="", secret=ground.SECRET)
        try:
            upgrade(workspace)
            release(workspace, {**desk(), "flows": [REST, ASK]})
            saved(figures, workspace, Path(folder))
            inbox(figures, workspace)
            tick(figures, workspace)
        finally:
            workspace.close()


def _tickets(workspace: Workspace, count: int) -> list[int]:
    with workspace.write() as connection:
        live = Releases(workspace).live(connection)
        table = live.tables["desk.ticket"]
        now = datetime.now(UTC)
        rows = [
            {"subject": f"t{at}", "version": 1, "created_at": now, "changed_at": now, "created_by": None, "changed_by": None}
            for at in range(count)
        ]
        connection.execute(sa.insert(table), rows)
        return list(connection.scalars(sa.select(table.c.id).order_by(table.c.id.desc()).limit(count)))


def _begin(workspace: Workspace, name: str, tickets: list[int], now: datetime, by: int | None = None) -> None:
    releases = Releases(workspace)
    for at in range(0, len(tickets), 500):
        with workspace.write() as connection:
            house = as_house(connection, releases, by, now)
            flow = flow_of(house.live, "desk", name)
            part = tickets[at : at + 500]
            starts = [
                Start(application="desk", flow=flow, entity="desk.ticket", record=one, by=by, key=f"{name}:{one}")
                for one in part
            ]
            start(connection, house, starts, now)


def _drained(workspace: Workspace, flows: Flows, now: datetime) -> int:
    """As the worker does it, at a time that is given: claimed by the hundred and more, carried and marked in one
    transaction."""
    moved, taken = 0, outbox.HUNDRED
    while True:
        with workspace.write() as connection:
            entries = outbox.claim(connection, QUEUE, "bench", now, taken)
        if not entries:
            return moved
        begun = time.perf_counter()
        with workspace.write() as connection:
            flows(connection, entries, now)
            assert outbox.complete_many(connection, entries, "bench", now)
        taken = paced(taken, time.perf_counter() - begun)
        moved += len(entries)


def saved(figures: Figures, workspace: Workspace, folder: Path) -> None:
    """Steps a second of flows whose timers are due, against a state row and a history row per commit by hand; by a
    worker that has worked before (its first hundred compile its statements) and has settled as the process does."""
    flows = Flows(workspace)
    _begin(workspace, "rest", _tickets(workspace, 100), LONG_AGO)
    for at in range(STEPS):
        _drained(workspace, flows, LONG_AGO + timedelta(minutes=at + 1))
    settle()
    _begin(workspace, "rest", _tickets(workspace, MANY), LONG_AGO)
    begun = time.perf_counter()
    moved = sum(_drained(workspace, flows, LONG_AGO + timedelta(minutes=at + 1)) for at in range(STEPS))
    ours = moved / (time.perf_counter() - begun)
    with workspace.read() as connection:
        ended = connection.scalar(sa.select(sa.func.count()).select_from(flow_instance).where(flow_instance.c.state == "ended"))
    assert ended == MANY + 100, f"{ended} of {MANY + 100} came to their end"
    plain = sqlite3.connect(folder / "plain.sqlite", isolation_level=None)
    plain.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; CREATE TABLE state(id INTEGER PRIMARY KEY, at TEXT, position TEXT); CREATE TABLE history(id INTEGER PRIMARY KEY, instance INTEGER, at TEXT, what TEXT, why TEXT)")
    plain.executemany("INSERT INTO state VALUES (?, '', '{}')", ((number,) for number in range(MANY)))
    position = json.dumps({"tokens": [{"path": ["w1"], "visit": 2, "data": {"until": "2020-01-01"}}], "passed": [["w0"]]})
    begun = time.perf_counter()
    for step in range(STEPS):
        for number in range(MANY):
            plain.execute("BEGIN IMMEDIATE")
            plain.execute("UPDATE state SET at = ?, position = ? WHERE id = ?", (str(step), position, number))
            plain.execute("INSERT INTO history(instance, at, what, why) VALUES (?, ?, 'waited', '{}')", (number, str(step)))
            plain.execute("COMMIT")
    limit = MANY * STEPS / (time.perf_counter() - begun)
    plain.close()
    figures.rate("flow_steps_saved", ours, limit)


def inbox(figures: Figures, workspace: Workspace) -> None:
    """The first page of a person's tasks and their counts, with a hundred thousand open tasks of theirs."""
    tickets = _tickets(workspace, 100)
    _begin(workspace, "ask", tickets, LONG_AGO, by=1)
    with workspace.write() as connection:
        if connection.scalar(sa.text("SELECT count(*) FROM user_account WHERE id = 1")) == 0:
            connection.execute(sa.text("INSERT INTO user_account(id, login, name, locale, is_admin, is_active, epoch, created_at) VALUES (1, 'one', 'One', 'en', 1, 1, 0, '2026-01-01')"))
        example = connection.execute(sa.select(flow_instance).where(flow_instance.c.flow == "ask").limit(1)).one()
        connection.execute(
            sa.insert(flow_task),
            [
                {
                    "instance_id": example.id, "application": "desk", "flow": "ask", "entity": "desk.ticket",
                    "record_id": tickets[at % 100], "path": "ask", "visit": 1, "step": "ask", "kind": "approve",
                    "user_id": 1, "state": "open", "deed": "", "opened_at": LONG_AGO, "urged": 0,
                }
                for at in range(100_000)
            ],
        )  # fmt: skip
    releases = Releases(workspace)
    spent = []
    for _ in range(7):
        begun = time.perf_counter()
        with workspace.read() as connection:
            house = as_house(connection, releases, 1, datetime.now(UTC))
            page = flow_pages.tasks(connection, house, house, "todo", "", 0, "en")
            flow_pages.counts(connection, 1, datetime.now(UTC))
        spent.append((time.perf_counter() - begun) * 1000)
        assert len(page["items"]) == flow_pages.PAGE
    figures.time("inbox_100k_tasks_ms", statistics.median(spent), None)


def tick(figures: Figures, workspace: Workspace) -> None:
    """A thousand timers that are due, found and carried out among a million that are not."""
    _begin(workspace, "rest", _tickets(workspace, MANY), datetime.now(UTC))
    far = datetime.now(UTC) + timedelta(days=30)
    payload = {"timer": {"instance": 0, "path": ["w0"], "visit": 1, "name": "over"}}
    with workspace.write() as connection:
        row = {"queue": QUEUE, "payload": payload, "state": "waiting", "due_at": far, "attempts": 0, "depth": 0, "created_at": far}
        for part in range(10):
            connection.execute(sa.insert(outbox.outbox), [{**row, "key": f"far:{part}:{at}"} for at in range(100_000)])
    # What made the million is not part of the figure: its pages go to their places first.
    plain = sqlite3.connect(workspace.data_dir / "dougong.sqlite")
    plain.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    plain.close()
    begun = time.perf_counter()
    moved = _drained(workspace, Flows(workspace), datetime.now(UTC) + timedelta(minutes=2))
    figures.time("tick_1m_waiting_ms", (time.perf_counter() - begun) * 1000, None)
    assert moved == MANY, f"{moved} timers"
