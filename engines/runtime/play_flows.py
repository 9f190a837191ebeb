"""What acceptance tests do with flows: start one on a record, do one's tasks, look where it stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa

from engines.records.sight import Sight
from engines.runtime import flow_tasks
from engines.runtime.acceptance import Act, ExpectFlow, ExpectTask, StartFlow
from engines.runtime.flow_start import by_hand
from engines.runtime.flow_tasks import Deed
from engines.runtime.flows import flow_of
from engines.workflow.instances import path_of
from engines.workflow.tables import OPEN, flow_instance, flow_task
from metamodel.errors import NotFound
from metamodel.issues import Issue


def done(
    connection: sa.Connection,
    sight: Sight,
    house: Sight,
    application: str,
    record: tuple[str, int],
    deed: StartFlow | Act,
    values: Mapping[str, Any],
    user: Callable[[str], int],
) -> None:
    """Whoever is signed in starts a flow on a record, or does something with their task or flow about it."""
    entity, number = record
    if isinstance(deed, StartFlow):
        choices = {step: tuple(map(user, logins)) for step, logins in deed.choices.items()}
        model = house.live.model.entities[entity]
        flow = flow_of(house.live, application, deed.flow)
        key = f"test:{deed.record}:{deed.flow}:{house.now.isoformat()}"
        by_hand(connection, sight, house, model, number, application, flow, choices, key)
        return
    if deed.deed in ("withdraw", "urge"):
        instance = _newest(connection, entity, number, "")
        if instance is None:
            raise NotFound(Issue(code="flow.instance_unknown"))
        if deed.deed == "withdraw":
            flow_tasks.withdraw(connection, sight, house, instance.id, deed.comment)
        else:
            flow_tasks.urge(connection, sight, house, instance.id)
        return
    query = sa.select(flow_task.c.id).where(*_about(sight.actor.user_id, record, deed.step))
    task = connection.scalar(query.order_by(flow_task.c.kind == "copy", flow_task.c.id).limit(1))
    if task is None:
        raise NotFound(Issue(code="task.unknown"))
    to = tuple(map(user, deed.to))
    act = Deed(name=deed.deed, comment=deed.comment, to=to, target=path_of(deed.back), values=values)
    flow_tasks.act(connection, sight, house, task, act)


def expected(
    connection: sa.Connection, wanted: ExpectTask | ExpectFlow, record: tuple[str, int], person: int
) -> Issue | None:
    """Whether somebody holds as many tasks as expected, or a record's newest flow stands as expected."""
    if isinstance(wanted, ExpectFlow):
        row = _newest(connection, *record, wanted.flow)
        state = "none" if row is None else str(row.outcome or row.state)
        said = {"wanted": wanted.state, "found": state}
        return None if state == wanted.state else Issue(code="acceptance.flow", arguments=said)
    rows = connection.execute(sa.select(flow_task).where(*_about(person, record, ""))).all()
    found = sum(
        (not wanted.step or row.step == wanted.step) and (not wanted.kind or row.kind == wanted.kind) for row in rows
    )
    if found == wanted.count:
        return None
    told = [f"{row.step} ({row.kind})" for row in rows]
    return Issue(code="acceptance.tasks", arguments={"wanted": wanted.count, "found": found, "told": told})


def _newest(connection: sa.Connection, entity: str, number: int, flow: str) -> sa.Row[Any] | None:
    query = sa.select(flow_instance).where(flow_instance.c.entity == entity, flow_instance.c.record_id == number)
    if flow:
        query = query.where(flow_instance.c.flow == flow)
    return connection.execute(query.order_by(flow_instance.c.id.desc()).limit(1)).one_or_none()


def _about(person: int, record: tuple[str, int], step: str) -> list[sa.ColumnElement[bool]]:
    where = [flow_task.c.user_id == person, flow_task.c.state == OPEN]
    if record[0]:
        where += [flow_task.c.entity == record[0], flow_task.c.record_id == record[1]]
    return [*where, flow_task.c.step == step] if step else where
