"""Rules of the clock by sets come to the same as one by one: records, log, computed values, firings; and go on after a crash."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from engines.database import Workspace
from engines.records import history
from engines.rules import log
from engines.runtime import outbox, timed_sets, timed_sql, timers
from tests.conftest import SOAK
from tests.desk import sight
from tests.engines.rules.ground import NOON, at, firings, install, make, read, rule, sets, work

NIGHTLY = {"type": "schedule", "every": "daily", "at": "12:00"}
#: what is set, on which condition
CASES: list[tuple[str, Any, str]] = [
    ("constants", sets(note='"old"', urgency='"high"', count="7"), "{cost} >= 5"),
    ("one_constant", sets(note='"old"'), "{cost} >= 5"),
    ("in_three_statements", sets(note='"old"', urgency='"high"', count="{count} + 1"), 'AND({subject} <> "T4", {id} > 2)'),
    ("expressions", sets(cost="{cost} * 1.5", due="TODAY() - 1", count="DAYS(TODAY(), {due})"), "{cost} >= 5"),
    ("through_a_reference", sets(note="{team.name}"), '{team.name} = "North"'),
    ("everybody", sets(secret="{subject}", closed_at="NOW()"), ""),
    ("over_relations", sets(count="COUNT({team.tickets})"), "SUM({team.tickets.cost}) > 20"),
    ("blank", sets(phone='""', cost="{count}"), "{cost} < 20"),
    ("does_not_fit", sets(phone="{subject}"), "{cost} >= 5"),
]


def way_of(action: Any) -> bool:
    """Whether three statements do it: constants as they stand, and whole numbers of the record."""
    return all(re.fullmatch(r'"[a-z]*"|\d+|\{count\} \+ 1', item["value"]) and item["field"] not in ("cost", "urgency_") for item in action["values"])


def furnished(workspace: Workspace, action: Any, condition: str, **more: Any) -> None:
    install(workspace, rule("r", NIGHTLY, action, condition=condition, **more))
    teams = [make(workspace, "team", name=name) for name in ("North", "South")]
    for index in range(12):
        make(workspace, subject="13800000000" if index % 2 else f"T{index}", cost=f"{index}.25", team=teams[index % 2], due=f"2026-11-{index + 1:02}", phone="13900000000")


def everything(workspace: Workspace) -> Any:
    """What is there afterwards, without what may differ from one way to the other."""
    with workspace.read() as connection:
        live = sight(workspace, connection).live
        found: dict[str, Any] = {}
        for name in ("desk.ticket", "desk.team"):
            table = live.tables[name]
            found[name] = [tuple(row) for row in connection.execute(sa.select(table).order_by(table.c.id))]
        change, firing = history.change, log.firing
        entries = sa.select(change.c.entity, change.c.record_id, change.c.action, change.c.fields, change.c.by_id, change.c.depth, change.c.at, firing.c.record_id.label("because"))
        query = entries.select_from(change.outerjoin(firing, firing.c.id == change.c.cause_id)).where(change.c.action != "derive")
        found["log"] = sorted(map(repr, (tuple(row) for row in connection.execute(query))))
        found["firings"] = sorted(repr((row.record_id, row.cause, row.state, row.release, row.trace, row.error)) for row in connection.execute(sa.select(firing)))
        return found


@pytest.mark.parametrize(("action", "condition"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_by_sets_as_one_by_one(workspace: Workspace, action: Any, condition: str, monkeypatch: pytest.MonkeyPatch) -> None:
    furnished(workspace, action, condition)
    by_sets: list[str] = []
    for word in ("set_batch", "carry_span"):
        plain = getattr(timers, word)
        monkeypatch.setattr(timers, word, lambda *args, plain=plain, word=word: by_sets.append(word) or plain(*args))
    at(workspace, NOON)
    before = everything(workspace)
    due = NOON + timedelta(days=1)
    # The same moment twice, each undone but the last: only the way differs.
    timers.Timers(workspace).tick(due)
    with workspace.write() as connection:
        (entry,) = outbox.claim(connection, timers.QUEUE, "test", due)
    kept = {}
    for way in ("each", "sets"):
        with pytest.MonkeyPatch.context() as patched:
            if way == "each":
                patched.setattr(timers, "settings", lambda *args: None)
            timers.Timers(workspace).carry(workspace, entry)
        kept[way] = everything(workspace)
        assert kept[way] != before
        if way == "each":
            _undo(workspace, before)
    assert by_sets[0] == ("carry_span" if way_of(action) else "set_batch")
    assert kept["sets"] == kept["each"]


def _undo(workspace: Workspace, before: Any) -> None:
    """Everything as it was before the rule ran."""
    with workspace.write() as connection:
        live = sight(workspace, connection).live
        for name in ("desk.ticket", "desk.team"):
            table = live.tables[name]
            for row in before[name]:
                values = dict(zip(table.c.keys(), row, strict=True))
                connection.execute(sa.update(table).where(table.c.id == values.pop("id")).values(values))
        connection.execute(sa.delete(history.change).where(history.change.c.cause_id.is_not(None)))
        connection.execute(sa.delete(history.change).where(history.change.c.action == "derive"))
        connection.execute(sa.delete(log.firing))
    assert everything(workspace) == before


def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two records a batch."""
    for module, word in ((timed_sets, "BATCH"), (timed_sql, "SPAN")):
        monkeypatch.setattr(module, word, {"sqlite": 2, "postgresql": 2})


class Killed(Exception):
    """The worker was killed."""


@pytest.mark.parametrize("way", ["rows", "statements"])
@pytest.mark.parametrize("point", range(50 if SOAK else 5))
def test_killed_anywhere_it_goes_on_where_it_stopped(workspace: Workspace, way: str, point: int, monkeypatch: pytest.MonkeyPatch) -> None:
    install(workspace, rule("r", NIGHTLY, sets(count="{count} + 1", note='"x"')))
    if way == "rows":
        monkeypatch.setattr(timers, "plain", lambda *args: None)
    tickets = [make(workspace, cost=str(index)) for index in range(9)]
    small(monkeypatch)
    at(workspace, NOON)
    due = NOON + timedelta(days=1)
    timers.Timers(workspace).tick(due)
    with workspace.write() as connection:
        (entry,) = outbox.claim(connection, timers.QUEUE, "test", due)
    left = [point * 7 + 3]

    def die(*_: Any) -> None:
        left[0] -= 1
        if left[0] == 0:
            raise Killed

    engine = workspace.writer
    sa.event.listen(engine, "before_cursor_execute", die)
    try:
        timers.Timers(workspace).carry(workspace, entry)
    except Killed:
        sa.event.remove(engine, "before_cursor_execute", die)
        timers.Timers(workspace).carry(workspace, entry)
    else:
        sa.event.remove(engine, "before_cursor_execute", die)
    assert [read(workspace, number)["count"] for number in tickets] == [1] * 9
    assert len(firings(workspace)) == 9
    with workspace.read() as connection:
        assert connection.scalar(sa.select(sa.func.count()).where(history.change.c.action == "update")) == 9


def test_switched_off_it_stops_at_the_next_batch(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    install(workspace, rule("r", NIGHTLY, sets(count="1")))
    tickets = [make(workspace) for _ in range(6)]
    small(monkeypatch)
    at(workspace, NOON)
    plain = timers.carry_span

    def once(*args: Any) -> Any:
        found = plain(*args)
        log.switch(args[0], "desk", "r", False, by=1, at=NOON)
        return found

    monkeypatch.setattr(timers, "carry_span", once)
    due = NOON + timedelta(days=1)
    timers.Timers(workspace).tick(due)
    work(workspace, due)
    assert [read(workspace, number)["count"] for number in tickets] == [1, 1, None, None, None, None]


def test_edited_it_stops_at_the_next_batch_and_the_trace_keeps_what_fired(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    install(workspace, rule("r", NIGHTLY, sets(count="1")))
    tickets = [make(workspace) for _ in range(4)]
    small(monkeypatch)
    at(workspace, NOON)
    due = NOON + timedelta(days=1)
    timers.Timers(workspace).tick(due)
    with workspace.write() as connection:
        (entry,) = outbox.claim(connection, timers.QUEUE, "test", due)
    plain, batches = workspace.write, [0]

    @contextmanager
    def writing() -> Iterator[Any]:
        batches[0] += 1
        if batches[0] == 2:
            monkeypatch.undo()
            small(monkeypatch)
            install(workspace, rule("r", NIGHTLY, sets(count="2")))
        with plain() as connection:
            yield connection

    monkeypatch.setattr(Workspace, "write", lambda self: writing())
    timers.Timers(workspace).carry(workspace, entry)
    assert [read(workspace, number)["count"] for number in tickets] == [1, 1, None, None]
    assert {row.release for row in firings(workspace)} == {1}


def test_who_listens_is_told_one_by_one(workspace: Workspace) -> None:
    install(
        workspace,
        rule("r", NIGHTLY, sets(cost="{cost} + 1")),
        rule("heard", {"type": "changed", "fields": ["double"]}, sets(note='"heard"')),
    )
    number = make(workspace, cost="3")
    work(workspace)
    at(workspace, NOON, NOON + timedelta(days=1))
    assert read(workspace, number)["note"] == "heard"


def test_one_by_one_a_transaction_ends_when_it_had_its_time(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    install(workspace, rule("r", NIGHTLY, {"type": "make_record", "entity": "diary", "values": [{"field": "what", "value": "{subject}"}]}))
    for index in range(7):
        make(workspace, subject=f"T{index}")
    at(workspace, NOON)
    monkeypatch.setattr(timers, "FEW", 2)
    monkeypatch.setattr(timers, "LOCK_SECONDS", 0)
    plain, batches = Workspace.write, [0]

    def counting(self: Workspace) -> Any:
        batches[0] += 1
        return plain(self)

    due = NOON + timedelta(days=1)
    timers.Timers(workspace).tick(due)
    with workspace.write() as connection:
        (entry,) = outbox.claim(connection, timers.QUEUE, "test", due)
    monkeypatch.setattr(Workspace, "write", counting)
    timers.Timers(workspace).carry(workspace, entry)
    assert batches[0] == 5, "two, two, two, one, and a look that finds nothing"
    assert len(firings(workspace)) == 7
