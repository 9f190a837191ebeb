"""Flows through HTTP: started on a record, done in the inbox, watched over, tried and exchanged; only by whom it concerns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

from engines.database import Workspace
from tests.conftest import Browser, make_user
from tests.desk import desk, release
from tests.engines.workflow.house import approve, flow, sets, who

THREE = flow(
    approve("first", who("bob"), edits=["note"], hides=["secret"], comment="reject"),
    {
        "id": "size",
        "type": "branch",
        "branches": [
            {"id": "large", "label": "Large", "condition": "{cost} > 100", "steps": [approve("second", {"type": "chosen"})]},
            {"id": "small", "label": "Small", "steps": []},
        ],
    },
    {"id": "tell", "type": "notify", "people": [who("cy")], "title": "Look: {subject}"},
    reactions=[{"on": "approved", "actions": [sets(urgency='"high"')]}],
)

Open = Callable[[], Browser]


@pytest.fixture
def house(workspace: Workspace, admin: Browser, open_browser: Open) -> dict[str, Any]:
    """A desk with the flow, a ticket of Ann's, and four people signed in."""
    document = {**desk(), "flows": [THREE]}
    people = {}
    release(workspace, document)
    found: dict[str, Any] = {"admin": admin, "workspace": workspace}
    for login, role in (("ann", "agent"), ("bob", "lead"), ("cy", "agent"), ("di", "")):
        roles = [{"application": "desk", "id": role}] if role else []
        people[login] = make_user(workspace, login, roles=roles)
        browser = open_browser()
        assert browser.sign_in(login).status_code == 200
        found[login] = browser
    made = admin.post("/api/records/desk/ticket", {"subject": "Ink", "cost": "150", "owner": people["ann"], "secret": "x"})
    assert made.status_code == 201, made.json
    return {**found, "people": people, "ticket": made.json["id"]}


def start(house: dict[str, Any], **more: Any) -> Any:
    """Ann starts the flow."""
    body = {"key": "a key of hers", "choices": {"second": [house["people"]["di"]]}, **more}
    return house["ann"].post(f"/api/records/desk/ticket/{house['ticket']}/flows/check", body)


def test_from_the_record_through_the_inbox_to_its_end(house: dict[str, Any]) -> None:
    ann, bob, cy, di = (house[login] for login in ("ann", "bob", "cy", "di"))
    told = ann.get(f"/api/records/desk/ticket/{house['ticket']}/flows").json
    assert [item["flow"] for item in told["startable"]] == ["check"] and not told["instances"]
    assert told["startable"][0]["choices"][0]["step"] == "second"
    begun = start(house)
    assert begun.status_code == 200, begun.json
    number = begun.json["instance"]
    assert start(house).json == {"instance": number}, "the same key starts it once"
    assert start(house, key="another key").status_code == 423
    assert ann.patch(f"/api/records/desk/ticket/{house['ticket']}", {"subject": "x"}).status_code == 423
    assert bob.get("/api/tasks/counts").json == {"todo": 1, "overdue": 0, "copied": 0}
    item = bob.get("/api/tasks?box=todo").json["items"][0]
    assert (item["title"], item["step"], item["starter"]["name"]) == ("Ink", "First", "Ann")
    for text, count in (("nk", 1), ("ann", 1), ("FIRST", 1), ("check", 1), ("Second", 0), ("Bob", 0), ("%", 0)):
        assert len(bob.get(f"/api/tasks?search={quote(text)}").json["items"]) == count, text
        started = ann.get(f"/api/tasks?box=started&search={quote(text)}").json["items"]
        assert len(started) == (0 if text == "ann" else count), text
    task = bob.get(f"/api/tasks/{item['id']}").json
    # Bob may not read the ticket by itself: what the flow shows him is its form, without what the step hides.
    assert task["values"] == {} and {fact["label"] for fact in task["facts"]} == {"Subject", "Cost"}
    assert task["edits"] == ["note"] and "return" in task["may"]
    assert [step["state"] for step in task["instance"]["steps"]] == ["now", "ahead", "ahead"]
    refused = bob.post(f"/api/tasks/{item['id']}/reject", {})
    assert refused.status_code == 422 and refused.json["issues"][0]["path"] == ["comment"]
    assert bob.post(f"/api/tasks/{item['id']}/approve", {"values": {"subject": "y"}}).status_code == 422
    done = bob.post(f"/api/tasks/{item['id']}/approve", {"values": {"note": "fine"}, "comment": "good"})
    assert done.status_code == 200 and done.json == {"next": None}
    assert bob.post(f"/api/tasks/{item['id']}/approve", {}).status_code == 409
    second = di.get("/api/tasks").json["items"][0]
    assert second["summary"], "whoever is asked sees what about"
    assert di.post("/api/tasks/batch", {"ids": [second["id"], item["id"]], "deed": "approve", "comment": "ok"}).json["done"] == [second["id"]]
    record = ann.get(f"/api/records/desk/ticket/{house['ticket']}").json
    assert record["urgency"] == "high" and record["note"] == "fine"
    copies = cy.get("/api/tasks?box=copied").json["items"]
    assert copies[0]["words"]["title"] == "Look: Ink"
    assert cy.post(f"/api/tasks/{copies[0]['id']}/seen", {}).status_code == 200
    picture = ann.get(f"/api/flows/instances/{number}").json
    assert picture["outcome"] == "approved"
    # Whoever looks at a flow sees words: its definition and its conditions as written stay in the house.
    shown = ann.get(f"/api/flows/instances/{number}").get_data(as_text=True)
    assert picture["locks"] is True and "{cost}" not in shown and '"condition"' not in shown
    assert [line["what"] for line in picture["history"]] == ["started", "approved", "branched", "approved", "told", "did", "ended"]
    assert picture["history"][1]["comment"] == "good" and picture["history"][1]["worked"] is not None
    assert picture["history"][2]["why"]["branch"] == "Large"
    assert ann.get("/api/tasks?box=started").json["items"][0]["outcome"] == "approved"
    assert bob.get("/api/tasks?box=done").json["items"][0]["outcome"] == "approve"
    # How long tasks lay is a dataset; whoever may not see the ticket sees nothing of its tasks there.
    facts = {"name": "t", "label": "T", "entity": "platform.task", "dimensions": [{"name": "step", "label": "Step", "expression": "{step}"}, {"name": "who", "label": "Who", "expression": "{person.name}"}], "measures": [{"name": "tasks", "label": "Tasks", "aggregate": "count"}, {"name": "waited", "label": "Waited", "aggregate": "sum", "expression": "{waited}"}]}
    report = {"name": "r", "label": "R", "dataset": "t", "rows": [{"dimension": "step"}, {"dimension": "who"}], "measures": ["tasks", "waited"], "chart": {"type": "table"}}
    shown = house["admin"].post("/api/designer/desk/preview/report", {"report": report, "dataset": facts})
    assert shown.status_code == 200, shown.json
    assert sum(row[2] for row in shown.json["rows"]) == 3 and "Bob" in str(shown.json["rows"])
    # The record says which flow changed it.
    why = house["admin"].get(f"/api/records/desk/ticket/{house['ticket']}/why").json["items"]
    assert any(item["label"] == "Check" for item in why)


def test_a_flow_concerns_those_it_concerns(house: dict[str, Any]) -> None:
    number = start(house).json["instance"]
    bob, cy = house["bob"], house["cy"]
    task = bob.get("/api/tasks").json["items"][0]["id"]
    assert cy.get(f"/api/flows/instances/{number}").status_code == 404
    assert bob.get(f"/api/flows/instances/{number}").status_code == 200
    assert cy.get(f"/api/tasks/{task}").status_code == 404
    assert cy.post(f"/api/tasks/{task}/approve", {}).status_code == 404
    for path in ("withdraw", "urge"):
        assert bob.post(f"/api/flows/instances/{number}/{path}", {}).status_code == 403
        assert cy.post(f"/api/flows/instances/{number}/{path}", {}).status_code == 404
    for path in ("", "/instances", "/check/live", "/check/bpmn"):
        assert bob.get(f"/api/flows/desk{path}").status_code == 403
    assert cy.post(f"/api/records/desk/ticket/{house['ticket']}/flows/check", {"key": "12345678"}).status_code == 404
    assert house["ann"].post(f"/api/flows/instances/{number}/urge", {}).json == {"told": 1}
    assert house["ann"].post(f"/api/flows/instances/{number}/urge", {}).status_code == 423
    assert bob.get("/api/inbox").json["unread"] == 1
    assert house["ann"].post(f"/api/flows/instances/{number}/withdraw", {"comment": "mistake"}).status_code == 200
    assert bob.get("/api/tasks/counts").json["todo"] == 0


def test_who_is_asked_sees_the_lines_though_they_may_not_read_them(house: dict[str, Any]) -> None:
    admin, di = house["admin"], house["di"]
    claims = [{**flow(approve("ask", who("di"), hides=hides)), "name": name, "label": name, "entity": "claim"} for name, hides in (("open", []), ("closed", ["lines"]))]
    release(house["workspace"], {**desk(), "flows": claims})
    lines = [{"what": "Ink", "amount": "12.50"}, {"what": "Paper", "amount": "7"}]
    made = admin.post("/api/records/desk/claim", {"title": "Things", "lines": lines})
    assert made.status_code == 201, made.json
    assert di.get(f"/api/records/desk/claim/{made.json['id']}").status_code in (403, 404)
    tables = []
    for name in ("open", "closed"):
        begun = admin.post(f"/api/records/desk/claim/{made.json['id']}/flows/{name}", {"key": f"a key of {name}"})
        assert begun.status_code == 200, begun.json
        item = di.get("/api/tasks?box=todo").json["items"][0]
        task = di.get(f"/api/tasks/{item['id']}").json
        assert {fact["label"]: fact["value"] for fact in task["facts"]}["Total"] in ("19.50", "¥19.50")
        tables.append(task["tables"])
        assert di.post(f"/api/tasks/{item['id']}/approve", {}).status_code == 200
    assert tables[1] == [], "what a step hides is not shown as a table either"
    (table,) = tables[0]
    assert table["label"] == "Lines" and [(column["label"], column["number"]) for column in table["columns"]] == [("What", False), ("Amount", True)]
    assert [row[0] for row in table["rows"]] == ["Ink", "Paper"] and all(text.endswith(("12.50", "7.00")) for _, text in table["rows"])


def test_who_may_read_lines_sees_of_them_in_a_task_what_they_see_anyway(house: dict[str, Any]) -> None:
    admin, bob = house["admin"], house["bob"]
    document = {**desk(), "flows": [{**flow(approve("ask", who("bob"))), "name": "ask", "label": "Ask", "entity": "claim"}]}
    lead = next(role for role in document["roles"] if role["name"] == "lead")
    grants = [one for one in lead["grants"] if one["entity"] not in ("claim", "claim_line")]
    lead["grants"] = [*grants, {"entity": "claim_line", "fields": [{"field": "amount", "access": "hidden"}]}]
    release(house["workspace"], document)
    made = admin.post("/api/records/desk/claim", {"title": "Things", "lines": [{"what": "Ink", "amount": "12.50"}]})
    assert admin.post(f"/api/records/desk/claim/{made.json['id']}/flows/ask", {"key": "a key of hers"}).status_code == 200
    answer = bob.get(f"/api/tasks/{bob.get('/api/tasks?box=todo').json['items'][0]['id']}")
    assert answer.json["facts"] and [column["label"] for column in answer.json["tables"][0]["columns"]] == ["What"]
    assert "12.50" not in str(answer.json["tables"])


def test_watched_over_by_administrators(house: dict[str, Any]) -> None:
    number = start(house).json["instance"]
    admin, people = house["admin"], house["people"]
    assert admin.get("/api/flows/desk").json["items"][0]["running"] == 1
    assert admin.get("/api/flows/desk/check/live").json["steps"]["first"]["waiting"] == 1
    assert admin.patch(f"/api/users/{people['bob']}", {"is_active": False}).status_code == 200
    stuck = admin.get("/api/flows/desk/instances?state=stuck").json["items"]
    assert [item["instance"] for item in stuck] == [number], "a task that nobody can do"
    task = stuck[0]["at"][0]["tasks"][0]["id"]
    gone = admin.post(f"/api/flows/desk/instances/{number}/assign", {"task": task, "to": people["bob"]})
    assert gone.status_code == 422 and "Bob" in str(gone.json)
    assert admin.post(f"/api/flows/desk/instances/{number}/assign", {"task": task, "to": people["cy"]}).status_code == 200
    assert house["cy"].get("/api/tasks/counts").json["todo"] == 1
    assert admin.post(f"/api/flows/desk/instances/{number}/retry", {}).json == {"state": "stuck"}
    assert admin.get("/api/flows/desk/instances?state=stuck").json["items"][0]["error"]
    assert admin.post(f"/api/flows/desk/instances/{number}/end", {"outcome": "rejected", "comment": "no"}).status_code == 200
    assert admin.get("/api/flows/desk/instances?state=ended").json["items"][0]["outcome"] == "rejected"
    assert admin.post("/api/flows/desk/check/switch", {"active": False}).status_code == 200
    assert start(house, key="a third key").status_code == 423


def test_tried_without_a_trace_and_exchanged(house: dict[str, Any]) -> None:
    admin, people = house["admin"], house["people"]
    before = admin.get(f"/api/records/desk/ticket/{house['ticket']}").json
    body = {"flow": THREE, "record": house["ticket"], "starter": people["ann"], "choices": {"second": [people["cy"]]}}
    told = admin.post("/api/flows/desk/try", body)
    assert told.status_code == 200, told.json
    assert [line["path"] for line in told.json["trace"]] == ["first", "size", "size/large/second", "tell"]
    assert told.json["outcome"] == "approved" and told.json["trace"][2]["people"][0]["name"] == "Cy"
    again = admin.post("/api/flows/desk/try", {**body, "answers": {"first": "reject"}}).json
    assert again["outcome"] == "rejected" and len(again["trace"]) == 1
    # Given back once: to whoever began it, or to a step before; then it goes on.
    back = admin.post("/api/flows/desk/try", {**body, "answers": {"size/large/second": "return:first"}}).json
    assert [(line["path"], line["outcome"]) for line in back["trace"]] == [
        ("first", "approved"), ("size", "branched"), ("size/large/second", "returned"),
        ("first", "approved"), ("size", "branched"), ("size/large/second", "approved"), ("tell", "told"),
    ]  # fmt: skip
    assert [place["path"] for place in back["trace"][2]["returns"]] == ["", "first"] and back["outcome"] == "approved"
    sent = admin.post("/api/flows/desk/try", {**body, "answers": {"first": "return"}}).json["trace"]
    assert [line["outcome"] for line in sent[:3]] == ["returned", "submitted", "approved"]
    assert (sent[1]["type"], [one["name"] for one in sent[1]["people"]]) == ("", ["Ann"])
    assert admin.get(f"/api/records/desk/ticket/{house['ticket']}").json == before
    assert admin.get("/api/flows/desk").json["items"][0]["running"] == 0
    assert house["bob"].get("/api/tasks/counts").json["todo"] == 0
    whom = admin.post("/api/flows/desk/who", {"entity": "ticket", "people": [who("cy", "nobody")], "starter": people["ann"]})
    assert [one["name"] for one in whom.json["people"]] == ["Cy"]
    xml = admin.get("/api/flows/desk/check/bpmn").get_data(as_text=True)
    taken = admin.post("/api/flows/desk/bpmn", {"xml": xml, "entity": "ticket"}).json
    assert taken["notes"] == [] and [step["id"] for step in taken["flow"]["steps"]] == ["first", "size", "tell"]
    for bad in ("<a/>", "nothing", "<!DOCTYPE x><x/>"):
        assert admin.post("/api/flows/desk/bpmn", {"xml": bad}).status_code == 422
    wrong = admin.post("/api/flows/desk/try", {**body, "flow": {"name": "x", "label": "X", "entity": "ticket", "steps": [{"type": "approve"}]}})
    assert wrong.status_code == 422 and wrong.json["issues"][0]["code"] == "flow.no_people"


def test_a_deputy_is_named_for_days_and_does_what_comes(house: dict[str, Any]) -> None:
    bob, di, people = house["bob"], house["di"], house["people"]
    days = {"deputy": people["di"], "from": "2020-01-01", "until": "2099-12-31", "open_too": True}
    for body, code in (
        ({**days, "deputy": "di"}, "given.integer"),
        ({**days, "open_too": "yes"}, "given.boolean"),
        ({**days, "until": "soon"}, "given.date"),
        ({**days, "until": None}, "given.date"),
        ({**days, "until": "2020-01-02"}, "deputy.over"),
    ):
        refused = bob.post("/api/deputies", body)
        assert (refused.status_code, refused.json["issues"][0]["code"]) == (422, code), refused.json
    named = bob.post("/api/deputies", days).json["items"]
    assert [(item["person"]["id"], item["from"], item["until"]) for item in named] == [(people["di"], "2020-01-01", "2099-12-31")]
    assert [item["person"]["id"] for item in di.get("/api/deputies").json["standing"]] == [people["bob"]]
    start(house)
    task = di.get("/api/tasks").json["items"][0]
    assert task["for"]["id"] == people["bob"] and di.get("/api/tasks/counts").json["todo"] == 1
    shown = di.get(f"/api/tasks/{task['id']}").json
    assert shown["facts"], "who may not read the record is shown the form in words"
    assert di.post(f"/api/tasks/{task['id']}/approve", {"comment": "For Bob"}).status_code == 200
    picture = house["ann"].get(f"/api/flows/instances/{task['instance']}").json
    history, asked = picture["history"], picture["steps"][0]["people"][0]
    assert (asked["id"], asked["state"], asked["by"]) == (people["bob"], "approved", next(line["by"]["name"] for line in history if line["what"] == "approved"))
    approved = next(line for line in history if line["what"] == "approved")
    assert (approved["by"]["id"], approved["comment"]) == (people["di"], "For Bob") and approved["for"]
    assert bob.get("/api/tasks?box=done").json["items"][0]["by"]["id"] == people["di"]
    assert di.delete(f"/api/deputies/{named[0]['id']}").status_code == 404
    assert bob.delete(f"/api/deputies/{named[0]['id']}").status_code == 204
    assert bob.get("/api/deputies").json["items"] == [] and di.get("/api/deputies").json["standing"] == []
