"""A turn of a measure field asks only what the log's entries can have moved, and comes to what asking everything does."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from engines.database import Workspace
from engines.measured import keep
from engines.measured.keep import unsettle
from engines.measured.plan import figures
from engines.records.bulk import begin_run, insert_columns
from engines.records.history import Cause
from engines.runtime import measuring
from engines.runtime.measuring import settle_due
from engines.runtime.release import Releases
from engines.runtime.write import create_record, delete_record, restore_record, update_record
from tests.conftest import SOAK
from tests.desk import NOW, desk, entity, field, release, sight

SCOPES = {"squad": "{team}", "named": "{team.name}", "kind": '"low"', "due": "{first}", "": ""}
LINES = {"amount": "money", "heavy": "integer", "busy": "integer", "claims": "integer"}
TICKETS = {"cost": "money", "busy": "money", "teams": "integer", "share": "percent", "place": "integer"}


def watched() -> Any:
    """The desk with records that watch tickets and lines of claims: by team, by its name, by urgency, in all."""
    document = desk()
    tickets = document["datasets"][0]
    tickets["dimensions"] += [
        {"name": "squad", "label": "Squad", "expression": "{team}"},
        {"name": "named", "label": "Named", "expression": "{team.name}"},
        {"name": "kind", "label": "Kind", "expression": "{urgency}"},
    ]
    tickets["measures"] += [
        {"name": "busy", "label": "Busy", "expression": "{cost}", "filter": "{team.ticket_count} >= 9"},
        {"name": "place", "label": "Place", "aggregate": "rank", "of": "cost"},
    ]
    document["datasets"].append({
        "name": "lines", "label": "Lines", "entity": "claim_line", "filter": "{amount} > 5",
        "dimensions": [
            {"name": "squad", "label": "Squad", "expression": "{claim.ticket.team}"},
            {"name": "named", "label": "Named", "expression": "{claim.ticket.team_name}"},
            {"name": "kind", "label": "Kind", "expression": "{claim.ticket.urgency}"},
            {"name": "due", "label": "Due", "expression": "{claim.ticket.due}"},
        ],
        "measures": [
            {"name": "amount", "label": "Amount", "aggregate": "sum", "expression": "{amount}"},
            {"name": "heavy", "label": "Heavy", "aggregate": "count", "filter": "{claim.total} > 50"},
            {"name": "busy", "label": "Busy", "aggregate": "count", "filter": "{claim.ticket.team.effort} > 1000"},
            {"name": "claims", "label": "Claims", "aggregate": "count_distinct", "expression": "{claim}"},
        ],
    })  # fmt: skip
    def source(dataset: str, measure: str, scope: str) -> Any:
        bound = [{"dimension": scope, "value": SCOPES[scope]}] if scope in ("squad", "named", "kind") else []
        window = {"time": "due", "first": "{first}", "last": "{last}"} if scope != "due" else {}
        when = f'AND({{what}} = "{measure}", {{scope}} = "{scope or "all"}")'
        name = f"{measure}_{scope or 'all'}"
        return {"name": name, "when": when, "dataset": dataset, "measure": measure, "bindings": bound, **window}

    fields = [
        field("team", "reference", entity="team", inverse="watches"),
        field("first", "date"), field("last", "date"), field("what", "text"), field("scope", "text"),
        *(
            field(dataset, "measure", result="decimal", digits=2, sources=[
                source(dataset, measure, scope) for measure in measures for scope in SCOPES if measure != "place" or scope == "squad"
            ])
            for dataset, measures in (("tickets", TICKETS), ("lines", LINES))
        ),
    ]  # fmt: skip
    document["entities"].append({"name": "watch", "label": "Watch", "fields": fields})
    for owner, name, how in (("ticket", "team", "clear"), ("claim", "ticket", "clear"), ("claim_line", "claim", "cascade")):
        next(one for one in entity(document, owner)["fields"] if one["name"] == name)["on_delete"] = how
    return document


Make = Callable[[random.Random, dict[str, list[int]]], dict[str, Any]]


def day(chance: random.Random) -> str:
    return (date(2026, 10, 1) + timedelta(days=chance.randrange(60))).isoformat()


MAKE: dict[str, Make] = {
    "desk.team": lambda chance, _: {"name": f"n{chance.randrange(10**9)}"},
    "desk.ticket": lambda chance, known: {
        "subject": "x", "team": chance.choice([*known["desk.team"], None]), "urgency": chance.choice(["low", "high"]),
        "cost": f"{chance.randrange(1, 900)}.5", "due": chance.choice([day(chance), None]), "note": day(chance),
    },
    "desk.claim": lambda chance, known: {"title": "c", "ticket": chance.choice([*known["desk.ticket"], None])},
    "desk.claim_line": lambda chance, known: {
        "claim": chance.choice(known["desk.claim"]), "what": "w", "amount": str(chance.randrange(1, 60)),
    },
    "desk.watch": lambda chance, known: {
        "team": chance.choice(known["desk.team"]), "what": chance.choice([*LINES, *TICKETS]),
        "scope": chance.choice(["squad", "squad", "named", "kind", "due", "all"]),
        **dict(zip(("first", "last"), chance.choice([
            ("2026-10-01", "2026-10-31"), ("2026-11-01", "2026-11-30"), ("2026-10-05", "2026-11-11"),
            ("2026-10-07", "2026-10-07"),
        ]), strict=True)),
    },
}  # fmt: skip
COUNTS = {"desk.team": 6, "desk.ticket": 50, "desk.claim": 30, "desk.claim_line": 70, "desk.watch": 80}


def values(workspace: Workspace) -> dict[int, tuple[Any, ...]]:
    with workspace.read() as connection:
        table = Releases(workspace).live(connection).tables["desk.watch"]
        rows = connection.execute(table.select().where(table.c.deleted_at.is_(None))).mappings()
        return {row["id"]: (row["tickets"], row["lines"]) for row in rows}


def binned(seen: Any, connection: Any) -> set[tuple[str, int]]:
    """The records in the bin."""
    tables = {name: seen.live.tables[name] for name in MAKE}
    return {
        (name, row.id)
        for name, table in tables.items()
        for row in connection.execute(table.select().where(table.c.deleted_at.is_not(None)))
    }


def whole(workspace: Workspace, releases: Releases, minute: int) -> dict[int, tuple[Any, ...]]:
    """What asking everything comes to."""
    with workspace.write() as connection:
        live = releases.live(connection)
        unsettle(connection, live, list(figures(live)))
    settle_due(workspace, releases, NOW + timedelta(minutes=minute))
    return values(workspace)


@pytest.mark.parametrize("seed", range(20 if SOAK else 1))
def test_what_changes_reach_is_all_that_moves(workspace: Workspace, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(seed)
    release(workspace, watched())
    releases = Releases(workspace)
    measuring.follow_release(workspace, releases, NOW)
    known: dict[str, list[int]] = {name: [] for name in MAKE}
    with workspace.write() as connection:
        seen = sight(workspace, connection)
        for name, make in MAKE.items():
            for _ in range(COUNTS[name]):
                known[name].append(create_record(connection, seen, name, make(chance, known)))
    whole(workspace, releases, 0)
    scopes: list[Any] = []
    real = keep.touched
    monkeypatch.setattr(keep, "touched", lambda *given: scopes.append(found := real(*given)) or found)
    moved = 0
    for step in range(60 if SOAK else 16):
        before = values(workspace)
        for _ in range(chance.choice([1, 1, 3])):
            with workspace.write() as connection:
                seen = sight(workspace, connection)
                gone = binned(seen, connection)
                name = chance.choices(list(MAKE), [1, 5, 5, 5, 1])[0]
                number = chance.choice(known[name])
                what = chance.choice(["new", "one", "one", "all", "bin"])
                if (name, number) in gone:
                    restore_record(connection, seen, name, number)
                elif what == "new":
                    alive = {key: [one for one in some if (key, one) not in gone] for key, some in known.items()}
                    known[name].append(create_record(connection, seen, name, MAKE[name](chance, alive)))
                elif what == "bin" and name != "desk.team" and (name != "desk.ticket" or chance.random() < 0.5):
                    delete_record(connection, seen, name, number)
                else:
                    alive = {key: [one for one in some if (key, one) not in gone] for key, some in known.items()}
                    told = MAKE[name](chance, alive)
                    one = chance.choice(list(told))
                    update_record(connection, seen, name, number, told if what == "all" else {one: told[one]}, None)
        settle_due(workspace, releases, NOW + timedelta(minutes=2 * step + 1))
        found = values(workspace)
        assert found == whole(workspace, releases, 2 * step + 2), step
        moved += found != before
    narrowed = [touched for scope in scopes for touched in scope.values()]
    # The law says something only where values moved and questions were left out.
    assert moved > 5 and sum(one is not None for one in narrowed) > 20, (moved, len(narrowed))
    assert any(one is None for one in narrowed)


def test_what_a_new_row_does_not_count_for_is_not_asked(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    release(workspace, watched())
    releases = Releases(workspace)
    measuring.follow_release(workspace, releases, NOW)
    window = {"first": "2026-10-01", "last": "2026-10-31", "what": "cost", "scope": "squad"}
    with workspace.write() as connection:
        seen = sight(workspace, connection)
        teams = [create_record(connection, seen, "desk.team", {"name": f"t{at}"}) for at in range(30)]
        mine = {team: create_record(connection, seen, "desk.watch", {"team": team, **window}) for team in teams}
        for team in teams:
            create_record(connection, seen, "desk.watch", {"team": team, **window, "last": "2026-10-05"})
    whole(workspace, releases, 0)
    asked: list[set[Any]] = []
    real = measuring.answers

    def noting(connection: Any, sight: Any, figure: Any, questions: Any) -> Any:
        asked.append({(question.keys, question.last) for question in questions})
        return real(connection, sight, figure, asked[-1] and questions)

    monkeypatch.setattr(measuring, "answers", noting)
    ticket = {"subject": "x", "team": teams[3], "cost": "7", "due": "2026-10-09"}
    with workspace.write() as connection:
        create_record(connection, sight(workspace, connection), "desk.ticket", ticket)
    settle_due(workspace, releases, NOW + timedelta(minutes=1))
    # Of sixty records one counts the ticket: of its team, and with a window that has its day.
    assert [one for one in asked if one] == [{((teams[3],), date(2026, 10, 31))}]
    assert {number for number, cells in values(workspace).items() if cells[0]} == {mine[teams[3]]}


def test_what_follows_a_run_later_is_measured_all_the_same(workspace: Workspace) -> None:
    release(workspace, watched())
    releases = Releases(workspace)
    measuring.follow_release(workspace, releases, NOW)
    with workspace.write() as connection:
        seen = sight(workspace, connection)
        team = create_record(connection, seen, "desk.team", {"name": "a"})
        window = {"first": "2026-10-01", "last": "2026-10-31", "scope": "squad"}
        watch = create_record(connection, seen, "desk.watch", {"team": team, "what": "heavy", **window})
    whole(workspace, releases, 0)
    with workspace.write() as connection:
        live = releases.live(connection)
        ticket = create_record(connection, sight(workspace, connection), "desk.ticket", {"subject": "x", "team": team, "due": "2026-10-07"})
        claim = create_record(connection, sight(workspace, connection), "desk.claim", {"title": "c", "ticket": ticket})
        run = begin_run(connection, "import", "desk", "c", Cause(at=NOW, by=None), {})
        line, claims = live.model.entities["desk.claim_line"], live.tables["desk.claim"]
        columns = {"claim": [claim], "what": ["w"], "amount": [6000]}
        insert_columns(connection, live, line, columns, 1, Cause(at=NOW, by=None, run=run))
    settle_due(workspace, releases, NOW + timedelta(minutes=1))
    assert values(workspace)[watch][1] == 0
    # The claim's total is set by a later step of the run, which the log tells nothing of.
    with workspace.write() as connection:
        connection.execute(claims.update().values(total=6000))
        keep.run_over(connection, live, run)
    settle_due(workspace, releases, NOW + timedelta(minutes=2))
    assert values(workspace)[watch][1] == 100
