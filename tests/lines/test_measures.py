"""Measures over HTTP: what a value is of, how it is made, measuring by hand, and who may ask."""

from __future__ import annotations

from typing import Any

import pytest

from engines.database import Workspace
from engines.runtime.measuring import follow_release
from engines.runtime.release import Releases
from tests.conftest import Browser, make_user
from tests.desk import NOW, desk, field, release


def document() -> Any:
    made = desk()
    made["datasets"][0]["dimensions"].append({"name": "squad", "label": "Squad", "expression": "{team}"})
    spent = {
        "name": "spent", "dataset": "tickets", "measure": "cost", "time": "due", "first": "{first}", "last": "{last}",
        "bindings": [{"dimension": "squad", "value": "{team}"}],
    }  # fmt: skip
    made["entities"].append({"name": "goal", "label": "Goal", "fields": [
        field("team", "reference", entity="team"), field("first", "date"), field("last", "date"),
        field("spent", "measure", result="money", sources=[spent]),
    ]})  # fmt: skip
    made["views"].append({"name": "goals", "label": "Goals", "entity": "goal", "columns": [{"field": "spent"}]})
    made["roles"][0]["grants"].append({"entity": "goal"})
    made["roles"][2]["grants"].append({"entity": "goal"})
    return made


@pytest.fixture
def goal(desked: Browser, workspace: Workspace) -> int:
    release(workspace, document())
    follow_release(workspace, Releases(workspace), NOW)
    team = desked.post("/api/records/desk/team", {"name": "North"}).json["id"]
    for cost in (10, 20):
        ticket = {"subject": f"s{cost}", "cost": cost, "team": team, "due": "2026-10-07"}
        assert desked.post("/api/records/desk/ticket", ticket).status_code == 201
    window = {"team": team, "first": "2026-10-01", "last": "2026-10-31"}
    return int(desked.post("/api/records/desk/goal", window).json["id"])


def test_a_value_is_measured_by_hand_and_tells_how_it_is_made(desked: Browser, goal: int) -> None:
    path = f"/api/records/desk/goal/{goal}"
    assert desked.get(path).json["spent"] is None
    assert desked.post(f"{path}/measures", {}).json == {"moved": 1}
    assert desked.get(path).json["spent"] == "30.00" and desked.get(path).json["version"] == 1
    states = desked.get(f"{path}/measures").json
    assert states["spent"]["state"] == "live" and states["spent"]["as_of"]
    made = desked.get(f"{path}/measures/spent").json
    assert made["question"]["bindings"] == [{"label": "Squad", "value": "North"}]
    assert (made["question"]["first"], made["question"]["last"]) == ("2026-10-01", "2026-10-31")
    assert made["rows"]["total"] == 2 and made["measure"]["aggregate"] == "sum"
    assert [(row["name"], row["cells"]) for row in made["rows"]["items"]] == [
        ("s20", ["2026-10-07", "20.00"]), ("s10", ["2026-10-07", "10.00"]),
    ]  # fmt: skip
    assert desked.get("/api/records/desk/goal?view=goals").json["items"][0]["spent"] == "30.00"
    # Nobody types it.
    refused = desked.patch(path, {"spent": "1"})
    assert refused.status_code == 422 or desked.get(path).json["spent"] == "30.00"


def test_lists_tell_which_values_stand_still(desked: Browser, goal: int, workspace: Workspace) -> None:
    made = document()
    spent = made["entities"][-1]["fields"][-1]
    spent["until"] = '{what} = "over"'
    made["entities"][-1]["fields"].append(field("what", "text"))
    release(workspace, made)
    follow_release(workspace, Releases(workspace), NOW)
    window = desked.get(f"/api/records/desk/goal/{goal}").json
    other = desked.post("/api/records/desk/goal", {"team": window["team"]["id"], "first": "2026-10-01", "last": "2026-10-31"}).json["id"]
    desked.patch(f"/api/records/desk/goal/{goal}", {"what": "over"})
    desked.post(f"/api/records/desk/goal/{goal}/measures", {})
    told = {item["id"]: item.get("_still") for item in desked.get("/api/records/desk/goal?view=goals").json["items"]}
    assert told[other] is None and set(told[goal]) == {"spent"} and told[goal]["spent"].endswith("Z")
    # A list that doesn't show the value says nothing of it, nor does one of somebody who may not know it.
    assert all("_still" not in item for item in desked.get("/api/records/desk/goal?fields=what").json["items"])
    make_user(workspace, "reader", roles=[{"application": "desk", "id": "reader"}])
    desked.sign_in("reader")
    items = desked.get("/api/records/desk/goal").json["items"]
    assert items and all("_still" not in item for item in items)


def test_what_is_not_there_is_told(desked: Browser, goal: int) -> None:
    for path in (f"goal/{goal}/measures/nothing", "goal/999/measures", "goal/999/measures/spent"):
        answer = desked.get(f"/api/records/desk/{path}")
        assert answer.status_code == 404 and answer.json["issues"][0]["message"]
    assert desked.get(f"/api/records/desk/goal/{goal}/measures/spent?after=x").status_code == 422


def test_a_role_that_may_not_read_what_is_counted_has_no_figure(
    desked: Browser, goal: int, workspace: Workspace
) -> None:
    desked.post(f"/api/records/desk/goal/{goal}/measures", {})
    make_user(workspace, "reader", roles=[{"application": "desk", "id": "reader"}])
    desked.sign_in("reader")
    assert "spent" not in desked.get(f"/api/records/desk/goal/{goal}").json
    assert desked.get(f"/api/records/desk/goal/{goal}/measures/spent").status_code == 404
    assert desked.get(f"/api/records/desk/goal/{goal}/measures").json == {}
