"""Derived values after many writes: only what the writes reach is set, and nothing that they reach is left out."""

import random

import pytest
import sqlalchemy as sa

from engines.database import Workspace
from engines.records import settle as settling_room
from engines.records.bulk import begin_run, insert_rows, update_columns
from engines.records.derive import derivations, drift
from engines.records.history import Cause
from engines.records.query import entity_of
from engines.records.settle import deeds_of, everything, settle, settling
from tests.conftest import SOAK
from tests.desk import NOW, desk, release, sight

TEAMS, TICKETS = 40, 400


@pytest.fixture
def filled(workspace: Workspace) -> Workspace:
    release(workspace, desk())
    with workspace.write() as connection:
        seen = sight(workspace, connection)
        team, ticket = entity_of(seen, "desk.team"), entity_of(seen, "desk.ticket")
        cause = Cause(at=NOW, by=1)
        insert_rows(connection, seen.live, team, ["name"], [[f"t{n}"] for n in range(TEAMS)], cause)
        rows = [[f"s{n}", n % TEAMS + 1, n] for n in range(TICKETS)]
        insert_rows(connection, seen.live, ticket, ["subject", "team", "cost"], rows, cause)
        for step in settling(connection, seen.live, everything(["desk.team", "desk.ticket"])):
            settle(connection, seen.live, step, seen.context)
    return workspace


def drifting(connection, seen) -> list:
    return [key for key in derivations(seen.live).nodes if drift(connection, seen.live, *key, seen.context)]


def test_only_what_is_reached_is_set(filled: Workspace) -> None:
    with filled.write() as connection:
        seen = sight(filled, connection)
        ticket = entity_of(seen, "desk.ticket")
        cause = Cause(at=NOW, by=1, run=begin_run(connection, "import", "desk", "x", Cause(at=NOW, by=1)))
        insert_rows(connection, seen.live, ticket, ["subject", "team", "cost"], [["new", 3, 5], ["new", 4, 5]], cause)
        update_columns(connection, seen.live, ticket, [10], {"team": [7]}, {"team": [10]}, cause)
        steps = settling(connection, seen.live, deeds_of(connection, seen.live, cause.run))
        # Both new ones' teams, and the team that lost the ticket as well as the one that has it now.
        assert [step.numbers for step in steps if step.entity == "desk.team"] == [(3, 4, 7, 10)]
        tickets = {number for step in steps if step.entity == "desk.ticket"
                   for number in (*step.numbers, *range(step.low + 1, step.high + 1))}
        assert tickets == {10, TICKETS + 1, TICKETS + 2}
        assert drifting(connection, seen) != []
        for step in steps:
            settle(connection, seen.live, step, seen.context)
        assert drifting(connection, seen) == []
        for step in steps:
            assert settle(connection, seen.live, step, seen.context) == 0


@pytest.mark.parametrize("most", [5, 50_000])
@pytest.mark.parametrize("seed", range(20 if SOAK else 2))
def test_nothing_drifts_after_random_runs(filled: Workspace, monkeypatch: pytest.MonkeyPatch, seed: int, most: int) -> None:
    monkeypatch.setattr(settling_room, "MOST", most)
    chance = random.Random(seed)
    with filled.write() as connection:
        seen = sight(filled, connection)
        ticket, team = entity_of(seen, "desk.ticket"), entity_of(seen, "desk.team")
        for _ in range(4):
            cause = Cause(at=NOW, by=1, run=begin_run(connection, "import", "desk", "x", Cause(at=NOW, by=1)))
            rows = [["n", chance.choice([None, *range(1, TEAMS)]), chance.randrange(99)] for _ in range(chance.randrange(30))]
            insert_rows(connection, seen.live, ticket, ["subject", "team", "cost"], rows, cause)
            table = seen.live.tables["desk.ticket"]
            numbers = sorted(chance.sample(range(1, TICKETS), chance.randrange(1, 40)))
            query = sa.select(table.c.team, table.c.cost).where(table.c.id.in_(numbers)).order_by(table.c.id)
            before = list(zip(*connection.execute(query).all(), strict=True))
            new = [[chance.choice([None, *range(1, TEAMS)]) for _ in numbers], [chance.randrange(99) for _ in numbers]]
            update_columns(connection, seen.live, ticket, numbers, dict(zip(("team", "cost"), new, strict=True)),
                           dict(zip(("team", "cost"), before, strict=True)), cause)
            names = [[f"again{seed}{cause.run}"]]
            update_columns(connection, seen.live, team, [chance.randrange(1, TEAMS)], {"name": names[0]}, {"name": [""]}, cause)
            for step in settling(connection, seen.live, deeds_of(connection, seen.live, cause.run), size=70):
                settle(connection, seen.live, step, seen.context)
            assert drifting(connection, seen) == []
