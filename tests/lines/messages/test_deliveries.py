"""Deliveries over HTTP: who reads which, in which words, why, and trying again; opened and clicked from outside."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from engines.database import Workspace
from engines.messages import policy, track
from engines.runtime import message_out, outbox
from tests.conftest import Browser, make_user
from tests.desk import release
from tests.engines.messages.ground import (
    NOON,
    Receiver,
    asked,
    asks,
    decided,
    deliveries,
    gateway,
    newest,
    sent,
    speaking,
    ticket,
)


def granted(workspace: Workspace) -> None:
    """Agents may read deliveries."""
    document = speaking()
    document["messages"].append({**document["messages"][3], "name": "secretly", "key": "", "channels": [{"type": "sms", "to": "{phone}", "text": "{secret}"}]})
    for role in document["roles"]:
        if role["name"] == "agent":
            role["grants"].append({"entity": "platform.delivery"})
    release(workspace, document)


def entered(workspace: Workspace, open_browser: Any, login: str, role: str) -> tuple[int, Browser]:
    number = make_user(workspace, login, roles=[{"application": "desk", "id": role}])
    browser = open_browser()
    assert browser.sign_in(login).status_code == 200
    return number, browser


def test_what_was_given_up_is_named_and_goes_again_by_hand(workspace: Workspace, admin: Browser) -> None:
    asks(workspace, "once", ticket(workspace), "a")
    decided(workspace)
    with workspace.write() as connection:
        connection.execute(sa.update(outbox.outbox).where(outbox.outbox.c.queue == "send").values(state="dead"))
    assert message_out.reap(workspace, NOON) == 1
    (letter,) = admin.get("/api/outbox/dead").json["items"]
    assert letter["about"] == "Once · 13800000000" and newest(workspace).state == "failed"
    assert admin.post(f"/api/outbox/dead/{letter['id']}/resend").status_code == 204
    assert (newest(workspace).state, newest(workspace).reason) == ("queued", None)
    sent(workspace, NOON + timedelta(days=400))
    assert (newest(workspace).state, newest(workspace).failed_at) == ("sent", None)


def test_an_administrator_sees_all_with_reasons_and_filters_them(workspace: Workspace, admin: Browser) -> None:
    mine = ticket(workspace)
    asked(workspace, "once", mine, "a")
    asked(workspace, "offer", ticket(workspace, agrees=False), "b")
    said = admin.get("/api/deliveries").json
    assert [(item["state"], item["reason"], item["message"]["label"]) for item in said["items"]] == [("suppressed", "no_consent", "Offer"), ("sent", None, "Once")]
    first = said["items"][1]
    assert (first["address"], first["text"], first["record"]["label"], first["person"], first["rehearsed"]) == ("13800000000", "您的 Lamp 到期了 https://a.example/x", "Lamp", None, True)
    assert first["trace"] == [{"check": "channel", "channel": "sms", "result": "fine"}]
    for query, count in (("state=sent,failed", 1), ("message=desk.offer", 1), ("channel=email", 0), ("search=1380", 1), ("search=%25", 0), ("from=2026-11-22&to=2026-11-22", 2), ("to=2026-11-21", 0), ("reason=no_consent", 1), ("state=sent&channel=sms", 1)):
        assert len(admin.get(f"/api/deliveries?{query}").json["items"]) == count, query
    for query, code in (("state=sended", "delivery.state"), ("from=yesterday", "given.date"), ("before=x", "given.integer")):
        refused = admin.get(f"/api/deliveries?{query}")
        assert (refused.status_code, refused.json["issues"][0]["code"]) == (422, code)
    summed = admin.get("/api/deliveries/summary").json
    assert "desk.once" in [item["name"] for item in summed["messages"]]
    assert [item["text"] for item in admin.get("/api/deliveries/recorded").json["items"]] == [first["text"]]
    assert admin.get(f"/api/deliveries/{first['id']}").json == first


def test_who_is_granted_it_sees_those_of_their_records_without_what_they_may_not_know(workspace: Workspace, open_browser) -> None:
    granted(workspace)
    ann, browser = entered(workspace, open_browser, "ann", "agent")
    _, stranger = entered(workspace, open_browser, "bob", "reader")
    mine, other = ticket(workspace, owner=ann, secret="hush", urgency="low"), ticket(workspace)
    for name in ("once", "secretly"):
        for number in (mine, other):
            asked(workspace, name, number, f"{name} {number}")
    items = browser.get("/api/deliveries").json["items"]
    assert [(item["record"]["id"], item["message"]["label"], item["hidden"]) for item in items] == [(mine, "Once", True), (mine, "Once", False)]
    assert [item["text"] for item in items] == [None, "您的 Lamp 到期了 https://a.example/x"]
    assert {item["address"] for item in items} == {"138****00"}, "the number is masked for agents"
    assert browser.get("/api/deliveries?search=hush").status_code == 403, "nobody finds out by searching"
    assert [len(browser.get(f"/api/deliveries?person=desk.ticket:{number}").json["items"]) for number in (mine, other, 999)] == [2, 0, 0]
    assert browser.get("/api/deliveries/recorded").status_code == 403
    assert browser.post("/api/deliveries/resend", {"filters": {}}).status_code == 403
    hidden = next(row.id for row in deliveries(workspace) if row.record_id == other)
    assert browser.get(f"/api/deliveries/{hidden}").status_code == 404
    refused = stranger.get("/api/deliveries")
    assert (refused.status_code, refused.json["issues"][0]["code"]) == (403, "access.denied_deliveries")
    beside = f"/api/records/desk/ticket/{mine}/messages"
    assert [item["text"] for item in browser.get(beside).json["items"]] == [item["text"] for item in items]
    assert [item["text"] for item in stranger.get(beside).json["items"]] == ["hush", "您的 Lamp 到期了 https://a.example/x"], "whoever reads the record knows what was said, as far as its fields are theirs to see"
    assert browser.get(f"/api/records/desk/ticket/{other}/messages").status_code == 404


def test_all_that_failed_of_a_filter_go_again_under_their_keys(workspace: Workspace, admin: Browser, receiver_: Receiver) -> None:
    gateway(workspace, receiver_.url)
    receiver_.status = 500
    for index in range(3):
        asks(workspace, "once", ticket(workspace), f"c{index}")
    decided(workspace)
    with workspace.write() as connection:
        connection.execute(sa.text("UPDATE outbox SET attempts = 16 WHERE queue = 'send'"))
    sent(workspace)
    assert {row.state for row in deliveries(workspace)} == {"failed"}
    assert admin.post("/api/deliveries/resend", {"filters": {"channel": "email"}}).json == {"again": 0}
    assert admin.post("/api/deliveries/resend", {"filters": {"channel": "sms", "state": "failed"}}).json == {"again": 3}
    assert admin.post("/api/deliveries/resend", {"filters": {"channel": "sms"}}).json == {"again": 0}, "they are on their way"
    receiver_.status = 200
    later = max(row.id for row in deliveries(workspace))
    sent(workspace, NOON + timedelta(days=400))
    assert {row.state for row in deliveries(workspace)} == {"sent"} and newest(workspace).id == later
    assert len({headers["idempotency-key"] for _, headers, _ in receiver_.requests}) == 3
    refused = admin.post(f"/api/deliveries/{later}/resend")
    assert (refused.status_code, refused.json["issues"][0]["code"]) == (423, "delivery.not_failed")


@pytest.fixture
def letter(workspace: Workspace) -> tuple[sa.Row[Any], str]:
    """A letter with links that lead through the house, and the word of its link."""
    with workspace.write() as connection:
        policy.change(connection, {"address": "https://desk.example", "rehearse": False}, by=None, at=NOON)
    row = asked(workspace, "letter", ticket(workspace, email="a@b.example"), "a")
    with workspace.read() as connection:
        parcel = message_out.parcel_of(workspace, row, policy.current(connection).policy, NOON)
    return row, parcel.links(parcel.text).split("/m/c/")[1].rstrip(".")


def test_the_world_opens_clicks_and_tells_and_nobody_forges_it(workspace: Workspace, client: Browser, letter) -> None:
    row, word = letter
    answer = client.get(track.pixel(workspace.secret, "https://desk.example", row.id).removeprefix("https://desk.example"))
    assert (answer.status_code, answer.mimetype, answer.headers["Cache-Control"]) == (200, "image/gif", "no-store")
    assert newest(workspace).state == "opened"
    answer = client.get(f"/m/c/{word}?to=https://evil.example")
    assert (answer.status_code, answer.headers["Location"]) == (302, "https://a.example/y")
    assert newest(workspace).state == "clicked"
    beyond = track.marked(workspace.secret, row.id, 7)
    forged = word[:-1] + ("A" if word[-1] != "A" else "B")
    for path in (f"/m/c/{forged}", f"/m/c/{beyond}", f"/m/c/{track.marked(workspace.secret, 999, 1)}", f"/m/o/{forged}.gif", f"/m/d/{forged}", "/m/c/x"):
        assert client.get(path).status_code == 404, path


@pytest.mark.parametrize(("given", "state"), [({"query_string": {"state": "DELIVRD"}}, "delivered"), ({"json": {"status": "failed"}}, "failed"), ({"data": {"state": "rejected"}}, "failed"), ({"json": [1]}, None), ({"data": b"{", "content_type": "application/json"}, None), ({}, None)])
def test_a_gateway_tells_what_became_of_a_message(workspace: Workspace, client: Browser, given: dict[str, Any], state: str | None) -> None:
    row = asked(workspace, "once", ticket(workspace), "a")
    answer = client.client.post(f"/m/d/{track.marked(workspace.secret, row.id)}", **given)
    assert answer.status_code == (200 if state else 400)
    assert newest(workspace).state == (state or "sent")
