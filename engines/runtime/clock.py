"""The clock: finds what is due, rings for it, and carries entries out under a lease that is kept alive."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import sqlalchemy as sa

from engines.database import Workspace
from engines.runtime import jobs, outbox
from engines.runtime.outbox import Entry
from metamodel.errors import Refusal

log = logging.getLogger(__name__)

TICK_SECONDS = 0.1
BEAT_SECONDS = 8.0
LOOK_SECONDS = 1.0
CHORES_SECONDS = 60.0
HOUR_SECONDS = 3600.0
# A claim, two commits and the statements of a batch cost what some twenty entries of a flow do. While a batch holds the
# writer hardly any time, the next is twice as large; as soon as it does, the next is a hundred again.
HARDLY_SECONDS, MOST = 0.05, 400

Ring = Callable[[str], None]
Chore = Callable[[Workspace, datetime], object]
Carry = Callable[[sa.Connection, Entry], None]
CarryLong = Callable[[Workspace, Entry], None]
CarryMany = Callable[[sa.Connection, Sequence[Entry], datetime], None]


class LeaseLost(Exception):
    """Somebody else holds the entry now; what was done for it is rolled back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Carriers:
    """Who carries out which queue.

    `short` works inside the transaction that also marks the entry done: it takes effect exactly once; it raises
    `outbox.NotYet` where an earlier entry must be carried out first. `long` opens its
    own transactions, may be run again after a crash, and must bear it. `many` is as `short`, for all entries that were
    claimed at once; where one of them can't be carried out each is tried alone.
    """

    short: Mapping[str, Carry]
    long: Mapping[str, CarryLong]
    many: Mapping[str, CarryMany] = field(default_factory=dict)

    @property
    def queues(self) -> tuple[str, ...]:
        return (*self.short, *self.long, *self.many)


def drain(
    workspace: Workspace,
    queue: str,
    carriers: Carriers,
    owner: str,
    *,
    stopping: Callable[[], bool] = lambda: False,
    most: int = MOST,
) -> int:
    """Carries out what is due in one queue, by the hundred, until nothing is; how many entries it touched. Never more
    than `most` are claimed at once.

    `owner` is unique to this call, so that two calls in one process never share a lease.
    """
    touched = 0
    taken = 1 if queue in carriers.long else min(outbox.HUNDRED, most)
    while not stopping():
        with workspace.read() as connection:
            if not outbox.due_queues(connection, [queue], datetime.now(UTC)):
                return touched
        with workspace.write() as connection:
            entries = outbox.claim(connection, queue, owner, datetime.now(UTC), taken)
        if not entries:
            return touched
        if queue in carriers.many:
            touched += len(entries)
            begun = time.monotonic()
            _carry_many(workspace, entries, carriers, owner)
            taken = paced(taken, time.monotonic() - begun, most)
            continue
        with _lease(workspace, owner, [entry.id for entry in entries]):
            for index, entry in enumerate(entries):
                if stopping():
                    with workspace.write() as connection:
                        outbox.release(connection, owner, [left.id for left in entries[index:]])
                    return touched
                _carry(workspace, entry, carriers, owner)
                touched += 1
    return touched


def paced(taken: int, seconds: float, most: int = MOST) -> int:
    """How many entries are claimed next, after so many were carried out in so many seconds."""
    return min(taken * 2 if seconds < HARDLY_SECONDS else outbox.HUNDRED, most)


def _carry_many(workspace: Workspace, entries: Sequence[Entry], carriers: Carriers, owner: str) -> None:
    """All of them in one transaction; each in its own where that fails."""
    queue = entries[0].queue
    with _lease(workspace, owner, [entry.id for entry in entries]):
        if len(entries) > 1:
            try:
                with workspace.write() as connection:
                    carriers.many[queue](connection, entries, datetime.now(UTC))
                    if not outbox.complete_many(connection, entries, owner, datetime.now(UTC)):
                        raise LeaseLost
                return
            except LeaseLost:
                log.warning("lease of outbox entries of %s lost", queue)
                return
            except Exception:
                log.exception("entries of %s are carried out one by one", queue)
        for entry in entries:
            _carry(workspace, entry, carriers, owner)


def _carry(workspace: Workspace, entry: Entry, carriers: Carriers, owner: str) -> None:
    try:
        if entry.queue in carriers.long:
            carriers.long[entry.queue](workspace, entry)
        with workspace.write() as connection:
            if entry.queue in carriers.short:
                carriers.short[entry.queue](connection, entry)
            if entry.queue in carriers.many:
                carriers.many[entry.queue](connection, [entry], datetime.now(UTC))
            if not outbox.complete(connection, entry, owner, datetime.now(UTC)):
                raise LeaseLost
    except jobs.Interrupted:
        with workspace.write() as connection:
            outbox.release(connection, owner, [entry.id])
    except outbox.NotYet:
        with workspace.write() as connection:
            outbox.postpone(connection, owner, entry, datetime.now(UTC))
    except LeaseLost:
        log.warning("lease of outbox entry %s lost", entry.id)
    except Exception as error:
        if not isinstance(error, Refusal):
            log.exception("outbox entry %s (%s) failed", entry.id, entry.key)
        with workspace.write() as connection:
            outbox.fail(connection, entry, owner, _told(error, workspace.locale), datetime.now(UTC))


def _told(error: Exception, locale: str) -> str:
    """Why it failed, as people read it among the dead letters."""
    if isinstance(error, Refusal):
        return "\n".join(str(issue.to_json(locale)["message"]) for issue in error.issues)
    return f"{type(error).__name__}: {error}"


@contextmanager
def _lease(workspace: Workspace, owner: str, ids: Sequence[int]) -> Iterator[None]:
    """Renews a lease of 30 seconds every 8, from a thread of its own, while the block runs."""
    over = threading.Event()

    def beat() -> None:
        while not over.wait(BEAT_SECONDS):
            try:
                with workspace.write() as connection:
                    outbox.heartbeat(connection, owner, ids, datetime.now(UTC))
            except Exception:
                log.exception("heartbeat missed")

    thread = threading.Thread(target=beat, name="lease", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()


class Clock:
    """A thread that looks every 100 ms for queues with something due and rings for each that is not being drained.
    What `looks` name is done each second, what `hourly` names each hour."""

    def __init__(
        self,
        workspace: Workspace,
        queues: Sequence[str],
        ring: Ring,
        looks: Sequence[Chore] = (),
        hourly: Sequence[Chore] = (),
    ) -> None:
        self._workspace = workspace
        self._queues = tuple(queues)
        self._ring = ring
        self._looks = tuple(looks)
        self._hourly = tuple(hourly)
        self._until_hour = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="clock", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        self._thread.join(timeout=5)

    def _run(self) -> None:
        until_look = until_chores = 0.0
        while not self._over.wait(TICK_SECONDS):
            try:
                now = datetime.now(UTC)
                with self._workspace.read() as connection:
                    due = outbox.due_queues(connection, self._queues, now)
                for queue in due:
                    self._ring(queue)
                until_look -= TICK_SECONDS
                if until_look <= 0:
                    until_look = LOOK_SECONDS
                    for look in self._looks:
                        look(self._workspace, now)
                until_chores -= TICK_SECONDS
                if until_chores <= 0:
                    until_chores = CHORES_SECONDS
                    self._chores(now)
            except Exception:
                # A database that is away for a while must not end the clock.
                log.exception("the clock missed a tick")
                self._over.wait(2)

    def _chores(self, now: datetime) -> None:
        with self._workspace.write() as connection:
            outbox.forget(connection, now)
        jobs.reap(self._workspace, now)
        self._until_hour -= CHORES_SECONDS
        if self._until_hour <= 0:
            self._until_hour = HOUR_SECONDS
            for chore in self._hourly:
                chore(self._workspace, now)
