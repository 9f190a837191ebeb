"""A flow tried out: really run for a record, by the people it finds, in a transaction that is thrown away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from msgspec import structs

from engines.access.people import names_of
from engines.records.sight import Sight
from engines.runtime import outbox
from engines.runtime.flow_pages import error_words
from engines.runtime.flow_tasks import Held, returns
from engines.runtime.flows import Happening, Start, events_of, happen, start, step_words
from engines.workflow.instances import path_of, running, text_of
from engines.workflow.state import START, Acted
from engines.workflow.tables import ENDED, OPEN, QUEUE, flow_entry, flow_instance, flow_task
from metamodel.definition import Json, load
from metamodel.errors import Invalid
from metamodel.flow import Flow, StepPath, step_at
from metamodel.flow_checks import checked_flow
from metamodel.issues import errors

#: tasks and timers of one try
MOST_TURNS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What is tried: `answers` are deeds by the path of a step (approve and submit where nothing is said). "return"
    gives back to the start, "return:path" to that step: at the first visit only, then it is agreed to, or no trial
    would end; where a step can't be given back there it is agreed to at once."""

    application: str
    flow: Flow
    entity: str
    record: int
    starter: int
    answers: Mapping[str, str]
    chosen: Mapping[str, tuple[int, ...]]


def drafted(sight: Sight, application: str, document: Json) -> Flow:
    """A flow as it stands in the designer; Invalid with everything wrong in it."""
    flow, issues = load(Flow, document, sight.live.model.catalog)
    wrong = [*errors(issues)]
    if flow is not None:
        wrong += errors(checked_flow(flow, sight.live.model.catalog, sight.live.model, application))
    if flow is None or wrong:
        raise Invalid(wrong or issues)
    return flow


def tried(connection: sa.Connection, house: Sight, trial: Trial, locale: str) -> dict[str, Json]:
    """The path of a record through a flow, with the people and why; nothing of it is kept."""
    # What is compiled meanwhile may know rows that never were, so it is not kept either.
    alone = replace(house, live=replace(house.live, _kept={}))
    point = connection.begin_nested()
    try:
        return _run(connection, alone, trial, locale)
    finally:
        point.rollback()


def _run(connection: sa.Connection, house: Sight, trial: Trial, locale: str) -> dict[str, Json]:
    now = house.now
    made = start(
        connection,
        house,
        [
            Start(
                application=trial.application,
                flow=trial.flow,
                entity=trial.entity,
                record=trial.record,
                by=trial.starter,
                key=f"try:{trial.starter}:{trial.record}:{now.isoformat()}",
                chosen=trial.chosen,
            )
        ],
        now,
    )
    number = made[0]
    waits = False
    back: dict[str, list[StepPath]] = {}
    for _ in range(MOST_TURNS):
        row = connection.execute(sa.select(flow_instance).where(flow_instance.c.id == number)).one()
        if row.state == ENDED:
            break
        moved = _next(connection, house, row, trial, now, back)
        if moved is None:
            waits = True
            break
        happening, now = moved
        happen(connection, replace(house, now=now), [happening], now)
    row = connection.execute(sa.select(flow_instance).where(flow_instance.c.id == number)).one()
    return {
        "trace": _trace(connection, trial, number, back, locale),
        "outcome": row.outcome,
        "state": row.state,
        "waits": waits and not row.error,
        "error": error_words(row.error, locale),
    }


def _next(
    connection: sa.Connection,
    house: Sight,
    row: sa.Row[Any],
    trial: Trial,
    now: datetime,
    back: dict[str, list[StepPath]],
) -> tuple[Happening, datetime] | None:
    """What comes next: the oldest open task, or the next thing in the queue. `back` learns where tasks may be given
    back to."""
    number = row.id
    query = sa.select(flow_task).where(
        flow_task.c.instance_id == number, flow_task.c.state == OPEN, flow_task.c.kind != "copy"
    )
    task = connection.execute(query.order_by(flow_task.c.id).limit(1)).one_or_none()
    if task is not None:
        event = Acted(path=path_of(task.path), by=task.user_id, deed="submit")
        if task.kind == "approve":
            known = task.path in back
            item = running(connection, house.live, row)
            found = Held(task=task, item=item, step=step_at(item.flow, event.path))
            back.setdefault(task.path, returns(found))
            deed, _, target = trial.answers.get(task.path, "approve").partition(":")
            to = path_of(target) if target else ()
            if deed == "return" and (known or to not in back[task.path]):
                deed = "approve"
            event = structs.replace(event, deed=deed, target=to if deed == "return" else ())
        return Happening(instance=number, event=event), now
    box = outbox.outbox
    due = sa.select(box).where(box.c.queue == QUEUE, box.c.state == outbox.WAITING, box.c.key.like(f"flow:{number}:%"))
    entry = connection.execute(due.order_by(box.c.due_at, box.c.id).limit(1)).one_or_none()
    if entry is None:
        return None
    connection.execute(sa.delete(box).where(box.c.id == entry.id))
    payload: Any = entry.payload
    if "call" in payload:
        told = payload["call"]
        payload = {"child": {**{word: told[word] for word in ("instance", "path", "visit")}, "outcome": "approved"}}
    return next(iter(events_of(payload))), max(now, entry.due_at)


def _trace(
    connection: sa.Connection, trial: Trial, number: int, back: Mapping[str, list[StepPath]], locale: str
) -> list[Json]:
    """A line for each visit of a step, in the order in which the flow came there; what comes back to its starter is a
    line of its own."""
    tasks = connection.execute(
        sa.select(flow_task).where(flow_task.c.instance_id == number).order_by(flow_task.c.id)
    ).all()
    entries = connection.execute(
        sa.select(flow_entry).where(flow_entry.c.instance_id == number).order_by(flow_entry.c.id)
    ).all()
    names = names_of(connection, {task.user_id for task in tasks})
    start_ = text_of(START)
    sent = {task.visit for task in tasks if task.path == start_}
    found: dict[tuple[str, int], dict[str, Json]] = {}
    for row in (*entries, *tasks):
        if not row.path or (row.path == start_ and (row.visit not in sent or not _sends(row))):
            continue
        step = step_at(trial.flow, path_of(row.path))
        line = found.setdefault(
            (row.path, row.visit),
            {
                "path": row.path,
                "type": step.type if step else "",
                "label": step_words(trial.flow, path_of(row.path))[locale],
                "people": [],
                "outcome": "",
                "why": None,
                "returns": [_place(trial.flow, path, locale) for path in back.get(row.path, ())],
            },
        )
        if hasattr(row, "user_id"):
            line["people"].append({"id": row.user_id, "name": names.get(row.user_id, ""), "kind": row.kind})
        elif row.what != "went_back":
            line["outcome"] = row.what
            line["why"] = row.why if row.what in ("branched", "passed", "failed", "parted") else line["why"]
    return [found[key] for key in sorted(found, key=lambda one: one[1])]


def _sends(row: sa.Row[Any]) -> bool:
    """At the start only what its starter does is a line: not the flow's beginning, end and reactions."""
    return hasattr(row, "user_id") or row.what == "submitted"


def _place(flow: Flow, path: StepPath, locale: str) -> Json:
    """A step to give back to; an empty path is the start, which has no name of its own."""
    return {"path": text_of(path), "label": step_words(flow, path)[locale] if path else ""}
