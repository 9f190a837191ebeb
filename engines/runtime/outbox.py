"""The outbox is the queue: what is to be done lies beside what caused it, and is claimed with a lease."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import msgspec
import sqlalchemy as sa

from engines.database import QUEUED, Identity, Instant, Json, among, platform
from engines.records.prepared import Many
from metamodel.errors import NotFound, Refused
from metamodel.issues import Issue

HUNDRED = 100
LEASE = timedelta(seconds=30)
# After so many tries an entry waits for a person; with the pauses below that is a little over a day.
TRIES = 17
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(hours=6)
DEEPEST = 20
# A finished entry is remembered so long, so that the same key asked twice takes effect once.
MEMORY = timedelta(days=7)

# What is not its turn yet is looked at again after so long.
TURN = timedelta(milliseconds=50)

WAITING, DONE, DEAD = "waiting", "done", "dead"

outbox = sa.Table(
    "outbox",
    platform,
    sa.Column("id", Identity, primary_key=True),
    sa.Column("queue", sa.String(40), nullable=False),
    sa.Column("key", sa.String(200), nullable=False, unique=True),
    sa.Column("payload", Json, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("due_at", Instant, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("claimed_by", sa.String(80)),
    sa.Column("lease_until", Instant),
    sa.Column("cause", sa.String(200)),
    sa.Column("depth", sa.Integer, nullable=False),
    sa.Column("error", sa.Text),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("done_at", Instant),
    sa.Index(
        "ix_outbox_waiting",
        "queue",
        "due_at",
        "id",
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    ),
    sa.Index(
        "ix_outbox_turn",
        "queue",
        "id",
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    ),
    # Partial, each: an entry that comes and goes as it should is put into one of them, once.
    sa.Index(
        "ix_outbox_done", "done_at", sqlite_where=sa.text("state = 'done'"), postgresql_where=sa.text("state = 'done'")
    ),
    sa.Index(
        "ix_outbox_dead", "id", sqlite_where=sa.text("state = 'dead'"), postgresql_where=sa.text("state = 'dead'")
    ),
)


class NotYet(Exception):
    """Somebody carries out an earlier entry that this one must come after; what was done for it is rolled back."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to do. `key` makes it take effect once; `attempts` counts this one; `cause` and `depth` its chain;
    `owner` has claimed it."""

    id: int
    queue: str
    key: str
    payload: Mapping[str, Any] = msgspec.field(default_factory=dict)
    attempts: int = 1
    cause: str | None = None
    depth: int = 0
    owner: str = ""


def enqueue(
    connection: sa.Connection,
    queue: str,
    payload: Mapping[str, Any],
    *,
    now: datetime,
    key: str | None = None,
    due_at: datetime | None = None,
    cause: str | None = None,
    depth: int = 0,
) -> bool:
    """Puts an entry into the caller's transaction: it exists if and only if what caused it does.

    False when the key is already there. A chain deeper than 20 is refused with an issue that names its cause.
    """
    if depth > DEEPEST:
        raise Refused(
            Issue(code="outbox.too_deep", arguments={"queue": queue, "cause": cause or "", "deepest": DEEPEST})
        )
    added = {"queue": queue, "payload": payload, "key": key, "due_at": due_at, "cause": cause, "depth": depth}
    return enqueue_many(connection, [added], now=now) == 1


def enqueue_many(connection: sa.Connection, entries: Sequence[Mapping[str, Any]], *, now: datetime) -> int:
    """Many at once; each has `queue`, `payload`, and `key`, `due_at`, `cause`, `depth` if wanted. How many were new."""
    rows = [
        (
            entry["queue"],
            entry.get("key") or secrets.token_urlsafe(16),
            entry["payload"],
            entry.get("due_at") or now,
            entry.get("cause"),
            entry.get("depth", 0),
            WAITING,
            0,
            now,
        )
        for entry in entries
    ]
    if not rows:
        return 0
    connection.info.setdefault(QUEUED, set()).update(entry["queue"] for entry in entries)
    return _put(connection.dialect).run(connection, rows)


@cache
def _put(dialect: sa.Dialect) -> Many:
    columns = ("queue", "key", "payload", "due_at", "cause", "depth", "state", "attempts", "created_at")
    return Many(outbox, columns, dialect, unique="key")


def claim(connection: sa.Connection, queue: str, owner: str, now: datetime, limit: int = HUNDRED) -> list[Entry]:
    """Takes what is due for `owner`, for 30 seconds at a time; nobody else gets it meanwhile.

    An entry whose claimer vanished is taken alone: if it was the one that killed its process, it drags down no others,
    and after its last try it is put with the dead.
    """
    given = {"the_queue": queue, "the_moment": now, "much_later": now + 2 * LEASE, "the_limit": limit}
    entries = _take(connection, _due(lost=True), given, owner, now)
    if entries and entries[0].attempts > TRIES:
        _bury(connection, entries[0].id, "lease lost", now)
        entries = []
    return entries or _take(connection, _due(lost=False), given, owner, now)


@cache
def _due(*, lost: bool) -> sa.Select[tuple[int]]:
    """The numbers of what is due: of one entry whose claimer vanished, or of those that nobody has claimed."""
    moment = sa.bindparam("the_moment", type_=Instant)
    free: sa.ColumnElement[bool] = outbox.c.lease_until.is_(None)
    if lost:
        free = _lost(moment, sa.bindparam("much_later", type_=Instant))
    due = (outbox.c.queue == sa.bindparam("the_queue"), outbox.c.state == WAITING, outbox.c.due_at <= moment)
    chosen = sa.select(outbox.c.id).where(*due, free).order_by(outbox.c.due_at, outbox.c.id)
    return chosen.limit(1 if lost else sa.bindparam("the_limit", type_=sa.Integer)).with_for_update(skip_locked=True)


def heartbeat(connection: sa.Connection, owner: str, ids: Sequence[int], now: datetime) -> int:
    """Renews the lease of those still held; how many they are."""
    return connection.execute(
        sa.update(outbox).where(_held(owner), outbox.c.id.in_(ids)).values(lease_until=now + LEASE)
    ).rowcount


def complete(connection: sa.Connection, entry: Entry, owner: str, now: datetime) -> bool:
    """Done; False when the lease was lost meanwhile, and then the caller's transaction must be rolled back."""
    return (
        connection.execute(
            sa.update(outbox)
            .where(_held(owner), outbox.c.id == entry.id)
            .values(state=DONE, done_at=now, claimed_by=None, lease_until=None, error=None)
        ).rowcount
        == 1
    )


def complete_many(connection: sa.Connection, entries: Sequence[Entry], owner: str, now: datetime) -> bool:
    """All of them done by one statement; False when the lease of one was lost, as in `complete`."""
    given = {"the_ids": [entry.id for entry in entries], "the_owner": owner, "the_moment": now}
    return connection.execute(_completed(connection.dialect.name), given).rowcount == len(entries)


@cache
def _completed(dialect: str) -> sa.Update:
    return (
        sa.update(outbox)
        .where(_held(sa.bindparam("the_owner")), among(outbox.c.id, "the_ids", dialect))
        .values(
            state=DONE,
            done_at=sa.bindparam("the_moment", type_=Instant),
            claimed_by=None,
            lease_until=None,
            error=None,
        )
    )


def fail(
    connection: sa.Connection, entry: Entry, owner: str, error: str, now: datetime, *, final: bool = False
) -> None:
    """Tries again later, twice as long each time; after the last try, or when trying is pointless, it is dead."""
    values: dict[str, Any] = {"claimed_by": None, "lease_until": None, "error": error[:4000]}
    if final or entry.attempts >= TRIES:
        values |= {"state": DEAD, "done_at": now}
    else:
        values["due_at"] = now + min(FIRST_PAUSE * 2 ** (entry.attempts - 1), LONGEST_PAUSE)
    connection.execute(sa.update(outbox).where(_held(owner), outbox.c.id == entry.id).values(values))


def ahead(connection: sa.Connection, entry: Entry) -> list[Mapping[str, Any]]:
    """The payloads of earlier entries of the same queue that are still to be done: those in somebody else's hands,
    and those that nobody tried yet; who claimed several does them in their order. One that failed and waits for its
    next try holds nobody up."""
    earlier = sa.select(outbox.c.payload).where(
        outbox.c.queue == entry.queue,
        outbox.c.state == WAITING,
        outbox.c.id < entry.id,
        outbox.c.claimed_by.is_distinct_from(entry.owner),
        sa.or_(outbox.c.lease_until.is_not(None), outbox.c.attempts == 0),
    )
    return list(connection.scalars(earlier))


def postpone(connection: sa.Connection, owner: str, entry: Entry, now: datetime) -> None:
    """Gives back an entry whose turn it is not; it does not count as a try."""
    values = {"claimed_by": None, "lease_until": None, "attempts": outbox.c.attempts - 1, "due_at": now + TURN}
    connection.execute(sa.update(outbox).where(_held(owner), outbox.c.id == entry.id).values(values))


def release(connection: sa.Connection, owner: str, ids: Sequence[int]) -> None:
    """Gives back what was claimed and not begun (a worker that is asked to stop); it does not count as a try."""
    connection.execute(
        sa.update(outbox)
        .where(_held(owner), outbox.c.id.in_(ids))
        .values(claimed_by=None, lease_until=None, attempts=outbox.c.attempts - 1)
    )


def due_queues(connection: sa.Connection, queues: Sequence[str], now: datetime) -> list[str]:
    """Those of the queues with something to claim: what the doorbell rings for. One probe of the index each."""
    probes = [
        sa.exists()
        .where(
            outbox.c.queue == queue,
            outbox.c.state == WAITING,
            outbox.c.due_at <= now,
            sa.or_(outbox.c.lease_until.is_(None), _lost(now, now + 2 * LEASE)),
        )
        .label(f"queue_{index}")
        for index, queue in enumerate(queues)
    ]
    if not probes:
        return []
    found = connection.execute(sa.select(*probes)).one()
    return [queue for queue, due in zip(queues, found, strict=True) if due]


def dead_letters(connection: sa.Connection, *, after: int | None = None, limit: int = 100) -> list[dict[str, Any]]:
    """What was given up, newest first, those before the id `after`."""
    columns = ("id", "queue", "key", "payload", "attempts", "cause", "depth", "error", "created_at", "done_at")
    chosen = sa.select(*(outbox.c[name] for name in columns)).where(outbox.c.state == DEAD)
    if after is not None:
        chosen = chosen.where(outbox.c.id < after)
    return [dict(row) for row in connection.execute(chosen.order_by(outbox.c.id.desc()).limit(limit)).mappings()]


def resend(connection: sa.Connection, entry_id: int, now: datetime) -> None:
    """A person wants a dead entry tried again, from the first try."""
    tried = connection.execute(
        sa.update(outbox)
        .where(outbox.c.id == entry_id, outbox.c.state == DEAD)
        .values(state=WAITING, due_at=now, attempts=0, done_at=None)
    )
    if tried.rowcount == 0:
        raise NotFound(Issue(code="outbox.unknown", arguments={"id": entry_id}))


def dismiss(connection: sa.Connection, entry_id: int) -> None:
    """A person has seen a dead entry and wants it no more."""
    gone = connection.execute(sa.delete(outbox).where(outbox.c.id == entry_id, outbox.c.state == DEAD))
    if gone.rowcount == 0:
        raise NotFound(Issue(code="outbox.unknown", arguments={"id": entry_id}))


def forget(connection: sa.Connection, now: datetime) -> int:
    """Deletes what was done more than a week ago; the dead stay until a person has seen them."""
    old = sa.delete(outbox).where(outbox.c.state == DONE, outbox.c.done_at < now - MEMORY)
    return connection.execute(old).rowcount


def _lost(now: Any, much_later: Any) -> sa.ColumnElement[bool]:
    """Nobody renews the lease; one that ends much later than any given now comes from a clock that was set back."""
    return sa.or_(outbox.c.lease_until < now, outbox.c.lease_until > much_later)


def _held(owner: Any) -> sa.ColumnElement[bool]:
    # Only what waits is claimed. Asked for its state too, SQLite looks through all that waits instead of by the ids:
    # 163 ms instead of 1 among a million.
    held: sa.ColumnElement[bool] = outbox.c.claimed_by == owner
    return held


def _take(
    connection: sa.Connection, chosen: sa.Select[tuple[int]], given: Mapping[str, Any], owner: str, now: datetime
) -> list[Entry]:
    ids = connection.scalars(chosen, given).all()
    if not ids:
        return []
    taken = connection.execute(
        _claimed(connection.dialect.name), {"the_ids": list(ids), "the_owner": owner, "the_lease": now + LEASE}
    ).all()
    # What was put off comes in the order it was put here, not that in which it fell due again.
    return [
        Entry(
            id=id, queue=queue, key=key, payload=payload, attempts=attempts, cause=cause, depth=depth, owner=owner
        )
        for id, queue, key, payload, attempts, cause, depth in sorted(taken, key=lambda row: row[0])
    ]  # fmt: skip


@cache
def _claimed(dialect: str) -> Any:
    return (
        sa.update(outbox)
        .where(among(outbox.c.id, "the_ids", dialect))
        .values(
            claimed_by=sa.bindparam("the_owner"),
            lease_until=sa.bindparam("the_lease", type_=Instant),
            attempts=outbox.c.attempts + 1,
        )
        .returning(*(outbox.c[name] for name in ("id", "queue", "key", "payload", "attempts", "cause", "depth")))
    )


def _bury(connection: sa.Connection, entry_id: int, error: str, now: datetime) -> None:
    connection.execute(
        sa.update(outbox)
        .where(outbox.c.id == entry_id)
        .values(state=DEAD, done_at=now, claimed_by=None, lease_until=None, error=error)
    )
