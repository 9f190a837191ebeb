"""Running flows kept in tables: locked, read and written by the hundred, each with the version it began with."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time
from functools import cache
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from engines.database import among, touch
from engines.records.live import Live
from engines.records.prepared import Many
from engines.workflow import deputies
from engines.workflow.state import CloseTasks, Note, OpenTask, State
from engines.workflow.tables import (
    CLOSED,
    COUNTER,
    DONE,
    ENDED,
    OPEN,
    RUNNING,
    STUCK,
    flow_entry,
    flow_instance,
    flow_task,
    flow_version,
)
from engines.workflow.working import Hours
from metamodel.definition import Json, dump, load
from metamodel.errors import Invalid
from metamodel.flow import Flow, StepPath
from metamodel.issues import Issue

#: what moving an instance needs of it
MOVED = sa.select(
    *(
        flow_instance.c[name]
        for name in (
            "id", "application", "flow", "version_id", "entity", "record_id", "starter_id", "state", "outcome",
            "listens", "position", "depth", "parent_id", "parent_path", "parent_visit",
        )
    )
)  # fmt: skip

#: separates the ids of a path where it is kept as text
SLASH = "/"


class Running(msgspec.Struct, frozen=True, kw_only=True):
    """A running flow as it was read: its row, the definition it runs by, and where it stands."""

    id: int
    row: sa.Row[Any]
    flow: Flow
    state: State
    hours: Hours


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What a person said with what they did."""

    comment: str = ""
    files: tuple[Json, ...] = ()


def text_of(path: StepPath) -> str:
    """A path as it is kept."""
    return SLASH.join(path)


def path_of(text: str) -> StepPath:
    """A path that was kept."""
    return tuple(text.split(SLASH)) if text else ()


def keep_version(connection: sa.Connection, application: str, flow: Flow, at: datetime) -> int:
    """The number under which a flow is kept as it is now."""
    document = dump(flow)
    digest = hashlib.sha256(json.dumps(document, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    known = sa.select(flow_version.c.id).where(
        flow_version.c.application == application, flow_version.c.flow == flow.id, flow_version.c.digest == digest
    )
    found = connection.scalar(known)
    if found is None:
        insert: Any = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
        row = {"application": application, "flow": flow.id, "digest": digest, "document": document, "at": at}
        made = insert(flow_version).values(row).on_conflict_do_nothing(index_elements=["application", "flow", "digest"])
        found = connection.scalar(made.returning(flow_version.c.id)) or connection.scalar(known)
    assert found is not None
    return int(found)


def version(connection: sa.Connection, live: Live, number: int) -> Flow:
    """A kept flow; read once a release. Invalid where it can't be read by this program any more."""

    def read() -> Flow:
        document = connection.scalar(sa.select(flow_version.c.document).where(flow_version.c.id == number))
        flow, issues = load(Flow, document, live.model.catalog)
        if flow is None:
            raise Invalid(issues or Issue(code="flow.unknown"))
        return flow

    return live.once(("flow version", number), read)


def hours_of(flow: Flow, zone: str) -> Hours:
    """When people work who do its tasks."""
    return Hours(zone=zone, begin=time.fromisoformat(flow.working_from), end=time.fromisoformat(flow.working_to))


def locked(connection: sa.Connection, live: Live, numbers: Iterable[int]) -> dict[int, Running]:
    """Running flows that nobody else moves until the transaction ends, by their numbers."""
    rows = connection.execute(_held(connection.dialect.name), {"the_ids": sorted(set(numbers))})
    return {row.id: running(connection, live, row) for row in rows}


@cache
def _held(dialect: str) -> sa.Select[Any]:
    query = MOVED.where(among(flow_instance.c.id, "the_ids", dialect)).order_by(flow_instance.c.id)
    return query.with_for_update()


def running(connection: sa.Connection, live: Live, row: sa.Row[Any]) -> Running:
    """A row with its definition."""
    number = row.version_id
    flow = version(connection, live, number)
    hours = live.once(("flow hours", number), lambda: hours_of(flow, live.zone))
    return Running(id=row.id, row=row, flow=flow, state=State.from_json(row.position), hours=hours)


def begin(connection: sa.Connection, rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """New instances, not yet moved; those whose key is known already are left out."""
    insert: Any = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    whole = [
        {"state": RUNNING, "outcome": "", "listens": False, "position": State().to_json(), "ended_at": None, **row}
        for row in rows
    ]
    made = insert(flow_instance).values(whole).on_conflict_do_nothing(index_elements=["key"])
    return sorted(connection.scalars(made.returning(flow_instance.c.id)))


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What one instance has become, with what is to be written about it."""

    before: Running
    state: State
    tasks: tuple[OpenTask | CloseTasks, ...]
    notes: tuple[Note, ...]
    listens: bool
    said: Said
    by: int | None
    #: who did it for `by`
    deputy: int | None = None


def save(connection: sa.Connection, changes: Sequence[Change], at: datetime) -> None:
    """Write what became of some instances: their rows, their tasks, their history; a few statements for all."""
    if not changes:
        return
    statements = _statements(connection.dialect)
    stood: list[tuple[Any, ...]] = []  # nothing but the position differs, so that no index has to be touched
    moved: list[tuple[Any, ...]] = []
    for change in changes:
        now, number = change.state, change.before.id
        if not now.ended and not now.error and _the_same(change):
            stood.append((now, number))
            continue
        # The state is written as `to_json` has it, without its detour.
        which = ENDED if now.ended else STUCK if now.error else RUNNING
        over = at if now.ended else None
        moved.append((now, which, now.outcome, now.error or None, now.starter, change.listens, over, number))
    statements["stood"].run(connection, stood)
    statements["moved"].run(connection, moved)
    statements["told"].run(connection, [_entry(change, note, at) for change in changes for note in change.notes])
    _tasks(connection, changes, at)


def _the_same(change: Change) -> bool:
    """Whether a running flow runs on as it did, but somewhere else."""
    row = change.before.row
    return bool(row.state == RUNNING and row.starter_id == change.state.starter and row.listens == change.listens)


@cache
def _statements(dialect: sa.Dialect) -> dict[str, Many]:
    position = ("position", "state", "outcome", "error", "starter_id", "listens", "ended_at")
    entry = ("instance_id", "at", "by_id", "for_id", "path", "visit", "what", "to_ids", "comment", "files", "why")
    return {
        "stood": Many(flow_instance, position[:1], dialect, key="id"),
        "moved": Many(flow_instance, position, dialect, key="id"),
        "told": Many(flow_entry, entry, dialect),
    }


def _entry(change: Change, note: Note, at: datetime) -> tuple[Any, ...]:
    """In the order of the columns in `_statements`."""
    own = note.by is not None and note.by == change.by and note.what not in ("started", "ended")
    lent = change.deputy is not None and note.by == change.by
    return (
        change.before.id,
        at,
        change.deputy if lent else note.by,
        note.by if lent else None,
        text_of(note.path),
        note.visit,
        note.what,
        list(note.to) or None,
        (change.said.comment or None) if own else None,
        (list(change.said.files) or None) if own else None,
        dict(note.why) or None,
    )


def _tasks(connection: sa.Connection, changes: Sequence[Change], at: datetime) -> None:
    """Tasks opened and closed, in the order they were wished for."""
    if not any(change.tasks for change in changes):
        return
    closing = [change.before.id for change in changes if any(isinstance(wish, CloseTasks) for wish in change.tasks)]
    known: dict[int, list[sa.Row[Any]]] = {}
    if closing:
        query = sa.select(flow_task).where(flow_task.c.instance_id.in_(closing), flow_task.c.state == OPEN)
        for row in connection.execute(query.order_by(flow_task.c.id)):
            known.setdefault(row.instance_id, []).append(row)
    fresh: list[dict[str, Any]] = []
    ended: list[dict[str, Any]] = []
    for change in changes:
        own: list[dict[str, Any]] = []
        opened = known.get(change.before.id, [])
        for wish in change.tasks:
            if isinstance(wish, OpenTask):
                own.append(_opened(change, wish, at))
                continue
            path = text_of(wish.path)

            def meant(row: Any, wish: CloseTasks = wish, path: str = path) -> bool:
                return (
                    row["path"] == path
                    and row["visit"] == wish.visit
                    and row["kind"] != "copy"
                    and (wish.users is None or row["user_id"] in wish.users)
                )

            # What was opened and closed by the same event never was.
            own = [row for row in own if not meant(row)]
            left = []
            for task in opened:
                if meant(task._mapping):
                    ended.append(_ended(change, task, wish, at))
                else:
                    left.append(task)
            opened = left
        fresh += own
    if ended:
        connection.execute(
            sa.update(flow_task)
            .where(flow_task.c.id == sa.bindparam("the_id"))
            .values({name: sa.bindparam(name) for name in ended[0] if name != "the_id"}),
            ended,
        )
    if fresh:
        connection.execute(sa.insert(flow_task), fresh)
        starters = {change.before.id: change.state.starter for change in changes}
        deputies.note_opened(connection, fresh, starters, at)
    touch(connection, COUNTER)


def _opened(change: Change, wish: OpenTask, at: datetime) -> dict[str, Any]:
    row = change.before.row
    return {
        "instance_id": row.id,
        "application": row.application,
        "flow": row.flow,
        "entity": row.entity,
        "record_id": row.record_id,
        "path": text_of(wish.path),
        "visit": wish.visit,
        "step": wish.path[-1],
        "kind": wish.kind,
        "user_id": wish.user,
        "state": OPEN,
        "deed": "",
        "words": dict(wish.words) or None,
        "opened_at": at,
        "due_at": wish.due_at,
        "urged": 0,
    }


def _ended(change: Change, task: sa.Row[Any], wish: CloseTasks, at: datetime) -> dict[str, Any]:
    """A task that is over: how long it lay unseen and how long it was looked at, in working time."""
    hours = change.before.hours
    seen = task.seen_at or at
    own = wish.users is not None and change.by in wish.users and task.user_id == change.by
    return {
        "the_id": task.id,
        "state": DONE if own and wish.deed else CLOSED,
        "deed": wish.deed,
        "comment": (change.said.comment or None) if own else None,
        "done_at": at,
        "waited": int(hours.between(task.opened_at, seen).total_seconds()),
        "worked": int(hours.between(seen, at).total_seconds()),
        "by_id": change.deputy if own and wish.deed else None,
    }
