"""Rules through HTTP: what designers see and do, buttons, and what a reader of a record learns of why."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from engines.database import Workspace
from engines.runtime import outbox
from tests.conftest import Browser, make_user
from tests.desk import release
from tests.engines.rules.ground import document, rule, sets, work

AGENT = [{"application": "desk", "id": "agent"}]
LATER = timedelta(minutes=1)

RULES = [
    rule("dear", {"type": "changed", "fields": ["cost"]}, sets(note='"dear"', secret='"x"'), {"type": "notify", "to": ["{owner}"], "title": "{subject} is dear"}, condition='AND({cost} >= 100, {secret} <> "no", {team.effort} > 5)', label={"zh-CN": "贵的", "en": "Dear"}),
    rule("close", {"type": "button", "caption": "Close", "question": "Sure?"}, sets(urgency='"high"'), condition='{urgency} = "low"'),
    rule("nightly", {"type": "schedule", "every": "daily", "at": "03:00"}, sets(count="1"), condition="{cost} > 1000", active=False),
    rule("bad", {"type": "changed", "fields": ["due"]}, {"type": "make_record", "entity": "claim", "values": [{"field": "title", "value": "{phone}"}]}),
]


@pytest.fixture
def ruled(admin: Browser, workspace: Workspace) -> Browser:
    release(workspace, document(*RULES))
    assert admin.patch("/api/users/1", {"locale": "en"}).status_code == 200
    return admin


def now() -> datetime:
    return datetime.now(UTC) + LATER


def ticket(browser: Browser, **values: Any) -> int:
    made = browser.post("/api/records/desk/ticket", {"subject": "Lamp", **values})
    assert made.status_code == 201, made.json
    return int(made.json["id"])


def test_designers_see_how_rules_do_and_switch_them(ruled: Browser, workspace: Workspace) -> None:
    team = ruled.post("/api/records/desk/team", {"name": "North"}).json["id"]
    number = ticket(ruled, team=team)
    ruled.patch(f"/api/records/desk/ticket/{number}", {"cost": "150"})
    work(workspace, now())
    shown = {item["id"]: item for item in ruled.get("/api/rules/desk").json["items"]}
    assert [(item["active"], item["today"], item["month"], item["failed"]) for item in shown.values()] == [(True, 1, 1, 0), (True, 0, 0, 0), (False, 0, 0, 0), (True, 0, 0, 0)]
    assert len(shown["nightly"]["next"]) == 7 and shown["dear"]["last"]["state"] == "done"
    assert ruled.post("/api/rules/desk/dear/switch", {"active": "no"}).status_code == 422
    assert ruled.post("/api/rules/desk/dear/switch", {"active": False}).json == {"active": False}
    ruled.patch(f"/api/records/desk/ticket/{number}", {"cost": "160"})
    work(workspace, now())
    (after,) = [item for item in ruled.get("/api/rules/desk").json["items"] if item["id"] == "dear"]
    assert (after["active"], after["month"], after["switched"]["by"]) == (False, 1, "Admin")
    assert [item["active"] for item in ruled.get("/api/rules/desk/dear/switches").json["items"]] == [False]
    assert ruled.post("/api/rules/desk/none/switch", {"active": True}).status_code == 404


def test_the_log_is_in_words_and_failures_are_tried_again(ruled: Browser, workspace: Workspace) -> None:
    number = ticket(ruled)
    ruled.patch(f"/api/records/desk/ticket/{number}", {"due": "2026-12-01"})
    work(workspace, now())
    (failed,) = ruled.get("/api/rules/desk/firings?failed=1").json["items"]
    assert (failed["state"], failed["record"]["label"], failed["effects"][0]["label"]) == ("failed", "Lamp", "Make a record")
    assert failed["error"]
    path = f"/api/rules/desk/firings/{failed['id']}/retry"
    assert ruled.post(path).json == {"done": False}
    ruled.patch(f"/api/records/desk/ticket/{number}", {"phone": "13800000000"})
    assert ruled.post(path).json == {"done": True}
    assert ruled.post(path).status_code == 422
    assert ruled.get("/api/rules/desk/firings?failed=1").json["items"] == []
    (again,) = ruled.get("/api/rules/desk/firings?rule=bad").json["items"]
    assert (again["state"], again["retried"], again["effects"][0]["text"]) == ("done", 2, "Claim 13800000000")


def test_a_draft_is_tried_and_counted_without_effect(ruled: Browser, workspace: Workspace) -> None:
    team = ruled.post("/api/records/desk/team", {"name": "North"}).json["id"]
    low, high = ticket(ruled, cost="50", team=team), ticket(ruled, cost="150", team=team)
    kept = 'SUM({team.tickets.cost}, AND({team.tickets.urgency} <> "high", NOT(IN({team.tickets.urgency}, "high", "odd")))) > 100'
    draft = {**RULES[0], "condition": f"AND({{cost}} >= 40, {kept})"}
    tried = ruled.post("/api/rules/desk/try", {"rule": draft, "record": low}).json
    assert [(part["text"], part["holds"], part["values"]) for part in tried["conditions"]] == [("Cost is at least 40", True, ["50.00"]), ("the sum of Cost of Team › Ticket (where Urgency is not High and not Urgency is one of High, odd) is more than 100", True, ["200.00"])]
    assert [item["text"] for item in tried["effects"]] == ["Note: dear; Secret: x", "to nobody: Lamp is dear"]
    assert ruled.get(f"/api/records/desk/ticket/{low}").json["note"] is None
    live = ruled.post("/api/rules/desk/try", {"rule": "dear", "record": low}).json
    assert (live["holds"], live["effects"], [part["holds"] for part in live["conditions"]]) == (False, [], [False, True, True])
    counted = ruled.post("/api/rules/desk/count", {"rule": draft}).json
    assert (counted["count"], sorted(item["id"] for item in counted["items"])) == (2, [low, high])
    times = ruled.post("/api/rules/desk/times", {"rule": {**RULES[2], "trigger": {"type": "schedule", "every": "weekly", "weekdays": [1]}}}).json
    assert len(times["items"]) == 7
    wrong = ruled.post("/api/rules/desk/count", {"rule": {**draft, "condition": "{nothing} = 1"}})
    assert (wrong.status_code, wrong.json["issues"][0]["code"]) == (422, "expressions.unknown_name")
    assert ruled.post("/api/rules/desk/try", {"rule": draft, "record": 999}).status_code == 404
    assert ruled.post("/api/rules/desk/try", {"rule": {"entity": "none", "trigger": {"type": "created"}}, "record": low}).status_code == 404
    assert ruled.get("/api/rules/desk/firings").json["items"] == []


def test_only_designers_see_rules(ruled: Browser, workspace: Workspace, open_browser: Callable[[], Browser]) -> None:
    make_user(workspace, "kim", roles=AGENT, locale="en")
    kim = open_browser()
    kim.sign_in("kim")
    for path in ("/api/rules/desk", "/api/rules/desk/firings", "/api/rules/desk/dear/switches", "/api/outbox/dead"):
        assert kim.get(path).status_code == 403
    for path in ("/api/rules/desk/dear/switch", "/api/rules/desk/try", "/api/rules/desk/count", "/api/rules/desk/times", "/api/rules/desk/firings/1/retry", "/api/outbox/dead/1/resend"):
        assert kim.post(path, {}).status_code == 403


def test_a_button_is_pressed_once_by_who_may(ruled: Browser, workspace: Workspace, open_browser: Callable[[], Browser]) -> None:
    kim_id = make_user(workspace, "kim", roles=AGENT, locale="en")
    own, other = ticket(ruled, owner=kim_id), ticket(ruled)
    kim = open_browser()
    kim.sign_in("kim")
    path = f"/api/records/desk/ticket/{own}/buttons"
    assert [(item["rule"], item["caption"], item["question"]) for item in kim.get(path).json["items"]] == [("close", "Close", "Sure?")]
    assert kim.get(f"/api/records/desk/ticket/{other}/buttons").status_code == 404
    assert kim.post(f"/api/records/desk/ticket/{other}/buttons/close", {"key": "12345678"}).status_code == 404
    assert kim.post(f"{path}/dear", {"key": "12345678"}).status_code == 404
    key = uuid.uuid4().hex
    assert [kim.post(f"{path}/close", {"key": key}).json for _ in range(2)] == [{"pressed": True}] * 2
    # What she may only read herself the rule changes for her; it is her doing all the same.
    (entry, *_) = kim.get(f"/api/records/desk/ticket/{own}/history").json["items"]
    assert (entry["by"]["id"], entry["cause"]["label"]) == (kim_id, "Close")
    assert kim.get(path).json["items"] == []
    assert kim.post(f"{path}/close", {"key": uuid.uuid4().hex}).status_code == 423
    ruled.post("/api/rules/desk/close/switch", {"active": False})
    assert ruled.get(f"/api/records/desk/ticket/{other}/buttons").json["items"] == []


def test_why_tells_a_reader_no_more_than_the_record_does(ruled: Browser, workspace: Workspace, open_browser: Callable[[], Browser]) -> None:
    kim_id = make_user(workspace, "kim", roles=AGENT, locale="en")
    team = ruled.post("/api/records/desk/team", {"name": "North"}).json["id"]
    number = ticket(ruled, owner=kim_id, team=team)
    ruled.patch(f"/api/records/desk/ticket/{number}", {"cost": "150"})
    work(workspace, now())
    path = f"/api/records/desk/ticket/{number}/why"
    (whole,) = ruled.get(path).json["items"]
    assert [part["values"] for part in whole["conditions"]] == [["150.00"], ["blank"], ["150.00"]]
    assert whole["effects"][0]["text"] == "Note: dear; Secret: x"
    kim = open_browser()
    kim.sign_in("kim")
    (told,) = kim.get(path).json["items"]
    assert [(part["text"], part["values"]) for part in told["conditions"]][:2] == [("Cost is at least 100", ["150.00"]), ("a condition you may not see", [])]
    assert (told["label"], told["effects"][0]["text"], told["error"]) == ("Dear", "Note: dear", None)
    assert "Secret" not in str(told) and '"x"' not in str(told)
    (entry, *_) = kim.get(f"/api/records/desk/ticket/{number}/history").json["items"]
    assert entry["cause"] == {"firing": told["id"], "label": "Dear"}
    assert kim.get(f"{path}?firing={told['id']}").json["items"] == [told]
    other = ticket(ruled)
    assert kim.get(f"/api/records/desk/ticket/{other}/why").status_code == 404
    assert ruled.get(f"/api/records/desk/ticket/{other}/why?firing={told['id']}").json["items"] == []


def test_what_was_given_up_is_listed_sent_again_or_put_away(ruled: Browser, workspace: Workspace) -> None:
    with workspace.write() as connection:
        for word in ("a", "b"):
            outbox.enqueue(connection, "webhook", {"url": f"https://{word}.example/", "key": word}, now=now(), key=word)
        connection.execute(sa.update(outbox.outbox).values(state=outbox.DEAD, done_at=now(), error="nobody answers", attempts=12))
    second, first = ruled.get("/api/outbox/dead").json["items"]
    assert (first["label"], first["about"], first["error"], first["attempts"]) == ("Call to an address outside", "https://a.example/", "nobody answers", 12)
    assert ruled.post(f"/api/outbox/dead/{first['id']}/resend").status_code == 204
    assert ruled.delete(f"/api/outbox/dead/{second['id']}").status_code == 204
    assert ruled.get("/api/outbox/dead").json == {"items": [], "next": None}
    assert ruled.post(f"/api/outbox/dead/{second['id']}/resend").status_code == 404


def test_a_deleted_field_and_an_emptied_condition_are_told(ruled: Browser, workspace: Workspace) -> None:
    design = "/api/designer/desk"
    kept = {(item["kind"], item["id"]): item for item in ruled.get(design).json["definitions"]}
    key, ticket_ = next((key, item["document"]) for (kind, key), item in kept.items() if kind == "entity" and item["document"]["name"] == "ticket")
    fewer = {**ticket_, "fields": [item for item in ticket_["fields"] if item["name"] != "phone"]}
    assert ruled.put(f"{design}/entity/{key}", fewer).status_code == 200
    plan = ruled.get(f"{design}/plan").json
    gone = [issue for issue in plan["issues"] if issue["code"] == "reference.field_gone"]
    assert plan["hash"] is None or plan["blocked"]
    # the rule and the role that speak of it are named, and nothing else is proposed in its place
    assert {issue["path"][0] for issue in gone} >= {"rules", "roles"}, plan["issues"]
    assert all("Phone" in issue["message"] and "mean" not in issue["hint"] for issue in gone)
    assert ruled.put(f"{design}/entity/{key}", ticket_).status_code == 200
    everybody = {"name": "nightly", "label": "N", "entity": "ticket", "trigger": {"type": "schedule", "every": "daily", "at": "03:00"}}
    for actions, condition, told in (
        ([{"type": "notify", "to": ["{owner}"], "title": "x"}], "", True),
        ([{"type": "notify", "to": ["{owner}"], "title": "x"}], "{cost} > 1", False),
        ([sets(count="1")], "", False),
    ):
        answer = ruled.put(f"{design}/rule/nightly", {**everybody, "id": "nightly", "condition": condition, "actions": actions})
        assert ("rule.everybody" in [issue["code"] for issue in answer.json["issues"]]) is told, answer.json
