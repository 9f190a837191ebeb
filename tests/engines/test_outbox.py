"""The outbox: claimed once, lost leases found again, retried with pauses, buried after the last try."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from engines.database import Workspace, open_workspace
from engines.runtime import clock, jobs, outbox
from metamodel.errors import NotFound, Refused

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
QUEUE = "notes"


def fill(workspace: Workspace, number: int, **values: object) -> None:
    with workspace.write() as connection:
        outbox.enqueue_many(
            connection,
            [{"queue": QUEUE, "payload": {"note": one}, "key": f"note:{one}", **values} for one in range(number)],
            now=NOW,
        )


def claim(workspace: Workspace, owner: str, now: datetime = NOW) -> list[outbox.Entry]:
    with workspace.write() as connection:
        return outbox.claim(connection, QUEUE, owner, now)


def state_of(workspace: Workspace, key: str = "note:0") -> sa.Row:
    with workspace.read() as connection:
        return connection.execute(sa.select(outbox.outbox).where(outbox.outbox.c.key == key)).one()


def test_an_entry_exists_only_if_its_cause_does(workspace: Workspace) -> None:
    with pytest.raises(ZeroDivisionError), workspace.write() as connection:
        outbox.enqueue(connection, QUEUE, {}, now=NOW)
        raise ZeroDivisionError
    assert claim(workspace, "one") == []


def test_the_same_key_is_put_in_once(workspace: Workspace) -> None:
    with workspace.write() as connection:
        assert outbox.enqueue(connection, QUEUE, {"a": 1}, now=NOW, key="k")
        assert not outbox.enqueue(connection, QUEUE, {"a": 2}, now=NOW, key="k")
    (entry,) = claim(workspace, "one")
    assert entry.payload == {"a": 1}
    with workspace.write() as connection:
        assert outbox.complete(connection, entry, "one", NOW)
        assert not outbox.enqueue(connection, QUEUE, {"a": 3}, now=NOW, key="k")


def test_claims_by_the_hundred_in_order(workspace: Workspace) -> None:
    fill(workspace, 250)
    notes = [[entry.payload["note"] for entry in claim(workspace, owner)] for owner in ("one", "two", "three", "four")]
    assert notes == [list(range(100)), list(range(100, 200)), list(range(200, 250)), []]


def test_nothing_is_claimed_before_it_is_due(workspace: Workspace) -> None:
    fill(workspace, 1, due_at=NOW + timedelta(minutes=1))
    with workspace.read() as connection:
        assert outbox.due_queues(connection, [QUEUE, "other"], NOW) == []
        assert outbox.due_queues(connection, ["other", QUEUE], NOW + timedelta(minutes=1)) == [QUEUE]
    assert claim(workspace, "one") == []
    assert len(claim(workspace, "one", NOW + timedelta(minutes=1))) == 1


def test_two_claimers_at_once_never_share(workspace: Workspace) -> None:
    fill(workspace, 600)
    got: dict[str, list[int]] = {"one": [], "two": [], "three": []}

    def take(owner: str) -> None:
        while entries := claim(workspace, owner):
            got[owner].extend(entry.id for entry in entries)

    threads = [threading.Thread(target=take, args=(owner,)) for owner in got]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    everything = [one for ids in got.values() for one in ids]
    assert len(everything) == len(set(everything)) == 600


def test_a_lost_lease_is_claimed_again_alone(workspace: Workspace) -> None:
    fill(workspace, 3)
    first = claim(workspace, "one")
    assert claim(workspace, "two", NOW + timedelta(seconds=29)) == []
    again = claim(workspace, "two", NOW + timedelta(seconds=31))
    assert [entry.id for entry in again] == [first[0].id]
    assert again[0].attempts == 2
    with workspace.write() as connection:
        # The first owner comes too late: what it did must be rolled back.
        assert not outbox.complete(connection, first[0], "one", NOW + timedelta(seconds=32))
        assert outbox.complete(connection, again[0], "two", NOW + timedelta(seconds=32))


def test_a_heartbeat_keeps_the_lease(workspace: Workspace) -> None:
    fill(workspace, 2)
    ids = [entry.id for entry in claim(workspace, "one")]
    with workspace.write() as connection:
        assert outbox.heartbeat(connection, "one", ids, NOW + timedelta(seconds=20)) == 2
    assert claim(workspace, "two", NOW + timedelta(seconds=45)) == []
    assert len(claim(workspace, "two", NOW + timedelta(seconds=51))) == 1


def test_failures_pause_longer_and_end_with_the_dead(workspace: Workspace) -> None:
    fill(workspace, 1)
    now, pauses = NOW, []
    for _ in range(outbox.TRIES):
        (entry,) = claim(workspace, "one", now)
        with workspace.write() as connection:
            outbox.fail(connection, entry, "one", "no answer", now)
        row = state_of(workspace)
        pauses.append((row.due_at - now).total_seconds())
        now = row.due_at
    assert pauses[:4] == [5, 10, 20, 40]
    assert max(pauses) <= outbox.LONGEST_PAUSE.total_seconds()
    assert state_of(workspace).state == "dead"
    with workspace.write() as connection:
        (letter,) = outbox.dead_letters(connection)
        assert letter["error"] == "no answer"
        outbox.resend(connection, letter["id"], now)
        with pytest.raises(NotFound):
            outbox.resend(connection, letter["id"], now)
    (entry,) = claim(workspace, "two", now)
    assert entry.attempts == 1


def test_an_entry_that_kills_every_process_is_buried(workspace: Workspace) -> None:
    fill(workspace, 1)
    now = NOW
    for _ in range(outbox.TRIES):
        assert len(claim(workspace, "one", now)) == 1
        now += timedelta(seconds=31)
    assert claim(workspace, "two", now) == []
    assert state_of(workspace).state == "dead"


def test_a_chain_deeper_than_twenty_is_refused(workspace: Workspace) -> None:
    with workspace.write() as connection:
        assert outbox.enqueue(connection, QUEUE, {}, now=NOW, depth=20)
        with pytest.raises(Refused) as refused:
            outbox.enqueue(connection, QUEUE, {}, now=NOW, depth=21, cause="rule:remind")
    assert refused.value.issues[0].arguments["cause"] == "rule:remind"


def test_what_is_done_is_forgotten_after_a_week(workspace: Workspace) -> None:
    fill(workspace, 1)
    (entry,) = claim(workspace, "one")
    with workspace.write() as connection:
        outbox.complete(connection, entry, "one", NOW)
        assert outbox.forget(connection, NOW + timedelta(days=6)) == 0
        assert outbox.forget(connection, NOW + timedelta(days=8)) == 1


def test_draining_does_each_once_and_rolls_back_what_fails(workspace: Workspace) -> None:
    fill(workspace, 5)
    with workspace.write() as connection:
        connection.exec_driver_sql("CREATE TABLE told (note INTEGER)")

    def tell(connection: sa.Connection, entry: outbox.Entry) -> None:
        connection.exec_driver_sql(f"INSERT INTO told VALUES ({entry.payload['note']})")
        if entry.payload["note"] == 3:
            raise ValueError("not this one")

    carriers = clock.Carriers(short={QUEUE: tell}, long={})
    assert clock.drain(workspace, QUEUE, carriers, "one") == 5
    with workspace.read() as connection:
        assert connection.exec_driver_sql("SELECT note FROM told ORDER BY note").scalars().all() == [0, 1, 2, 4]
    assert "not this one" in state_of(workspace, "note:3").error


def test_stopping_gives_back_what_was_not_begun(workspace: Workspace) -> None:
    fill(workspace, 4)
    seen: list[int] = []
    carriers = clock.Carriers(short={QUEUE: lambda _, entry: seen.append(entry.id)}, long={})
    assert clock.drain(workspace, QUEUE, carriers, "one", stopping=lambda: len(seen) == 2) == 2
    left = claim(workspace, "two", datetime.now(UTC))
    assert [entry.attempts for entry in left] == [1, 1]


def _claim_and_hang(url: str, folder: str, ready: object) -> None:
    workspace = open_workspace(name="child", data_dir=Path(folder), url=url, secret="x" * 32)
    with workspace.write() as connection:
        outbox.claim(connection, QUEUE, "child", NOW)
    ready.set()  # type: ignore[attr-defined]
    time.sleep(60)


def test_what_a_killed_process_held_is_found_again(workspace: Workspace) -> None:
    fill(workspace, 2)
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    url = workspace.url if workspace.dialect == "postgresql" else ""
    child = context.Process(target=_claim_and_hang, args=(url, str(workspace.data_dir), ready))
    child.start()
    assert ready.wait(30)
    assert child.pid is not None
    os.kill(child.pid, signal.SIGKILL)
    child.join(10)
    assert claim(workspace, "one", NOW + timedelta(seconds=5)) == []
    later = NOW + timedelta(seconds=31)
    assert len(claim(workspace, "one", later) + claim(workspace, "one", later)) == 2


def start(workspace: Workspace, kind: str, user_id: int | None = 1) -> str:
    with workspace.write() as connection:
        return jobs.start_job(
            workspace, connection, kind, {"to": 3}, label={"zh-CN": "数数", "en": "Count"}, user_id=user_id, now=NOW
        )


def test_a_job_runs_from_the_outbox_and_tells_its_progress(workspace: Workspace) -> None:
    def count(_: Workspace, arguments: object, progress: jobs.Progress) -> dict[str, int]:
        for step in range(arguments["to"]):  # type: ignore[index]
            progress.advance(step, total=3, message="counting", checkpoint={"step": step})
        return {"counted": 3}

    job_id = start(workspace, "count")
    assert jobs.get_job(workspace, job_id)["state"] == "queued"

    def carry(there: Workspace, entry: outbox.Entry) -> None:
        jobs.run_job(there, entry.payload["job"], {"count": count}, repr)

    clock.drain(workspace, jobs.QUEUE, clock.Carriers(short={}, long={jobs.QUEUE: carry}), "one")
    done = jobs.get_job(workspace, job_id)
    assert (done["state"], done["done"], done["total"], done["result"]) == ("done", 3, 3, {"counted": 3})


def test_a_job_fails_with_its_reason_a_bug_with_a_number(workspace: Workspace) -> None:
    def refuse(*_: object) -> None:
        raise NotFound(outbox.Issue(code="outbox.unknown", arguments={"id": 7}))

    def break_down(*_: object) -> None:
        raise ZeroDivisionError

    first, second = start(workspace, "refuse"), start(workspace, "break_down")
    for one in (first, second):
        jobs.run_job(workspace, one, {"refuse": refuse, "break_down": break_down}, lambda _: "4711")
    assert "7" in jobs.get_job(workspace, first, "en")["issues"][0]["message"]
    assert "4711" in jobs.get_job(workspace, second, "zh-CN")["issues"][0]["message"]


def test_a_cancelled_job_stops_at_its_next_step(workspace: Workspace) -> None:
    steps: list[int] = []

    def run(there: Workspace, _: object, progress: jobs.Progress) -> None:
        for step in range(10):
            progress.advance(step, checkpoint=step)
            steps.append(step)
            if step == 2:
                jobs.cancel_job(there, progress.job_id)

    job_id = start(workspace, "run")
    jobs.run_job(workspace, job_id, {"run": run}, repr)
    assert jobs.get_job(workspace, job_id)["state"] == "cancelled"
    assert steps == [0, 1, 2]


def test_an_interrupted_job_goes_on_from_its_checkpoint(workspace: Workspace) -> None:
    stopping = threading.Event()
    began: list[object] = []

    def run(_: Workspace, __: object, progress: jobs.Progress) -> str:
        began.append(progress.checkpoint)
        for step in range(progress.checkpoint or 0, 5):
            if step == 3 and not stopping.is_set() and len(began) == 1:
                stopping.set()
            progress.advance(step, checkpoint=step)
        return "all"

    job_id = start(workspace, "run")
    with pytest.raises(jobs.Interrupted):
        jobs.run_job(workspace, job_id, {"run": run}, repr, stopping.is_set)
    stopping.clear()
    jobs.run_job(workspace, job_id, {"run": run}, repr, stopping.is_set)
    assert began == [None, 3]
    assert jobs.get_job(workspace, job_id)["result"] == "all"


def test_a_job_whose_cause_was_rolled_back_is_ended(workspace: Workspace) -> None:
    kept = start(workspace, "kept")
    with pytest.raises(ZeroDivisionError), workspace.write() as connection:
        jobs.start_job(workspace, connection, "lost", {}, label="lost", user_id=1, now=NOW)
        raise ZeroDivisionError
    ended = jobs.reap(workspace, NOW + timedelta(minutes=3))
    assert ended == (1 if workspace.dialect == "sqlite" else 0)
    assert jobs.get_job(workspace, kept)["state"] == "queued"
