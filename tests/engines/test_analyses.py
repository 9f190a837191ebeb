"""Analyses: grades equal those of an oracle in Python, only what moved is written, and rules hear of it."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
import sqlalchemy as sa

from engines.analyses.run import runs_of
from engines.catalog import CATALOG
from engines.database import Workspace
from engines.records.bulk import insert_rows
from engines.records.history import Cause, change
from engines.records.query import entity_of
from engines.records.settle import everything, settle, settling
from engines.runtime import events, outbox
from engines.runtime.analysing import Analysing, analyse, times
from engines.runtime.jobs import Progress, job
from metamodel.validate import validate
from tests.desk import NOW, desk, entity, field, loaded, release, sight

RFM = {
    "name": "rfm", "label": "RFM", "entity": "team", "type": "rfm", "facts": "tickets", "date": "closed_at",
    "amount": "cost", "filter": '{urgency} = "high"', "r_field": "r", "f_field": "f", "m_field": "m",
    "code_field": "code", "days_field": "days", "sum_field": "spent",
}


def scored(**more: Any) -> Any:
    document = desk()
    entity(document, "team")["fields"] += [
        field("r", "integer"), field("f", "rating"), field("m", "decimal", digits=1), field("code", "text"),
        field("days", "integer"), field("spent", "money"),
        field("shown", "formula", expression="{r} + {f}", result="integer"),
    ]
    document["analyses"] = [{**RFM, **more}]
    document["segments"] = [{"name": "best", "label": "Best", "entity": "team", "condition": "{r} = 5"}]
    return document


def run(workspace: Workspace, at: datetime = NOW) -> Any:
    progress = Progress(workspace=workspace, job_id="none")
    return analyse(workspace, {"application": "desk", "analysis": "rfm", "by": None, "at": at.isoformat()}, progress)


def fill(workspace: Workspace, chance: random.Random, teams: int, tickets: int) -> list[tuple[int | None, Any, Any, str]]:
    """Teams and tickets, some of them without a team, a day, an amount; what they are."""
    rows: list[tuple[int | None, Any, Any, str]] = []
    for _ in range(tickets):
        at = NOW - timedelta(minutes=chance.randrange(-3 * 24 * 60, 90 * 24 * 60))
        rows.append((
            chance.choice([None, *range(1, teams)]),
            chance.choice([None, at, at, at]),
            chance.choice([None, *range(0, 900_00, 700)]),
            chance.choice(["low", "high", "high"]),
        ))
    with workspace.write() as connection:
        seen = sight(workspace, connection)
        cause = Cause(at=NOW, by=None)
        insert_rows(connection, seen.live, entity_of(seen, "desk.team"), ["name"], [[f"t{n}"] for n in range(teams)], cause)
        named = ["team", "closed_at", "cost", "urgency", "subject"]
        told = [[*row, "x"] for row in rows]
        if told:
            insert_rows(connection, seen.live, entity_of(seen, "desk.ticket"), named, told, cause)
        for step in settling(connection, seen.live, everything(["desk.team"])):
            settle(connection, seen.live, step, seen.context)
    return rows


def cuts_of(values: list[int], parts: int) -> list[Fraction]:
    ordered = sorted(values)
    found = []
    for part in range(1, parts if ordered else 1):
        place = Fraction((len(ordered) - 1) * part, parts)
        low = int(place)
        high = min(low + 1, len(ordered) - 1)
        found.append(ordered[low] + (place - low) * (ordered[high] - ordered[low]))
    return found


def oracle(rows: Any, parts: int, end: datetime) -> dict[int, tuple[int, int, int, int, int]]:
    facts: dict[int, list[tuple[datetime, int]]] = {}
    for team, at, cost, urgency in rows:
        if team is not None and at is not None and at < end and urgency == "high":
            facts.setdefault(team, []).append((at, cost or 0))
    days = {team: (end - max(at for at, _ in found)) // timedelta(days=1) for team, found in facts.items()}
    counts = {team: len(found) for team, found in facts.items()}
    sums = {team: sum(cost for _, cost in found) for team, found in facts.items()}
    of = {word: cuts_of(list(values.values()), parts) for word, values in (("d", days), ("c", counts), ("s", sums))}

    def grade(value: int, cuts: list[Fraction]) -> int:
        return 1 + sum(value > cut for cut in cuts)

    return {
        team: (parts + 1 - grade(days[team], of["d"]), grade(counts[team], of["c"]), grade(sums[team], of["s"]),
               days[team], sums[team])
        for team in facts
    }


def held(workspace: Workspace) -> dict[int, Any]:
    with workspace.read() as connection:
        table = sight(workspace, connection).live.tables["desk.team"]
        names = ("r", "f", "m", "code", "days", "spent", "shown")
        query = sa.select(table.c.id, *(table.c[name] for name in names)).order_by(table.c.id)
        return {row[0]: tuple(row[1:]) for row in connection.execute(query)}


@pytest.mark.parametrize(("parts", "teams", "tickets"), [(5, 40, 300), (3, 7, 12), (10, 200, 260), (5, 2, 1), (5, 3, 0)])
def test_grades_equal_an_oracle(workspace: Workspace, parts: int, teams: int, tickets: int) -> None:
    release(workspace, scored(quantiles=parts))
    rows = fill(workspace, random.Random(parts * teams), teams, tickets)
    found = run(workspace)
    # The business day of Shanghai ends at 16:00 UTC.
    wanted = oracle(rows, parts, datetime(2026, 11, 22, 16, tzinfo=UTC))
    assert found == {"moved": len(wanted), "graded": len(wanted)}
    for team, values in held(workspace).items():
        if team not in wanted:
            assert values == (None,) * 6 + (0,)
            continue
        r, f, m, days, spent = wanted[team]
        assert values == (r, f, m * 10, f"{r}{f}{m}", days, spent, r + f)
    assert run(workspace)["moved"] == 0


def test_what_moved_is_kept_told_and_heard(workspace: Workspace) -> None:
    document = scored(days_cuts=[1, 10], filter="")
    document["rules"] = [{
        "name": "better", "label": "Better", "entity": "team", "trigger": {"type": "changed", "fields": ["r"]},
        "actions": [{"type": "set_values", "values": [{"field": "code", "value": '"x"'}]}],
    }]
    release(workspace, document)
    with workspace.write() as connection:
        seen = sight(workspace, connection)
        cause = Cause(at=NOW, by=None)
        insert_rows(connection, seen.live, entity_of(seen, "desk.team"), ["name"], [["a"], ["b"], ["c"]], cause)
        rows = [["x", team, NOW - timedelta(days=days), 5] for team, days in ((1, 0), (2, 5))]
        named = ["subject", "team", "closed_at", "cost"]
        insert_rows(connection, seen.live, entity_of(seen, "desk.ticket"), named, rows, cause)
    assert run(workspace)["moved"] == 2
    assert {team: values[0] for team, values in held(workspace).items()} == {1: 3, 2: 2, 3: None}
    assert run(workspace, NOW + timedelta(days=2))["moved"] == 2
    assert {team: values[0] for team, values in held(workspace).items()} == {1: 2, 2: 2, 3: None}
    with workspace.read() as connection:
        newest, first = runs_of(connection, "desk", "rfm", 5)
        assert newest.findings["moves"]["r"] == [[3, 2, 1]] and newest.moved == 2
        assert sorted(first.findings["moves"]["r"]) == [[None, 2, 1], [None, 3, 1]]
        assert newest.findings["grid"] == [{"r": 2, "f": 1, "count": 2, "sum": 0.1}]
        assert newest.findings["cuts"]["days"] == [1, 10]
        kept = connection.execute(
            sa.select(change.c.fields).where(change.c.run_id == newest.run_id, change.c.record_id == 1)
        ).scalar_one()
        names = {item.definition.id: item.name for item in sight(workspace, connection).live.model.entities["desk.team"].fields.values()}
        assert {names[word]: pair for word, pair in kept.items()}["r"] == [3, 2]
        payloads = connection.scalars(sa.select(outbox.outbox.c.payload).where(outbox.outbox.c.queue == events.QUEUE))
        told = [event for payload in payloads for event in payload["events"]]
    assert [(event["number"], event["fields"]["r"]) for event in told] == [(1, [None, 3]), (2, [None, 2]), (1, [3, 2])]


def test_the_clock_starts_each_time_once(workspace: Workspace) -> None:
    release(workspace, scored(every="weekly", weekday=1, at="04:00"))
    first, second = Analysing(workspace), Analysing(workspace)
    assert first.tick(workspace, NOW - timedelta(days=5)) == 0
    # Monday 04:00 in Shanghai is Sunday 20:00 in UTC.
    monday = datetime(2026, 11, 22, 20, tzinfo=UTC)
    assert second.tick(workspace, monday - timedelta(minutes=1)) == 0
    assert first.tick(workspace, monday) == 1
    assert Analysing(workspace).tick(workspace, monday + timedelta(minutes=1)) == 0
    assert second.tick(workspace, monday + timedelta(days=7)) == 1
    with workspace.jobs_read() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(job)) == 2


@pytest.mark.parametrize(("every", "day", "wanted"), [
    ("daily", 1, [22, 21, 20]), ("monthly", 31, []), ("monthly", 21, [21]), ("weekly", 1, []), ("", 1, []),
])
def test_times(every: str, day: int, wanted: list[int]) -> None:
    analysis = loaded(scored(every=every, day=day, weekday=1)).analyses[0]
    found = times(analysis, "UTC", datetime(2026, 11, 19, 12, tzinfo=UTC), datetime(2026, 11, 22, 12, tzinfo=UTC))
    assert [at.day for at in found] == wanted


@pytest.mark.parametrize(("change_", "code"), [
    ({"facts": "name"}, "analysis.not_many"),
    ({"facts": "nothing"}, "reference.field"),
    ({"date": "subject"}, "analysis.not_date"),
    ({"amount": "urgency"}, "analysis.not_amount"),
    ({"amount": ""}, "analysis.no_amount"),
    ({"days_cuts": [3, 2]}, "analysis.cuts"),
    ({"r_field": "name"}, "analysis.not_number_field"),
    ({"code_field": "r"}, "analysis.not_text_field"),
    ({"f_field": "r"}, "analysis.twice"),
    ({"r_field": "effort"}, "analysis.not_number_field"),
    (dict.fromkeys(("r_field", "f_field", "m_field", "code_field", "days_field", "sum_field"), ""), "analysis.no_output"),
])
def test_settings_are_checked(change_: dict[str, Any], code: str) -> None:
    issues = validate(scored(**change_), CATALOG, {}).issues
    assert code in [issue.code for issue in issues], issues
    assert all(issue.path[:2] == ("analyses", 0) for issue in issues if issue.severity == "error")
