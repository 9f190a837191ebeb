"""A person's inbox: their notes, marking them read, and the stream that tells of new ones."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import msgspec
from flask import Blueprint, Response, current_app, request
from flask.blueprints import BlueprintSetupState

from app.auth import Visit, reading, visiting, writing
from app.encoding import read_body
from app.sight import number_of, sight_of
from engines.database import Workspace, watch
from engines.messages import inbox
from engines.records.called import names
from engines.runtime import correspondence, outcome
from metamodel.errors import Invalid
from metamodel.field_type import instant_text
from metamodel.issues import Issue

blueprint = Blueprint("inbox", __name__, url_prefix="/api/inbox")
PAGE = 30
#: seconds: how long a stream is held, how often it looks, and when a browser whose stream ended comes again
HELD, LOOK, AGAIN = 25.0, 0.5, 3.0
#: of the threads that answer requests, the part that may be held by streams
SHARE = 4


class Streams:
    """Places for held streams. A held stream occupies a thread, so a process gives few; whoever gets none is told the
    state and comes again in three seconds. A place is free when its time is over, even if nobody gave it back."""

    def __init__(self, places: int) -> None:
        self.places = places
        self._lock = threading.Lock()
        self._held: dict[object, float] = {}

    def take(self) -> object | None:
        """A place, or None when all are taken."""
        now = time.monotonic()
        with self._lock:
            self._held = {place: until for place, until in self._held.items() if until > now}
            if len(self._held) >= self.places:
                return None
            place = object()
            self._held[place] = now + HELD + 2 * LOOK
            return place

    def give(self, place: object) -> None:
        """Given back; twice is once."""
        with self._lock:
            self._held.pop(place, None)


@blueprint.record_once
def _prepare(state: BlueprintSetupState) -> None:
    state.app.extensions["streams"] = Streams(state.app.config["SETTINGS"].web_threads // SHARE)


@blueprint.get("")
@reading()
def list_notes(visit: Visit) -> dict[str, Any]:
    """Newest first. What is about a record that its reader may no longer see says only that."""
    before = number_of(request.args.get("before"), "before", 0)
    rows = inbox.notes(visit.connection, visit.actor.user_id, before=before, limit=PAGE + 1)
    sight = sight_of(visit)
    about = {(row.entity, row.record_id) for row in rows[:PAGE] if row.entity}
    named = names(visit.connection, sight, about)
    items = []
    for row in rows[:PAGE]:
        pair = (row.entity or "", row.record_id or 0)
        hidden = bool(row.entity) and pair not in named
        items.append(
            {
                "id": row.id,
                "title": "" if hidden else inbox.words(row.title, visit.locale),
                "text": "" if hidden else inbox.words(row.text, visit.locale),
                "record": correspondence.referred(named, pair),
                "hidden": hidden,
                "at": instant_text(row.at),
                "read": row.read_at is not None,
            }
        )
    return {
        "items": items,
        "next": rows[PAGE - 1].id if len(rows) > PAGE else None,
        "unread": inbox.unread(visit.connection, visit.actor.user_id),
    }


@blueprint.get("/unread")
@reading()
def count_unread(visit: Visit) -> dict[str, int]:
    """Up to 100."""
    return {"unread": inbox.unread(visit.connection, visit.actor.user_id)}


@blueprint.post("/read")
@writing()
def read_notes(visit: Visit) -> dict[str, int]:
    """{ids} or, without them, all; a message that was delivered here is opened by it."""
    numbers = read_body(request).get("ids")
    if numbers is not None and not (
        isinstance(numbers, list) and len(numbers) <= inbox.MOST and all(type(one) is int for one in numbers)
    ):
        raise Invalid(Issue(code="note.numbers", path=("ids",)))
    keys = inbox.mark_read(visit.connection, visit.actor.user_id, numbers, visit.now)
    sent = [int(key.removeprefix("delivery:")) for key in keys if key.startswith("delivery:")]
    outcome.opened(visit.connection, sight_of(visit).live, sent, visit.now)
    return {"unread": inbox.unread(visit.connection, visit.actor.user_id)}


@blueprint.get("/stream")
@visiting("read")
def stream(visit: Visit) -> Response:
    """Server-sent events: the number of unread notes now, and again whenever it changes."""
    streams: Streams = current_app.extensions["streams"]
    place = streams.take()
    told = _told(visit.workspace, visit.actor.user_id, HELD if place is not None else 0)
    response = Response(told, mimetype="text/event-stream", headers={"Cache-Control": "no-store"})
    response.headers["X-Accel-Buffering"] = "no"  # a proxy in front must not collect the events
    if place is not None:
        response.call_on_close(lambda: streams.give(place))
    return response


def _told(workspace: Workspace, user: int, seconds: float) -> Iterator[bytes]:
    """Events while `seconds` last; a browser whose stream ended comes again by itself. Nothing is held of the
    database between two looks."""
    end = time.monotonic() + seconds
    yield f"retry: {int(AGAIN * 1000)}\n".encode()
    raised, known = -1, (-1, -1)
    while True:
        with workspace.read() as connection:
            counter = watch(connection).get(inbox.COUNTER, 0)
            state = known if counter == raised else inbox.state(connection, user)
        raised = counter
        if state != known:
            known = state
            body = msgspec.json.encode({"unread": state[0], "newest": state[1]}).decode()
            yield f"event: inbox\ndata: {body}\n\n".encode()
        elif seconds:
            # Also tells at once when nobody listens any more.
            yield b": \n\n"
        if time.monotonic() >= end:
            return
        time.sleep(LOOK)
