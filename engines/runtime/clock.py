"""The clock: finds what is due, rings for it, and carries entries out under a lease that is kept alive."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from engines.database import Workspace
from engines.runtime import jobs, outbox
from engines.runtime.outbox import Entry
from metamodel.errors import Refusal

log = logging.getLogger(__name__)

TICK_SECONDS = 0.1
BEAT_SECONDS = 8.0
CHORES_SECONDS = 60.0

Ring = Callable[[str], None]
Carry = Callable[[sa.Connection, Entry], None]
CarryLong = Callable[[Workspace, Entry], None]


class LeaseLost(Exception):
    """Somebody else holds the entry now; what was done for it is rolled back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Carriers:
    """Who carries out which queue.

    `short` works inside the transaction that also marks the entry done: it takes effect exactly once. `long` opens its
    own transactions, may be run again after a crash, and must bear it.
    """

    short: Mapping[str, Carry]
    long: Mapping[str, CarryLong]

    @property
    def queues(self) -> tuple[str, ...]:
        return (*self.short, *self.long)


def drain(
    workspace: Workspace,
    queue: str,
    carriers: Carriers,
    owner: str,
    *,
    stopping: Callable[[], bool] = lambda: False,
    limit: int = outbox.HUNDRED,
) -> int:
    """Carries out what is due in one queue, by the hundred, until nothing is; how many entries it touched.

    `owner` is unique to this call, so that two calls in one process never share a lease.
    """
    touched = 0
    while not stopping():
        taken = 1 if queue in carriers.long else limit
        with workspace.read() as connection:
            if not outbox.due_queues(connection, [queue], datetime.now(UTC)):
                return touched
        with workspace.write() as connection:
            entries = outbox.claim(connection, queue, owner, datetime.now(UTC), taken)
        if not entries:
            return touched
        with _lease(workspace, owner, [entry.id for entry in entries]):
            for index, entry in enumerate(entries):
                if stopping():
                    with workspace.write() as connection:
                        outbox.release(connection, owner, [left.id for left in entries[index:]])
                    return touched
                _carry(workspace, entry, carriers, owner)
                touched += 1
    return touched


def _carry(workspace: Workspace, entry: Entry, carriers: Carriers, owner: str) -> None:
    try:
        if entry.queue in carriers.long:
            carriers.long[entry.queue](workspace, entry)
        with workspace.write() as connection:
            if entry.queue in carriers.short:
                carriers.short[entry.queue](connection, entry)
            if not outbox.complete(connection, entry, owner, datetime.now(UTC)):
                raise LeaseLost
    except jobs.Interrupted:
        with workspace.write() as connection:
            outbox.release(connection, owner, [entry.id])
    except LeaseLost:
        log.warning("lease of outbox entry %s lost", entry.id)
    except Exception as error:
        if not isinstance(error, Refusal):
            log.exception("outbox entry %s (%s) failed", entry.id, entry.key)
        with workspace.write() as connection:
            outbox.fail(connection, entry, owner, f"{type(error).__name__}: {error}", datetime.now(UTC))


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
    """A thread that looks every 100 ms for queues with something due and rings for each that is not being drained."""

    def __init__(self, workspace: Workspace, queues: Sequence[str], ring: Ring) -> None:
        self._workspace = workspace
        self._queues = tuple(queues)
        self._ring = ring
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="clock", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        self._thread.join(timeout=5)

    def _run(self) -> None:
        until_chores = 0.0
        while not self._over.wait(TICK_SECONDS):
            try:
                now = datetime.now(UTC)
                with self._workspace.read() as connection:
                    due = outbox.due_queues(connection, self._queues, now)
                for queue in due:
                    self._ring(queue)
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
