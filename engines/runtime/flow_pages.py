"""Running flows as people read them: tasks, what was started, pictures with positions, the history, supervision."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engines.access.people import names_of
from engines.access.tables import user
from engines.records.shape import label_column
from engines.records.sight import Sight
from engines.runtime import flow_form
from engines.runtime.flow_search import of_instances, of_tasks
from engines.runtime.flows import step_words
from engines.workflow import deputies
from engines.workflow.instances import Running, path_of, running, version
from engines.workflow.tables import CLOSED, DONE, ENDED, OPEN, RUNNING, STUCK, flow_instance, flow_task
from metamodel.definition import Json
from metamodel.errors import Invalid
from metamodel.field_type import instant_text
from metamodel.flow import Flow
from metamodel.issues import Issue, say

PAGE = 30
#: counts stop here
MOST = 100
SUMMARY = 3


def counts(connection: sa.Connection, person: int, now: datetime) -> dict[str, int]:
    """What a person has to do, how much of it is late, and the copies they have not looked at; each up to 100."""
    mine = sa.and_(deputies.within(connection, person, now), flow_task.c.state == OPEN)
    asks = flow_task.c.kind != "copy"

    def count(*where: sa.ColumnElement[bool]) -> int:
        inner = sa.select(sa.literal(1)).where(mine, *where).limit(MOST).subquery()
        return int(connection.scalar(sa.select(sa.func.count()).select_from(inner)) or 0)

    return {"todo": count(asks), "overdue": count(asks, flow_task.c.due_at < now), "copied": count(~asks)}


def tasks(
    connection: sa.Connection, sight: Sight, house: Sight, box: str, search: str, after: int, locale: str
) -> dict[str, Json]:
    """A page of a person's tasks: to do, done, or copies; newest first, what is done by when it was done. `after` is
    the last task of the page before."""
    person = sight.actor.user_id
    query = sa.select(flow_task)
    order: list[sa.ColumnElement[Any]] = [flow_task.c.id]
    match box:
        case "todo":
            theirs = deputies.within(connection, person, sight.now)
            query = query.where(theirs, flow_task.c.state == OPEN, flow_task.c.kind != "copy")
        case "done":
            theirs = deputies.done(connection, person)
            # Said outright: SQLite uses an index of some rows only where it reads that these are meant.
            done = flow_task.c.state == sa.literal_column(f"'{DONE}'")
            query = query.where(theirs, done, flow_task.c.kind != "copy")
            order = [flow_task.c.done_at, flow_task.c.id]
        case "copied":
            query = query.where(flow_task.c.user_id == person, flow_task.c.kind == "copy")
            query = query.where(flow_task.c.state.in_((OPEN, DONE)))
        case _:
            raise Invalid(Issue(code="query.limit", path=("box",), arguments={"limit": MOST}))
    query = query.where(*of_tasks(connection, house, search, locale))
    if after:
        last = flow_task.alias()
        mark = [sa.select(last.c[column.name]).where(last.c.id == after).scalar_subquery() for column in order]
        query = query.where(sa.tuple_(*order) < sa.tuple_(*mark))
    rows = connection.execute(query.order_by(*(column.desc() for column in order)).limit(PAGE + 1)).all()
    return {
        "items": task_items(connection, sight, house, rows[:PAGE], locale),
        "next": rows[PAGE - 1].id if len(rows) > PAGE else None,
    }


def task_items(
    connection: sa.Connection, sight: Sight, house: Sight, rows: Sequence[sa.Row[Any]], locale: str
) -> list[dict[str, Json]]:
    """Tasks as lists show them."""
    if not rows:
        return []
    query = sa.select(flow_instance).where(flow_instance.c.id.in_({row.instance_id for row in rows}))
    owners = {row.id: row for row in connection.execute(query)}
    flows = {number: version(connection, house.live, number) for number in {row.version_id for row in owners.values()}}
    titles = named(connection, house, {(row.entity, row.record_id) for row in rows})
    people = names_of(
        connection,
        {row.starter_id for row in owners.values() if row.starter_id}
        | {number for row in rows for number in (row.user_id, row.by_id) if number},
    )
    by_owner = {row.id: flows[row.version_id] for row in owners.values()}
    told = _summaries(connection, sight, house, rows, by_owner, locale)
    found = []
    for row in rows:
        owner = owners[row.instance_id]
        flow = flows[owner.version_id]
        entity = house.live.model.entities.get(row.entity)
        found.append(
            {
                "id": row.id,
                "instance": row.instance_id,
                "kind": row.kind,
                "state": row.state,
                "outcome": row.deed,
                "flow": {"application": row.application, "id": row.flow, "label": say(flow.label, locale)},
                "step": step_words(flow, path_of(row.path))[locale],
                "entity": row.entity,
                "entity_label": say(entity.definition.label, locale) if entity else "",
                "record": row.record_id,
                "title": titles.get((row.entity, row.record_id), ""),
                "starter": _person(owner.starter_id, people),
                "for": _person(row.user_id, people) if row.user_id != sight.actor.user_id else None,
                "by": _person(row.by_id, people) if row.by_id != sight.actor.user_id else None,
                "opened_at": instant_text(row.opened_at),
                "due_at": instant_text(row.due_at) if row.due_at else None,
                "overdue": bool(row.state == OPEN and row.due_at and row.due_at < sight.now),
                "done_at": instant_text(row.done_at) if row.done_at else None,
                "seen": row.seen_at is not None,
                "urged": row.urged,
                "words": _words(row.words, locale),
                "summary": [{"label": say(label, locale), "value": value} for label, value in told.get(row.id, ())],
            }
        )
    return found


def _words(said: Mapping[str, Json] | None, locale: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for word in ("title", "text"):
        by = {key.partition(":")[2]: value for key, value in (said or {}).items() if key.startswith(f"{word}:")}
        if by:
            found[word] = str(by.get(locale) or by.get("") or next(iter(by.values())) or "")
    return found


def _person(number: int | None, names: Mapping[int, str]) -> Json:
    return {"id": number, "name": names.get(number, "")} if number else None


def named(connection: sa.Connection, house: Sight, pairs: Iterable[tuple[str, int]]) -> dict[tuple[str, int], str]:
    """What records are called, also those that only a task makes known to somebody; one statement an entity."""
    by: dict[str, set[int]] = {}
    for entity, number in pairs:
        if entity in house.live.tables:
            by.setdefault(entity, set()).add(number)
    found: dict[tuple[str, int], str] = {}
    for entity, numbers in by.items():
        table = house.live.tables[entity]
        query = sa.select(table.c.id, label_column(house, table, entity)).where(table.c.id.in_(numbers))
        found |= {(entity, row[0]): str(row[1] or "") for row in connection.execute(query)}
    return found


def _summaries(
    connection: sa.Connection,
    sight: Sight,
    house: Sight,
    rows: Sequence[sa.Row[Any]],
    flows: Mapping[int, Flow],
    locale: str,
) -> dict[int, list[tuple[Json, str]]]:
    """The first fields of each task's form, alike tasks together."""
    alike: dict[tuple[str, tuple[str, ...]], list[sa.Row[Any]]] = {}
    for row in rows:
        entity = house.live.model.entities.get(row.entity)
        if entity is None:
            continue
        names = [
            name
            for name in flow_form.shown(sight, entity, flows[row.instance_id], path_of(row.path))
            if name != entity.definition.title and entity.fields[name].type.kind not in ("image", "signature", "file")
        ]
        alike.setdefault((row.entity, tuple(names[: SUMMARY * 2])), []).append(row)
    found: dict[int, list[tuple[Json, str]]] = {}
    for (name, fields), group in alike.items():
        entity = house.live.model.entities[name]
        told = flow_form.spelled(connection, house, entity, fields, [row.record_id for row in group], locale)
        found |= {row.id: told.get(row.record_id, [])[:SUMMARY] for row in group}
    return found


def started(
    connection: sa.Connection, house: Sight, person: int, search: str, after: int, locale: str
) -> dict[str, Json]:
    """What a person has started, newest first, with where it stands."""
    query = sa.select(flow_instance).where(flow_instance.c.starter_id == person, flow_instance.c.parent_id.is_(None))
    query = query.where(*of_instances(connection, house, search, locale))
    return _instances(connection, house, query, after, locale)


def supervised(
    connection: sa.Connection, house: Sight, application: str, state: str, flow: str, after: int, locale: str
) -> dict[str, Json]:
    """Running flows of an application for its administrators: running, stuck (failed, or held by nobody active),
    overdue, ended; newest first."""
    query = sa.select(flow_instance).where(flow_instance.c.application == application)
    if flow:
        query = query.where(flow_instance.c.flow == flow)
    match state:
        case "stuck":
            query = query.where(sa.or_(flow_instance.c.state == STUCK, _orphaned()))
        case "overdue":
            late = sa.select(flow_task.c.instance_id).where(flow_task.c.state == OPEN, flow_task.c.due_at < house.now)
            query = query.where(flow_instance.c.state != ENDED, flow_instance.c.id.in_(late))
        case "ended":
            query = query.where(flow_instance.c.state == ENDED)
        case _:
            query = query.where(flow_instance.c.state != ENDED)
    return _instances(connection, house, query, after, locale)


def _orphaned() -> sa.ColumnElement[bool]:
    """Somebody who can't sign in any more holds an open task of it."""
    gone = sa.select(user.c.id).where(~user.c.is_active)
    held = sa.select(flow_task.c.instance_id).where(flow_task.c.state == OPEN, flow_task.c.user_id.in_(gone))
    return sa.and_(flow_instance.c.state == RUNNING, flow_instance.c.id.in_(held))


def _instances(
    connection: sa.Connection, house: Sight, query: sa.Select[Any], after: int, locale: str
) -> dict[str, Json]:
    if after:
        query = query.where(flow_instance.c.id < after)
    rows = connection.execute(query.order_by(flow_instance.c.id.desc()).limit(PAGE + 1)).all()
    shown_rows = rows[:PAGE]
    flows = {number: version(connection, house.live, number) for number in {row.version_id for row in shown_rows}}
    titles = named(connection, house, {(row.entity, row.record_id) for row in shown_rows})
    held: dict[int, list[sa.Row[Any]]] = {}
    if shown_rows:
        open_ = sa.select(flow_task).where(
            flow_task.c.instance_id.in_([row.id for row in shown_rows]),
            flow_task.c.state == OPEN,
            flow_task.c.kind != "copy",
        )
        for task in connection.execute(open_.order_by(flow_task.c.id)):
            held.setdefault(task.instance_id, []).append(task)
    people = names_of(
        connection,
        {task.user_id for group in held.values() for task in group}
        | {row.starter_id for row in shown_rows if row.starter_id},
    )
    items = []
    for row in shown_rows:
        flow = flows[row.version_id]
        at: dict[str, dict[str, Json]] = {}
        for task in held.get(row.id, ()):
            one = at.setdefault(
                task.path,
                {
                    "step": step_words(flow, path_of(task.path))[locale],
                    "people": [],
                    "since": instant_text(task.opened_at),
                    "overdue": bool(task.due_at and task.due_at < house.now),
                    "tasks": [],
                },
            )
            one["people"].append(people.get(task.user_id, ""))
            one["tasks"].append({"id": task.id, "user": task.user_id, "name": people.get(task.user_id, "")})
        entity = house.live.model.entities.get(row.entity)
        items.append(
            {
                "instance": row.id,
                "flow": {"application": row.application, "id": row.flow, "label": say(flow.label, locale)},
                "entity": row.entity,
                "entity_label": say(entity.definition.label, locale) if entity else "",
                "record": row.record_id,
                "title": titles.get((row.entity, row.record_id), ""),
                "state": row.state,
                "outcome": row.outcome,
                "error": error_words(row.error, locale),
                "starter": _person(row.starter_id, people),
                "started_at": instant_text(row.started_at),
                "ended_at": instant_text(row.ended_at) if row.ended_at else None,
                "at": list(at.values()),
            }
        )
    return {"items": items, "next": shown_rows[-1].id if len(rows) > PAGE else None}


def error_words(error: str | None, locale: str) -> str | None:
    """Why a flow is stuck, in the reader's language where it is one of the house's own reasons."""
    if error and error.startswith("flow."):
        return str(Issue(code=error).to_json(locale)["message"])
    return error


def of_record(connection: sa.Connection, house: Sight, entity: str, number: int, limit: int = 20) -> list[Running]:
    """The flows of a record, newest first."""
    query = (
        sa.select(flow_instance)
        .where(flow_instance.c.entity == entity, flow_instance.c.record_id == number)
        .order_by(flow_instance.c.id.desc())
        .limit(limit)
    )
    return [running(connection, house.live, row) for row in connection.execute(query).all()]


def live_counts(connection: sa.Connection, application: str, flow: str) -> dict[str, Json]:
    """How many wait at each step of a flow now, and since when the longest."""
    query = (
        sa.select(
            flow_task.c.path, sa.func.count(sa.distinct(flow_task.c.instance_id)), sa.func.min(flow_task.c.opened_at)
        )
        .where(flow_task.c.application == application, flow_task.c.flow == flow, flow_task.c.state == OPEN)
        .where(flow_task.c.kind != "copy")
        .group_by(flow_task.c.path)
    )
    return {row[0]: {"waiting": row[1], "oldest": instant_text(row[2])} for row in connection.execute(query)}


def states_of(task: sa.Row[Any]) -> str:
    """How a person's task at a step is shown."""
    if task.state == OPEN:
        return "open"
    known = {
        "approve": "approved",
        "reject": "rejected",
        "submit": "submitted",
        "return": "returned",
        "transfer": "transferred",
        "late": "transferred",
    }
    return known.get(task.deed, "closed" if task.state == CLOSED else task.deed)
