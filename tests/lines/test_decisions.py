"""Decision tables over HTTP: asked with values and records, tried and counted as drafts, and who may ask."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from engines.database import Workspace
from metamodel.definition import Json
from tests.conftest import Browser, make_user
from tests.desk import desk, release
from tests.engines.rules.ground import document, rule, work

AGENT = [{"application": "desk", "id": "agent"}]
CARE: Json = {
    "name": "care", "label": "Care", "entity": "ticket",
    "inputs": [
        {"id": "urgency", "label": "Urgency", "expression": "{urgency}"},
        {"id": "cost", "label": "Cost", "expression": "{cost}"},
        {"id": "claims", "label": "Claims", "expression": "COUNT({claims})"},
    ],
    "outputs": [{"name": "desk", "label": "Desk", "type": "text", "default": '"none"'}],
    "hit_policy": "first",
    "rows": [
        {"id": "dear", "when": {"cost": ">= 100"}, "then": {"desk": '"boss"'}},
        {"id": "claimed", "when": {"claims": "> 0"}, "then": {"desk": '"money"'}},
        {"id": "quick", "when": {"urgency": '"high"', "cost": "< 100"}, "then": {"desk": '"quick"'}, "since": "2027-01-01"},
    ],
}
SECRET: Json = {**CARE, "name": "secret", "inputs": [{"id": "secret", "label": "Secret", "expression": "{secret}"}],
                "rows": [{"id": "x", "when": {"secret": '"x"'}, "then": {"desk": '"x"'}}]}
MASKED: Json = {**CARE, "name": "masked", "inputs": [{"id": "phone", "label": "Phone", "expression": "{phone}"}],
                "rows": [{"id": "x", "when": {"phone": '"1"'}, "then": {"desk": '"x"'}}]}
PRICE: Json = {**CARE, "name": "price", "inputs": [CARE["inputs"][1]], "rows": CARE["rows"][:1]}
FEE: Json = {
    "name": "fee", "label": "Fee",
    "parameters": [{"name": "weight", "label": "Weight", "type": "number"}],
    "inputs": [{"id": "weight", "label": "Weight", "expression": "{weight}"}],
    "outputs": [{"name": "fee", "label": "Fee", "type": "number"}],
    "hit_policy": "unique",
    "rows": [{"id": "light", "when": {"weight": "< 10"}, "then": {"fee": "5"}},
             {"id": "heavy", "when": {"weight": ">= 10"}, "then": {"fee": "{weight} * 0.5"}}],
}
OVER: Json = {**FEE, "name": "over", "rows": [*FEE["rows"], {"id": "mid", "when": {"weight": "[5..15]"}, "then": {"fee": "1"}}]}


@pytest.fixture
def tabled(admin: Browser, workspace: Workspace) -> Browser:
    release(workspace, {**desk(), "decision_tables": [CARE, SECRET, MASKED, PRICE, FEE, OVER]})
    assert admin.patch("/api/users/1", {"locale": "en"}).status_code == 200
    return admin


def ticket(browser: Browser, **values: Any) -> int:
    return int(browser.post("/api/records/desk/ticket", {"subject": "Lamp", **values}).json["id"])


def test_a_live_table_is_asked_with_values_and_with_records(tabled: Browser) -> None:
    ask = "/api/decisions/desk/"
    assert tabled.post(ask + "fee", {"values": {"weight": "30"}}).json == {"outcome": {"fee": "15"}, "issue": None, "rows": [{"number": 2, "id": "heavy"}]}
    over = tabled.post(ask + "over", {"values": {"weight": 6}}).json
    assert over["outcome"] is None and over["issue"]["code"] == "decision.not_unique" and [row["number"] for row in over["rows"]] == [1, 3]
    number = ticket(tabled, cost="40", urgency="high")
    assert tabled.post(ask + "care", {"record": number}).json["outcome"] == {"desk": "none"}
    assert tabled.post(ask + "care", {"record": number, "on": "2027-03-01"}).json["outcome"] == {"desk": "quick"}
    tabled.post("/api/records/desk/claim", {"title": "c", "ticket": number})
    assert tabled.post(ask + "care", {"record": number}).json["rows"] == [{"number": 2, "id": "claimed"}]
    refused = [
        (ask + "care", {"record": 999}, 404), (ask + "none", {"values": {}}, 404), (ask + "fee", {"record": 1}, 422),
        (ask + "fee", {"values": {"weight": "much"}}, 422), (ask + "fee", {"values": {"wight": 1}}, 422),
        (ask + "fee", {"values": 3}, 422), (ask + "care", {"record": True}, 422), (ask + "care", {"record": 2**70}, 422),
        (ask + "care", {"record": number, "values": {}}, 422), (ask + "fee", {}, 422),
        (ask + "care", {"record": number, "on": "2027-02-30"}, 422),
    ]  # fmt: skip
    for path, body, status in refused:
        assert tabled.post(path, body).status_code == status, body
    near = tabled.post(ask + "fee", {"values": {"wight": 1}}).json["issues"][0]
    assert "weight" in near["hint"] and near["path"] == ["given", "wight"]


def test_nobody_learns_from_a_table_what_they_may_not_see(tabled: Browser, workspace: Workspace) -> None:
    other = ticket(tabled, cost="150")
    ann = make_user(workspace, "ann", roles=AGENT)
    agent = Browser(client=tabled.client.application.test_client())
    agent.sign_in("ann")
    own = ticket(tabled, cost="150", owner=ann)
    ask = "/api/decisions/desk/"
    assert agent.post(ask + "fee", {"values": {"weight": 2}}).json["outcome"] == {"fee": "5"}
    for name in ("secret", "care", "masked"):
        answer = agent.post(ask + name, {"record": own})
        assert (answer.status_code, answer.json["issues"][0]["code"]) == (403, "decision.hidden")
        assert agent.post(ask + name, {"values": {}}).status_code == 403
    assert agent.post(ask + "price", {"record": own}).json["outcome"] == {"desk": "boss"}
    assert agent.post(ask + "price", {"record": other}).status_code == 404
    for path in ("try", "count"):
        assert agent.post(f"/api/designer/desk/decisions/{path}", {"table": FEE}).status_code == 403
    described = agent.get("/api/openapi.json").json["paths"]
    assert "/api/decisions/desk/fee" in described and "/api/decisions/desk/secret" not in described
    whole = tabled.get("/api/openapi.json").json["paths"]["/api/decisions/desk/care"]["post"]
    assert set(whole["requestBody"]["content"]["application/json"]["schema"]["properties"]) == {"values", "record", "on"}


def test_a_draft_is_tried_and_its_rows_counted(tabled: Browser) -> None:
    numbers = [ticket(tabled, **values) for values in ({"cost": "150"}, {"cost": "120", "urgency": "high"}, {"cost": "20"}, {})]
    tabled.post("/api/records/desk/claim", {"title": "c", "ticket": numbers[1]})
    path = "/api/designer/desk/decisions/"
    asked = tabled.post(path + "try", {"table": CARE}).json
    assert [(item["key"], item["type"]) for item in asked["asked"]] == [("urgency", "text"), ("cost", "number"), ("claims", "number")]
    tried = tabled.post(path + "try", {"table": CARE, "record": numbers[1]}).json
    assert tried["hits"] == ["dear"] and tried["inputs"] == {"urgency": "high", "cost": "120.00", "claims": 1}
    assert [row["cells"] for row in tried["rows"]] == [{"cost": True}, {"claims": True}, {"urgency": True, "cost": False}]
    assert [row["in_force"] for row in tried["rows"]] == [True, True, False]
    given = tabled.post(path + "try", {"table": CARE, "values": {"cost": "5", "urgency": "high"}, "on": "2027-01-01"}).json
    assert (given["hits"], given["outcome"]) == (["quick"], {"desk": "quick"})
    count = tabled.post(path + "count", {"table": CARE}).json
    assert count == {"total": 4, "capped": False, "none": 2, "several": 0, "rows": {"dear": 2, "claimed": 0, "quick": 0}}
    every = tabled.post(path + "count", {"table": {**CARE, "hit_policy": "collect"}}).json
    assert every == {"total": 4, "capped": False, "none": 2, "several": 1, "rows": {"dear": 2, "claimed": 1, "quick": 0}}
    faulty = {**CARE, "rows": [{"id": "r", "when": {"cost": ">="}}]}
    refused = tabled.post(path + "try", {"table": faulty, "values": {}})
    assert refused.status_code == 422 and refused.json["issues"][0]["path"] == ["table", "rows", "r", "when", "cost"]
    assert tabled.post(path + "count", {"table": FEE}).status_code == 422
    assert tabled.post(path + "try", {"table": {**CARE, "entity": "nowhere"}}).status_code == 404


def test_tables_leave_and_come_as_dmn(tabled: Browser) -> None:
    path = "/api/designer/desk/decisions/dmn/"
    given = tabled.post(path + "export", {"tables": [CARE, FEE]}).json
    assert [issue["code"] for issue in given["issues"]] == ["dmn.not_feel", "dmn.days"]
    taken = tabled.post(path + "import", {"xml": given["xml"]}).json
    assert taken["issues"] == []
    assert [table["name"] for table in taken["tables"]] == ["care", "fee"]
    assert tabled.post("/api/designer/desk/decisions/try", {"table": taken["tables"][1], "values": {"weight": 30}}).json["outcome"] == {"fee": "15"}
    for body, status in (({"xml": "<!DOCTYPE a><a/>"}, 422), ({"xml": 3}, 422), ({}, 422)):
        assert tabled.post(path + "import", body).status_code == status
    assert tabled.post(path + "export", {"tables": ["x"]}).status_code == 422


def test_why_names_the_table_and_its_row(admin: Browser, workspace: Workspace) -> None:
    into = {"type": "decide", "table": "care", "values": [{"output": "desk", "field": "note"}]}
    release(workspace, {**document(rule("route", {"type": "created"}, into)), "decision_tables": [CARE]})
    assert admin.patch("/api/users/1", {"locale": "en"}).status_code == 200
    number, other = ticket(admin, cost="150"), ticket(admin)
    work(workspace, datetime.now(UTC) + timedelta(minutes=1))
    assert [admin.get(f"/api/records/desk/ticket/{one}").json["note"] for one in (number, other)] == ["boss", "none"]
    told = [firing["effects"][0]["table"] for firing in admin.get("/api/rules/desk/firings").json["items"]]
    assert told == [
        {"text": "by the default of the decision table “Care”", "application": "desk", "id": "care", "row": ""},
        {"text": "by row 1 of the decision table “Care”", "application": "desk", "id": "care", "row": "dear"},
    ]
    tried = admin.post("/api/rules/desk/try", {"rule": "route", "record": number}).json
    assert tried["effects"][0]["table"]["row"] == "dear"
    # Who may not see all that the table looks at is not told its row.
    ann = make_user(workspace, "ann", roles=AGENT)
    assert admin.patch(f"/api/records/desk/ticket/{number}", {"owner": ann}).status_code == 200
    agent = Browser(client=admin.client.application.test_client())
    agent.sign_in("ann")
    (seen,) = agent.get(f"/api/records/desk/ticket/{number}/why").json["items"]
    assert "table" not in seen["effects"][0]
