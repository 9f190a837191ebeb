"""Rules that the clock starts: what is due is noted once, and carried out in batches by the worker."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from time import monotonic

import sqlalchemy as sa

from engines.database import Workspace
from engines.records.bulk import roomy
from engines.records.sight import Sight
from engines.rules import log
from engines.rules.changing import changing
from engines.rules.crossing import LOOK, keep, moves
from engines.rules.listen import Heard, find, rules_of
from engines.rules.look import matching
from engines.rules.run import Why, fire
from engines.rules.timetable import days_due, times
from engines.runtime import outbox
from engines.runtime.events import switches
from engines.runtime.house import as_house
from engines.runtime.outbox import Entry
from engines.runtime.react import carry_out, hold
from engines.runtime.release import Releases
from engines.runtime.timed_sets import set_batch, settings
from engines.runtime.timed_sql import carry_span, plain
from metamodel.errors import Invalid
from metamodel.expressions import moments

QUEUE = "timed"
#: the trigger whose records the metric layer finds
CROSSING = "measure"
#: records that one transaction looks for
BATCH = 500
#: records that fire together; after each such few the transaction ends where it has had its time
FEW = 20
#: of one transaction: longer nobody else who writes should wait
LOCK_SECONDS = 0.4
#: a clock that stood still makes up for so much, and no more
CATCH_UP = timedelta(days=3)
#: a clock may be so much behind another without having been set back
BACK = timedelta(minutes=1)


class Timers:
    """Puts due rules into the outbox, and carries them out; `Releases` is what this process knows."""

    def __init__(self, workspace: Workspace, releases: Releases | None = None) -> None:
        self._workspace = workspace
        self._releases = releases or Releases(workspace)

    def tick(self, now: datetime) -> int:
        """Note every time that came since the last look; how many. Nothing is written while nothing is due. A look
        that is lost is made up for; a time is noted once however many clocks there are: its key is the rule and the
        time. A rule that is new, or has another timetable, begins now; so does every rule when the clock went back."""
        with self._workspace.read() as connection:
            live = self._releases.live(connection)
            timed = [heard for rules in rules_of(live).values() for heard in rules if heard.kind.moment == "time"]
            if not timed:
                return 0
            known = switches(connection, live)
            seen = {(row.application, row.rule): row for row in connection.execute(sa.select(log.rule_time))}
        due: list[tuple[Heard, str, list[datetime]]] = []
        for heard in timed:
            if not known.get(heard.key, heard.rule.active):
                continue
            row, timetable = seen.get(heard.key), _timetable(heard)
            if row is None or row.timetable not in (None, timetable) or row.done_until > now + BACK:
                due.append((heard, timetable, []))
            elif found := list(times(heard, live.zone, max(row.done_until, now - CATCH_UP), now)):
                due.append((heard, timetable, found))
        if not due:
            return 0
        with self._workspace.write() as connection:
            count = 0
            for heard, timetable, found in due:
                entries = [
                    {
                        "queue": QUEUE,
                        "key": f"timed:{heard.application}:{heard.rule.id}:{at.isoformat()}",
                        "payload": {"application": heard.application, "rule": heard.rule.id, "at": at.isoformat()},
                    }
                    for at in found
                ]
                count += outbox.enqueue_many(connection, entries, now=now)
                log.looked(connection, *heard.key, now, timetable)
            return count

    def carry(self, workspace: Workspace, entry: Entry) -> None:
        """One rule at one time, over all records that are due, batch by batch; run again after a crash it goes on
        where it stopped, since a rule fires once for a record and a time. A rule that is switched off or becomes
        another meanwhile stops at the next batch; what was done is done."""
        at = datetime.fromisoformat(entry.payload["at"])
        low, begun, sets = 0, None, True
        while True:
            try:
                with workspace.write() as connection:
                    sight = as_house(connection, self._releases, None, at)
                    known = switches(connection, sight.live)
                    heard = find(sight.live, entry.payload["application"], entry.payload["rule"])
                    if heard is None or not known.get(heard.key, heard.rule.active):
                        return
                    begun = begun or heard.rule
                    if heard.rule != begun:
                        return
                    condition = due_condition(sight, heard, at)
                    crossing = heard.rule.trigger.type == CROSSING
                    why = Why(cause=f"time:{_cause(sight, heard, at)}", at=at, by=None, depth=0)
                    chosen = settings(sight, heard, known) if sets and not crossing else None
                    simple = plain(sight, heard, condition, chosen) if chosen else None
                    if crossing:
                        last = self._crossed(connection, sight, heard, why)
                    elif simple is not None:
                        with roomy(connection):
                            last = carry_span(connection, sight, heard, simple, why, low)
                    elif chosen:
                        last = set_batch(connection, sight, heard, chosen, condition, why, low)
                    else:
                        last = self._each(connection, sight, heard, condition, why, low)
            except Invalid:
                if not sets:
                    raise
                # A value does not fit somewhere: then each record stands for itself, and those that fail say why.
                sets = False
                continue
            if last is None:
                return
            low = last

    def _crossed(self, connection: sa.Connection, sight: Sight, heard: Heard, why: Why) -> int | None:
        """Some of the records whose figure crossed the limit, noted in the transaction in which they fire; None when
        there are no more."""
        found = moves(connection, sight, heard)
        crossed = found.crossed(heard)
        numbers = self._in_time(connection, sight, heard, crossed[:BATCH], why)
        keep(connection, heard, found, numbers)
        return numbers[-1] if len(crossed) > len(numbers) else None

    def _each(
        self, connection: sa.Connection, sight: Sight, heard: Heard, condition: str, why: Why, low: int
    ) -> int | None:
        """The next records after `low`, one by one; the last one's number."""
        numbers = _matching(connection, sight, heard, condition, low)
        done = self._in_time(connection, sight, heard, numbers, why)
        return done[-1] if done else None

    def _in_time(
        self, connection: sa.Connection, sight: Sight, heard: Heard, numbers: Sequence[int], why: Why
    ) -> Sequence[int]:
        """The first of the records, as many as a transaction has time for, fired; which ones."""
        begun = monotonic()
        for start in range(0, len(numbers), FEW):
            some = numbers[start : start + FEW]
            hold(connection, sight.live, [(heard.entity.name, number) for number in some])
            carry_out(connection, sight, fire(connection, sight, heard, some, why), why)
            if monotonic() - begun > LOCK_SECONDS:
                return numbers[: start + FEW]
        return numbers


def due_records(connection: sa.Connection, sight: Sight, heard: Heard, at: datetime, low: int) -> list[int]:
    """The next records after `low` on which a rule is due at a time."""
    if heard.rule.trigger.type == CROSSING:
        found = moves(connection, sight, heard)
        return [LOOK] if found.anew else list(found.risen + found.fallen)
    return _matching(connection, sight, heard, due_condition(sight, heard, at), low)


def _matching(connection: sa.Connection, sight: Sight, heard: Heard, condition: str, low: int) -> list[int]:
    source = sight.live.tables[heard.entity.name]
    whence, where = matching(sight, heard.entity, condition, source.c.id > low, also=changing(sight, heard))
    query = sa.select(source.c.id).select_from(whence).where(*where).order_by(source.c.id).limit(BATCH)
    return list(connection.scalars(query))


def due_condition(sight: Sight, heard: Heard, at: datetime) -> str:
    """What the records of a rule must meet at a time: its condition, and for a date that its day has come."""
    conditions = [heard.rule.condition]
    if heard.rule.trigger.type == "date":
        day = moments.day_of(at, sight.live.zone)
        assert day is not None, "a time that came lies in the calendar"
        conditions.append(days_due(heard.rule.trigger.config, day))
    text = [condition for condition in conditions if condition]
    return f"AND({', '.join(text)})" if len(text) > 1 else "".join(text)


def _cause(sight: Sight, heard: Heard, at: datetime) -> str:
    """A date's rule fires once a day for a record, whenever on that day; a schedule's once for each of its times."""
    day = moments.day_of(at, sight.live.zone)
    return str(day) if heard.rule.trigger.type == "date" else at.isoformat()


def _timetable(heard: Heard) -> str:
    """What tells one timetable from another."""
    return hashlib.sha256(repr(heard.rule.trigger).encode()).hexdigest()
