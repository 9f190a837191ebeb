"""Segments follow the change log: what a write moves is looked at again, and who enters or leaves is heard by rules.

Everything is looked at when the day turns or a condition is published.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from engines.access.people import LOCALES
from engines.database import Workspace
from engines.records.derive import Among
from engines.records.live import Live
from engines.records.settle import Deeds, Due, reached
from engines.rules.listen import listeners, rules_of
from engines.runtime import events, outbox
from engines.runtime.jobs import start_job
from engines.runtime.outbox import Entry
from engines.runtime.release import Releases
from engines.runtime.segment_notes import QUEUE, deeds_noted, deeds_run
from engines.segments.keep import Move, State, begin, drift, forget, forget_moves, keep, looked, states
from engines.segments.plan import MARK, Reading, reading
from metamodel.definition import Json, Label
from metamodel.expressions import moments
from metamodel.expressions.context import Context, context_at
from metamodel.issues import Issue, wording
from metamodel.trigger import Event

WHOLE = "segments_whole"
#: records looked at in one transaction: a fraction of a second of lock
SOME = 2_000
NAMED = 500
#: ids of one transaction when a table is looked at from end to end, by database
SPAN = {"sqlite": 20_000, "postgresql": 200_000}
#: drifting records above which the whole table is quicker than naming them
MOST = 50_000
#: events of one entry of the outbox
TOGETHER = 20
EVERY = timedelta(minutes=1)
#: moves are remembered so long
MEMORY = timedelta(days=400)
Tell = Callable[[int, int], None]


class Segmenting:
    """What the worker does for segments; `Releases` is what this process knows."""

    def __init__(self, workspace: Workspace, releases: Releases | None = None) -> None:
        self._workspace = workspace
        self._releases = releases or Releases(workspace)
        self._looked: datetime | None = None

    def __call__(self, connection: sa.Connection, entry: Entry) -> None:
        """Look again at the records that a write or a run may have moved, in the transaction that marks it done."""
        live = self._releases.live(connection)
        plan = reading(live)
        run = entry.payload.get("run")
        if run is not None:
            deeds = deeds_run(connection, live, run, entry.payload.get("undone", False))
        else:
            deeds = deeds_noted(live, entry.payload["deeds"])
        due = reached(connection, live, plan.plan, deeds, ())
        at = datetime.fromisoformat(entry.payload["at"])
        told: list[Move] = []
        for name in plan.order:
            one = due.get((live.model.segments[name].entity, MARK + name))
            if one is None:
                continue
            if one.everything or one.high - one.low + len(one.numbers) > SOME:
                key = f"segment:entry:{entry.id}:{name}"
                _whole(connection, name, "look", at, key=key, by=entry.payload["by"])
                continue
            state = begin(connection, live, name, at)
            numbers = sorted({*one.numbers, *range(one.low + 1, one.high + 1)})
            for among in _named(numbers):
                told += keep(connection, live, state, _context(live, state, at), among, quiet=not state.ready)
        tell(connection, live, told, by=entry.payload["by"], at=at, depth=entry.depth)

    def carry(self, workspace: Workspace, entry: Entry) -> None:
        """Look at everything in one segment; done again after a crash it finds less to do."""
        if entry.payload["why"] == "forget":
            while self._forget():
                pass
            return
        at = datetime.fromisoformat(entry.payload["at"])
        by, quietly = entry.payload.get("by"), entry.payload["why"] == "quiet"
        look_at(workspace, self._releases, entry.payload["segment"], at, by=by, quietly=quietly)

    def _forget(self) -> int:
        with self._workspace.write() as connection:
            return forget(connection, self._releases.live(connection), SPAN["sqlite"])

    def tick(self, workspace: Workspace, now: datetime) -> int:
        """Put down what is due: conditions that were published, segments whose hour has come. A time is put down
        once however many clocks there are. How many."""
        if self._looked is not None and now - self._looked < EVERY:
            return 0
        self._looked = now
        with workspace.read() as connection:
            live = self._releases.live(connection)
            known = states(connection, live)
        if not reading(live).order and not known:
            return 0
        with workspace.write() as connection:
            return put_down(connection, live, known, now)


def put_down(connection: sa.Connection, live: Live, known: Mapping[str, State], now: datetime) -> int:
    """Everything that must be looked at from end to end, into the outbox; how many entries are new."""
    plan = reading(live)
    count = 0
    for name in plan.order:
        state = known.get(name)
        if state is None or state.meaning != plan.meanings[name]:
            key = f"segment:fill:{live.release}:{name}"
            count += _whole(connection, name, "fill", now, key=key)
        elif name in plan.daily:
            due = _last(live, live.model.segments[name].at, now)
            if state.looked_at < due:
                count += _whole(connection, name, "look", now, key=f"segment:day:{name}:{due.isoformat()}")
    return count


def follow(workspace: Workspace, releases: Releases, now: datetime) -> None:
    """After a release: segments of small tables are filled at once, the others by the worker."""
    with workspace.read() as connection:
        live = releases.live(connection)
        known = states(connection, live)
        plan = reading(live)
        small = [
            name
            for name in plan.order
            if (name not in known or known[name].meaning != plan.meanings[name])
            and _last_id(connection, live, name) <= SPAN["sqlite"]
        ]
    for name in small:
        look_at(workspace, releases, name, now)
    with workspace.write() as connection:
        put_down(connection, live, states(connection, live), now)
        outbox.enqueue(
            connection, WHOLE, {"why": "forget"}, now=now, key=f"segment:forget:{live.release}"
        )


def fill(workspace: Workspace, releases: Releases, now: datetime) -> None:
    """Look at every segment, quietly: after demo data, of which no rule is to hear."""
    with workspace.read() as connection:
        order = reading(releases.live(connection)).order
    for name in order:
        look_at(workspace, releases, name, now, quietly=True)


def look_at(
    workspace: Workspace,
    releases: Releases,
    name: str,
    at: datetime,
    *,
    by: int | None = None,
    quietly: bool = False,
    told: Tell | None = None,
) -> Json:
    """Look at every record of a segment: what drifts is found without a lock and set in short transactions. Quiet
    while the segment is new or its condition another, unless it announces that; what drifted."""
    with workspace.write() as connection:
        live = releases.live(connection)
        plan = reading(live)
        if name not in plan.order:
            return {"missing": 0, "extra": 0, "records": []}
        state = begin(connection, live, name, at)
    meaning = plan.meanings[name]
    quiet = quietly or not state.ready or (state.meaning != meaning and not live.model.segments[name].announce)
    with workspace.read() as connection:
        last = _last_id(connection, live, name)
        pending = _pending(connection)
        missing, extra = drift(connection, live, state, _context(live, state, at))
    amongs = _named(sorted({*missing, *extra}), SOME)
    if len(missing) + len(extra) > MOST:
        amongs = [_between(low, low + SPAN[workspace.dialect]) for low in range(0, last, SPAN[workspace.dialect])]
    for index, among in enumerate(amongs):
        if told is not None:
            told(index, len(amongs))
        with workspace.write() as connection:
            state = begin(connection, live, name, at)
            moves = keep(connection, live, state, _context(live, state, at), among, quiet=quiet)
            moves += _inner(connection, live, plan, name, moves, at)
            tell(connection, live, moves, by=by, at=at)
    found = {"missing": len(missing), "extra": len(extra), "records": [*missing, *extra][:20], "pending": pending}
    with workspace.write() as connection:
        state = begin(connection, live, name, at)
        now = max(at, state.as_of)
        looked(connection, state, {"ready": True, "meaning": meaning, "looked_at": now, "as_of": now})
    return found


def _inner(
    connection: sa.Connection, live: Live, plan: Reading, name: str, moves: Sequence[Move], at: datetime
) -> list[Move]:
    """Those that moved in segments which ask for one where some just moved."""
    if not moves:
        return []
    deeds = Deeds(changed={MARK + name: Due(numbers={move.record for move in moves})})
    due = reached(connection, live, plan.plan, {live.model.segments[name].entity: deeds}, ())
    told: list[Move] = []
    for other in plan.order:
        one = due.get((live.model.segments[other].entity, MARK + other))
        if one is None or other == name:
            continue
        if one.everything or len(one.numbers) > SOME:
            _whole(connection, other, "look", at, key=f"segment:after:{name}:{moves[-1].number}:{other}")
            continue
        state = begin(connection, live, other, at)
        for among in _named(sorted(one.numbers)):
            told += keep(connection, live, state, _context(live, state, at), among, quiet=not state.ready)
    return told


def tell(
    connection: sa.Connection, live: Live, moves: Sequence[Move], *, by: int | None, at: datetime, depth: int = 0
) -> None:
    """Who entered or left, for rules that listen; each move is a cause of its own, so a rule fires once for it."""
    if not moves or not any(heard.kind.kind == "segment" for rules in rules_of(live).values() for heard in rules):
        return
    known = events.switches(connection, live)
    packed: list[dict[str, Json]] = []
    for move in moves:
        entity = live.model.segments[move.segment].entity
        event = Event(
            entity=entity, number=move.record, happening="enter" if move.entered else "leave", about=move.segment
        )
        if listeners(live, event, "after", known):
            packed.append({**events.packed(event, 0), "cause": f"segment:{move.number}"})
    entries = [
        {
            "queue": events.QUEUE,
            "key": f"moves:{some[0]['cause']}",
            "payload": {"events": some, "by": by, "at": at.isoformat()},
            "cause": some[0]["cause"],
            "depth": depth,
        }
        for some in (packed[start : start + TOGETHER] for start in range(0, len(packed), TOGETHER))
    ]
    outbox.enqueue_many(connection, entries, now=at)


def tidy(workspace: Workspace, now: datetime) -> None:
    """Forget old moves."""
    with workspace.write() as connection:
        forget_moves(connection, now - MEMORY)


def computed_anew(connection: sa.Connection, live: Live, entity: str, fields: Sequence[str], now: datetime) -> None:
    """Computed fields of an entity were made anew, all of them: segments that read them follow, quietly, since it was
    a definition that changed."""
    deeds = Deeds(changed={field: Due(everything=True) for field in fields})
    due = reached(connection, live, reading(live).plan, {entity: deeds}, ())
    for name in reading(live).order:
        if (live.model.segments[name].entity, MARK + name) in due:
            _whole(connection, name, "quiet", now, key=f"segment:anew:{entity}:{name}:{now.isoformat()}")


def start_check(
    workspace: Workspace, connection: sa.Connection, name: str, label: Label, *, by: int | None, now: datetime
) -> str:
    """Begin a check as a job; its id."""
    said = {locale: wording(Issue(code="segment.recheck", arguments={"label": label}), locale)[0] for locale in LOCALES}
    arguments = {"segment": name, "by": by, "at": now.isoformat()}
    return start_job(workspace, connection, "segment_check", arguments, label=said, user_id=by, now=now)


def check(workspace: Workspace, arguments: Mapping[str, Any], progress: Any) -> Json:
    """The job: compare a segment with its condition asked in full, repair it, and keep what was found."""
    releases = Releases(workspace)
    at = datetime.fromisoformat(arguments["at"])
    name = str(arguments["segment"])
    found = look_at(workspace, releases, name, at, by=arguments.get("by"), told=progress.advance)
    with workspace.write() as connection:
        state = begin(connection, releases.live(connection), name, at)
        looked(connection, state, {"checked": {**found, "at": at.isoformat()}})
    return found


def _whole(
    connection: sa.Connection, name: str, why: str, at: datetime, *, key: str, by: int | None = None
) -> bool:
    payload = {"segment": name, "why": why, "at": at.isoformat(), "by": by}
    return outbox.enqueue(connection, WHOLE, payload, now=at, key=key[:200])


def _context(live: Live, state: State, at: datetime) -> Context:
    """The moment of a look: never before one that was, so that an entry that comes late undoes nothing."""
    return context_at(max(at, state.as_of), live.zone)


def _named(numbers: Sequence[int], size: int = NAMED) -> list[Among]:
    return [_one_of(numbers[start : start + size]) for start in range(0, len(numbers), size)]


def _one_of(numbers: Sequence[int]) -> Among:
    return lambda column: column.in_(numbers)


def _between(low: int, high: int) -> Among:
    return lambda column: sa.and_(column > low, column <= high)


def _last_id(connection: sa.Connection, live: Live, name: str) -> int:
    table = live.tables[live.model.segments[name].entity]
    return int(connection.scalar(sa.select(sa.func.max(table.c.id))) or 0)


def _pending(connection: sa.Connection) -> int:
    query = sa.select(sa.func.count()).where(outbox.outbox.c.queue == QUEUE, outbox.outbox.c.state == outbox.WAITING)
    return int(connection.scalar(query) or 0)


def _last(live: Live, clock: str, now: datetime) -> datetime:
    """The last time that the clock of the business said so."""
    day = moments.day_of(now, live.zone)
    assert day is not None, "now lies in the calendar"
    hour, minute = map(int, clock.split(":"))
    for back in (0, 1, 2):
        found = moments.from_wall(datetime.combine(day - timedelta(days=back), time(hour, minute)), live.zone)
        if found is not None and found <= now:
            return found
    return now
