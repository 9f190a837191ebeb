"""Measure fields at work: the clock sees that what they read has moved, and a turn asks and writes by sets."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from engines.database import Workspace
from engines.measured.ask import Question, Row, Scope, answers, rows
from engines.measured.keep import (
    State,
    begin,
    forget,
    log_position,
    looked,
    moved_since,
    scope_of,
    states,
    unsettle,
    write,
)
from engines.measured.plan import Figure, Key, figures
from engines.records.derive import Among
from engines.records.history import Cause, Told
from engines.records.live import Live
from engines.records.settle import Deeds, Due, follow
from engines.records.sight import Sight
from engines.reports.measure import Value
from engines.runtime import events, outbox
from engines.runtime.house import as_house
from engines.runtime.outbox import Entry
from engines.runtime.release import Releases
from engines.runtime.segmenting import computed_anew
from metamodel.errors import Refusal
from metamodel.expressions import moments

QUEUE = "measures"
#: how often the clock looks
EVERY = timedelta(seconds=1)
#: a field keeps at least this distance between two turns, and so many times what the last one took: a third of a core
PAUSE = timedelta(seconds=0.8)
SHARE = 2
#: what moves with the clock, or with what the log does not tell of, is looked at so often
CLOCKED = timedelta(minutes=1)
#: a turn that was refused is tried again after so long, if nothing moves before
REFUSED = timedelta(minutes=10)
#: ids of one transaction
SPAN = 20_000
#: records of one turn that are named one by one
MOST_NAMED = 500
#: records up to which a field is filled within the publish
SMALL = 20_000
#: events told together
TOGETHER = 50


class Measuring:
    """What the worker does for measure fields; `Releases` is what this process knows."""

    def __init__(self, workspace: Workspace, releases: Releases | None = None) -> None:
        self._releases = releases or Releases(workspace)
        self._looked: datetime | None = None

    def tick(self, workspace: Workspace, now: datetime) -> int:
        """Put down the fields whose values may have moved, each once however many clocks there are; how many."""
        if self._looked is not None and now - self._looked < EVERY:
            return 0
        self._looked = now
        with workspace.read() as connection:
            live = self._releases.live(connection)
            if not figures(live):
                return 0
            due = due_now(connection, live, now)
        if not due:
            return 0
        with workspace.write() as connection:
            wanted = [
                {"queue": QUEUE, "key": f"measures:{name}:{turn}", "payload": {"entity": key[0], "field": key[1]}}
                for key, name, turn in due
            ]
            return outbox.enqueue_many(connection, wanted, now=now)

    def carry(self, workspace: Workspace, entry: Entry) -> None:
        """One turn of one field; done again after a crash it finds less to do."""
        key = (str(entry.payload["entity"]), str(entry.payload["field"]))
        turn(workspace, self._releases, key, datetime.now(UTC))


def due_now(connection: sa.Connection, live: Live, now: datetime, *, eager: bool = False) -> list[tuple[Key, str, int]]:
    """The fields that are due, in the order in which they feed one another, each with the key of its turn. `eager`
    keeps no distance, and looks at what has moved alone."""
    known = states(connection, live)
    marks = [state.mark for key, state in known.items() if state.meaning == figures(live)[key].meaning]
    moved = moved_since(connection, min(marks)) if marks else {}
    found = []
    for key, figure in figures(live).items():
        state = known.get(key)
        if state is None or _due(live, figure, state, moved, now, eager=eager):
            name = f"{figure.entity.name}.{figure.item.definition.id}"
            found.append((key, f"{name}:{figure.meaning[:16]}"[:150], state.turn if state else 0))
    return found


def _due(live: Live, figure: Figure, state: State, moved: Mapping[str, int], now: datetime, *, eager: bool) -> bool:
    if state.meaning != figure.meaning:
        return True
    if not eager and now < state.as_of + max(PAUSE, timedelta(milliseconds=state.spent * SHARE)):
        return False
    if state.stale or any(moved.get(name, 0) > state.mark for name in figure.reads):
        return True
    if eager:
        return False
    if state.failed is not None and now >= state.as_of + REFUSED:
        return True
    return _of_clock(figure, state, now, live.zone)


def _of_clock(figure: Figure, state: State, now: datetime, zone: str) -> bool:
    """Whether it is time to look at what moves though the log tells nothing."""
    if not figure.clocked or state.whole_at is None:
        return bool(figure.clocked)
    if figure.clocked == "day":
        return moments.day_of(state.whole_at, zone) != moments.day_of(now, zone)
    return now >= state.whole_at + CLOCKED


def turn(workspace: Workspace, releases: Releases, key: Key, now: datetime, *, quiet: bool = False) -> int:
    """Ask what a field's records ask, and write what differs; how many values moved.

    Everything is asked in one snapshot, without a lock; the writes hold the field's row, leave alone what was frozen
    meanwhile, and are dropped where somebody wrote of a later snapshot."""
    # On SQLite a turn's work is its thread's own; what a busy machine keeps it waiting for must not delay the next one.
    clock = time.thread_time if workspace.dialect == "sqlite" else time.monotonic
    started = clock()
    with workspace.read() as connection:
        sight = as_house(connection, releases, None, now)
        figure = figures(sight.live).get(key)
        if figure is None:
            return 0
        state = states(connection, sight.live).get(key)
        mark, settled = log_position(connection)
        by_clock = state is not None and _of_clock(figure, state, now, sight.live.zone)
        scope = scope_of(connection, sight, figure, state) if state is not None and not by_clock else None
        refused: Sequence[dict[str, object]] | None = None
        wanted: list[Row] = []
        known: dict[Question, Value] = {}
        last = int(connection.scalar(sa.select(sa.func.max(sight.live.tables[key[0]].c.id))) or 0)
        try:
            wanted = [
                row
                for row in (rows(connection, sight, figure, scope=scope) if last and not _nothing(scope) else ())
                if scope is None or scope.asks(row)
            ]
            asked = dict.fromkeys(row.question for row in wanted if row.question is not None)
            known = answers(connection, sight, figure, asked)
        except Refusal as refusal:
            refused = [{"code": issue.code, "arguments": dict(issue.arguments)} for issue in refusal.issues]
    spans = [_between(low, low + SPAN) for low in range(0, last, SPAN)]
    if scope is not None and len(wanted) <= MOST_NAMED:
        # Where few records ask for what may have moved, they alone are looked at again.
        spans = [_named(sorted({row.number for row in wanted}))] if wanted else []
    moved = 0
    for span in spans if refused is None else ():
        with workspace.write() as connection:
            sight = as_house(connection, releases, None, now)
            if sight.live.release != releases.live(connection).release or figures(sight.live).get(key) != figure:
                return moved
            held = begin(connection, figure, now)
            if held.mark > mark or (state is not None and held.turn != state.turn):
                return moved
            moved += _written(connection, sight, figure, known, span, now, scope, quiet=quiet)
    with workspace.write() as connection:
        held = begin(connection, figure, now)
        if held.mark <= mark and (state is None or held.turn == state.turn):
            spent = min(int((clock() - started) * 1000), 10**6)
            values = {"meaning": figure.meaning, "as_of": max(now, held.as_of), "spent": spent, "failed": refused}
            # While somebody still writes with a smaller number, nobody knows that all is seen.
            values["mark"] = mark if settled else held.mark
            if scope is None:
                values["whole_at"] = values["as_of"]
            looked(connection, held, {**values, "stale": False})
    return moved


def _nothing(scope: Scope | None) -> bool:
    return scope is not None and not scope.origins and not scope.numbers


def _written(
    connection: sa.Connection,
    sight: Sight,
    figure: Figure,
    known: Mapping[Question, Value],
    among: Among,
    now: datetime,
    scope: Scope | None,
    *,
    quiet: bool,
) -> int:
    told = write(connection, sight, figure, known, among, now, scope)
    spread(connection, sight, figure, told, Cause(at=now, by=None), quiet=quiet)
    return len(told)


def spread(
    connection: sa.Connection, sight: Sight, figure: Figure, told: Sequence[Told], cause: Cause, *, quiet: bool = False
) -> None:
    """What depends on values that moved: computed fields, measures of measures, segments and rules."""
    if not told:
        return
    heard: list[Told] = []
    own = replace(cause, told=None if quiet else heard)
    deeds = Deeds(changed={figure.item.name: Due(numbers={item.number for item in told})})
    follow(connection, sight.live, {figure.entity.name: deeds}, own, sight.context)
    unsettle(connection, sight.live, figure.feeds)
    if quiet:
        computed_anew(connection, sight.live, figure.entity.name, [figure.item.name], cause.at)
        return
    everything = [*told, *heard]
    for start in range(0, len(everything), TOGETHER):
        events.happened(connection, sight, replace(cause, told=everything[start : start + TOGETHER]))


def settle_due(
    workspace: Workspace, releases: Releases, now: datetime, *, quiet: bool = False, most: int | None = None
) -> int:
    """A turn at once for every field of which something has moved, each after those it is measured from; how many.
    Quiet after a definition or demo data came. With `most` only where no table that is looked at has more ids."""
    done: set[Key] = set()
    while True:
        with workspace.read() as connection:
            live = releases.live(connection)
            due = [
                key
                for key, _, _ in due_now(connection, live, now, eager=True)
                if key not in done and (most is None or _size(connection, live, figures(live)[key]) <= most)
            ]
        if not due:
            return len(done)
        # The first one alone: it may feed the others.
        turn(workspace, releases, due[0], now, quiet=quiet)
        done.add(due[0])


def follow_release(workspace: Workspace, releases: Releases, now: datetime) -> None:
    """After a release: fields over small tables are filled at once, the others by the worker."""
    settle_due(workspace, releases, now, quiet=True, most=SMALL)
    with workspace.write() as connection:
        forget(connection, releases.live(connection))


def clock_moved(workspace: Workspace, releases: Releases, now: datetime) -> None:
    """Time has gone by: what moves with it is due."""
    with workspace.read() as connection:
        live = releases.live(connection)
        known = states(connection, live)
        moved = [key for key, state in known.items() if _of_clock(figures(live)[key], state, now, live.zone)]
    if moved:
        with workspace.write() as connection:
            unsettle(connection, releases.live(connection), moved)


def _size(connection: sa.Connection, live: Live, figure: Figure) -> int:
    """The largest table that a field's questions look at, by its ids."""
    names = [figure.entity.name, *(origin.about for origin in figure.origins)]
    tables = [live.tables[name] for name in names if name in live.tables]
    return max(int(connection.scalar(sa.select(sa.func.max(table.c.id))) or 0) for table in tables)


def _named(numbers: Sequence[int]) -> Among:
    return lambda column: column.in_(numbers)


def _between(low: int, high: int) -> Among:
    return lambda column: sa.and_(column > low, column <= high)
