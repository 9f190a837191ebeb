"""Requests that rules want made outside: signed, one try an entry, retried by the outbox until they are answered."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from engines.database import Workspace
from engines.messages import vault, wire
from engines.messages.channel import Declined, Unreachable
from engines.messages.signature import signed
from engines.runtime.outbox import Entry
from metamodel.errors import Refused
from metamodel.issues import Issue


def carry(workspace: Workspace, entry: Entry) -> None:
    """What the clock calls."""
    post(workspace, entry, datetime.now(UTC))


def post(workspace: Workspace, entry: Entry, now: datetime) -> None:
    """One request. Its id is the same for every try, so that a receiver that took it and was not heard can tell.
    Refused when it was not taken: the outbox asks again later, and puts it with the dead letters in the end."""
    asked = entry.payload
    secret = ""
    if asked["secret"]:
        with workspace.read() as connection:
            secret = vault.use(workspace, connection, asked["secret"])
    body = msgspec.json.encode({"type": "call", "data": asked["body"]})
    headers = {"Content-Type": "application/json", **signed(secret, asked["key"], now, body)}
    try:
        answer = wire.ask("POST", asked["url"], headers=headers, body=body)
    except (Unreachable, Declined) as error:
        raise Refused(_unanswered(asked["url"], str(error))) from error
    if not answer.fine:
        raise Refused(_unanswered(asked["url"], answer.shown()))


def _unanswered(url: str, reason: str) -> Issue:
    return Issue(code="webhook.unanswered", arguments={"url": url, "reason": reason})
