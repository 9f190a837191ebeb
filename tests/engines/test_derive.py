"""Derived values after random writes equal the expressions computed anew; nothing drifts, on either database."""

import random

import pytest

from engines.database import Workspace
from engines.records import bin, store
from engines.records.bulk import begin_run, insert_rows
from engines.records.derive import derivations, drift, recompute_all
from engines.records.history import Cause
from engines.records.query import entity_of, one
from engines.records.settle import everything, settle, settling
from metamodel.errors import Refusal
from tests.conftest import SOAK
from tests.desk import NOW, desk, release, sight

CAUSE = Cause(at=NOW, by=1)


def drifting(connection, seen) -> list:
    return [
        (key, drift(connection, seen.live, *key, seen.context))
        for key in derivations(seen.live).nodes
        if drift(connection, seen.live, *key, seen.context)
    ]


@pytest.mark.parametrize("seed", range(20 if SOAK else 2))
def test_nothing_drifts_after_random_writes(workspace: Workspace, seed: int) -> None:
    release(workspace, desk())
    chance = random.Random(seed)
    alive: dict[str, list[int]] = {"team": [], "ticket": [], "claim": []}
    gone: list[tuple[str, int]] = []
    with workspace.write() as connection:
        seen = sight(workspace, connection)
        models = {name: entity_of(seen, f"desk.{name}") for name in alive}

        def pick(name: str):
            return chance.choice([None, *alive[name]])

        def values(name: str) -> dict:
            if name == "team":
                return {"name": f"t{chance.random()}"}
            if name == "ticket":
                return {
                    "subject": "s",
                    "team": pick("team"),
                    "cost": chance.choice([None, "1.00", "7.35"]),
                    "related": [one for one in {pick("ticket"), pick("ticket")} if one],
                }
            return {
                "title": "c",
                "ticket": pick("ticket"),
                "lines": [{"what": "w", "amount": f"{chance.randrange(99)}.10"} for _ in range(chance.randrange(4))],
            }

        for _ in range(60):
            name = chance.choice(["team", "ticket", "ticket", "claim"])
            deed = chance.random()
            try:
                with connection.begin_nested():
                    if deed < 0.5 or not alive[name]:
                        alive[name].append(store.create(connection, seen, models[name], values(name), CAUSE))
                    elif deed < 0.8:
                        store.update(connection, seen, models[name], chance.choice(alive[name]), values(name), CAUSE)
                    elif deed < 0.93:
                        number = chance.choice(alive[name])
                        bin.delete(connection, seen, models[name], number, CAUSE)
                        alive[name].remove(number)
                        gone.append((name, number))
                    elif gone:
                        where, number = gone.pop()
                        bin.restore(connection, seen, models[where], number, CAUSE)
                        alive[where].append(number)
            except Refusal:
                continue
            assert drifting(connection, seen) == []


def test_bulk_rows_settle_to_the_same_values(workspace: Workspace) -> None:
    release(workspace, desk())
    with workspace.write() as connection:
        seen = sight(workspace, connection)
        team, ticket = entity_of(seen, "desk.team"), entity_of(seen, "desk.ticket")
        run = begin_run(connection, "import", "desk", "x", CAUSE)
        cause = Cause(at=NOW, by=1, run=run)
        first = insert_rows(connection, seen.live, team, ["name"], [[f"t{n}"] for n in range(3)], cause)
        insert_rows(
            connection,
            seen.live,
            ticket,
            ["subject", "team", "cost", "labels"],
            [[f"s{n}", first + n % 3, n * 100, ["a"] if n % 2 else None] for n in range(30)],
            cause,
        )
        for step in settling(connection, seen.live, everything(["desk.team", "desk.ticket"]), size=7):
            settle(connection, seen.live, step, seen.context)
        assert drifting(connection, seen) == []
        assert one(connection, seen, team, first)["effort"] == "135.00"
        assert one(connection, seen, ticket, 2)["double"] == "2.00"
        made = store.create(connection, seen, ticket, {"subject": "after"}, CAUSE)
        assert made == 31


def test_a_check_repairs_what_drifted(workspace: Workspace) -> None:
    release(workspace, desk())
    with workspace.write() as connection:
        seen = sight(workspace, connection)
        ticket = entity_of(seen, "desk.ticket")
        made = store.create(connection, seen, ticket, {"subject": "s", "cost": "2.00"}, CAUSE)
        connection.exec_driver_sql('UPDATE desk__ticket SET "double" = 5')
        assert drift(connection, seen.live, "desk.ticket", "double", seen.context) == [made]
        assert recompute_all(connection, seen.live, "desk.ticket", ["double"], seen.context) == 1
        assert drifting(connection, seen) == []
