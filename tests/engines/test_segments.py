"""Segments: who is in them equals the condition asked in full, whatever is written; moves are told once, and no more."""

from __future__ import annotations

import contextlib
import random
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from engines.database import Workspace
from engines.records.bulk import begin_run, insert_rows, update_columns
from engines.records.history import Cause
from engines.records.membership import segment_move, segment_record, segment_state
from engines.records.query import Asked, entity_of, page
from engines.records.settle import deeds_of, settle, settling
from engines.runtime import events, outbox, segmenting
from engines.runtime.clock import Carriers, drain
from engines.runtime.release import Releases
from engines.runtime.segment_notes import note_run
from engines.runtime.segmenting import WHOLE, Segmenting, follow, look_at
from engines.runtime.write import create_record, delete_record, restore_record, update_record
from engines.segments.keep import drift, states
from engines.segments.plan import reading
from metamodel.errors import Invalid, Refused
from metamodel.expressions.context import context_at
from tests.conftest import SOAK
from tests.desk import ADMIN, NOW, desk, release, sight

CONDITIONS = {
    "big": ("ticket", "{cost} >= 50"),
    "busy": ("team", "COUNT({tickets}, {tickets.cost} > 40) >= 2"),
    "dear": ("team", "{effort} > 100"),
    "waits": ("ticket", 'AND(IN_SEGMENT("busy", {team}), NOT(IN_SEGMENT("big")))'),
    "either": ("ticket", 'OR(IN_SEGMENT("big"), {urgency} = "high")'),
    "soon": ("ticket", "{due} >= TODAY() - 30"),
    "claimed": ("ticket", "SUM({claims.total}) > 100"),
    "led": ("team", 'ANY({tickets}, IN_SEGMENT("soon", {tickets.id}))'),
    "linked": ("ticket", 'ANY({related}, {related.urgency} = "high")'),
    "named": ("ticket", 'LEFT({team_name}, 1) = "a"'),
    "touched": ("ticket", "{version} > 2"),
}


def grouped(conditions: dict[str, tuple[str, str]] = CONDITIONS, **more: Any) -> Any:
    document = desk()
    document["segments"] = [
        {"name": name, "label": name.title(), "entity": entity, "condition": condition, **more.get(name, {})}
        for name, (entity, condition) in conditions.items()
    ]
    return document


def published(workspace: Workspace, document: Any, at: datetime = NOW) -> None:
    release(workspace, document)
    follow(workspace, Releases(workspace), at)


def work(workspace: Workspace) -> None:
    """What the worker does, until nothing is left to do."""
    hand = Segmenting(workspace)
    carriers = Carriers(short={segmenting.QUEUE: hand}, long={WHOLE: hand.carry})
    while drain(workspace, segmenting.QUEUE, carriers, "t") + drain(workspace, WHOLE, carriers, "t"):
        pass


def kept(workspace: Workspace, name: str) -> set[int]:
    with workspace.read() as connection:
        live = Releases(workspace).live(connection)
        state = states(connection, live)[name]
        query = sa.select(segment_record.c.record_id).where(segment_record.c.segment_id == state.number)
        found = set(connection.scalars(query))
        assert state.count == len(found)
        return found


def drifting(workspace: Workspace, at: datetime = NOW) -> dict[str, Any]:
    with workspace.read() as connection:
        live = Releases(workspace).live(connection)
        known = states(connection, live)
        told = {name: drift(connection, live, known[name], context_at(at, live.zone)) for name in reading(live).order}
    return {name: found for name, found in told.items() if found != ([], [])}


def test_who_is_in_it_follows_every_write(workspace: Workspace) -> None:
    published(workspace, grouped())
    with workspace.write() as connection:
        seen = sight(workspace, connection)
        team = create_record(connection, seen, "desk.team", {"name": "a"})
        tickets = [
            create_record(connection, seen, "desk.ticket", {"subject": "x", "team": team, "cost": "0.45"}) for _ in range(2)
        ]
        other = create_record(connection, seen, "desk.ticket", {"subject": "y", "cost": "60", "related": [tickets[0]]})
    work(workspace)
    assert kept(workspace, "desk.big") == {other} and kept(workspace, "desk.busy") == set()
    with workspace.write() as connection:
        seen = sight(workspace, connection)
        update_record(connection, seen, "desk.ticket", tickets[0], {"cost": "49", "urgency": "high"}, None)
        update_record(connection, seen, "desk.ticket", tickets[1], {"cost": "49"}, None)
    work(workspace)
    assert kept(workspace, "desk.busy") == {team} and kept(workspace, "desk.waits") == set(tickets)
    assert kept(workspace, "desk.linked") == {other} and kept(workspace, "desk.either") == {tickets[0], other}
    with workspace.write() as connection:
        delete_record(connection, sight(workspace, connection), "desk.ticket", tickets[0])
    work(workspace)
    assert kept(workspace, "desk.busy") == set() == kept(workspace, "desk.waits") == kept(workspace, "desk.linked")
    with workspace.write() as connection:
        restore_record(connection, sight(workspace, connection), "desk.ticket", tickets[0])
    work(workspace)
    assert kept(workspace, "desk.waits") == set(tickets) and kept(workspace, "desk.linked") == {other}
    assert drifting(workspace) == {}


def test_nothing_is_put_down_for_what_no_segment_reads(workspace: Workspace) -> None:
    published(workspace, grouped({"big": CONDITIONS["big"]}))
    with workspace.write() as connection:
        seen = sight(workspace, connection)
        number = create_record(connection, seen, "desk.ticket", {"subject": "x"})
        create_record(connection, seen, "desk.team", {"name": "a"})
    work(workspace)
    with workspace.write() as connection:
        update_record(connection, sight(workspace, connection), "desk.ticket", number, {"subject": "z"}, None)
        query = sa.select(sa.func.count()).where(outbox.outbox.c.queue == segmenting.QUEUE)
        assert connection.scalar(query) == 1


def moves(workspace: Workspace) -> list[tuple[int, bool]]:
    with workspace.read() as connection:
        query = sa.select(segment_move.c.record_id, segment_move.c.entered).order_by(segment_move.c.id)
        return [(row[0], bool(row[1])) for row in connection.execute(query)]


def listening(document: Any) -> Any:
    document["rules"] = [
        {"name": way, "label": way, "entity": "ticket", "trigger": {"type": "segment", "segment": "big", "way": way},
         "actions": [{"type": "set_values", "values": [{"field": "note", "value": f'"{way}"'}]}]}
        for way in ("enters", "leaves")
    ]
    return document


def heard(workspace: Workspace) -> list[tuple[int, str, str]]:
    with workspace.read() as connection:
        rows = connection.scalars(
            sa.select(outbox.outbox.c.payload).where(outbox.outbox.c.queue == events.QUEUE).order_by(outbox.outbox.c.id)
        ).all()
    return [(item["number"], item["happening"], item["about"]) for row in rows for item in row["events"]]


def test_entering_and_leaving_are_heard_once_and_the_first_filling_never(workspace: Workspace) -> None:
    release(workspace, listening(desk() | {"segments": []}) | {"rules": []})
    with workspace.write() as connection:
        seen = sight(workspace, connection)
        numbers = [create_record(connection, seen, "desk.ticket", {"subject": "x", "cost": cost}) for cost in (60, 1)]
    document = listening(grouped({"big": CONDITIONS["big"]}))
    published(workspace, document)
    assert kept(workspace, "desk.big") == {numbers[0]} and moves(workspace) == [] == heard(workspace)
    with workspace.write() as connection:
        seen = sight(workspace, connection)
        update_record(connection, seen, "desk.ticket", numbers[0], {"cost": 2}, None)
        update_record(connection, seen, "desk.ticket", numbers[1], {"cost": 70}, None)
        update_record(connection, seen, "desk.ticket", numbers[1], {"cost": 80}, None)
    work(workspace)
    assert sorted(moves(workspace)) == [(numbers[0], False), (numbers[1], True)]
    told = [(numbers[0], "leave", "desk.big"), (numbers[1], "enter", "desk.big")]
    assert sorted(heard(workspace)) == told
    # Another condition moves records silently, unless it says that they are to be heard.
    document["segments"][0]["condition"] = "{cost} < 50"
    published(workspace, document)
    assert kept(workspace, "desk.big") == {numbers[0]} and sorted(heard(workspace)) == told
    document["segments"][0] |= {"condition": "{cost} >= 50", "announce": True}
    published(workspace, document)
    assert kept(workspace, "desk.big") == {numbers[1]} and len(heard(workspace)) == 4
    # What no release knows any more is forgotten.
    published(workspace, desk())
    work(workspace)
    with workspace.read() as connection:
        for table in (segment_state, segment_record, segment_move):
            assert connection.scalar(sa.select(sa.func.count()).select_from(table)) == 0


def test_the_day_turns(workspace: Workspace) -> None:
    conditions = {"soon": ("ticket", "{due} >= TODAY() - 2"), "led": CONDITIONS["led"], "big": CONDITIONS["big"]}
    published(workspace, grouped(conditions))
    with workspace.write() as connection:
        seen = sight(workspace, connection)
        team = create_record(connection, seen, "desk.team", {"name": "a"})
        ticket = create_record(connection, seen, "desk.ticket", {"subject": "x", "team": team, "due": "2026-11-22"})
    work(workspace)
    assert kept(workspace, "desk.soon") == {ticket} and kept(workspace, "desk.led") == {team}
    hand = Segmenting(workspace)
    later = NOW + timedelta(days=3)
    # Both that depend on the day, once however often the clock looks, and not before their hour.
    assert hand.tick(workspace, later.replace(hour=18, minute=59)) == 2
    assert Segmenting(workspace).tick(workspace, later.replace(hour=18, minute=59)) == 0
    assert Segmenting(workspace).tick(workspace, later.replace(hour=19, minute=1)) == 2
    work(workspace)
    assert kept(workspace, "desk.soon") == set() == kept(workspace, "desk.led")
    # An entry that comes late, from before the day turned, undoes nothing.
    with workspace.write() as connection:
        update_record(connection, sight(workspace, connection), "desk.ticket", ticket, {"due": "2026-11-21"}, None)
    work(workspace)
    assert kept(workspace, "desk.soon") == set()


def test_a_check_repairs_and_says_what_it_found(workspace: Workspace) -> None:
    published(workspace, grouped({"big": CONDITIONS["big"]}))
    with workspace.write() as connection:
        seen = sight(workspace, connection)
        for cost in (60, 70, 1):
            create_record(connection, seen, "desk.ticket", {"subject": "x", "cost": cost})
    work(workspace)
    with workspace.write() as connection:
        connection.execute(sa.delete(segment_record).where(segment_record.c.record_id == 1))
        connection.execute(sa.insert(segment_record).values(segment_id=1, record_id=3, since=NOW))
    found = look_at(workspace, Releases(workspace), "desk.big", NOW)
    assert (found["missing"], found["extra"], found["records"], found["pending"]) == (1, 1, [1, 3], 0)
    assert kept(workspace, "desk.big") == {1, 2}


def test_a_worker_that_dies_between_write_and_look_loses_nothing(workspace: Workspace) -> None:
    published(workspace, grouped())
    with workspace.write() as connection:
        create_record(connection, sight(workspace, connection), "desk.ticket", {"subject": "x", "cost": 60})

    class Killed(BaseException):
        pass

    hand = Segmenting(workspace)
    for at in ("before", "after"):
        def dies(connection, entry, at=at):
            if at == "after":
                hand(connection, entry)
            raise Killed

        carriers = Carriers(short={segmenting.QUEUE: dies}, long={})
        with pytest.raises(Killed):
            drain(workspace, segmenting.QUEUE, carriers, "dead")
        assert kept(workspace, "desk.big") == set()
        with workspace.write() as connection:
            connection.execute(sa.update(outbox.outbox).values(lease_until=datetime(2020, 1, 1, tzinfo=UTC)))
    work(workspace)
    assert kept(workspace, "desk.big") == {1} and moves(workspace).count((1, True)) == len(moves(workspace)) > 0


def test_filters_ask_for_segments_and_only_who_may_know(workspace: Workspace) -> None:
    document = grouped({"big": CONDITIONS["big"], "all_of_it": ("ticket", "NOT(ISBLANK({subject}))")})
    document["segments"][1]["roles"] = []
    published(workspace, document)
    with workspace.write() as connection:
        seen = sight(workspace, connection)
        for cost in (60, 1):
            create_record(connection, seen, "desk.ticket", {"subject": f"s{cost}", "cost": cost})
    work(workspace)

    def found(who: Any, filter: str) -> list[str]:
        with workspace.read() as connection:
            seen = sight(workspace, connection, who)
            asked = Asked(fields=("subject",), filters=(filter,), sorts=(("id", False),))
            return [row["subject"] for row in page(connection, seen, entity_of(seen, "desk.ticket"), asked).items]

    assert found(ADMIN, 'IN_SEGMENT("big")') == ["s60"]
    assert found(ADMIN, 'NOT(IN_SEGMENT("desk.big"))') == ["s1"]
    reader = type(ADMIN)(user_id=9, login="r", name="r", locale="en", is_admin=False,
                         roles=frozenset({("desk", "reader")}))
    # Cost is hidden from readers: asking for the segment would tell of it.
    with pytest.raises(Invalid) as refused:
        found(reader, 'IN_SEGMENT("big")')
    assert [issue.code for issue in refused.value.issues] == ["expressions.no_such_segment"]
    assert found(reader, 'IN_SEGMENT("all_of_it")') == ["s60", "s1"]
    document["segments"][0]["roles"] = ["reader"]
    published(workspace, document)
    assert found(reader, 'IN_SEGMENT("big")') == ["s60"]


@pytest.mark.parametrize("seed", range(60 if SOAK else 3))
def test_random_writes_against_the_condition_in_full(workspace: Workspace, seed: int) -> None:
    chance = random.Random(seed)
    published(workspace, grouped())
    teams: list[int] = []
    tickets: list[int] = []
    gone: set[int] = set()

    def values() -> dict[str, Any]:
        told = {
            "team": chance.choice([None, *teams]),
            "cost": chance.choice([None, 1, 45, 49, 60]),
            "urgency": chance.choice(["low", "high", None]),
            "due": chance.choice([None, "2026-11-01", "2026-01-01"]),
            "related": chance.sample(sorted(set(tickets) - gone), min(len(set(tickets) - gone), chance.randrange(3))),
        }
        return {name: told[name] for name in chance.sample(sorted(told), chance.randrange(1, 5))}

    for round_ in range(12 if SOAK else 6):
        with workspace.write() as connection:
            seen = sight(workspace, connection)
            for _ in range(chance.randrange(1, 8)):
                alive = sorted(set(tickets) - gone)
                match chance.choice(["team", "ticket", "change", "change", "claim", "delete", "restore", "rename", "run"]):
                    case "team":
                        name = chance.choice("ab") + str(len(teams)) + "-" + str(round_)
                        teams.append(create_record(connection, seen, "desk.team", {"name": name}))
                    case "ticket":
                        given = {"subject": "x", **values()}
                        tickets.append(create_record(connection, seen, "desk.ticket", given))
                    case "change" if alive:
                        update_record(connection, seen, "desk.ticket", chance.choice(alive), values(), None)
                    case "claim" if alive:
                        lines = [{"what": "w", "amount": chance.choice([10, 60, 90])} for _ in range(chance.randrange(3))]
                        claim = {"title": "c", "ticket": chance.choice(alive), "lines": lines}
                        create_record(connection, seen, "desk.claim", claim)
                    case "delete" if alive:
                        number = chance.choice(alive)
                        with contextlib.suppress(Refused), connection.begin_nested():
                            delete_record(connection, seen, "desk.ticket", number)
                            gone.add(number)
                    case "restore" if gone:
                        number = chance.choice(sorted(gone))
                        gone.discard(number)
                        restore_record(connection, seen, "desk.ticket", number)
                    case "rename" if teams:
                        name = f"{chance.choice('ab')}{chance.random()}"
                        update_record(connection, seen, "desk.team", chance.choice(teams), {"name": name}, None)
                    case "run":
                        _run(connection, seen, chance, tickets, alive, teams)
        if chance.random() < 0.7:
            work(workspace)
    work(workspace)
    assert drifting(workspace) == {}
    told = moves(workspace)
    # Who moves enters first, and then leaves and enters in turn.
    with workspace.read() as connection:
        rows = connection.execute(sa.select(segment_move).order_by(segment_move.c.id)).all()
    ways: dict[tuple[int, int], list[bool]] = {}
    for row in rows:
        ways.setdefault((row.segment_id, row.record_id), []).append(bool(row.entered))
    assert told and all(way == [index % 2 == 0 for index in range(len(way))] for way in ways.values())


def _run(connection: Any, seen: Any, chance: random.Random, tickets: list[int], alive: list[int], teams: list[int]) -> None:
    cause = Cause(at=NOW, by=1, run=begin_run(connection, "import", "desk", "x", Cause(at=NOW, by=1)))
    ticket = entity_of(seen, "desk.ticket")
    rows = [["n", chance.choice([None, *teams]), chance.choice([None, 4500, 6000])] for _ in range(chance.randrange(1, 6))]
    first = insert_rows(connection, seen.live, ticket, ["subject", "team", "cost"], rows, cause)
    if alive:
        numbers = sorted(chance.sample(alive, chance.randrange(1, len(alive) + 1)))
        table = seen.live.tables["desk.ticket"]
        before = list(connection.scalars(sa.select(table.c.cost).where(table.c.id.in_(numbers)).order_by(table.c.id)))
        new = [chance.choice([100, 6000]) if old is None else None for old in before]
        update_columns(connection, seen.live, ticket, numbers, {"cost": new}, {"cost": before}, cause)
    tickets += range(first, first + len(rows))
    for step in settling(connection, seen.live, deeds_of(connection, seen.live, cause.run)):
        settle(connection, seen.live, step, seen.context)
    note_run(connection, seen.live, cause.run, by=1, at=NOW)


def test_writers_and_workers_side_by_side(workspace: Workspace) -> None:
    """Two workers look while three people write the same few records: nobody writes what they saw before another."""
    published(workspace, grouped({name: CONDITIONS[name] for name in ("big", "busy", "waits", "either")}))
    with workspace.write() as connection:
        seen = sight(workspace, connection)
        teams = [create_record(connection, seen, "desk.team", {"name": name}) for name in ("a", "b")]
        tickets = [create_record(connection, seen, "desk.ticket", {"subject": "x"}) for _ in range(4)]
    over, broken = threading.Event(), list[BaseException]()

    def writes(seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(80 if SOAK else 20):
            values = {"cost": chance.choice([1, 45, 60]), "team": chance.choice([None, *teams])}
            with workspace.write() as connection:
                seen = sight(workspace, connection)
                update_record(connection, seen, "desk.ticket", chance.choice(tickets), values, None)

    def looks(owner: str) -> None:
        carriers = Carriers(short={segmenting.QUEUE: (hand := Segmenting(workspace))}, long={WHOLE: hand.carry})
        while not over.wait(0.01):
            drain(workspace, segmenting.QUEUE, carriers, owner)

    def guarded(work_: Any, *arguments: Any) -> threading.Thread:
        def run() -> None:
            try:
                work_(*arguments)
            except BaseException as error:
                broken.append(error)

        thread = threading.Thread(target=run)
        thread.start()
        return thread

    workers = [guarded(looks, f"w{number}") for number in range(2)]
    for thread in [guarded(writes, seed) for seed in range(3)]:
        thread.join()
    over.set()
    for thread in workers:
        thread.join()
    work(workspace)
    assert broken == [] and drifting(workspace) == {}
