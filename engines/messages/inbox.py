"""Notes in people's inboxes: left once for a person and a reason, in each language, until they are read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from engines.database import EntityName, Identity, Instant, Json, platform, touch
from engines.records.sight import Sight
from metamodel.definition import Json as JsonValue

MOST = 100
#: the counter that streams to browsers watch
COUNTER = "inbox"

note = sa.Table(
    "note",
    platform,
    sa.Column("id", Identity, primary_key=True),
    sa.Column("user_id", sa.BigInteger, nullable=False),
    # Why it was left: the same person is told of the same thing once.
    sa.Column("key", sa.String(120), nullable=False),
    sa.Column("title", Json, nullable=False),
    sa.Column("text", Json),
    sa.Column("entity", EntityName),
    sa.Column("record_id", sa.BigInteger),
    sa.Column("at", Instant, nullable=False),
    sa.Column("read_at", Instant),
    sa.UniqueConstraint("user_id", "key", name="uq_note_key"),
    sa.Index("ix_note_user", "user_id", "id"),
)


def leave(
    connection: sa.Connection,
    sight: Sight,
    users: Iterable[int],
    *,
    title: Mapping[str, str],
    text: Mapping[str, str],
    entity: str,
    number: int,
    key: str,
) -> int:
    """A note for each of some people; how many are new. Words are by language, "" for all."""
    return leave_note(connection, users, title=title, text=text, entity=entity, number=number, key=key, at=sight.now)


def leave_note(
    connection: sa.Connection,
    users: Iterable[int],
    *,
    title: Mapping[str, str],
    text: Mapping[str, str],
    entity: str,
    number: int,
    key: str,
    at: datetime,
) -> int:
    """The same for whoever has no sight: a channel."""
    rows = [
        {
            "user_id": user,
            "key": key,
            "title": dict(title),
            "text": dict(text),
            "entity": entity,
            "record_id": number,
            "at": at,
        }
        for user in dict.fromkeys(users)
    ]
    if not rows:
        return 0
    insert: Any = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    made = insert(note).values(rows).on_conflict_do_nothing(index_elements=["user_id", "key"]).returning(note.c.id)
    left = len(connection.scalars(made).all())
    if left:
        touch(connection, COUNTER)
    return left


def notes(connection: sa.Connection, user: int, *, before: int = 0, limit: int = 30) -> list[sa.Row[Any]]:
    """A person's newest notes, older than note `before` when that is given."""
    query = sa.select(note).where(note.c.user_id == user).order_by(note.c.id.desc()).limit(min(limit, MOST))
    return list(connection.execute(query if not before else query.where(note.c.id < before)))


def unread(connection: sa.Connection, user: int) -> int:
    """How many notes a person has not read, up to 100."""
    inner = sa.select(sa.literal(1)).where(note.c.user_id == user, note.c.read_at.is_(None)).limit(MOST).subquery()
    return int(connection.execute(sa.select(sa.func.count()).select_from(inner)).scalar_one())


def state(connection: sa.Connection, user: int) -> tuple[int, int]:
    """How many notes a person has not read, and the number of the newest of all: what a bell shows and rings for."""
    newest = connection.execute(sa.select(sa.func.max(note.c.id)).where(note.c.user_id == user)).scalar()
    return unread(connection, user), int(newest or 0)


def mark_read(connection: sa.Connection, user: int, numbers: Iterable[int] | None, now: datetime) -> list[str]:
    """Some of a person's notes are read, or all; the keys of those that were not before."""
    marked = sa.update(note).where(note.c.user_id == user, note.c.read_at.is_(None)).values(read_at=now)
    chosen = marked if numbers is None else marked.where(note.c.id.in_(list(numbers)))
    read = list(connection.scalars(chosen.returning(note.c.key)))
    if read:
        touch(connection, COUNTER)
    return read


def words(told: JsonValue, locale: str) -> str:
    """A note's words in a language, or in whichever there is."""
    return str(told.get(locale) or told.get("") or next(iter(told.values()), "")) if told else ""
