"""Several applications in one installation: filled in their order, referring to one another, each person with their own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.config import Settings
from app.web import create_app
from engines.database import Workspace
from engines.runtime.load import fill
from engines.runtime.play import play_all
from metamodel.bundle import Bundle
from tests.conftest import Browser
from tests.desk import NOW, desk
from tests.together import repair, shop

Enter = Callable[[str], Browser]


@pytest.fixture
def house(workspace: Workspace, tmp_path: Path) -> Workspace:
    """An installation filled with both, as a demo."""
    fill(workspace, shop(tmp_path / "apps"), NOW, demo=True, say=lambda line: None)
    return workspace


@pytest.fixture
def enter(house: Workspace) -> Enter:
    """Signs a sample person in."""
    flask = create_app(house, Settings(demo=True, host="127.0.0.1"))
    flask.testing = True

    def signed(login: str) -> Browser:
        browser = Browser(client=flask.test_client())
        browser.csrf = browser.get("/api/session").json["csrf"]
        answer = browser.post("/api/session/demo", {"login": login})
        assert answer.status_code == 200, answer.json
        browser.csrf = answer.json["csrf"]
        return browser

    return signed


def items(browser: Browser, path: str) -> list[Any]:
    answer = browser.get(f"/api/{path}")
    assert answer.status_code == 200, answer.json
    return list(answer.json["items"])


def test_recipes_of_the_second_pick_records_and_people_of_the_first(enter: Enter) -> None:
    bob = enter("bob")
    jobs = items(bob, "records/a_repair/job?limit=50&fields=title,ticket,team,by,cost,twice,ticket.subject,ticket.urgency")
    assert len(jobs) == 31
    made = [job for job in jobs if job["ticket"]]
    assert len(made) == 30 and all(job["title"] == job["ticket.subject"] == job["ticket"]["label"] for job in made)
    assert all(job["ticket.urgency"] == "high" and job["by"]["label"] == "Ann" for job in made)
    assert all(float(job["twice"]) == 2 * float(job["cost"]) > 0 for job in made)
    assert [job["team"]["label"] for job in jobs if job["title"] == "The door"] == ["South"]


def test_everybody_has_the_applications_of_their_roles(enter: Enter) -> None:
    def mine(login: str) -> dict[str, Any]:
        return {item["name"]: item for item in items(enter(login), "applications")}

    assert set(mine("ann")) == set(mine("bob")) == {"desk", "a_repair"}  # a role beside the one she had; by his role of the first
    assert set(mine("cy")) == {"desk"}
    di = mine("di")  # may read tickets, and is yet nobody of the desk
    assert set(di) == {"a_repair"} and di["a_repair"]["home"] == "shop"
    assert [entry["id"] for entry in di["a_repair"]["menu"]] == ["jobs", "calls"]
    assert enter("cy").get("/api/applications/a_repair").status_code == 404


def test_the_second_shows_records_of_the_first_as_its_own_role_sees_them(enter: Enter) -> None:
    di = enter("di")
    told = di.get("/api/applications/a_repair").json
    assert {"job", "desk.ticket", "desk.team"} == set(told["entities"])
    assert [column["field"] for column in told["views"]["calls"]["columns"]] == ["subject", "team.name"]
    calls = items(di, "records/a_repair/desk.ticket?view=calls")
    assert calls and {call["team.name"] for call in calls} == {"South"}
    assert items(di, "records/a_repair/desk.ticket/lookup?search=Call&field=a_repair.job.ticket")
    number = calls[0]["id"]
    assert di.get(f"/api/records/a_repair/desk.ticket/{number}").json["subject"] == calls[0]["subject"]
    assert di.get(f"/api/records/a_repair/desk.ticket/{number}/related/jobs").status_code == 200
    assert di.get("/api/records/a_repair/desk.ticket/export?view=calls").text.count("Call ") == len(calls)
    assert di.get("/api/records/desk/desk.ticket?view=calls").status_code == 404
    assert di.get("/api/records/a_repair/job?view=calls").status_code == 404
    assert di.get("/api/records/nowhere/desk.ticket?view=calls").status_code == 404
    assert di.get("/api/records/a_repair/desk.claim").status_code == 404


def test_figures_of_the_second_count_what_their_reader_may_see(enter: Enter) -> None:
    def answer(login: str, name: str) -> dict[str, tuple[Any, ...]]:
        told = enter(login).post(f"/api/reports/a_repair/{name}", {})
        assert told.status_code == 200, told.json
        return {str(row[0]): tuple(row[1:]) for row in told.json["rows"]}

    all_of_it, south = answer("bob", "by_team"), answer("di", "by_team")
    assert sum(row[0] for row in all_of_it.values()) == 31
    assert south.keys() == {"South", "None"} and south["South"] == all_of_it["South"]
    calls = answer("bob", "calls")
    assert sum(row[0] for row in calls.values()) == 40 and 0 < sum(row[1] for row in calls.values()) <= 30
    assert set(answer("di", "calls")) == {"South"}


PLAYED = {
    "label": "Rules and flows across applications",
    "now": "2026-03-01 10:00",
    "departments": [{"code": "north", "label": "North"}],
    "people": [{"login": "ann", "department": "north", "roles": ["mender"]}, {"login": "bob", "department": "north", "roles": ["desk.lead"]}],
    "steps": [
        {"type": "create", "entity": "desk.team", "name": "red", "values": {"name": "Red", "department": "@department:north"}},
        {"type": "create", "entity": "desk.ticket", "name": "lamp", "values": {"subject": "Lamp", "urgency": "high", "team": "@red"}},
        {"type": "create", "entity": "desk.ticket", "name": "desk", "values": {"subject": "Desk", "urgency": "low", "team": "@red"}},
        {"type": "expect_count", "entity": "job", "where": "{ticket} = @lamp", "count": 1},
        {"type": "expect_count", "entity": "job", "count": 1},
        {"type": "sign_in", "login": "ann"},
        {"type": "create", "entity": "job", "name": "job", "values": {"title": "By hand", "ticket": "@desk", "team": "@red"}},
        {"type": "start_flow", "flow": "check", "record": "job"},
        {"type": "expect_task", "record": "job", "login": "bob", "count": 1},
        {"type": "sign_in", "login": "bob"},
        {"type": "act", "record": "job", "deed": "approve"},
        {"type": "sign_in"},
        {"type": "expect_record", "record": "job", "values": {"status": "done"}},
        {"type": "expect_record", "record": "desk", "values": {"note": "mended"}},
    ],
}  # fmt: skip


def test_rules_and_flows_of_the_second_move_records_of_the_first() -> None:
    first = Bundle(document=desk(), companions={})
    second = Bundle(document=repair(), companions={"tests/across.json": PLAYED})
    ((_, _, failure),) = play_all([first, second], "a_repair")
    assert failure is None, (failure.step, failure.type, failure.note, failure.issue.to_json("en"))
