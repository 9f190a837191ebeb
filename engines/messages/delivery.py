"""Deliveries: every message that was asked for, what was decided about it and why, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from engines.database import EntityName, Identity, Instant, Json, platform
from metamodel.errors import NotFound
from metamodel.issues import Issue

QUEUED, DEFERRED, SENDING, FAILED, SUPPRESSED = "queued", "deferred", "sending", "failed", "suppressed"
#: what may become of a message that was taken, each state after those before it
ROAD = ("sent", "delivered", "opened", "clicked")
#: counted against the cap
COUNTED = (QUEUED, SENDING, *ROAD)
STATES = (QUEUED, DEFERRED, SENDING, *ROAD, FAILED, SUPPRESSED)
MOST = 200

delivery = sa.Table(
    "delivery",
    platform,
    sa.Column("id", Identity, primary_key=True),
    # Cause, message and person: the same is decided once, however often it is asked for.
    sa.Column("key", sa.String(300), nullable=False, unique=True),
    sa.Column("cause", sa.String(120), nullable=False),
    sa.Column("application", sa.String(30), nullable=False),
    sa.Column("message", sa.String(62), nullable=False),
    sa.Column("entity", EntityName, nullable=False),
    sa.Column("record_id", sa.BigInteger, nullable=False),
    sa.Column("person", sa.String(90), nullable=False),
    sa.Column("purpose", sa.String(10), nullable=False),
    sa.Column("priority", sa.Integer, nullable=False),
    # What must not be said to the person again for a while; blank when it may.
    sa.Column("same", sa.String(200)),
    sa.Column("channel", sa.String(20)),
    sa.Column("address", sa.String(200)),
    sa.Column("language", sa.String(10)),
    sa.Column("title", sa.Text),
    sa.Column("text", sa.Text),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("reason", sa.String(40)),
    sa.Column("trace", Json, nullable=False),
    sa.Column("rehearsed", sa.Boolean, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("error", sa.Text),
    sa.Column("reference", sa.String(300)),
    sa.Column("at", Instant, nullable=False),
    sa.Column("due_at", Instant),
    sa.Column("sent_at", Instant),
    sa.Column("delivered_at", Instant),
    sa.Column("opened_at", Instant),
    sa.Column("clicked_at", Instant),
    sa.Column("failed_at", Instant),
    sa.Index("ix_delivery_person", "person", "purpose", "at"),
    sa.Index("ix_delivery_same", "person", "same"),
    sa.Index("ix_delivery_record", "entity", "record_id", "id"),
    sa.Index("ix_delivery_state", "state", "id"),
    sa.Index("ix_delivery_message", "application", "message", "id"),
)


def begin(connection: sa.Connection, row: Mapping[str, Any]) -> int | None:
    """Note a decision under its key; the delivery's number, or None when it was decided before and for good. One that
    was deferred is decided again in its place."""
    insert: Any = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    made = insert(delivery).values(row)
    again = {name: value for name, value in row.items() if name not in ("key", "at")}
    put = made.on_conflict_do_update(index_elements=["key"], set_=again, where=delivery.c.state == DEFERRED).returning(
        delivery.c.id
    )
    found = connection.execute(put).scalar()
    return None if found is None else int(found)


def number_of(connection: sa.Connection, key: str) -> int:
    """The delivery decided under a key; 0 when there is none."""
    return connection.execute(sa.select(delivery.c.id).where(delivery.c.key == key)).scalar() or 0


def get(connection: sa.Connection, number: int) -> sa.Row[Any]:
    """One delivery; NotFound when there is none."""
    row = connection.execute(sa.select(delivery).where(delivery.c.id == number)).first()
    if row is None:
        raise NotFound(Issue(code="delivery.unknown", arguments={"id": number}))
    return row


def note(connection: sa.Connection, number: int, values: Mapping[str, Any], *, only: Sequence[str] = ()) -> bool:
    """Write what became of a delivery; False when it is in none of the states `only` names."""
    changed = sa.update(delivery).where(delivery.c.id == number).values(dict(values))
    if only:
        changed = changed.where(delivery.c.state.in_(only))
    return connection.execute(changed).rowcount == 1


def advance(connection: sa.Connection, number: int, state: str, at: datetime) -> bool:
    """The message was delivered, opened or clicked; False when that is known already. What comes late leaves the
    state where it is and still notes its time: an opening implies that it arrived."""
    if state == FAILED:
        told = {"state": FAILED, "failed_at": at, "reason": "returned"}
        return note(connection, number, told, only=("sent", "delivered"))
    step = ROAD.index(state)
    times = {
        f"{word}_at": sa.func.coalesce(delivery.c[f"{word}_at"], sa.literal(at, Instant())) for word in ROAD[: step + 1]
    }
    noted = connection.execute(
        sa.update(delivery)
        .where(delivery.c.id == number, delivery.c.state.in_((SENDING, *ROAD)), delivery.c[f"{state}_at"].is_(None))
        .values(times)
    ).rowcount
    note(connection, number, {"state": state}, only=(SENDING, *ROAD[:step]))
    return noted == 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which deliveries somebody asks for; what is blank asks for all. `message` is qualified; `since` and `until` are
    about when it was asked for; `search` finds what stands in address, title or text."""

    states: Sequence[str] = ()
    reasons: Sequence[str] = ()
    channel: str = ""
    message: str = ""
    person: str = ""
    search: str = ""
    since: datetime | None = None
    until: datetime | None = None

    def conditions(self) -> Iterator[sa.ColumnElement[bool]]:
        """As conditions on the table."""
        if self.states:
            yield delivery.c.state.in_(self.states)
        if self.reasons:
            yield delivery.c.reason.in_(self.reasons)
        if self.channel:
            yield delivery.c.channel == self.channel
        if self.message:
            application, _, name = self.message.partition(".")
            yield sa.and_(delivery.c.application == application, delivery.c.message == name)
        if self.person:
            yield delivery.c.person == self.person
        if self.since is not None:
            yield delivery.c.at >= self.since
        if self.until is not None:
            yield delivery.c.at < self.until
        if self.search:
            wanted = f"%{self.search.replace('!', '!!').replace('%', '!%').replace('_', '!_')}%"
            columns = (delivery.c.address, delivery.c.title, delivery.c.text)
            yield sa.or_(*(column.like(wanted, escape="!") for column in columns))


EVERY = Wanted()


def listed(
    connection: sa.Connection,
    wanted: Wanted = EVERY,
    *where: sa.ColumnElement[bool],
    before: int = 0,
    limit: int = 50,
) -> list[sa.Row[Any]]:
    """Deliveries, newest first, older than `before` where that is given."""
    query = sa.select(delivery).where(*wanted.conditions(), *where).order_by(delivery.c.id.desc())
    if before:
        query = query.where(delivery.c.id < before)
    return list(connection.execute(query.limit(min(limit, MOST))))


def opened(connection: sa.Connection, numbers: Sequence[int], at: datetime) -> None:
    """Some deliveries were read by whom they were for."""
    if not numbers:
        return
    chosen = (delivery.c.id.in_(numbers), delivery.c.state.in_((SENDING, *ROAD)), delivery.c.opened_at.is_(None))
    step = sa.case((delivery.c.state == "clicked", "clicked"), else_="opened")
    first = {f"{word}_at": sa.func.coalesce(delivery.c[f"{word}_at"], sa.literal(at, Instant())) for word in ROAD[:2]}
    connection.execute(sa.update(delivery).where(*chosen).values({**first, "opened_at": at, "state": step}))


def troubles(connection: sa.Connection, since: datetime, most: int = 3) -> dict[str, list[sa.Row[Any]]]:
    """The newest deliveries of each channel that it did not take, or not yet."""
    rank = sa.func.row_number().over(partition_by=delivery.c.channel, order_by=delivery.c.id.desc()).label("rank")
    columns = (delivery.c.id, delivery.c.channel, delivery.c.state, delivery.c.reason, delivery.c.error, delivery.c.at)
    wrong = sa.or_(
        delivery.c.state == FAILED, sa.and_(delivery.c.state.in_((QUEUED, SENDING)), delivery.c.error.is_not(None))
    )
    inner = sa.select(*columns, rank).where(wrong, delivery.c.at >= since, delivery.c.channel.is_not(None)).subquery()
    found: dict[str, list[sa.Row[Any]]] = {}
    for row in connection.execute(sa.select(inner).where(inner.c.rank <= most).order_by(inner.c.id.desc())):
        found.setdefault(row.channel, []).append(row)
    return found


def counts(
    connection: sa.Connection, since: datetime, *where: sa.ColumnElement[bool]
) -> list[tuple[str | None, str, int]]:
    """How many deliveries there are by channel and state since a moment."""
    columns = (delivery.c.channel, delivery.c.state)
    query = sa.select(*columns, sa.func.count()).where(delivery.c.at >= since, *where).group_by(*columns)
    return [(row[0], row[1], row[2]) for row in connection.execute(query)]
