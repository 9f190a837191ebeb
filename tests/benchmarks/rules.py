"""Rules: a million records by the clock, from event to effect, the queue itself, and what twenty rules cost a write."""

from __future__ import annotations

import copy
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from engines.database import Workspace
from engines.records import history
from engines.rules import log
from engines.runtime import events, outbox, timers, write
from engines.runtime.clock import Carriers, drain
from engines.runtime.outbox import Entry
from tests.benchmarks import ground
from tests.benchmarks.board import Figures
from tests.desk import field, release, sight

ROUNDS = 3
NIGHTLY = {
    "name": "nightly", "label": "Nightly", "entity": "visit", "active": False,
    "trigger": {"type": "schedule", "every": "daily", "at": "12:00"},
    "condition": "{items} >= 0",
    "actions": [{"type": "set_values", "values": [{"field": "items", "value": "{items} + 1"}, {"field": "state", "value": '"done"'}]}],
}
LATER = timedelta(days=1)


def rows(workspace: Workspace, table: str) -> int:
    with workspace.read() as connection:
        return int(connection.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar_one())


def million(figures: Figures, workspace: Workspace, mark: str = "") -> None:
    """A scheduled rule over a million records against the same three effects (records, log, firings) in plain SQL."""
    document: Any = copy.deepcopy(ground.BENCH)
    document["rules"] = [{**NIGHTLY, "active": True}]
    release(workspace, document)
    _clean(workspace)
    ours: list[float] = []
    limit: list[float] = []
    for turn in range(ROUNDS):
        at = ground.NOW + LATER * (turn + 1)
        entry = Entry(id=0, queue=timers.QUEUE, key="", payload={"application": "bench", "rule": "nightly", "at": at.isoformat()})
        begun = time.perf_counter()
        timers.Timers(workspace).carry(workspace, entry)
        ours.append((time.perf_counter() - begun) * 1000)
        count = rows(workspace, "firing")
        _clean(workspace)
        begun = time.perf_counter()
        _plain(workspace)
        limit.append((time.perf_counter() - begun) * 1000)
        assert rows(workspace, "firing") == count > 900_000
        _clean(workspace)
    figures.time(f"rule_set_based_1m{mark}", statistics.median(ours), statistics.median(limit))


def _clean(workspace: Workspace) -> None:
    with workspace.write() as connection:
        connection.execute(sa.delete(log.firing))
        connection.execute(sa.delete(history.change).where(history.change.c.cause_id.is_not(None)))


def _plain(workspace: Workspace) -> None:
    """What somebody would write by hand for it."""
    lite = workspace.dialect == "sqlite"
    trace = (
        """json_object('condition', json_array(json_object('text', '{items} >= 0', 'holds', json('true'), 'values', json_array(items))),
        'effects', json_array(json_object('action', 'set_values', 'kind', 'SetValues', 'result', json_object('values', json_object('items', items + 1, 'state', 'done')))))"""
        if lite
        else """jsonb_build_object('condition', jsonb_build_array(jsonb_build_object('text', '{items} >= 0', 'holds', true, 'values', jsonb_build_array(items))),
        'effects', jsonb_build_array(jsonb_build_object('action', 'set_values', 'kind', 'SetValues', 'result', jsonb_build_object('values', jsonb_build_object('items', items + 1, 'state', 'done')))))"""
    )
    fields = (
        "json_object('items', json_array(v.items, v.items + 1), 'state', json_array(v.state, 'done'))"
        if lite
        else "jsonb_build_object('items', jsonb_build_array(v.items, v.items + 1), 'state', jsonb_build_array(v.state, 'done'))"
    )
    now = "'2026-11-22 04:00:00.000000'"
    met = "deleted_at IS NULL AND items >= 0"
    with workspace.write() as connection:
        run = connection.exec_driver_sql
        run(
            "INSERT INTO firing (application, rule, release, entity, record_id, cause, state, at, depth, trace) "
            f"SELECT 'bench', 'nightly', 1, 'bench.visit', id, 'time:x', 'done', {now}, 0, {trace} FROM bench__visit WHERE {met}"
        )
        run(
            "INSERT INTO change (entity, record_id, action, fields, at, cause_id, depth) "
            f"SELECT 'bench.visit', v.id, 'update', {fields}, {now}, f.id, 1 FROM bench__visit v "
            f"JOIN firing f ON f.application = 'bench' AND f.rule = 'nightly' AND f.record_id = v.id AND f.cause = 'time:x' WHERE {met}"
        )
        run(f"UPDATE bench__visit SET items = items + 1, state = 'done', version = version + 1, changed_at = {now}, changed_by = NULL WHERE {met}")


def queue(figures: Figures, workspace: Workspace) -> None:
    """Entries carried out one by one, each in a transaction of its own, against a bare transaction each."""
    count = 5_000
    ours: list[float] = []
    limit: list[float] = []
    began = time.time_ns()
    nothing = Carriers(short={"bench": lambda connection, entry: None}, long={})
    for turn in range(ROUNDS):
        with workspace.write() as connection:
            outbox.enqueue_many(connection, [{"queue": "bench", "payload": {"n": n}, "key": f"{began}:{turn}:{n}"} for n in range(count)], now=datetime.now(UTC))
        begun = time.perf_counter()
        assert drain(workspace, "bench", nothing, f"bench-{turn}") == count
        ours.append(count / (time.perf_counter() - begun))
        raw = sqlite3.connect(workspace.data_dir / "dougong.sqlite", isolation_level=None)
        raw.execute("PRAGMA synchronous=NORMAL")
        numbers = [row[0] for row in raw.execute("SELECT id FROM outbox WHERE queue = 'bench' ORDER BY id DESC LIMIT ?", (count,))]
        begun = time.perf_counter()
        for number in numbers:
            raw.execute("BEGIN IMMEDIATE")
            raw.execute("UPDATE outbox SET attempts = 2, done_at = '2026-11-22 04:00:00.000000' WHERE id = ?", (number,))
            raw.execute("COMMIT")
        limit.append(count / (time.perf_counter() - begun))
        raw.close()
    figures.rate("outbox_per_s", statistics.median(ours), statistics.median(limit))


def _rule(number: int) -> dict[str, Any]:
    """Every other one before the write, the others after it; a tenth of them holds."""
    before = number % 2 == 0
    trigger = {"type": "before_save"} if before else {"type": "created"}
    action = {"type": "set_values", "values": [{"field": "note", "value": '"seen"'}]}
    return {"name": f"r{number}", "label": f"R{number}", "entity": "person", "trigger": trigger, "actions": [action], "condition": "{score} = 5" if number < 2 else f"{{score}} > {1000 + number}"}


def creating(figures: Figures, workspace: Workspace) -> None:
    """A record made with twenty rules about it, ten of them before it is kept, against one with none."""
    def made(document: Any) -> float:
        release(workspace, document)
        with workspace.write() as connection:
            seen = sight(workspace, connection)
            write.create_record(connection, seen, "bench.person", {"name": "Warm", "score": 5})
        begun = time.perf_counter()
        for number in range(300):
            with workspace.write() as connection:
                write.create_record(connection, seen, "bench.person", {"name": f"N{number}", "score": 5, "place": 1})
        return (time.perf_counter() - begun) / 300 * 1000

    bare: Any = copy.deepcopy(ground.BENCH)
    ruled = {**bare, "rules": [_rule(number) for number in range(20)]}
    pairs = [(made(ruled), made(bare)) for _ in range(ROUNDS)]
    figures.time("create_with_20_rules", statistics.median(one for one, _ in pairs), statistics.median(two for _, two in pairs))


def latency(figures: Figures) -> None:
    """From the commit of a write to the commit of its effect by the worker, embedded, while fifty writes a second come."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        workspace = ground.workspace_in(folder)
        document: Any = {
            "name": "bench", "label": "Bench",
            "entities": [{"name": "person", "label": "Person", "title": "name", "fields": [field("name", "text"), field("note", "text")]}],
            "rules": [{"name": "r", "label": "R", "entity": "person", "trigger": {"type": "created"}, "actions": [{"type": "set_values", "values": [{"field": "note", "value": '"seen"'}]}]}],
        }
        from_scratch(workspace, document)
        worker = subprocess.Popen([sys.executable, "-m", "app", "worker"], env={**os.environ, "DATA_DIR": str(folder), "SECRET_KEY": ground.SECRET}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            time.sleep(5)
            committed: dict[int, datetime] = {}
            begun = time.perf_counter()
            for number in range(500):
                with workspace.write() as connection:
                    seen = sight(workspace, connection)
                    made = write.create_record(connection, seen, "bench.person", {"name": f"N{number}"})
                committed[made] = datetime.now(UTC)
                time.sleep(max(0.0, begun + number / 50 - time.perf_counter()))
            until = time.monotonic() + 30
            while time.monotonic() < until:
                with workspace.read() as connection:
                    found = list(connection.execute(sa.select(outbox.outbox.c.payload, outbox.outbox.c.done_at).where(outbox.outbox.c.queue == events.QUEUE, outbox.outbox.c.state == outbox.DONE)))
                if len(found) == 500:
                    break
                time.sleep(0.2)
            waits = sorted((row.done_at - committed[row.payload["events"][0]["number"]]).total_seconds() * 1000 for row in found)
            assert len(waits) == 500
            figures.amount("event_to_effect_ms_p50", waits[249], "ms")
            figures.amount("event_to_effect_ms_p99", waits[494], "ms")
        finally:
            worker.terminate()
            worker.wait(20)
            workspace.close()


def from_scratch(workspace: Workspace, document: Any) -> None:
    """A workspace with one small application."""
    ground.upgrade(workspace)
    release(workspace, document)


def measured(figures: Figures, workspace: Workspace) -> None:
    """All of them; the ground's application is put back at the end."""
    creating(figures, workspace)
    queue(figures, workspace)
    latency(figures)
    million(figures, workspace)
    release(workspace, copy.deepcopy(ground.BENCH))
