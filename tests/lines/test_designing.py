"""Who may design what: a role is trusted with sorts of definition, and every way into the designers keeps to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from engines.database import Workspace
from tests.conftest import Browser, make_user
from tests.desk import release
from tests.engines.rules.ground import document, rule, sets
from tests.lines.test_designer import DESIGN, part

AGENT = [{"application": "desk", "id": "agent"}]
RULE = rule("dear", {"type": "changed", "fields": ["cost"]}, sets(note='"dear"', secret='"x"'), condition='AND({cost} >= 60, {secret} <> "no")')
CLOSED = ("/rename", "/rollback", "/retype-preview", "/decisions/try", "/decisions/count", "/decisions/dmn/export", "/decisions/dmn/import",
          "/preview/report", "/preview/explain", "/preview/filter", "/preview/segment", "/segments/x/check", "/analyses/x/run")  # fmt: skip


@pytest.fixture
def trusted(admin: Browser, workspace: Workspace, open_browser: Callable[[], Browser]) -> Browser:
    """An agent whose role may design rules and messages; the administrator made it so."""
    made = document(RULE)
    next(role for role in made["roles"] if role["name"] == "agent")["designs"] = ["rule", "message"]
    release(workspace, made)
    make_user(workspace, "kim", roles=AGENT, locale="en")
    kim = open_browser()
    kim.sign_in("kim")
    return kim


def put(browser: Browser, kind: str, identity: str, **values: Any) -> Any:
    known = part(browser, kind, identity)
    return browser.put(f"{DESIGN}/{kind}/{identity}", {**known["document"], **values}, headers={"If-Match": known["etag"]})


def code(answer: Any) -> str:
    return str(answer.json["issues"][0]["code"])


def test_a_trusted_person_changes_tries_switches_and_publishes_a_rule(trusted: Browser) -> None:
    assert [item["name"] for item in trusted.get("/api/designer").json["items"]] == ["desk"]
    assert not trusted.get("/api/designer").json["everything"]
    assert trusted.get("/api/applications").json["items"][0]["may_design"]
    assert trusted.get(DESIGN).json["designs"] == ["message", "rule"]
    assert put(trusted, "rule", "dear", condition="{cost} >= 45").status_code == 200
    plan = trusted.get(f"{DESIGN}/plan").json
    assert (len(plan["changes"]), plan["blocked"], plan["beyond"]) == (1, False, None)
    assert trusted.post("/api/rules/desk/dear/switch", {"active": False}).status_code == 200
    done = trusted.post(f"{DESIGN}/publish", {"hash": plan["hash"], "accepted": []})
    assert done.status_code == 200, done.json
    assert trusted.post("/api/rules/desk/dear/switch", {"active": True}).json == {"active": True}
    assert part(trusted, "rule", "dear")["document"]["condition"] == "{cost} >= 45"
    assert trusted.get(f"{DESIGN}/releases").json["items"][0]["by"]["label"] == "Kim"
    assert trusted.get(f"{DESIGN}/publishing").json == {"job": None}


def test_other_sorts_stay_closed(trusted: Browser) -> None:
    for kind, identity in (("entity", "ticket"), ("role", "agent"), ("view", "tickets"), ("form", "ticket"), ("application", "desk")):
        answer = put(trusted, kind, identity, label="Mine")
        assert (answer.status_code, code(answer)) == (403, "access.not_designed"), kind
        assert trusted.delete(f"{DESIGN}/{kind}/{identity}").status_code == 403
    assert trusted.put(f"{DESIGN}/nonsense/x", {"name": "x"}).status_code == 404
    for path in CLOSED:
        assert trusted.post(DESIGN + path, {}).status_code == 403, path
    for path in ("/perspective?entity=ticket&role=agent", "/perspective/affected", "/segments/x", "/segments/x/records", "/analyses/x"):
        assert trusted.get(DESIGN + path).status_code == 403, path
    assert trusted.post("/api/designer/applications", {"label": "New"}).status_code == 403
    assert trusted.get("/api/flows/desk").status_code == 403
    assert not part(trusted, "entity", "ticket")["changed"]


def test_another_persons_changes_are_neither_published_nor_thrown_away(trusted: Browser, admin: Browser) -> None:
    put(trusted, "rule", "dear", condition="{cost} >= 45")
    own = trusted.get(f"{DESIGN}/plan").json["hash"]
    assert put(admin, "view", "tickets", label="Every ticket").status_code == 200
    plan = trusted.get(f"{DESIGN}/plan").json
    assert plan["blocked"] and "“Every ticket”" in plan["beyond"]["message"]
    for mark in (own, plan["hash"]):
        refused = trusted.post(f"{DESIGN}/publish", {"hash": mark, "accepted": []})
        assert refused.status_code == 423 and code(refused) == "publish.beyond"
    refused = trusted.post(f"{DESIGN}/discard", {})
    assert refused.status_code == 423 and code(refused) == "publish.beyond"
    assert admin.get(f"{DESIGN}/plan").json["beyond"] is None
    label = admin.get("/api/applications/desk").json["views"]["tickets"]["label"]
    assert put(admin, "view", "tickets", label=label).status_code == 200
    # what was planned with the other's changes in it is another content
    stale = trusted.post(f"{DESIGN}/publish", {"hash": plan["hash"], "accepted": []})
    assert (stale.status_code, code(stale)) == (409, "publish.stale")
    assert trusted.post(f"{DESIGN}/publish", {"hash": own, "accepted": []}).status_code == 200


def test_a_try_tells_no_more_than_the_person_may_see(trusted: Browser, admin: Browser) -> None:
    me = trusted.get("/api/session").json["user"]["id"]
    own, other = (
        admin.post("/api/records/desk/ticket", {"subject": subject, "cost": "90", "secret": "s3cret", **more}).json["id"]
        for subject, more in (("Mine", {"owner": me}), ("Theirs", {}))
    )
    tried = trusted.post("/api/rules/desk/try", {"rule": "dear", "record": own}).json
    assert [part["holds"] for part in tried["conditions"]] == [True, True]
    assert "s3cret" not in str(tried) and "Secret" not in str(tried)
    assert "s3cret" in str(admin.post("/api/rules/desk/try", {"rule": "dear", "record": own}).json)
    assert trusted.post("/api/rules/desk/try", {"rule": "dear", "record": other}).status_code == 404
    counted = trusted.post("/api/rules/desk/count", {"rule": "dear"}).json
    assert (counted["count"], [item["label"] for item in counted["items"]]) == (2, ["Mine"])


def test_a_message_is_shown_without_what_the_person_may_not_see(trusted: Browser, admin: Browser) -> None:
    me = trusted.get("/api/session").json["user"]["id"]
    number = admin.post("/api/records/desk/ticket", {"subject": "Mine", "owner": me, "phone": "13812345678", "secret": "s3cret"}).json["id"]
    draft = {"entity": "ticket", "channels": [{"id": "sms", "type": "sms", "to": "{phone}", "text": "{subject} is {secret}"}]}
    shown = trusted.post(f"{DESIGN}/preview/message", {"message": draft, "record": number})
    assert shown.status_code == 200, shown.json
    (way,) = shown.json["ways"]
    assert "s3cret" not in str(shown.json) and [one["code"] for one in way["faults"]] == ["message.hidden_field"]
    assert way["address"] == "138****78"
    (whole,) = admin.post(f"{DESIGN}/preview/message", {"message": draft, "record": number}).json["ways"]
    assert whole["address"] == "13812345678" and "s3cret" in str(whole["text"])
    test = trusted.post(f"{DESIGN}/preview/message/test", {"message": draft, "record": number, "way": "sms", "address": "13900000000"})
    assert (test.status_code, code(test)) == (422, "message.test_own")


def test_a_board_without_a_place_in_the_menu_is_found_by_whom_it_tells_something(trusted: Browser, workspace: Workspace) -> None:
    def menu() -> list[str]:
        items = next(item["menu"] for item in trusted.get("/api/applications").json["items"] if item["name"] == "desk")
        return [entry.get("board", entry["id"]) for item in items for entry in item.get("items") or [item]]

    assert menu() == ["tickets", "main"]
    made = document(RULE)
    made["menus"][0]["items"].append({"id": "board", "label": "Board", "target": "board", "board": "main", "roles": ["lead"]})
    release(workspace, made)
    assert menu() == ["tickets"]
    made["menus"][0]["items"].pop()
    next(role for role in made["roles"] if role["name"] == "agent")["grants"] = [{"entity": "team", "others": "read"}]
    release(workspace, made)
    assert menu() == []


def test_who_is_trusted_with_nothing_designs_nothing(trusted: Browser, workspace: Workspace, open_browser: Callable[[], Browser]) -> None:
    make_user(workspace, "lee", roles=[{"application": "desk", "id": "reader"}], locale="en")
    lee = open_browser()
    lee.sign_in("lee")
    for path in ("/api/designer", DESIGN, f"{DESIGN}/plan", f"{DESIGN}/releases", "/api/rules/desk"):
        answer = lee.get(path)
        assert (answer.status_code, code(answer)) == (403, "access.no_designs")
    assert not lee.get("/api/applications").json["items"][0]["may_design"]
    assert lee.post(f"{DESIGN}/publish", {"hash": "x"}).status_code == 403
