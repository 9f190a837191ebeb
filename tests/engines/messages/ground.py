"""Messages about the desk's tickets, the queues emptied at a moment one names, and gateways that behave badly."""

from __future__ import annotations

import http.server
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from engines.database import Workspace
from engines.effects import Send
from engines.messages import accounts, delivery, policy, recording
from engines.messages.channels.sms import Text
from engines.records import store
from engines.records.history import Cause
from engines.runtime import message_out, outbox
from metamodel.errors import Refusal
from tests.desk import desk, entity, field, release, sight

#: noon in the business zone, on a Sunday
NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
NIGHT = datetime(2026, 11, 22, 14, 30, tzinfo=UTC)
MORNING = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)

SMS = {"type": "sms", "to": "{phone}", "consent": "{agrees}", "text": {"zh-CN": "您的 {subject} 到期了 https://a.example/x", "en": "{subject} is due https://a.example/x"}}
MAIL = {"type": "email", "to": "{email}", "title": "{subject}", "text": "About {subject}: https://a.example/y."}
NOTE = {"type": "inbox", "to": "{owner}", "title": "{subject} is yours"}


def message(name: str, *channels: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": name, "label": name.title(), "entity": "ticket", "channels": list(channels), **more}


def speaking() -> dict[str, Any]:
    """The desk with messages."""
    document = desk()
    entity(document, "ticket")["fields"] += [field("email", "email"), field("agrees", "boolean"), field("place", "address"), field("contact", "reference", entity="team")]
    document["messages"] = [
        message("reminder", NOTE, SMS, MAIL),
        message("offer", SMS, purpose="marketing"),
        message("news", SMS, purpose="marketing", priority=9),
        message("once", SMS, key="{team.name}", days=10),
        message("team", SMS, purpose="marketing", person="{contact}"),
        message("letter", MAIL),
        message("fallback", SMS, MAIL),
    ]
    return document


def speak(workspace: Workspace) -> None:
    release(workspace, speaking())
    with workspace.write() as connection:
        policy.change(connection, {"cap": 2, "days": 7, "rehearse": False}, by=None, at=NOON)


def ticket(workspace: Workspace, **values: Any) -> int:
    given = {"subject": "Lamp", "phone": "13800000000", "agrees": True, **values}
    with workspace.write() as connection:
        seen = sight(workspace, connection)
        return store.create(connection, seen, seen.live.model.entities["desk.ticket"], given, Cause(at=NOON, by=None))


def change(workspace: Workspace, number: int, **values: Any) -> None:
    with workspace.write() as connection:
        seen = sight(workspace, connection)
        store.update(connection, seen, seen.live.model.entities["desk.ticket"], number, values, Cause(at=NOON, by=None))


def asks(workspace: Workspace, name: str, number: int, cause: str, now: datetime = NOON) -> None:
    with workspace.write() as connection:
        message_out.ask(connection, Send(message=f"desk.{name}", entity="desk.ticket", number=number), cause, Cause(at=now, by=None))


def decided(workspace: Workspace, now: datetime = NOON) -> None:
    """The queue of requests emptied at a moment, as the clock does it."""
    deciding = message_out.Deciding(workspace)
    while True:
        with workspace.write() as connection:
            entries = outbox.claim(connection, message_out.ASKED, "test", now)
        if not entries:
            return
        for entry in entries:
            with workspace.write() as connection:
                deciding.decide(connection, entry, now)
                assert outbox.complete(connection, entry, "test", now)


def sent(workspace: Workspace, now: datetime = NOON) -> list[str]:
    """One round of the queue of deliveries; what was refused, as the outbox keeps it."""
    sending = message_out.Sending(workspace)
    wrong: list[str] = []
    with workspace.write() as connection:
        entries = outbox.claim(connection, message_out.SENDING, "test", now)
    for entry in entries:
        try:
            sending.send(entry, now)
        except Refusal as refusal:
            wrong.append(message_out.told(refusal))
            with workspace.write() as connection:
                outbox.fail(connection, entry, "test", str(refusal), now)
        else:
            with workspace.write() as connection:
                assert outbox.complete(connection, entry, "test", now)
    return wrong


def asked(workspace: Workspace, name: str, number: int, cause: str, now: datetime = NOON) -> sa.Row[Any]:
    """A message asked for, decided and sent at once; the newest delivery."""
    asks(workspace, name, number, cause, now)
    decided(workspace, now)
    sent(workspace, now)
    return newest(workspace)


def deliveries(workspace: Workspace) -> list[sa.Row[Any]]:
    with workspace.read() as connection:
        return delivery.listed(connection, limit=200)


def newest(workspace: Workspace) -> sa.Row[Any]:
    return deliveries(workspace)[0]


def kept(workspace: Workspace) -> list[sa.Row[Any]]:
    """What the double would have sent."""
    with workspace.read() as connection:
        return list(connection.execute(sa.select(recording.recorded).order_by(recording.recorded.c.id)))


def gateway(workspace: Workspace, url: str, **more: Any) -> None:
    """The SMS channel set up in earnest."""
    with workspace.write() as connection:
        settings = {"url": url, "signs": "{phone}{time}", **more}
        accounts.set_up(workspace, connection, Text(), active=True, settings=settings, secrets={"secret": "pepper"}, by=None, at=NOON)


class Receiver:
    """A server that answers as it is told, and keeps what it was asked; `lost` ends the connection instead, `cut` counts
    the answers that were not listened to until their end."""

    def __init__(self, port: int = 0) -> None:
        self.requests: list[tuple[str, dict[str, str], bytes]] = []
        self.status, self.body, self.pause, self.drip, self.lost, self.cut = 200, b"ok", 0.0, 0, False, 0
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                outer.requests.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
                time.sleep(outer.pause)
                if outer.lost:
                    self.close_connection = True
                    return
                try:
                    self.send_response(outer.status)
                    self.send_header("Content-Length", str(len(outer.body) + outer.drip))
                    self.end_headers()
                    self.wfile.write(outer.body)
                    for _ in range(outer.drip):
                        time.sleep(0.1)
                        self.wfile.write(b".")
                        self.wfile.flush()
                except OSError:
                    outer.cut += 1
                    self.close_connection = True

            do_GET = do_POST

            def log_message(self, format: str, *args: Any) -> None:
                """Quiet."""

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def json(self, at: int = -1) -> Any:
        return json.loads(self.requests[at][2])

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def receiver() -> Iterator[Receiver]:
    found = Receiver()
    try:
        yield found
    finally:
        found.close()


DAY = timedelta(days=1)
