"""What people do with their tasks, and starters and administrators with running flows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from engines.access.people import names_of
from engines.access.tables import user
from engines.database import touch
from engines.messages import inbox
from engines.records import files as filing
from engines.records import store
from engines.records.history import Cause
from engines.records.query import one as read_one
from engines.records.sight import Sight
from engines.runtime.events import happened
from engines.runtime.flows import Happening, about, happen, step_words, words
from engines.workflow import deputies, instances
from engines.workflow.instances import Running, Said, path_of, running
from engines.workflow.state import START, Acted, Assigned, Event, Retried, Withdrawn
from engines.workflow.tables import COUNTER, DONE, ENDED, OPEN, flow_entry, flow_instance, flow_task
from metamodel.definition import Json
from metamodel.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from metamodel.flow import Step, StepPath, list_at, step_at
from metamodel.issues import Issue

#: how often somebody may be urged
URGE_PAUSE = timedelta(minutes=10)
LONGEST = 5_000
MOST_FILES = 20
DEEDS = {
    "approve": ("approve", "reject", "return", "transfer", "add", "comment"),
    "fill": ("submit", "transfer", "comment"),
    "resubmit": ("submit", "comment"),
    "copy": ("seen", "comment"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What a person does with a task: `to` people, `target` the step it is given back to (blank: the start), `values`
    for fields they may change, read at `version`."""

    name: str
    comment: str = ""
    files: tuple[Json, ...] = ()
    to: tuple[int, ...] = ()
    target: StepPath = ()
    values: Mapping[str, Json] = field(default_factory=dict)
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A task with the flow it belongs to and its step; the step is None at the start."""

    task: sa.Row[Any]
    item: Running
    step: Step | None


def held(connection: sa.Connection, sight: Sight, number: int, *, lock: bool = False) -> Held:
    """A person's own task or one they may do for another; NotFound for those of others. With `lock` nobody else moves
    its flow meanwhile."""
    person = sight.actor.user_id
    theirs = sa.or_(deputies.within(connection, person, sight.now), flow_task.c.by_id == person)
    query = sa.select(flow_task).where(flow_task.c.id == number, theirs)
    task = connection.execute(query).one_or_none()
    if task is None:
        raise NotFound(Issue(code="task.unknown"))
    if lock:
        item = instances.locked(connection, sight.live, [task.instance_id])[task.instance_id]
        task = connection.execute(query).one()
    else:
        row = connection.execute(sa.select(flow_instance).where(flow_instance.c.id == task.instance_id)).one()
        item = running(connection, sight.live, row)
    return Held(task=task, item=item, step=step_at(item.flow, path_of(task.path)))


def able(found: Held) -> tuple[str, ...]:
    """What may be done with a task now."""
    if found.task.state != OPEN:
        return ("comment",)
    config = found.step.config if found.step is not None else None
    deeds = list(DEEDS[found.task.kind])
    if config is not None and not getattr(config, "transfer", True) and "transfer" in deeds:
        deeds.remove("transfer")
    if "return" in deeds and not returns(found):
        deeds.remove("return")
    return tuple(deeds)


def returns(found: Held) -> list[StepPath]:
    """Where a task may be given back to: the start (an empty path) and the steps with people before it, on its own way
    only: what goes on beside it can't be reached."""
    config = found.step.config if found.step is not None else None
    allowed = getattr(config, "returns", "none")
    if allowed == "none":
        return []
    paths: list[StepPath] = [()] if found.item.state.starter is not None else []
    if allowed == "start":
        return paths
    own = path_of(found.task.path)
    for end in range(1, len(own) + 1, 2):
        here = own[:end]
        for step in list_at(found.item.flow, here):
            if step.id == here[-1]:
                break
            path = (*here[:-1], step.id)
            if step.type in ("approve", "fill") and path in found.item.state.passed:
                paths.append(path)
    return paths


def act(connection: sa.Connection, sight: Sight, house: Sight, number: int, deed: Deed) -> int | None:
    """Do something with a task; the person's next open task. `sight` is the person's, `house` acts for them."""
    found = held(connection, sight, number, lock=True)
    said = _said(connection, deed)
    if deed.name == "comment":
        _comment(connection, sight, found.item, said, found.task.path)
        return number if found.task.state == OPEN else None
    if found.task.state != OPEN:
        raise _over(connection, found)
    if deed.name not in able(found):
        raise Invalid(Issue(code="task.deed"))
    if deed.name == "seen":
        _seen(connection, sight, found)
        return following(connection, sight.actor.user_id, sight.now, number)
    _require(connection, found, deed)
    if deed.name in ("approve", "submit"):
        _write(connection, sight, house, found, deed)
    actor, holder = sight.actor.user_id, found.task.user_id
    event = Acted(path=path_of(found.task.path), by=holder, deed=deed.name, to=deed.to, target=deed.target)
    deputy = actor if actor != holder else None
    happen(connection, house, [Happening(instance=found.item.id, event=event, said=said, deputy=deputy)], sight.now)
    return following(connection, actor, sight.now, number)


def following(connection: sa.Connection, person: int, now: datetime, but: int) -> int | None:
    """A person's next open task: the one that is due first."""
    query = (
        sa.select(flow_task.c.id)
        .where(deputies.within(connection, person, now), flow_task.c.state == OPEN, flow_task.c.kind != "copy")
        .where(flow_task.c.id != but)
        .order_by(flow_task.c.due_at.is_(None), flow_task.c.due_at, flow_task.c.id)
        .limit(1)
    )
    return connection.scalar(query)


def _require(connection: sa.Connection, found: Held, deed: Deed) -> None:
    """What the step and the deed ask for."""
    config = found.step.config if found.step is not None else None
    wanted = getattr(config, "comment", "never")
    if not deed.comment and (wanted == "always" or (wanted == "reject" and deed.name in ("reject", "return"))):
        raise Invalid(Issue(code="task.comment", path=("comment",)))
    if deed.name == "return" and deed.target not in returns(found):
        raise Invalid(Issue(code="task.no_return", path=("path",)))
    if deed.name in ("transfer", "add"):
        if not deed.to or (deed.name == "transfer" and len(deed.to) != 1):
            raise Invalid(Issue(code="task.no_one", path=("to",)))
        require_active(connection, deed.to)


def require_active(connection: sa.Connection, people: Sequence[int]) -> None:
    """Only whoever can still sign in is given anything to do."""
    query = sa.select(user.c.id).where(user.c.id.in_(list(people)), user.c.is_active)
    missing = set(people) - set(connection.scalars(query))
    if missing:
        names = names_of(connection, missing)
        raise Invalid(
            Issue(code="task.inactive", path=("to",), arguments={"names": [names.get(one, "?") for one in missing]})
        )


def _write(connection: sa.Connection, sight: Sight, house: Sight, found: Held, deed: Deed) -> None:
    """The fields that the step lets its people change, and those it needs; the starter changes what they may anyway."""
    row = found.item.row
    entity = sight.live.model.entities[row.entity]
    config = found.step.config if found.step is not None else None
    edits = set(getattr(config, "edits", ())) | set(getattr(config, "needs", ()))
    if config is not None:
        for name in deed.values:
            if name not in edits:
                item = entity.fields.get(name)
                label = item.definition.label if item else name
                raise Invalid(Issue(code="task.not_editable", path=(name,), arguments={"label": label}))
    cause = Cause(at=sight.now, by=sight.actor.user_id, told=[])
    if deed.values:
        acting = sight if config is None else house
        store.update(connection, acting, entity, row.record_id, dict(deed.values), cause, expected=deed.version)
        happened(connection, house, cause)
    needs = [name for name in getattr(config, "needs", ()) if name in entity.fields]
    if needs and deed.name == "submit":
        now = read_one(connection, house, entity, row.record_id)
        issues = [
            Issue(code="task.needed", path=(name,), arguments={"label": entity.fields[name].definition.label})
            for name in needs
            if now.get(name) in (None, "", [])
        ]
        if issues:
            raise Invalid(issues)


def _seen(connection: sa.Connection, sight: Sight, found: Held) -> None:
    values = {"state": DONE, "deed": "seen", "done_at": sight.now, "seen_at": found.task.seen_at or sight.now}
    connection.execute(sa.update(flow_task).where(flow_task.c.id == found.task.id).values(values))
    touch(connection, COUNTER)


def look(connection: sa.Connection, sight: Sight, number: int) -> None:
    """A person looks at their task for the first time."""
    theirs = deputies.within(connection, sight.actor.user_id, sight.now)
    mine = sa.and_(flow_task.c.id == number, theirs, flow_task.c.seen_at.is_(None))
    connection.execute(sa.update(flow_task).where(mine, flow_task.c.state == OPEN).values(seen_at=sight.now))


def _over(connection: sa.Connection, found: Held) -> Conflict:
    """Who was first, and what they did."""
    query = (
        sa.select(sa.func.coalesce(flow_task.c.by_id, flow_task.c.user_id).label("user_id"), flow_task.c.deed)
        .where(flow_task.c.instance_id == found.item.id, flow_task.c.path == found.task.path)
        .where(flow_task.c.visit == found.task.visit, flow_task.c.state == DONE)
        .order_by(flow_task.c.done_at.desc(), flow_task.c.id.desc())
        .limit(1)
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        outcome = found.item.row.outcome
        if outcome:
            return Conflict(Issue(code="flow.over", arguments={"outcome": words(f"flow.outcome.{outcome}")}))
        return Conflict(Issue(code="task.over", arguments={"who": "", "deed": words("flow.deed.")}))
    who = names_of(connection, {row.user_id}).get(row.user_id, "")
    return Conflict(Issue(code="task.over", arguments={"who": who, "deed": words(f"flow.deed.{row.deed}")}))


def _said(connection: sa.Connection, deed: Deed) -> Said:
    text = deed.comment.strip()
    if len(text) > LONGEST:
        told = {"length": len(text), "limit": LONGEST}
        raise Invalid(Issue(code="value.too_long", path=("comment",), arguments=told))
    kept = filing.confirmed(connection, deed.files[:MOST_FILES]) if deed.files else []
    if kept is None:
        raise Invalid(Issue(code="file.missing", path=("files",)))
    return Said(comment=text, files=tuple(kept))


def _comment(connection: sa.Connection, sight: Sight, item: Running, said: Said, path: str) -> None:
    if not said.comment and not said.files:
        raise Invalid(Issue(code="task.comment", path=("comment",)))
    row = {
        "instance_id": item.id,
        "at": sight.now,
        "by_id": sight.actor.user_id,
        "path": path,
        "visit": 0,
        "what": "commented",
        "comment": said.comment or None,
        "files": list(said.files) or None,
    }
    connection.execute(sa.insert(flow_entry), [row])


# Starters and administrators ---------------------------------------------------------------------------------------


def instance(connection: sa.Connection, sight: Sight, number: int, *, lock: bool = False) -> Running:
    """A running flow; NotFound when there is none."""
    if lock:
        found = instances.locked(connection, sight.live, [number]).get(number)
        if found is None:
            raise NotFound(Issue(code="flow.instance_unknown"))
        return found
    row = connection.execute(sa.select(flow_instance).where(flow_instance.c.id == number)).one_or_none()
    if row is None:
        raise NotFound(Issue(code="flow.instance_unknown"))
    return running(connection, sight.live, row)


def may_withdraw(item: Running, person: int, *, touched: bool) -> bool:
    """Whether the starter may take a flow back now; `touched`: somebody has acted."""
    if item.row.state == ENDED or item.row.starter_id != person or item.flow.withdraw == "never":
        return False
    return item.flow.withdraw == "always" or not touched or item.state.at(START) is not None


def touched(connection: sa.Connection, number: int) -> bool:
    """Whether anybody has done a task of a flow."""
    query = sa.select(flow_task.c.id).where(
        flow_task.c.instance_id == number, flow_task.c.state == DONE, flow_task.c.kind != "copy"
    )
    return connection.execute(query.limit(1)).first() is not None


def withdraw(connection: sa.Connection, sight: Sight, house: Sight, number: int, comment: str) -> None:
    """The starter takes a flow back."""
    item = instance(connection, sight, number, lock=True)
    _require_starter(item, sight)
    if not may_withdraw(item, sight.actor.user_id, touched=touched(connection, number)):
        raise Refused(Issue(code="flow.no_withdraw"))
    _move(connection, house, number, Withdrawn(by=sight.actor.user_id), comment)


def comment(connection: sa.Connection, sight: Sight, number: int, text: str, files: tuple[Json, ...]) -> None:
    """The starter says something about their flow."""
    item = instance(connection, sight, number, lock=True)
    _comment(connection, sight, item, _said(connection, Deed(name="comment", comment=text, files=files)), "")


def urge(connection: sa.Connection, sight: Sight, house: Sight, number: int) -> int:
    """The starter asks whoever holds a task to hurry; how many are told. Once in ten minutes."""
    item = instance(connection, sight, number, lock=True)
    _require_starter(item, sight)
    if item.row.state == ENDED:
        raise Refused(Issue(code="flow.over", arguments={"outcome": words(f"flow.outcome.{item.row.outcome}")}))
    query = sa.select(flow_task).where(
        flow_task.c.instance_id == number, flow_task.c.state == OPEN, flow_task.c.kind != "copy"
    )
    tasks = connection.execute(query).all()
    due = [task for task in tasks if task.urged_at is None or task.urged_at <= sight.now - URGE_PAUSE]
    if tasks and not due:
        raise Refused(Issue(code="flow.urged_lately"))
    for task in due:
        inbox.leave(
            connection,
            house,
            deputies.reached(connection, [task], sight.now),
            title=words("flow.note_urge", who=sight.actor.name, step=step_words(item.flow, path_of(task.path))),
            text=about(connection, item.row, item.flow),
            entity=item.row.entity,
            number=item.row.record_id,
            key=f"task:{task.id}:urge:{task.urged + 1}",
        )
    if due:
        values = {"urged": flow_task.c.urged + 1, "urged_at": sight.now}
        connection.execute(sa.update(flow_task).where(flow_task.c.id.in_([task.id for task in due])).values(values))
        entry = {
            "instance_id": number,
            "at": sight.now,
            "by_id": sight.actor.user_id,
            "path": "",
            "visit": 0,
            "what": "urged",
            "to_ids": [task.user_id for task in due],
        }
        connection.execute(sa.insert(flow_entry), [entry])
        touch(connection, COUNTER)
    return len(due)


def retry(connection: sa.Connection, sight: Sight, house: Sight, number: int) -> None:
    """An administrator has a flow that is stuck, or whose people are gone, try again where it stands."""
    item = instance(connection, sight, number, lock=True)
    stuck = [token for token in item.state.tokens if token.data.get("stuck")] or list(item.state.tokens)
    for token in stuck:
        _move(connection, house, number, Retried(path=token.path, by=sight.actor.user_id), "")


def end(connection: sa.Connection, sight: Sight, house: Sight, number: int, outcome: str, text: str) -> None:
    """An administrator ends a flow."""
    if outcome not in ("approved", "rejected", "withdrawn", "ended"):
        raise Invalid(Issue(code="task.deed", path=("outcome",)))
    item = instance(connection, sight, number, lock=True)
    if item.row.state == ENDED:
        raise Refused(Issue(code="flow.over", arguments={"outcome": words(f"flow.outcome.{item.row.outcome}")}))
    _move(connection, house, number, Withdrawn(by=sight.actor.user_id, outcome=outcome), text)


def assign(connection: sa.Connection, sight: Sight, house: Sight, number: int, task: int, to: int) -> None:
    """An administrator gives an open task to somebody else."""
    instance(connection, sight, number, lock=True)
    require_active(connection, [to])
    query = sa.select(flow_task).where(
        flow_task.c.id == task, flow_task.c.instance_id == number, flow_task.c.state == OPEN
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NotFound(Issue(code="task.unknown"))
    event = Assigned(path=path_of(row.path), holder=row.user_id, to=to, by=sight.actor.user_id)
    _move(connection, house, number, event, "")


def _move(connection: sa.Connection, house: Sight, number: int, event: Event, text: str) -> None:
    one = Happening(instance=number, event=event, said=Said(comment=text.strip()[:LONGEST]))
    happen(connection, house, [one], house.now)


def _require_starter(item: Running, sight: Sight) -> None:
    if item.row.starter_id != sight.actor.user_id and not sight.actor.is_admin:
        raise Forbidden(Issue(code="flow.not_starter"))
