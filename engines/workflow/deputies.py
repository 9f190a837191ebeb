"""Deputies: whoever is away names who does their tasks meanwhile; a task stays theirs and is open to the deputy too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engines.database import touch
from engines.workflow.tables import COUNTER, OPEN, flow_deputy, flow_entry, flow_instance, flow_task
from metamodel.definition import Json
from metamodel.errors import Invalid, NotFound
from metamodel.issues import Issue

#: what a deputy does; what a starter must send again, and copies, stay theirs alone
LENT = ("approve", "fill")
#: periods of one person that are not over
MOST = 20


def within(connection: sa.Connection, person: int, now: datetime) -> sa.ColumnElement[bool]:
    """The tasks that a person may do now: their own and those of whom they stand in for. Nobody approves for another
    what they began themselves."""
    own = flow_task.c.user_id == person
    query = sa.select(flow_deputy).where(flow_deputy.c.deputy_id == person, *_now(now))
    periods = connection.execute(query).all()
    if not periods:
        return own
    lent = [
        sa.and_(
            flow_task.c.user_id == period.user_id,
            *([] if period.open_too else [flow_task.c.opened_at >= period.starts_at]),
        )
        for period in periods
    ]
    begun = sa.exists().where(flow_instance.c.id == flow_task.c.instance_id, flow_instance.c.starter_id == person)
    return sa.and_(
        flow_task.c.user_id.in_([person, *(period.user_id for period in periods)]),
        sa.or_(own, sa.and_(flow_task.c.kind.in_(LENT), sa.or_(*lent), sa.or_(flow_task.c.kind == "fill", ~begun))),
    )


def done(connection: sa.Connection, person: int) -> sa.ColumnElement[bool]:
    """The tasks that were a person's, or that they did for another."""
    own = flow_task.c.user_id == person
    ever = sa.select(flow_deputy.c.id).where(flow_deputy.c.deputy_id == person).limit(1)
    return sa.or_(own, flow_task.c.by_id == person) if connection.execute(ever).first() is not None else own


def of(connection: sa.Connection, people: Iterable[int], now: datetime) -> dict[int, list[sa.Row[Any]]]:
    """The periods that run now, by who is away."""
    wanted = sorted(set(people))
    if not wanted:
        return {}
    query = sa.select(flow_deputy).where(flow_deputy.c.user_id.in_(wanted), *_now(now)).order_by(flow_deputy.c.id)
    found: dict[int, list[sa.Row[Any]]] = {}
    for row in connection.execute(query):
        found.setdefault(row.user_id, []).append(row)
    return found


def reached(connection: sa.Connection, tasks: Iterable[sa.Row[Any]], now: datetime) -> list[int]:
    """Whoever holds some tasks, with those who stand in for them: whom a reminder is for."""
    held = list(tasks)
    away = of(connection, (task.user_id for task in held), now)
    found: dict[int, None] = {}
    for task in held:
        found[task.user_id] = None
        found |= {row.deputy_id: None for row in away.get(task.user_id, ()) if _lends(row, task)}
    return list(found)


def _lends(period: sa.Row[Any], task: sa.Row[Any]) -> bool:
    return task.kind in LENT and (period.open_too or task.opened_at >= period.starts_at)


def _now(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return flow_deputy.c.starts_at <= now, flow_deputy.c.ends_at > now


def note_opened(
    connection: sa.Connection, fresh: Sequence[Mapping[str, Any]], starters: Mapping[int, int | None], at: datetime
) -> None:
    """The history says of tasks just given which of them are open to a deputy too."""
    away = of(connection, (task["user_id"] for task in fresh if task["kind"] in LENT), at)
    _note(
        connection,
        [
            (task["instance_id"], task["path"], task["visit"], row)
            for task in fresh
            if task["kind"] in LENT
            for row in away.get(task["user_id"], ())
            if task["kind"] == "fill" or starters.get(task["instance_id"]) != row.deputy_id
        ],
        at,
    )


def _note(connection: sa.Connection, lent: Sequence[tuple[int, str, int, sa.Row[Any]]], at: datetime) -> None:
    lines = [
        {
            "instance_id": instance,
            "at": at,
            "by_id": row.user_id,
            "path": path,
            "visit": visit,
            "what": "lent",
            "to_ids": [row.deputy_id],
        }
        for instance, path, visit, row in lent
    ]
    if lines:
        connection.execute(sa.insert(flow_entry), lines)


# Naming one -------------------------------------------------------------------------------------------------------


def name(
    connection: sa.Connection,
    person: int,
    deputy: int,
    period: tuple[datetime, datetime],
    now: datetime,
    *,
    open_too: bool,
) -> int:
    """A deputy for a period; its number."""
    starts, ends = period
    if deputy == person:
        raise Invalid(Issue(code="deputy.self", path=("deputy",)))
    if ends <= now or ends <= starts:
        raise Invalid(Issue(code="deputy.over", path=("until",)))
    kept = periods(connection, person, now)
    if len(kept) >= MOST:
        raise Invalid(Issue(code="deputy.too_many", arguments={"limit": MOST}))
    if any(row.starts_at < ends and starts < row.ends_at for row in kept):
        raise Invalid(Issue(code="deputy.twice", path=("from",)))
    row: dict[str, Json] = {
        "user_id": person,
        "deputy_id": deputy,
        "starts_at": starts,
        "ends_at": ends,
        "open_too": open_too,
        "made_at": now,
    }
    number = connection.execute(sa.insert(flow_deputy).values(row).returning(flow_deputy.c.id)).scalar_one()
    if open_too and starts <= now:
        _lend_open(connection, person, number, now)
    touch(connection, COUNTER)
    return int(number)


def _lend_open(connection: sa.Connection, person: int, number: int, now: datetime) -> None:
    """What lies open already is lent as well, and its flows say so."""
    period = connection.execute(sa.select(flow_deputy).where(flow_deputy.c.id == number)).one()
    query = (
        sa.select(flow_task.c.instance_id, flow_task.c.path, flow_task.c.visit)
        .join(flow_instance, flow_instance.c.id == flow_task.c.instance_id)
        .where(flow_task.c.user_id == person, flow_task.c.state == OPEN, flow_task.c.kind.in_(LENT))
        .where(sa.or_(flow_task.c.kind == "fill", flow_instance.c.starter_id.is_distinct_from(period.deputy_id)))
        .order_by(flow_task.c.id)
    )
    _note(connection, [(*row, period) for row in connection.execute(query).all()], now)


def periods(connection: sa.Connection, person: int, now: datetime) -> Sequence[sa.Row[Any]]:
    """A person's periods that are not over, the earliest first."""
    query = sa.select(flow_deputy).where(flow_deputy.c.user_id == person, flow_deputy.c.ends_at > now)
    return connection.execute(query.order_by(flow_deputy.c.starts_at, flow_deputy.c.id)).all()


def standing(connection: sa.Connection, person: int, now: datetime) -> Sequence[sa.Row[Any]]:
    """The periods, not over, in which a person is somebody's deputy."""
    query = sa.select(flow_deputy).where(flow_deputy.c.deputy_id == person, flow_deputy.c.ends_at > now)
    return connection.execute(query.order_by(flow_deputy.c.starts_at, flow_deputy.c.id)).all()


def end(connection: sa.Connection, person: int, number: int, now: datetime) -> None:
    """A period is over now; one that has not begun never was."""
    mine = sa.and_(flow_deputy.c.id == number, flow_deputy.c.user_id == person, flow_deputy.c.ends_at > now)
    row = connection.execute(sa.select(flow_deputy).where(mine)).one_or_none()
    if row is None:
        raise NotFound(Issue(code="deputy.unknown"))
    if row.starts_at >= now:
        connection.execute(sa.delete(flow_deputy).where(mine))
    else:
        connection.execute(sa.update(flow_deputy).where(mine).values(ends_at=now))
    touch(connection, COUNTER)
