"""What becomes of a message is noted, and rules about the record it was about hear of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engines.messages import delivery
from engines.records.live import Live
from engines.rules.listen import listeners, rules_of
from engines.runtime import events, outbox
from metamodel.trigger import Event


def came(connection: sa.Connection, live: Live, number: int, state: str, at: datetime) -> bool:
    """A delivery was sent, delivered, opened, clicked or came back; False when that is known already. News that is
    told twice is heard once."""
    before = delivery.get(connection, number) if _listened(live) else None
    if not delivery.advance(connection, number, state, at):
        return False
    if before is not None:
        # What is clicked was opened too, whoever tells it first.
        road = delivery.ROAD[: delivery.ROAD.index(state) + 1] if state in delivery.ROAD else (state,)
        for word in road:
            if getattr(before, f"{word}_at") is None:
                tell(connection, live, before, word, at)
    return True


def opened(connection: sa.Connection, live: Live, numbers: Sequence[int], at: datetime) -> None:
    """Some deliveries were read by whom they were for."""
    if not _listened(live):
        delivery.opened(connection, numbers, at)
        return
    for number in numbers:
        came(connection, live, number, "opened", at)


def _listened(live: Live) -> bool:
    return any(heard.kind.kind == "message" for rules in rules_of(live).values() for heard in rules)


def tell(connection: sa.Connection, live: Live, row: sa.Row[Any], state: str, at: datetime) -> None:
    """Rules hear what became of a delivery; asked twice they hear it once."""
    home = live.model.applications.get(row.application)
    message = home.meant("message", row.message) if home else None
    about = f"{row.application}.{message.name if message else row.message}:{state}"
    event = Event(entity=row.entity, number=row.record_id, happening="message", about=about)
    if not listeners(live, event, "after", events.switches(connection, live)):
        return
    cause = f"delivery:{row.id}:{state}"
    payload = {"events": [{**events.packed(event, 0), "cause": cause}], "by": None, "at": at.isoformat()}
    outbox.enqueue(connection, events.QUEUE, payload, now=at, key=cause, cause=cause)
