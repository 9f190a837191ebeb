"""Measures that are frozen: with the rows behind them, once, for the record and its lines; and how a value is made."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from engines.database import Workspace
from engines.measured.tables import measure_frozen
from engines.rules.listen import find
from engines.rules.run import Why
from engines.runtime.measure_pages import made, measure_now, of_record
from engines.runtime.measuring import settle_due
from engines.runtime.react import press
from engines.runtime.release import Releases
from engines.runtime.write import create_record, delete_record, update_record
from metamodel.errors import NotFound
from tests.desk import ADMIN, NOW, actor_of, field, sight
from tests.engines.rules.ground import person
from tests.engines.test_measured import goals, published, source, stored

GOAL, PLAN, TICKET = "desk.goal", "desk.plan", "desk.ticket"


def document(**grant: Any) -> Any:
    found = goals()
    plan = next(entity for entity in found["entities"] if entity["name"] == "plan")
    plan["fields"] += [
        field("items", "lines", entity="goal", parent="plan"),
        field("all", "measure", result="money", sources=[{"name": "a", "dataset": "tickets", "measure": "cost"}]),
    ]
    found["rules"] = [
        {
            "name": name, "label": name, "entity": "plan", "trigger": {"type": "button", "caption": name},
            "actions": [{"type": kind, **more}],
        }
        for name, kind, more in (
            ("keep", "freeze", {}), ("keep_own", "freeze", {"fields": ["all"], "lines": False}), ("go", "thaw", {}),
        )
    ]  # fmt: skip
    found["roles"].append({
        "name": "viewer", "label": "Viewer",
        "grants": [{"entity": "goal", "others": "read"}, {"entity": "plan", "others": "read"}, *grant.values()],
    })  # fmt: skip
    return found


def furnish(workspace: Workspace, **grant: Any) -> tuple[int, int, list[int], list[int]]:
    """A plan with two goals of one team, over three tickets."""
    published(workspace, document(**grant))
    with workspace.write() as connection:
        seen = sight(workspace, connection)
        team = create_record(connection, seen, "desk.team", {"name": "North"})
        plan = create_record(connection, seen, PLAN, {"name": "x"})
        tickets = [
            create_record(connection, seen, TICKET, {
                "subject": f"s{cost}", "team": team, "cost": cost, "due": "2026-10-07", "urgency": urgency,
            })
            for cost, urgency in (("10", "low"), ("20", "high"), ("30", "low"))
        ]  # fmt: skip
        window = {"team": team, "first": "2026-10-01", "plan": plan, "what": "cost"}
        wanted = [
            create_record(connection, seen, GOAL, {**window, "last": last}) for last in ("2026-10-31", "2026-10-06")
        ]
    settle_due(workspace, Releases(workspace), NOW)
    return team, plan, tickets, wanted


def pressed(workspace: Workspace, name: str, plan: int, cause: str) -> Any:
    with workspace.write() as connection:
        seen = sight(workspace, connection)
        heard = find(seen.live, "desk", name)
        assert heard is not None
        return press(connection, seen, heard, plan, Why(cause=cause, at=NOW, by=None, depth=0))


def panel(workspace: Workspace, entity: str, number: int, name: str, actor: Any = ADMIN) -> Any:
    with workspace.read() as connection:
        seen, house = sight(workspace, connection, actor), sight(workspace, connection)
        return made(connection, seen, house, seen.live.model.entities[entity], number, name)


def frozen(workspace: Workspace) -> int:
    with workspace.read() as connection:
        return int(connection.scalar(sa.select(sa.func.count()).select_from(measure_frozen)) or 0)


def test_a_plan_and_its_lines_are_frozen_once_with_the_rows_behind_them(workspace: Workspace) -> None:
    team, plan, tickets, wanted = furnish(workspace)
    # A ticket that no turn has seen yet is in what is frozen: it is measured once more.
    with workspace.write() as connection:
        create_record(connection, sight(workspace, connection), TICKET, {
            "subject": "late", "team": team, "cost": "5", "due": "2026-10-08"})  # fmt: skip
    pressed(workspace, "keep", plan, "press:1")
    assert stored(workspace)[wanted[0]]["cost"] == 6500 and stored(workspace, "plan")[plan]["spent"] == 6500
    count = frozen(workspace)
    assert count == 13  # six measures of two lines, and one of the plan
    pressed(workspace, "keep", plan, "press:2")
    assert frozen(workspace) == count
    with workspace.write() as connection:
        seen = sight(workspace, connection)
        update_record(connection, seen, TICKET, tickets[0], {"cost": "999", "subject": "other"}, None)
        delete_record(connection, seen, TICKET, tickets[1])
    settle_due(workspace, Releases(workspace), NOW + timedelta(minutes=1))
    assert stored(workspace)[wanted[0]]["cost"] == 6500
    told = panel(workspace, GOAL, wanted[0], "cost")
    assert told["state"] == "frozen" and told["rows"]["total"] == 4 == told["rows"]["kept"]
    assert [(row["name"], row["cells"]) for row in told["rows"]["items"]] == [
        ("late", ["2026-10-08", "5.00"]), ("s30", ["2026-10-07", "30.00"]), ("s20", ["2026-10-07", "20.00"]),
        ("s10", ["2026-10-07", "10.00"]),
    ]  # fmt: skip
    assert told["question"]["bindings"] == [{"label": "Squad", "value": "North"}]
    with workspace.read() as connection:
        seen = sight(workspace, connection)
        states = of_record(connection, seen, seen.live.model.entities[GOAL], wanted[0])
    assert {one["state"] for one in states.values()} == {"frozen"}
    pressed(workspace, "go", plan, "press:3")
    assert frozen(workspace) == 0
    settle_due(workspace, Releases(workspace), NOW + timedelta(minutes=2))
    assert stored(workspace)[wanted[0]]["cost"] == 103400


def test_only_what_is_named_is_frozen(workspace: Workspace) -> None:
    _, plan, tickets, wanted = furnish(workspace)
    pressed(workspace, "keep_own", plan, "press:1")
    with workspace.write() as connection:
        update_record(connection, sight(workspace, connection), TICKET, tickets[0], {"cost": "11"}, None)
    settle_due(workspace, Releases(workspace), NOW + timedelta(minutes=1))
    assert stored(workspace)[wanted[0]]["cost"] == 6100 and stored(workspace, "plan")[plan]["all"] == 6000


def test_a_reader_is_told_as_much_as_they_may_see(workspace: Workspace) -> None:
    grants = {"team": {"entity": "team", "others": "read"}, "ticket": {
        "entity": "ticket", "others": "read", "condition": '{urgency} = "low"'}}  # fmt: skip
    _, plan, _, wanted = furnish(workspace, **grants)
    viewer = actor_of(workspace, person(workspace, "viewer", "viewer"))
    told = panel(workspace, GOAL, wanted[0], "cost", viewer)
    assert [row["name"] for row in told["rows"]["items"]] == ["s30", "s10"]
    assert told["rows"]["total"] == 2 and told["rows"]["partial"] is True
    whole = panel(workspace, GOAL, wanted[0], "cost")
    assert whole["rows"]["total"] == 3 and whole["rows"]["partial"] is False
    pressed(workspace, "keep", plan, "press:1")
    told = panel(workspace, GOAL, wanted[0], "cost", viewer)
    assert [row["name"] for row in told["rows"]["items"]] == ["s30", "s10"] and told["rows"]["partial"] is True


@pytest.mark.parametrize("grants", [{}, {"team": {"entity": "team", "others": "read"}, "ticket": {
    "entity": "ticket", "others": "read", "fields": [{"field": "cost", "access": "hidden"}]}}])  # fmt: skip
def test_a_measure_of_what_is_hidden_is_hidden(workspace: Workspace, grants: Any) -> None:
    _, _, _, wanted = furnish(workspace, **grants)
    viewer = actor_of(workspace, person(workspace, "viewer", "viewer"))
    with pytest.raises(NotFound):
        panel(workspace, GOAL, wanted[0], "cost", viewer)
    with workspace.read() as connection:
        seen = sight(workspace, connection, viewer)
        entity = seen.live.model.entities[GOAL]
        assert seen.field(GOAL, "cost") is None and "cost" not in of_record(connection, seen, entity, wanted[0])
        # Tickets counted by their team and day are no secret to whom only the costs are hidden from.
        assert (seen.field(GOAL, "tickets") is not None) == bool(grants)


def test_a_grant_that_names_it_shows_the_figure_and_no_rows(workspace: Workspace) -> None:
    _, _, _, wanted = furnish(workspace)
    found = document()
    found["roles"][-1]["grants"][0]["fields"] = [{"field": "cost", "access": "read"}]
    published(workspace, found)
    viewer = actor_of(workspace, person(workspace, "viewer", "viewer"))
    told = panel(workspace, GOAL, wanted[0], "cost", viewer)
    assert told["rows"] is None and told["question"]["measure"]["label"] == "Cost"


def test_why_there_is_no_figure_and_measuring_by_hand(workspace: Workspace) -> None:
    team, _, _, wanted = furnish(workspace)
    with workspace.write() as connection:
        seen = sight(workspace, connection)
        update_record(connection, seen, GOAL, wanted[0], {"team": None}, None)
        update_record(connection, seen, GOAL, wanted[1], {"last": None, "what": "other"}, None)
    assert "blank" in panel_words(workspace, wanted[0], "cost") and "blank" in panel_words(workspace, wanted[1], "cost")
    assert "No source" in panel_words(workspace, wanted[1], "chosen")
    with workspace.write() as connection:
        seen = sight(workspace, connection)
        update_record(connection, seen, GOAL, wanted[0], {"team": team}, None)
        create_record(connection, seen, TICKET, {"subject": "y", "team": team, "cost": "1", "due": "2026-10-08"})
        assert measure_now(connection, seen, seen, seen.live.model.entities[GOAL], wanted[0]) > 0
    assert stored(workspace)[wanted[0]]["cost"] == 6100
    assert source("cost")["time"] == "due"


def panel_words(workspace: Workspace, number: int, name: str) -> str:
    return str(panel(workspace, GOAL, number, name)["lacks"]["message"])
