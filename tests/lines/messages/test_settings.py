"""Channels, contact policy and the rehearsal of drafts over HTTP."""

from typing import Any

from engines.database import Workspace
from engines.messages import vault
from tests.conftest import Browser, make_user
from tests.engines.messages.ground import NOTE, SMS, Receiver, deliveries, message, newest, sent, ticket

PATHS = [("GET", "/api/channels"), ("PUT", "/api/channels/sms"), ("POST", "/api/channels/sms/test"), ("GET", "/api/contact-policy"), ("PUT", "/api/contact-policy"), ("POST", "/api/designer/desk/preview/message"), ("POST", "/api/designer/desk/preview/message/test")]


def test_only_administrators_set_up(workspace: Workspace, open_browser) -> None:
    make_user(workspace, "ann", roles=[{"application": "desk", "id": "agent"}])
    browser = open_browser()
    browser.sign_in("ann")
    for method, path in PATHS:
        assert browser.call(method, path, {} if method != "GET" else None).status_code == 403, path


def one(browser: Browser, word: str) -> dict[str, Any]:
    return next(item for item in browser.get("/api/channels").json["items"] if item["channel"] == word)


def test_a_channel_is_set_up_and_its_secret_never_comes_back(workspace: Workspace, admin: Browser, receiver_: Receiver) -> None:
    before = one(admin, "sms")
    assert (before["active"], before["secrets"], before["settings"], before["by"]) == (False, {"secret": False}, {}, None)
    assert before["schema"]["properties"]["url"]["title"]
    settings = {"url": receiver_.url, "signs": "{phone}"}
    assert admin.put("/api/channels/sms", {"active": True, "settings": settings, "secrets": {"secret": "pepper and salt"}}).json == {"active": True}
    after = admin.get("/api/channels")
    assert "pepper" not in after.text and "sms_secret" not in after.text
    assert (one(admin, "sms")["secrets"], one(admin, "sms")["by"]) == ({"secret": True}, "Admin")
    admin.put("/api/channels/sms", {"active": True, "settings": settings})
    with workspace.read() as connection:
        assert vault.use(workspace, connection, "sms_secret") == "pepper and salt", "what isn't mentioned stays"
    made = admin.post("/api/channels/sms/test", {"address": "138 0000 0001"})
    assert made.status_code == 201
    sent(workspace, newest(workspace).at)
    row = newest(workspace)
    assert (row.id, row.state, row.application, row.trace, receiver_.json()["phone"]) == (made.json["delivery"], "sent", "", [{"check": "test"}], "13800000001")
    assert admin.get("/api/deliveries").json["items"][0]["message"] is None
    refused = admin.post("/api/channels/sms/test", {"address": "nobody"})
    assert (refused.status_code, refused.json["issues"][0]["code"]) == (422, "channel.test_address")
    assert admin.put("/api/channels/pigeon", {}).status_code == 404
    receiver_.status = 500
    admin.post("/api/channels/sms/test", {"address": "13800000002"})
    sent(workspace, newest(workspace).at)
    assert [(item["state"], item["error"]) for item in one(admin, "sms")["troubles"]] == [("queued", "对方回答 500 ok")]


def test_the_policy_is_changed_with_its_history(admin: Browser) -> None:
    said = {"cap": 5, "days": 30, "quiet_from": "22:00", "quiet_to": "07:30", "holdout": 10, "address": "", "rehearse": True}
    assert admin.put("/api/contact-policy", said).json["policy"] == said
    told = admin.get("/api/contact-policy").json
    assert told["policy"] == said
    assert [(item["policy"]["cap"], item["by"]) for item in told["history"]] == [(5, "Admin"), (2, None)]
    refused = admin.put("/api/contact-policy", {**said, "quiet_from": "25:00", "cap": -1, "address": "desk"})
    assert refused.status_code == 422
    assert {issue["path"][0] for issue in refused.json["issues"]} >= {"cap"}


def draft(*ways: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {key: value for key, value in message("draft", *ways, **more).items() if key != "name"}


def preview(browser: Browser, document: dict[str, Any], record: Any) -> Any:
    return browser.post("/api/designer/desk/preview/message", {"message": document, "record": record})


def test_a_draft_is_looked_at_over_a_record_and_leaves_nothing_behind(workspace: Workspace, admin: Browser) -> None:
    ann = make_user(workspace, "ann")
    number = ticket(workspace, owner=ann)
    told = preview(admin, draft(SMS, NOTE), number).json
    assert (told["state"], told["chosen"], told["record"]["label"], told["language"]) == ("queued", 0, "Lamp", "zh-CN")
    sms, note = told["ways"]
    assert sms["text"] == {"zh-CN": "您的 Lamp 到期了 https://a.example/x", "en": "Lamp is due https://a.example/x"}
    assert sms["counted"] == {"zh-CN": [31, 1], "en": [31, 1]}
    assert (sms["address"], sms["rehearsed"], note["address"], note["rehearsed"]) == ("13800000000", True, "Ann", False)
    assert deliveries(workspace) == []
    told = preview(admin, draft({**SMS, "consent": "FALSE"}, purpose="marketing"), number).json
    assert (told["state"], told["reason"], told["chosen"]) == ("suppressed", "no_consent", None)
    faulty = preview(admin, draft({**SMS, "text": {"zh-CN": "{subjekt}", "en": "{"}}, {**NOTE, "title": "{ownr.name}"}, SMS), number).json
    assert [[fault["word"] for fault in way["faults"]] for way in faulty["ways"]] == [["text", "text"], ["title"], []]
    assert (faulty["ways"][0]["address"], faulty["ways"][0]["text"], faulty["ways"][2]["text"]["en"]) == ("13800000000", {}, "Lamp is due https://a.example/x")
    assert preview(admin, draft(SMS), 999).json["issues"][0]["code"] == "message.record_gone"
    assert preview(admin, draft(SMS), "1").status_code == 422
    assert [fault["code"] for fault in preview(admin, draft({"type": "pigeon"}), number).json["faults"]] == ["definition.unknown_kind"]


def test_a_test_goes_to_whoever_tries(workspace: Workspace, admin: Browser) -> None:
    number = ticket(workspace)
    body = {"message": draft(SMS, {**NOTE, "to": "{owner}"}), "record": number, "way": "inbox"}
    assert admin.post("/api/designer/desk/preview/message/test", body).status_code == 201
    sent(workspace, newest(workspace).at)
    assert admin.get("/api/inbox").json["items"][0]["title"] == "Lamp is yours"
    for more, code in (({"way": "fax"}, "message.way_unknown"), ({"way": "sms"}, "channel.test_address")):
        assert admin.post("/api/designer/desk/preview/message/test", {**body, **more}).json["issues"][0]["code"] == code
    assert admin.post("/api/designer/desk/preview/message/test", {**body, "way": "sms", "address": "13811112222"}).status_code == 201
    assert newest(workspace).person.startswith("platform.user:")


def test_a_test_is_no_fact(workspace: Workspace, admin: Browser) -> None:
    admin.post("/api/channels/sms/test", {"address": "13800000001"})
    assert len(admin.get("/api/deliveries").json["items"]) == 1
    assert admin.get(f"/api/records/desk/ticket/{ticket(workspace)}/messages").json["items"] == []


def test_fields_stand_in_the_words_as_people_read_them(workspace: Workspace, admin: Browser) -> None:
    ann = make_user(workspace, "ann", name="安娜")
    number = ticket(workspace, owner=ann, urgency="high", due="2026-12-01", agrees=True, cost="1234.5", place={"province": "浙江省", "detail": '5 号 "A"'})
    text = "{urgency} {due} {owner} {agrees} {{x}} {UPPER({urgency})} {team}{place} {cost}"
    told = preview(admin, draft({**SMS, "text": {"zh-CN": text, "en": text}}), number).json
    assert told["ways"][0]["faults"] == []
    tail = '{x} HIGH 浙江省5 号 "A" 1,234.50'
    assert told["ways"][0]["text"] == {"zh-CN": f"紧急 2026年12月1日 安娜 是 {tail}", "en": f"High 2026-12-01 安娜 yes {tail}"}
