"""Fields that show a measure: their values equal an oracle in plain Python, whatever is written, by whomever, at once."""

from __future__ import annotations

import random
import threading
from collections import Counter
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from engines.database import Workspace
from engines.measured.keep import states, unsettle
from engines.measured.plan import figures
from engines.measured.tables import measure_frozen
from engines.runtime import measuring, outbox
from engines.runtime.clock import Carriers, drain
from engines.runtime.events import QUEUE as EVENTS
from engines.runtime.measuring import Measuring, settle_due, turn
from engines.runtime.release import Releases
from engines.runtime.write import create_record, delete_record, restore_record, update_record
from tests.conftest import SOAK
from tests.desk import NOW, desk, field, release, sight

KINDS = {
    "cost": ("cost", "money"),
    "tickets": ("tickets", "integer"),
    "mean": ("mean", "money"),
    "teams": ("teams", "integer"),
    "share": ("share", "percent"),
}


def source(measure: str, **more: Any) -> Any:
    return {
        "name": measure, "dataset": "tickets", "measure": measure, "time": "due", "first": "{first}",
        "last": "{last}", "bindings": [{"dimension": "squad", "value": "{team}"}], **more,
    }  # fmt: skip


def goals(**more: Any) -> Any:
    """The desk with goals of teams: a field for each sort of measure, one that chooses, and what reads them."""
    document = desk()
    dataset = document["datasets"][0]
    dataset["dimensions"].append({"name": "squad", "label": "Squad", "expression": "{team}"})
    chosen = [
        source("cost", when='{what} = "cost"'),
        source("tickets", when='{what} = "tickets"', bindings=[
            {"dimension": "squad", "value": "{team}"}, {"dimension": "urgency", "value": "{urgency}"}]),
    ]  # fmt: skip
    fields = [
        field("team", "reference", entity="team", inverse="goals"),
        field("plan", "reference", entity="plan", inverse="goals"),
        field("first", "date"), field("last", "date"), field("urgency", "text"), field("what", "text"),
        field("target", "money"), field("closed", "boolean"),
        *(field(name, "measure", result=result, sources=[source(measure)]) for name, (measure, result) in KINDS.items()),
        field("chosen", "measure", result="decimal", digits=2, until="{closed}", sources=chosen),
        field("gap", "formula", expression="{target} - {cost}", result="money"),
    ]  # fmt: skip
    document["entities"] += [
        {"name": "plan", "label": "Plan", "fields": [
            field("name", "text"),
            field("spent", "rollup", relation="goals", aggregate="sum", field="cost", result="money")]},
        {"name": "goal", "label": "Goal", "fields": fields, **more},
    ]  # fmt: skip
    return document


def published(workspace: Workspace, document: Any) -> None:
    release(workspace, document)
    measuring.follow_release(workspace, Releases(workspace), NOW)


def stored(workspace: Workspace, entity: str = "goal") -> dict[int, dict[str, Any]]:
    with workspace.read() as connection:
        table = Releases(workspace).live(connection).tables[f"desk.{entity}"]
        rows = connection.execute(sa.select(table).where(table.c.deleted_at.is_(None))).mappings()
        return {row["id"]: dict(row) for row in rows}


def oracle(workspace: Workspace) -> dict[int, dict[str, Any]]:
    """What every field should hold, counted one ticket after another."""
    tickets = stored(workspace, "ticket").values()
    found = {}
    for number, goal in stored(workspace).items():
        whole = goal["team"] and goal["first"] and goal["last"]
        mine = [
            one for one in tickets
            if whole and one["team"] == goal["team"] and one["due"] and goal["first"] <= one["due"] <= goal["last"]
        ]  # fmt: skip
        costs = [one["cost"] for one in mine if one["cost"] is not None]
        values: dict[str, Any] = dict.fromkeys([*KINDS, "chosen"])
        if whole:
            values |= {"cost": sum(costs), "tickets": len(mine), "teams": len({one["team"] for one in mine})}
            values["mean"] = rounded(Decimal(sum(costs)) / len(costs)) if costs else None
            values["share"] = rounded(Decimal(sum(costs)) / len(mine) * 100) if mine else None
            if goal["what"] == "cost":
                values["chosen"] = sum(costs)
            elif goal["what"] == "tickets" and goal["urgency"]:
                values["chosen"] = len([one for one in mine if one["urgency"] == goal["urgency"]]) * 100
        values["gap"] = (goal["target"] or 0) - (values["cost"] or 0)
        found[number] = values
    return found


def rounded(value: Decimal) -> int:
    return int(value.quantize(Decimal(1), ROUND_HALF_UP))


def equal(workspace: Workspace, settled: dict[int, Any] | None = None) -> None:
    wanted, now = oracle(workspace), stored(workspace)
    for number, values in wanted.items():
        if settled and number in settled:
            values["chosen"] = settled[number]
        assert {name: now[number][name] for name in values} == values, number
    spent: Counter[int] = Counter()
    for goal in now.values():
        spent[goal["plan"]] += goal["cost"] or 0
    assert {number: row["spent"] for number, row in stored(workspace, "plan").items()} == {
        number: spent[number] for number in stored(workspace, "plan")
    }


def ticket(chance: random.Random, teams: list[int]) -> dict[str, Any]:
    day = date(2026, 10, 1) + timedelta(days=chance.randrange(60))
    return {
        "subject": "x", "team": chance.choice([*teams, None]), "urgency": chance.choice(["low", "high"]),
        "cost": chance.choice([None, f"{chance.randrange(1, 900)}.5"]), "due": chance.choice([day.isoformat(), None]),
    }  # fmt: skip


def goal(chance: random.Random, teams: list[int], plans: list[int]) -> dict[str, Any]:
    first, last = chance.choice([
        ("2026-10-01", "2026-10-31"), ("2026-11-01", "2026-11-30"), ("2026-10-07", "2026-10-07"),
        ("2026-10-08", "2026-10-08"), ("2026-10-05", "2026-11-11"), ("2026-12-01", "2026-12-31"), (None, "2026-11-01"),
    ])  # fmt: skip
    return {
        "team": chance.choice([*teams, None]), "plan": chance.choice(plans), "first": first, "last": last,
        "urgency": chance.choice(["high", "low", None]), "what": chance.choice(["cost", "tickets", "other"]),
        "target": chance.choice(["100", None]),
    }  # fmt: skip


@pytest.mark.parametrize("seed", range(20 if SOAK else 2))
def test_values_equal_an_oracle_after_every_write(workspace: Workspace, seed: int) -> None:
    chance = random.Random(seed)
    published(workspace, goals())
    releases = Releases(workspace)
    with workspace.write() as connection:
        seen = sight(workspace, connection)
        teams = [create_record(connection, seen, "desk.team", {"name": name}) for name in "abc"]
        plans = [create_record(connection, seen, "desk.plan", {"name": name}) for name in "xy"]
        made = [create_record(connection, seen, "desk.ticket", ticket(chance, teams)) for _ in range(40)]
        wanted = [create_record(connection, seen, "desk.goal", goal(chance, teams, plans)) for _ in range(25)]
    gone: set[tuple[str, int]] = set()
    for step in range(12):
        settle_due(workspace, releases, NOW + timedelta(minutes=step))
        equal(workspace)
        for _ in range(chance.choice([1, 5])):
            with workspace.write() as connection:
                seen = sight(workspace, connection)
                name, numbers, make = chance.choice([
                    ("desk.ticket", made, lambda: ticket(chance, teams)),
                    ("desk.goal", wanted, lambda: goal(chance, teams, plans)),
                ])  # fmt: skip
                number = chance.choice(numbers)
                what = chance.choice(["change", "change", "new", "bin"])
                if (name, number) in gone:
                    restore_record(connection, seen, name, number)
                    gone.remove((name, number))
                elif what == "bin":
                    delete_record(connection, seen, name, number)
                    gone.add((name, number))
                elif what == "new":
                    numbers.append(create_record(connection, seen, name, make()))
                else:
                    update_record(connection, seen, name, number, make(), None)


def some(workspace: Workspace, count: int = 3) -> tuple[list[int], list[int]]:
    """Teams with a ticket each, and a goal for each."""
    with workspace.write() as connection:
        seen = sight(workspace, connection)
        teams = [create_record(connection, seen, "desk.team", {"name": f"t{at}"}) for at in range(count)]
        plan = create_record(connection, seen, "desk.plan", {"name": "x"})
        for team in teams:
            values = {"subject": "x", "team": team, "cost": "10", "due": "2026-10-07", "urgency": "high"}
            create_record(connection, seen, "desk.ticket", values)
        window = {"first": "2026-10-01", "last": "2026-10-31", "what": "cost", "plan": plan}
        wanted = [create_record(connection, seen, "desk.goal", {"team": team, **window}) for team in teams]
    settle_due(workspace, Releases(workspace), NOW)
    return teams, wanted


def test_versions_stay_and_few_statements_do(workspace: Workspace) -> None:
    published(workspace, goals())

    def counted(count: int) -> int:
        some(workspace, count)
        with workspace.write() as connection:
            live = Releases(workspace).live(connection)
            table = live.tables["desk.goal"]
            connection.execute(sa.update(table).values(cost=None))
            unsettle(connection, live, [("desk.goal", "cost")])
        statements: list[str] = []
        engines = {workspace.engine, workspace.writer}

        def note(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
            statements.append(statement)

        for engine in engines:
            sa.event.listen(engine, "before_cursor_execute", note)
        turn(workspace, Releases(workspace), ("desk.goal", "cost"), NOW + timedelta(hours=1))
        for engine in engines:
            sa.event.remove(engine, "before_cursor_execute", note)
        return len(statements)

    few = counted(3)
    assert all(row["version"] == 1 and row["cost"] == 1000 for row in stored(workspace).values())
    with workspace.write() as connection:
        live = Releases(workspace).live(connection)
        for name in ("desk.goal", "desk.ticket", "desk.team"):
            connection.execute(sa.delete(live.tables[name]))
    assert counted(60) <= few + 1


def test_a_value_settles_when_its_field_says_so(workspace: Workspace) -> None:
    published(workspace, goals())
    teams, wanted = some(workspace)
    with workspace.write() as connection:
        seen = sight(workspace, connection)
        create_record(
            connection, seen, "desk.ticket", {"subject": "y", "team": teams[0], "cost": "5", "due": "2026-10-08"}
        )
        update_record(connection, seen, "desk.goal", wanted[0], {"closed": True}, None)
    settle_due(workspace, Releases(workspace), NOW + timedelta(minutes=1))
    # The last time it was measured is when that began to hold; later tickets change nothing.
    with workspace.write() as connection:
        seen = sight(workspace, connection)
        create_record(
            connection, seen, "desk.ticket", {"subject": "z", "team": teams[0], "cost": "7", "due": "2026-10-09"}
        )
    settle_due(workspace, Releases(workspace), NOW + timedelta(minutes=2))
    assert stored(workspace)[wanted[0]]["chosen"] == 1500 and stored(workspace)[wanted[0]]["cost"] == 2200
    equal(workspace, {wanted[0]: 1500})
    with workspace.write() as connection:
        update_record(connection, sight(workspace, connection), "desk.goal", wanted[0], {"closed": False}, None)
    settle_due(workspace, Releases(workspace), NOW + timedelta(minutes=3))
    equal(workspace)
    with workspace.read() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(measure_frozen)) == 0


def test_the_clock_finds_what_moved_and_nothing_else(workspace: Workspace) -> None:
    published(workspace, goals())
    teams, wanted = some(workspace)
    hand = Measuring(workspace)
    later = NOW + timedelta(minutes=5)
    assert hand.tick(workspace, later) == 0
    with workspace.write() as connection:
        create_record(
            connection,
            sight(workspace, connection),
            "desk.ticket",
            {"subject": "y", "team": teams[0], "cost": "5", "due": "2026-10-08"},
        )
    assert hand.tick(workspace, later + timedelta(seconds=2)) == len(KINDS) + 1
    # Another clock that saw the same adds nothing.
    assert Measuring(workspace).tick(workspace, later + timedelta(seconds=2)) == 0
    carriers = Carriers(short={}, long={measuring.QUEUE: hand.carry})
    assert drain(workspace, measuring.QUEUE, carriers, "t") == len(KINDS) + 1
    equal(workspace)
    assert stored(workspace)[wanted[0]]["cost"] == 1500


def test_an_older_look_never_overwrites_a_newer_one(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    published(workspace, goals())
    teams, wanted = some(workspace)
    key = ("desk.goal", "cost")
    asked = threading.Event()
    onward = threading.Event()
    real = measuring.answers

    def slow(*arguments: Any) -> Any:
        found = real(*arguments)
        if threading.current_thread().name == "slow":
            asked.set()
            assert onward.wait(20)
        return found

    monkeypatch.setattr(measuring, "answers", slow)
    with workspace.write() as connection:
        create_record(
            connection,
            sight(workspace, connection),
            "desk.ticket",
            {"subject": "y", "team": teams[0], "cost": "1", "due": "2026-10-08"},
        )
    late = threading.Thread(
        target=turn, args=(workspace, Releases(workspace), key, NOW + timedelta(minutes=1)), name="slow"
    )
    late.start()
    assert asked.wait(20)
    with workspace.write() as connection:
        create_record(
            connection,
            sight(workspace, connection),
            "desk.ticket",
            {"subject": "z", "team": teams[0], "cost": "2", "due": "2026-10-08"},
        )
    turn(workspace, Releases(workspace), key, NOW + timedelta(minutes=2))
    onward.set()
    late.join(20)
    assert stored(workspace)[wanted[0]]["cost"] == 1300
    with workspace.read() as connection:
        live = Releases(workspace).live(connection)
        assert states(connection, live)[key].as_of == NOW + timedelta(minutes=2)


def test_a_rule_hears_that_a_measure_moved(workspace: Workspace) -> None:
    document = goals()
    document["rules"] = [{
        "name": "reached", "label": "Reached", "entity": "goal", "condition": "{cost} >= 12",
        "trigger": {"type": "changed", "fields": ["cost"]},
        "actions": [{"type": "set_values", "values": [{"field": "what", "value": '"reached"'}]}],
    }]  # fmt: skip
    published(workspace, document)
    teams, wanted = some(workspace)
    with workspace.write() as connection:
        create_record(
            connection,
            sight(workspace, connection),
            "desk.ticket",
            {"subject": "y", "team": teams[0], "cost": "5", "due": "2026-10-08"},
        )
    settle_due(workspace, Releases(workspace), NOW + timedelta(minutes=1))
    with workspace.read() as connection:
        waiting = connection.execute(sa.select(outbox.outbox.c.payload).where(outbox.outbox.c.queue == EVENTS)).all()
    told = [event for row in waiting for event in row.payload["events"] if event["happening"] == "derive"]
    assert {(event["number"], tuple(event["fields"]["cost"])) for event in told} >= {(wanted[0], ("10.00", "15.00"))}


def test_what_is_measured_from_measures_follows(workspace: Workspace) -> None:
    document = goals()
    document["datasets"].append({
        "name": "goals", "label": "Goals", "entity": "goal",
        "dimensions": [{"name": "plan", "label": "Plan", "expression": "{plan}"}],
        "measures": [{"name": "cost", "label": "Cost", "aggregate": "sum", "expression": "{cost}"}],
    })  # fmt: skip
    whole = {"name": "a", "dataset": "goals", "measure": "cost", "bindings": [{"dimension": "plan", "value": "{id}"}]}
    plan = next(entity for entity in document["entities"] if entity["name"] == "plan")
    plan["fields"].append(field("measured", "measure", result="money", sources=[whole]))
    with pytest.raises(AssertionError):
        # A number is no record: {id} can't be bound to a reference.
        published(workspace, document)
    document["datasets"][-1]["dimensions"][0]["expression"] = "{plan.id}"
    published(workspace, document)
    some(workspace)
    now = stored(workspace, "plan")
    assert [row["measured"] for row in now.values()] == [3000] == [row["spent"] for row in now.values()]
    with workspace.read() as connection:
        order = list(figures(Releases(workspace).live(connection)))
    assert order.index(("desk.goal", "cost")) < order.index(("desk.plan", "measured"))
