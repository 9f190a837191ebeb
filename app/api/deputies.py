"""Who does my tasks while I am away, and whose tasks I do."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask import Blueprint, Response, request

from app.auth import Visit, reading, writing
from app.encoding import read_body
from app.sight import day_of, sight_of
from engines.access.people import names_of
from engines.runtime.flow_tasks import require_active
from engines.workflow import deputies
from metamodel.errors import Invalid
from metamodel.issues import Issue

blueprint = Blueprint("deputies", __name__, url_prefix="/api/deputies")


@blueprint.get("")
@reading()
def list_deputies(visit: Visit) -> dict[str, Any]:
    """`items`: my periods that are not over; `standing`: those in which I am somebody's deputy."""
    return _shown(visit)


@blueprint.post("")
@writing()
def name_deputy(visit: Visit) -> dict[str, Any]:
    """{deputy, from, until, open_too}: days of the business zone, both included; what is open already is lent too
    where `open_too` says so."""
    body = read_body(request)
    deputy, open_too = body.get("deputy"), body.get("open_too", False)
    if type(deputy) is not int:
        raise Invalid(Issue(code="given.integer", path=("deputy",)))
    if type(open_too) is not bool:
        raise Invalid(Issue(code="given.boolean", path=("open_too",)))
    sight = sight_of(visit)
    starts, ends = day_of(sight, body.get("from"), "from"), day_of(sight, body.get("until"), "until", after=1)
    missing = [
        Issue(code="given.date", path=(word,)) for word, day in (("from", starts), ("until", ends)) if day is None
    ]
    if starts is None or ends is None:
        raise Invalid(missing)
    require_active(visit.connection, [deputy])
    deputies.name(visit.connection, visit.actor.user_id, deputy, (starts, ends), visit.now, open_too=open_too)
    return _shown(visit)


@blueprint.delete("/<int:number>")
@writing()
def end_deputy(visit: Visit, number: int) -> Response:
    """Over from now on; one that has not begun is forgotten."""
    deputies.end(visit.connection, visit.actor.user_id, number, visit.now)
    return Response(status=204)


def _shown(visit: Visit) -> dict[str, Any]:
    mine = deputies.periods(visit.connection, visit.actor.user_id, visit.now)
    others = deputies.standing(visit.connection, visit.actor.user_id, visit.now)
    people = {row.deputy_id for row in mine} | {row.user_id for row in others}
    names = names_of(visit.connection, people)
    zone = ZoneInfo(sight_of(visit).live.zone)

    def told(row: sa.Row[Any], person: int) -> dict[str, Any]:
        return {
            "id": row.id,
            "person": {"id": person, "name": names.get(person, "")},
            "from": row.starts_at.astimezone(zone).date().isoformat(),
            "until": (row.ends_at - timedelta(seconds=1)).astimezone(zone).date().isoformat(),
            "open_too": row.open_too,
            "now": row.starts_at <= visit.now,
        }

    return {
        "items": [told(row, row.deputy_id) for row in mine],
        "standing": [told(row, row.user_id) for row in others],
    }
