"""Analyses at work: started by the clock or by hand as jobs, what moves is written, told to rules and to segments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from engines.access.people import LOCALES
from engines.analyses.run import (
    Moved,
    Moves,
    analysis_of,
    count,
    differing,
    looked_until,
    moved_in,
    note_run,
    scoring,
    take_time,
    told,
)
from engines.database import Workspace
from engines.measured.keep import run_over
from engines.records.bulk import begin_run, end_run, update_columns
from engines.records.history import Cause, Told
from engines.records.settle import Deeds, Due, settle, settling
from engines.records.sight import Sight
from engines.records.values import stored_json
from engines.rules.listen import rules_of
from engines.runtime import segment_notes
from engines.runtime.events import rules_hear
from engines.runtime.house import as_house
from engines.runtime.jobs import Telling, start_job
from engines.runtime.release import Releases
from metamodel.analysis import Analysis
from metamodel.definition import Json, Label
from metamodel.expressions import moments
from metamodel.issues import Issue, wording
from metamodel.model import EntityModel

JOB = "analysis"
#: a clock that stood still makes up for so much, and no more
CATCH_UP = timedelta(days=3)
EVERY = timedelta(minutes=1)
#: records that rules hear of together; each is a firing, and all of them are one transaction
TOGETHER = 20


class Analysing:
    """Starts what is due; `Releases` is what this process knows."""

    def __init__(self, workspace: Workspace, releases: Releases | None = None) -> None:
        self._releases = releases or Releases(workspace)
        self._looked: datetime | None = None

    def tick(self, workspace: Workspace, now: datetime) -> int:
        """Start the analyses whose time has come, each once however many clocks there are; how many."""
        if self._looked is not None and now - self._looked < EVERY:
            return 0
        self._looked = now
        with workspace.read() as connection:
            live = self._releases.live(connection)
            known = looked_until(connection)
        due = []
        for application in live.model.applications.values():
            for analysis in application.analyses:
                since = known.get((application.name, analysis.id))
                # What was never looked at begins now: a new analysis makes up for nothing.
                last = next(iter(times(analysis, live.zone, max(since, now - CATCH_UP), now)), None) if since else now
                if last is not None:
                    due.append((application.name, analysis, last, since is not None))
        count = 0
        for name, analysis, last, begins in due:
            with workspace.write() as connection:
                if take_time(connection, name, analysis.id, last) and begins:
                    start(workspace, connection, name, analysis, by=None, now=now)
                    count += 1
        return count


def times(analysis: Analysis, zone: str, after: datetime, until: datetime) -> Iterator[datetime]:
    """The moments in (after, until] at which the clock starts an analysis, the last one first."""
    day = moments.day_of(until, zone)
    first = moments.day_of(after, zone)
    if day is None or first is None or not analysis.every:
        return
    hour, minute = map(int, analysis.at.split(":"))
    while day >= first:
        last = (day + timedelta(days=1)).day == 1
        fits = {
            "daily": True,
            "weekly": day.isoweekday() == analysis.weekday,
            "monthly": day.day == analysis.day or (last and analysis.day > day.day),
        }[analysis.every]
        found = moments.from_wall(datetime.combine(day, time(hour, minute)), zone) if fits else None
        if found is not None and after < found <= until:
            yield found
        day -= timedelta(days=1)


def start(
    workspace: Workspace,
    connection: sa.Connection,
    application: str,
    analysis: Analysis,
    *,
    by: int | None,
    now: datetime,
) -> str:
    """Begin a run as a job; its id."""
    arguments = {"application": application, "analysis": analysis.id, "by": by, "at": now.isoformat()}
    label = _said("analysis.job", analysis.label)
    return start_job(workspace, connection, JOB, arguments, label=label, user_id=by, now=now)


def analyse(workspace: Workspace, arguments: Mapping[str, Any], progress: Telling) -> Json:
    """The job: every score computed, and what moved written in short transactions. Run again after a crash it finds
    what is left to move."""
    releases = Releases(workspace)
    application, name = str(arguments["application"]), str(arguments["analysis"])
    at, by = datetime.fromisoformat(arguments["at"]), arguments.get("by")
    reading, writing = _said("analysis.reading"), _said("analysis.writing")
    progress.advance(0, None, reading)
    with scoring(workspace, lambda connection: as_house(connection, releases, None, at), application, name) as found:
        stage, scores = found
        analysis, entity, kind = analysis_of(stage.sight.live, application, name)
        differs = differing(stage, scores)
        moves: Moves = {name: Counter() for name in kind.watched(analysis.config) if name in scores.fields}
        with workspace.write() as connection:
            cause = Cause(at=at, by=by)
            run = begin_run(connection, "analysis", application, analysis.label, cause, {"analysis": name})
        done = 0
        reached = Due()
        for moved in moved_in(stage, scores, differs):
            with workspace.write() as connection:
                sight = as_house(connection, releases, by, at)
                write(connection, sight, entity, moved, Cause(at=at, by=by, run=run))
            count(moves, moved)
            done += len(moved.numbers)
            reached.add(Due(numbers=set(moved.numbers)))
            progress.advance(done, None, writing)
    with workspace.read() as connection:
        live = releases.live(connection)
        deeds = Deeds(changed=dict.fromkeys(scores.fields, reached))
        steps = settling(connection, live, {entity.name: deeds}) if done else []
    for step in steps:
        with workspace.write() as connection:
            settle(connection, live, step, as_house(connection, releases, None, at).context)
    with workspace.write() as connection:
        end_run(connection, run, "done", {"update": done})
        values = {"application": application, "analysis": name, "run_id": run, "at": at, "moved": done}
        note_run(
            connection,
            {**values, "ended_at": datetime.now(UTC), "findings": {**scores.findings, "moves": told(entity, moves)}},
        )
        segment_notes.note_run(connection, live, run, by=by, at=at)
        run_over(connection, live, run)
    return {"moved": done, "graded": scores.findings.get("graded")}


def write(connection: sa.Connection, sight: Sight, entity: EntityModel, moved: Moved, cause: Cause) -> None:
    """Some scores into their fields, with what was there kept; rules hear of each record."""
    update_columns(connection, sight.live, entity, moved.numbers, moved.after, moved.before, cause)
    if entity.name not in rules_of(sight.live):
        return
    told: list[Told] = []
    for index, number in enumerate(moved.numbers):
        fields = {
            entity.fields[name].definition.id: [
                stored_json(entity.fields[name], moved.before[name][index]),
                stored_json(entity.fields[name], values[index]),
            ]
            for name, values in moved.after.items()
            if moved.before[name][index] != values[index]
        }
        told.append(Told(entity=entity.name, number=number, action="update", fields=fields, change=0))
    for start in range(0, len(told), TOGETHER):
        rules_hear(connection, sight, replace(cause, told=told[start : start + TOGETHER]))


def _said(code: str, label: Label = "") -> Label:
    issue = Issue(code=code, arguments={"label": label})
    return {locale: wording(issue, locale)[0] for locale in LOCALES}
