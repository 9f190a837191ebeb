"""The double of every channel: keeps what it would have sent, once for each key, and tells how people might answer."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from engines.database import Identity, Instant, platform
from engines.messages.channel import Parcel, Sent

#: of a hundred rehearsed messages, how many arrive, are opened, are clicked; a channel's share is of those before
ARRIVE, OPEN, CLICK = 98, 45, 30

recorded = sa.Table(
    "recorded_message",
    platform,
    sa.Column("id", Identity, primary_key=True),
    sa.Column("key", sa.String(300), nullable=False, unique=True),
    sa.Column("channel", sa.String(20), nullable=False),
    sa.Column("address", sa.String(200), nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("times", sa.Integer, nullable=False),
    sa.Column("at", Instant, nullable=False),
)


def record(connection: sa.Connection, channel: str, parcel: Parcel) -> Sent:
    """Keep it. The same key twice is the same message: `times` counts how often it came."""
    row = {
        "key": parcel.key,
        "channel": channel,
        "address": parcel.address,
        "title": parcel.title,
        "text": parcel.text,
        "times": 1,
        "at": parcel.at,
    }
    insert: Any = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    made = insert(recorded).values(row)
    connection.execute(made.on_conflict_do_update(index_elements=["key"], set_={"times": recorded.c.times + 1}))
    return Sent()


def listed(connection: sa.Connection, *, channel: str = "", before: int = 0, limit: int = 50) -> list[sa.Row[Any]]:
    """What was recorded, newest first, older than `before` where that is given."""
    query = sa.select(recorded).order_by(recorded.c.id.desc()).limit(limit)
    if channel:
        query = query.where(recorded.c.channel == channel)
    return list(connection.execute(query.where(recorded.c.id < before) if before else query))


def answers(key: str, *, clickable: bool) -> Iterator[tuple[str, timedelta]]:
    """What becomes of a rehearsed message, and how long after it was sent; always the same for a key."""
    digest = hashlib.sha256(f"answer {key}".encode()).digest()
    if digest[0] * 100 // 256 >= ARRIVE:
        yield "failed", timedelta(seconds=20)
        return
    yield "delivered", timedelta(seconds=2 + digest[1] % 10)
    if digest[2] * 100 // 256 >= OPEN:
        return
    opened = timedelta(minutes=1 + digest[3] % 240)
    yield "opened", opened
    if clickable and digest[4] * 100 // 256 < CLICK:
        yield "clicked", opened + timedelta(seconds=5 + digest[5] % 60)
