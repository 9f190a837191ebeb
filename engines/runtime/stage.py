"""A stage: a scratch workspace with a clock that is moved by hand, in which whatever falls due is done at its time."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import sqlalchemy as sa

from engines.database import Workspace, open_workspace
from engines.publisher.platform import upgrade
from engines.records.live import Live
from engines.rules.listen import Heard, rules_of
from engines.rules.timetable import times
from engines.runtime import (
    analysing,
    events,
    flow_out,
    jobs,
    measuring,
    message_out,
    outbox,
    segment_notes,
    segmenting,
    timers,
)
from engines.runtime.events import switches
from engines.runtime.house import as_house
from engines.runtime.install import install, publish_draft
from engines.runtime.outbox import Entry
from engines.runtime.perform import WEBHOOK
from engines.runtime.react import React
from engines.runtime.release import Releases
from engines.runtime.work import JOBS, UNBEGUN
from engines.segments.plan import reading
from engines.workflow.tables import QUEUE as FLOWS
from metamodel.bundle import Bundle
from metamodel.errors import Refusal, Refused
from metamodel.expressions import moments
from metamodel.issues import Issue

OWNER = "stage"
#: entries carried out before time may go on; a chain of rules that never ends stops here
MOST_ENTRIES = 20_000
#: what a stage does not carry out: nothing leaves the house from it
KEPT_IN = frozenset([WEBHOOK])
SECRET = "a stage keeps no secrets, but it needs one to seal with"

Carry = Callable[[sa.Connection, Entry, datetime], None]
CarryLong = Callable[[Workspace, Entry, datetime], None]


@dataclass(slots=True, kw_only=True)
class Stage:
    """A workspace, its releases as this process knows them, and what time it is there. `asked` are the requests that
    would have left the house."""

    workspace: Workspace
    releases: Releases
    now: datetime
    asked: list[Entry] = field(default_factory=list)
    _clock: timers.Timers = field(init=False)
    _sets: segmenting.Segmenting = field(init=False)
    _analyses: analysing.Analysing = field(init=False)
    _short: Mapping[str, Carry] = field(init=False)
    _long: Mapping[str, CarryLong] = field(init=False)

    def __post_init__(self) -> None:
        deciding = message_out.Deciding(self.workspace, self.releases)
        sending = message_out.Sending(self.workspace, self.releases)
        react = React(self.workspace, self.releases)
        flows = flow_out.Flows(self.workspace, self.releases)

        self._clock = timers.Timers(self.workspace, self.releases)
        self._sets = segmenting.Segmenting(self.workspace, self.releases)
        self._analyses = analysing.Analysing(self.workspace, self.releases)
        self._short = {
            events.QUEUE: lambda connection, entry, now: react(connection, entry),
            segment_notes.QUEUE: lambda connection, entry, now: self._sets(connection, entry),
            message_out.ASKED: deciding.decide,
            message_out.ANSWERED: message_out.Answered(self.workspace, self.releases).note,
            FLOWS: lambda connection, entry, now: flows(connection, [entry], now),
        }
        self._long = {
            message_out.SENDING: lambda workspace, entry, now: sending.send(entry, now),
            segmenting.WHOLE: lambda workspace, entry, now: self._sets.carry(workspace, entry),
            jobs.QUEUE: lambda workspace, entry, now: jobs.run_job(
                workspace, entry.payload["job"], JOBS, _raised, unbegun=UNBEGUN
            ),
        }

    def live(self) -> Live:
        """What is released on the stage."""
        with self.workspace.read() as connection:
            return self.releases.live(connection)

    def pass_time(self, until: datetime) -> None:
        """Let time go by up to a moment; what falls due on the way happens at its own time, in order."""
        self.settle()
        while True:
            following, timed = self._next(until)
            self.now = until if following is None else following
            for heard in timed:
                self._start(heard)
            self.look()
            self.settle()
            if following is None:
                return

    def look(self) -> None:
        """What the clock looks at beside rules: segments and analyses whose time has come."""
        self._sets.tick(self.workspace, self.now)
        self._analyses.tick(self.workspace, self.now)
        measuring.clock_moved(self.workspace, self.releases, self.now)

    def settle(self) -> None:
        """Do all that is due now, and what comes of it. Refused when it never ends."""
        queues = [*self._short, *self._long, *KEPT_IN]
        for _ in range(MOST_ENTRIES):
            entry = self._claimed(queues)
            if entry is None:
                if not measuring.settle_due(self.workspace, self.releases, self.now):
                    return
                continue
            try:
                if entry.queue in KEPT_IN:
                    self.asked.append(entry)
                elif entry.queue in self._long:
                    self._long[entry.queue](self.workspace, entry, self.now)
                with self.workspace.write() as connection:
                    if entry.queue in self._short:
                        self._short[entry.queue](connection, entry, self.now)
                    outbox.complete(connection, entry, OWNER, self.now)
            except Refusal as refusal:
                with self.workspace.write() as connection:
                    outbox.fail(connection, entry, OWNER, str(refusal), self.now)
        raise Refused(Issue(code="stage.endless", arguments={"limit": MOST_ENTRIES}))

    def _start(self, heard: Heard) -> None:
        """A rule's time has come; where no record is due nothing is written."""
        with self.workspace.read() as connection:
            sight = as_house(connection, self.releases, None, self.now)
            if not timers.due_records(connection, sight, heard, self.now, 0):
                return
        payload = {"application": heard.application, "rule": heard.rule.id, "at": self.now.isoformat()}
        self._clock.carry(self.workspace, Entry(id=0, queue=timers.QUEUE, key="", payload=payload))

    def _claimed(self, queues: Sequence[str]) -> Entry | None:
        with self.workspace.write() as connection:
            for queue in outbox.due_queues(connection, queues, self.now):
                found = outbox.claim(connection, queue, OWNER, self.now, 1)
                if found:
                    return found[0]
        return None

    def _next(self, until: datetime) -> tuple[datetime | None, list[Heard]]:
        """The next moment at which something falls due, and the rules whose time it is; None when nothing does before
        `until`."""
        waiting = sa.select(sa.func.min(outbox.outbox.c.due_at)).where(
            outbox.outbox.c.state == outbox.WAITING, outbox.outbox.c.due_at > self.now
        )
        with self.workspace.read() as connection:
            live = self.releases.live(connection)
            known = switches(connection, live)
            found = [moment for moment in (connection.execute(waiting).scalar(),) if moment is not None]
            timed = [
                heard
                for rules in rules_of(live).values()
                for heard in rules
                if heard.kind.moment == "time" and known.get(heard.key, heard.rule.active)
            ]
            # Where there are no records a time goes by unnoticed.
            present = {name for name in {heard.entity.name for heard in timed} if _any(connection, live, name)}
        found += islice(_others(live, self.now, until), 1)
        due = [
            (moment, heard)
            for heard in timed
            if heard.entity.name in present
            for moment in islice(times(heard, live.zone, self.now, until), 1)
        ]
        soonest = min([*found, *(moment for moment, _ in due)], default=None)
        if soonest is None or soonest > until:
            return None, []
        return soonest, [heard for moment, heard in due if moment == soonest]


def _others(live: Live, after: datetime, until: datetime) -> Iterator[datetime]:
    """The moments in (after, until] at which segments and analyses are looked at, in order."""
    clocks = {live.model.segments[name].at for name in reading(live).daily}
    day, last = moments.day_of(after, live.zone), moments.day_of(until, live.zone)
    assert day is not None and last is not None, "a stage's moments lie in the calendar"
    own = [analysis for application in live.model.applications.values() for analysis in application.analyses]
    while day <= last:
        end = min(until, moments.from_wall(datetime.combine(day, time.max), live.zone) or until)
        walls = (moments.from_wall(datetime.combine(day, time.fromisoformat(clock)), live.zone) for clock in clocks)
        today = {moment for moment in walls if moment is not None and after < moment <= until}
        for analysis in own:
            today.update(analysing.times(analysis, live.zone, after, end))
        yield from sorted(today)
        day += timedelta(days=1)


def _raised(bug: BaseException) -> str:
    """On a stage nothing is logged and forgotten."""
    raise bug


def _any(connection: sa.Connection, live: Live, entity: str) -> bool:
    table = live.tables[entity]
    return connection.execute(sa.select(table.c.id).where(table.c.deleted_at.is_(None)).limit(1)).first() is not None


@contextmanager
def stages(bundles: Sequence[Bundle], now: datetime) -> Iterator[Callable[[datetime], Stage]]:
    """Gives stages on which the applications are installed, each of its own; a moment before `now` they were
    published. Nothing of them is left afterwards."""
    with TemporaryDirectory(prefix="dougong-stage-") as folder:
        template = Path(folder) / "template"
        _prepare(template, bundles, now - timedelta(days=1))
        opened: list[Workspace] = []

        def make(at: datetime) -> Stage:
            place = Path(folder) / f"stage_{len(opened)}"
            shutil.copytree(template, place)
            workspace = open_workspace(name="stage", data_dir=place, url="", secret=SECRET)
            opened.append(workspace)
            stage = Stage(workspace=workspace, releases=Releases(workspace), now=at)
            stage.look()
            stage.settle()
            return stage

        try:
            yield make
        finally:
            for workspace in opened:
                workspace.close()


def _prepare(folder: Path, bundles: Sequence[Bundle], now: datetime) -> None:
    workspace = open_workspace(name="stage", data_dir=folder, url="", secret=SECRET)
    try:
        upgrade(workspace)
        for bundle in bundles:
            name = install(workspace, bundle, by=None, now=now)
            publish_draft(workspace, name, accept_losses=True, by=None, now=now)
    finally:
        workspace.close()
