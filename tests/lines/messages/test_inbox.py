"""The bell over HTTP: notes by right, read once, told live by streams that never hold every thread."""

import threading
import time

import pytest

from app.api import inbox as bell
from engines.database import Workspace
from tests.conftest import Browser, make_user
from tests.engines.messages.ground import asked, change, newest, ticket


@pytest.fixture
def ann(workspace: Workspace, open_browser) -> tuple[int, Browser]:
    number = make_user(workspace, "ann", roles=[{"application": "desk", "id": "agent"}])
    browser = open_browser()
    assert browser.sign_in("ann").status_code == 200
    return number, browser


def test_a_note_is_read_by_its_person_and_only_while_they_may_see_the_record(workspace: Workspace, ann, admin: Browser) -> None:
    number, browser = ann
    mine = ticket(workspace, owner=number, subject="Lamp")
    asked(workspace, "reminder", mine, "a")
    told = browser.get("/api/inbox").json
    assert told["unread"] == 1
    (note,) = told["items"]
    assert (note["title"], note["hidden"], note["read"]) == ("Lamp is yours", False, False)
    assert note["record"] == {"application": "desk", "entity": "ticket", "id": mine, "label": "Lamp"}
    assert admin.get("/api/inbox").json["items"] == [], "everybody has an inbox of their own"
    assert admin.post("/api/inbox/read", {"ids": [note["id"]]}).json == {"unread": 0}
    assert browser.get("/api/inbox/unread").json == {"unread": 1}, "nobody reads another's"
    change(workspace, mine, owner=None)
    (hidden,) = browser.get("/api/inbox").json["items"]
    assert (hidden["title"], hidden["text"], hidden["record"], hidden["hidden"]) == ("", "", None, True)
    assert browser.post("/api/inbox/read", {}).json == {"unread": 0}
    row = newest(workspace)
    assert row.state == "opened" and row.opened_at is not None, "reading a note opens the delivery"
    refused = browser.post("/api/inbox/read", {"ids": ["1"]})
    assert (refused.status_code, refused.json["issues"][0]["code"]) == (422, "note.numbers")


def events(browser: Browser, most: float = 4.0, until: str = "\x00") -> str:
    """What a stream says until it ends, says `until`, or `most` seconds are over."""
    answer = browser.client.get("/api/inbox/stream", buffered=False)
    assert (answer.status_code, answer.mimetype) == (200, "text/event-stream")
    text, begun = "", time.monotonic()
    for part in answer.response:
        text += part.decode() if isinstance(part, bytes) else part
        if until in text or time.monotonic() - begun > most:
            break
    answer.close()
    return text


def test_a_held_stream_tells_of_a_new_note_within_a_moment(workspace: Workspace, ann, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bell, "LOOK", 0.05)
    number, browser = ann
    mine = ticket(workspace, owner=number)
    later = threading.Timer(0.3, lambda: asked(workspace, "reminder", mine, "a"))
    later.start()
    text = events(browser, until='"unread":1')
    later.join()
    assert text.startswith("retry: 3000\n")
    assert text.count("event: inbox") == 2 and '"unread":0' in text and '"unread":1' in text


def test_streams_hold_a_quarter_of_the_threads_and_the_others_are_answered_at_once(ann, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bell, "LOOK", 0.02)
    _, browser = ann
    flask = browser.client.application
    streams = flask.extensions["streams"]
    assert streams.places == flask.config["SETTINGS"].web_threads // 4 > 0
    held = [streams.take() for _ in range(streams.places)]
    assert None not in held and streams.take() is None
    begun = time.monotonic()
    text = events(browser)
    assert time.monotonic() - begun < 1
    assert text.startswith("retry: 3000\n") and text.count("event: inbox") == 1
    streams.give(held[0])
    streams.give(held[0])
    assert (streams.take() is None, streams.take() is None) == (False, True)


def test_a_place_comes_back_when_its_browser_goes_and_when_it_is_forgotten(ann, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bell, "LOOK", 0.02)
    _, browser = ann
    streams = browser.client.application.extensions["streams"]
    for _ in range(streams.places + 2):
        events(browser, until="event")
    assert streams.take() is not None
    monkeypatch.setattr(bell, "HELD", -1.0)
    assert all(streams.take() is not None for _ in range(streams.places * 3)), "a place lasts as long as its stream may"


def test_a_stream_is_for_who_is_signed_in(client: Browser) -> None:
    assert client.get("/api/inbox/stream").status_code == 401
