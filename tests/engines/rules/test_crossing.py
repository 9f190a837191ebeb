"""A figure about a record crosses a limit: it fires once a crossing, not again on the far side, and begins without firing."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from engines.database import Workspace
from engines.rules.crossing import rule_side
from engines.runtime import timers
from metamodel.validate import validate
from tests.desk import CATALOG, release
from tests.engines.rules.ground import NOON, at, change, delete, document, firings, make, rule

HOUR = timedelta(hours=1)
SPENT = {
    "name": "spent", "label": "Spent", "entity": "ticket",
    "dimensions": [{"name": "team", "label": "Team", "expression": "{team}"}, {"name": "team_named", "label": "Team’s name", "expression": "{team.name}"}, {"name": "subject", "label": "Subject", "expression": "{subject}"}],
    "measures": [
        {"name": "cost", "label": "Cost", "aggregate": "sum", "expression": "{cost}"},
        {"name": "mean", "label": "Mean", "aggregate": "average", "expression": "{cost}"},
    ],
}


def crossing(way: str = "up", **more: Any) -> Any:
    trigger = {"type": "measure", "dataset": "spent", "measure": "cost", "dimension": "team", "limit": "100", "way": way, **more}
    return {**rule(way, trigger, {"type": "set_values", "values": [{"field": "name", "value": f'{{name}} & "{way[0]}"'}]}), "entity": "team"}


def figured(*rules: Any) -> Any:
    made = document(*rules)
    return {**made, "datasets": [*made["datasets"], SPENT]}


def furnish(workspace: Workspace, *rules: Any) -> list[int]:
    release(workspace, figured(*rules))
    return [make(workspace, "team", name=name) for name in ("N", "S")]


def names(workspace: Workspace) -> list[str]:
    with workspace.read() as connection:
        return list(connection.scalars(sa.text("SELECT name FROM desk__team ORDER BY id")))


def hours(start: int = 0) -> list[datetime]:
    return [NOON + HOUR * step for step in range(start, start + 2)]


def test_once_a_crossing_either_way(workspace: Workspace) -> None:
    one, other = furnish(workspace, crossing("up"), crossing("down"))
    first = make(workspace, team=one, cost="99.99")
    make(workspace, team=other, cost="500")
    at(workspace, *hours())
    assert names(workspace) == ["N", "S"], "where one begins nothing has crossed"
    change(workspace, first, cost="100")
    at(workspace, NOON + 2 * HOUR)
    assert names(workspace) == ["Nu", "S"]
    more = make(workspace, team=one, cost="70")
    at(workspace, NOON + 3 * HOUR, NOON + 4 * HOUR)
    assert names(workspace) == ["Nu", "S"], "it stays on the far side"
    delete(workspace, more)
    change(workspace, first, cost="20")
    at(workspace, NOON + 5 * HOUR)
    assert names(workspace) == ["Nud", "S"]
    change(workspace, first, cost="200")
    at(workspace, NOON + 6 * HOUR)
    assert names(workspace) == ["Nudu", "S"]
    assert [row.rule for row in firings(workspace)] == ["up", "down", "up"]


def test_a_dimension_that_names_the_records_is_split_by_the_records(workspace: Workspace) -> None:
    """What people split by in reports is a name; the rule acts on the record of that name."""
    one, _ = furnish(workspace, crossing("up", dimension="team_named"))
    first = make(workspace, team=one, cost="5")
    at(workspace, *hours())
    change(workspace, first, cost="150")
    at(workspace, NOON + 2 * HOUR)
    assert names(workspace) == ["Nu", "S"]


def test_a_record_without_facts_has_nothing(workspace: Workspace) -> None:
    one, _ = furnish(workspace, crossing("up", limit="0"), crossing("down", limit="0"))
    at(workspace, *hours())
    below = make(workspace, team=one, cost="5")
    change(workspace, below, cost="-5")
    at(workspace, NOON + 2 * HOUR)
    assert names(workspace) == ["Nd", "S"]
    delete(workspace, below)
    at(workspace, NOON + 3 * HOUR)
    assert names(workspace) == ["Ndu", "S"]


def test_a_condition_that_does_not_hold_uses_the_crossing_up(workspace: Workspace) -> None:
    one, _ = furnish(workspace, {**crossing("up"), "condition": '{name} = "S"'})
    at(workspace, *hours())
    make(workspace, team=one, cost="300")
    at(workspace, NOON + 2 * HOUR)
    assert firings(workspace) == []


def test_another_limit_begins_anew(workspace: Workspace) -> None:
    one, _ = furnish(workspace, crossing("up"))
    make(workspace, team=one, cost="60")
    at(workspace, *hours())
    release(workspace, figured(crossing("up", limit="50")))
    at(workspace, NOON + 2 * HOUR, NOON + 3 * HOUR)
    assert names(workspace) == ["N", "S"]
    make(workspace, team=one, cost="-20")
    at(workspace, NOON + 4 * HOUR)
    make(workspace, team=one, cost="20")
    at(workspace, NOON + 5 * HOUR)
    assert names(workspace) == ["Nu", "S"]


def test_many_cross_in_batches_and_a_crash_repeats_none(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    furnish(workspace, crossing("up", measure="mean"))
    teams = [make(workspace, "team", name=f"T{index}") for index in range(5)]
    at(workspace, *hours())
    for number in teams:
        make(workspace, team=number, cost="100")
    monkeypatch.setattr(timers, "BATCH", 2)
    plain, asked = timers.keep, [0]

    def dying(*args: Any) -> None:
        asked[0] += 1
        if asked[0] == 2:
            raise RuntimeError("killed")
        plain(*args)

    monkeypatch.setattr(timers, "keep", dying)
    with pytest.raises(RuntimeError, match="killed"):
        at(workspace, NOON + 2 * HOUR)
    assert len(firings(workspace)) == 2
    at(workspace, NOON + 2 * HOUR + timedelta(minutes=1), NOON + 3 * HOUR)
    assert names(workspace)[2:] == [f"T{index}u" for index in range(5)]
    with workspace.read() as connection:
        kept = set(connection.scalars(sa.select(rule_side.c.record_id)))
    assert kept == {0, *teams}


@pytest.mark.parametrize(("word", "value", "code"), [
    ("dimension", "subject", "rule.not_its_records"),
    ("dimension", "", "rule.no_split"),
    ("measure", "", "rule.no_figure"),
    ("dimension", "nowhere", "reference.dimension"),
    ("measure", "nowhere", "reference.measure"),
    ("dataset", "nowhere", "reference.dataset"),
])
def test_what_it_names_must_lead_to_its_records(word: str, value: str, code: str) -> None:
    issues = validate(figured(crossing("up", **{word: value})), CATALOG, {}).issues
    assert (code, ("rules", 0, "trigger", word)) in [(issue.code, tuple(issue.path)) for issue in issues]
