"""Running flows over HTTP, for those who have to do with them: the picture, taking back, urging, saying something."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, request

from app.api.tasks import deed_of
from app.auth import Visit, reading, writing
from app.encoding import read_body
from app.sight import house_of, sight_of
from engines.records import query
from engines.records.query import entity_of
from engines.records.sight import Sight
from engines.runtime import flow_picture, flow_tasks
from engines.workflow import deputies
from engines.workflow.instances import Running
from engines.workflow.tables import flow_task
from metamodel.errors import Invalid, NotFound
from metamodel.issues import Issue

blueprint = Blueprint("flow_instances", __name__, url_prefix="/api/flows/instances")


def concerned(visit: Visit, sight: Sight, number: int) -> Running:
    """A flow that the reader started, has or had a task in, administers, or whose record they may read."""
    item = flow_tasks.instance(visit.connection, sight, number)
    person = visit.actor.user_id
    if item.row.starter_id == person or visit.actor.is_admin:
        return item
    theirs = sa.or_(
        flow_task.c.user_id == person, flow_task.c.by_id == person, deputies.within(visit.connection, person, visit.now)
    )
    held = sa.select(flow_task.c.id).where(flow_task.c.instance_id == number, theirs)
    if visit.connection.execute(held.limit(1)).first() is not None:
        return item
    try:
        query.one(visit.connection, sight, entity_of(sight, item.row.entity), item.row.record_id)
    except NotFound:
        raise NotFound(Issue(code="flow.instance_unknown")) from None
    return item


@blueprint.get("/<int:number>")
@reading()
def read_instance(visit: Visit, number: int) -> dict[str, Any]:
    """The picture with positions and people, and the history."""
    sight = sight_of(visit)
    item = concerned(visit, sight, number)
    return flow_picture.picture(visit.connection, sight, house_of(visit), item, visit.locale)


@blueprint.post("/<int:number>/<deed>")
@writing()
def act_on_instance(visit: Visit, number: int, deed: str) -> dict[str, Any]:
    """withdraw, urge or comment: {comment, files}."""
    sight, house = sight_of(visit), house_of(visit)
    said = deed_of(deed, read_body(request))
    concerned(visit, sight, number)
    match deed:
        case "withdraw":
            flow_tasks.withdraw(visit.connection, sight, house, number, said.comment)
        case "urge":
            return {"told": flow_tasks.urge(visit.connection, sight, house, number)}
        case "comment":
            flow_tasks.comment(visit.connection, sight, number, said.comment, said.files)
        case _:
            raise Invalid(Issue(code="task.deed"))
    return {}
