"""What happens to one record is heard in the order it happened, however many workers there are and whoever dies."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from engines.database import Workspace
from engines.runtime import events, outbox
from engines.runtime.clock import Carriers, drain
from engines.runtime.react import React
from tests.engines.rules.ground import change, diary, install, make, rule


def becomes(word: str, value: str = "") -> Any:
    """A rule that writes down the value that a note took, whatever it is by now."""
    made = {"type": "make_record", "entity": "diary", "values": [{"field": "what", "value": value or f'"{word}"'}]}
    return rule(f"to_{word}", {"type": "changed", "fields": ["note"], "becomes": word}, made)


def carriers(workspace: Workspace) -> Carriers:
    return Carriers(short={events.QUEUE: React(workspace)}, long={})


def claimed(workspace: Workspace, owner: str, limit: int) -> list[outbox.Entry]:
    with workspace.write() as connection:
        return outbox.claim(connection, events.QUEUE, owner, datetime.now(UTC), limit)


def carry(workspace: Workspace, entry: outbox.Entry, owner: str) -> None:
    with workspace.write() as connection:
        React(workspace)(connection, entry)
        assert outbox.complete(connection, entry, owner, datetime.now(UTC))


def due_now(workspace: Workspace) -> None:
    """What was put off is due, without waiting for it."""
    with workspace.write() as connection:
        connection.execute(sa.update(outbox.outbox).values(due_at=datetime.now(UTC) - timedelta(seconds=1)))


def told(workspace: Workspace) -> list[str]:
    return [row.what for row in diary(workspace)]


def test_a_later_event_waits_while_an_earlier_one_is_in_other_hands(workspace: Workspace) -> None:
    install(workspace, becomes("a"), becomes("b"), becomes("c"))
    one, other = make(workspace), make(workspace)
    for word in ("a", "b"):
        change(workspace, one, note=word)
    change(workspace, other, note="c")
    (first,) = claimed(workspace, "slow", 1)
    due_now(workspace)
    drain(workspace, events.QUEUE, carriers(workspace), "quick")
    assert told(workspace) == ["c"], "another record's waits for nobody, this one's does"
    carry(workspace, first, "slow")
    due_now(workspace)
    drain(workspace, events.QUEUE, carriers(workspace), "quick")
    assert told(workspace) == ["c", "a", "b"]
    with workspace.read() as connection:
        assert set(connection.scalars(sa.select(outbox.outbox.c.attempts).where(outbox.outbox.c.queue == events.QUEUE))) == {1}, "to wait is no try"


def test_what_was_put_off_is_not_overtaken(workspace: Workspace) -> None:
    install(workspace, becomes("a"), becomes("b"), becomes("c"))
    one = make(workspace)
    for word in ("a", "b", "c"):
        change(workspace, one, note=word)
    (first,) = claimed(workspace, "slow", 1)
    second, third = claimed(workspace, "quick", 2)
    with workspace.write() as connection:
        outbox.postpone(connection, "quick", second, datetime.now(UTC))
    carry(workspace, first, "slow")
    with pytest.raises(outbox.NotYet), workspace.write() as connection:
        React(workspace)(connection, third)
    with workspace.write() as connection:
        outbox.postpone(connection, "quick", third, datetime.now(UTC))
    due_now(workspace)
    drain(workspace, events.QUEUE, carriers(workspace), "quick")
    assert told(workspace) == ["a", "b", "c"]


def test_one_that_failed_holds_nobody_up(workspace: Workspace) -> None:
    install(workspace, becomes("a"), becomes("b"))
    one = make(workspace)
    for word in ("a", "b"):
        change(workspace, one, note=word)
    (first,) = claimed(workspace, "slow", 1)
    with workspace.write() as connection:
        outbox.fail(connection, first, "slow", "away", datetime.now(UTC))
    drain(workspace, events.QUEUE, carriers(workspace), "quick")
    assert told(workspace) == ["b"]


def test_a_worker_that_died_keeps_its_turn(workspace: Workspace) -> None:
    install(workspace, becomes("a"), becomes("b"))
    one = make(workspace)
    for word in ("a", "b"):
        change(workspace, one, note=word)
    claimed(workspace, "dead", 1)
    drain(workspace, events.QUEUE, carriers(workspace), "quick")
    assert told(workspace) == []
    with workspace.write() as connection:
        connection.execute(sa.update(outbox.outbox).where(outbox.outbox.c.claimed_by == "dead").values(lease_until=datetime.now(UTC) - timedelta(seconds=1)))
    due_now(workspace)
    drain(workspace, events.QUEUE, carriers(workspace), "quick")
    assert told(workspace) == ["a", "b"]


def test_many_changes_of_few_records_by_four_workers(workspace: Workspace) -> None:
    install(workspace, *(becomes(f"n{step}", f'{{subject}} & "-{step}"') for step in range(12)))
    tickets = [make(workspace, subject=f"T{index}") for index in range(3)]
    for step in range(12):
        for number in tickets:
            change(workspace, number, note=f"n{step}")
    over = datetime.now(UTC) + timedelta(seconds=60)

    def worker(name: str) -> None:
        round_ = 0
        while datetime.now(UTC) < over:
            with workspace.read() as connection:
                waiting = connection.scalar(sa.select(sa.func.count()).where(outbox.outbox.c.state == outbox.WAITING, outbox.outbox.c.queue == events.QUEUE))
            if not waiting:
                return
            round_ += 1
            drain(workspace, events.QUEUE, carriers(workspace), f"{name}-{round_}", most=3)

    workers = [threading.Thread(target=worker, args=(f"w{index}",)) for index in range(4)]
    for one in workers:
        one.start()
    for one in workers:
        one.join(90)
    words = [word.split("-") for word in told(workspace)]
    for index in range(3):
        assert [int(step) for subject, step in words if subject == f"T{index}"] == list(range(12))
