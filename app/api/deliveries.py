"""Deliveries: what was sent, held back or failed, why, and trying it again; and what the double recorded."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, request

from app.auth import Visit, reading, writing
from app.encoding import read_body
from app.sight import day_of, number_of, object_of, sight_of
from engines.messages import delivery, recording
from engines.messages.delivery import Wanted
from engines.records import query
from engines.records.query import entity_of
from engines.records.sight import Sight
from engines.runtime import correspondence, resending
from metamodel.errors import Invalid
from metamodel.field_type import instant_text
from metamodel.issues import Issue
from metamodel.model import qualified

blueprint = Blueprint("deliveries", __name__, url_prefix="/api")
PAGE = 50
RECENT = timedelta(days=30)


def _wanted(sight: Sight, said: dict[str, Any]) -> Wanted:
    """The filters by name, from the address or from a body."""
    states = tuple(word for word in str(said.get("state") or "").split(",") if word)
    for word in states:
        if word not in delivery.STATES:
            raise Invalid(Issue(code="delivery.state", path=("state",), arguments={"word": word}))
    return Wanted(
        states=states,
        reasons=tuple(word for word in str(said.get("reason") or "").split(",") if word),
        channel=str(said.get("channel") or ""),
        message=str(said.get("message") or ""),
        person=str(said.get("person") or "")[:90],
        search=str(said.get("search") or "").strip()[:100],
        since=day_of(sight, said.get("from"), "from"),
        until=day_of(sight, said.get("to"), "to", after=1),
    )


@blueprint.get("/deliveries")
@reading()
def list_deliveries(visit: Visit) -> dict[str, Any]:
    """Newest first; those about records the asker may read."""
    sight = sight_of(visit)
    wanted = _wanted(sight, dict(request.args))
    before = number_of(request.args.get("before"), "before", 0)
    items = correspondence.page(visit.connection, sight, wanted, before=before, limit=PAGE + 1)
    return {"items": items[:PAGE], "next": items[PAGE - 1]["id"] if len(items) > PAGE else None}


@blueprint.get("/deliveries/summary")
@reading()
def sum_up(visit: Visit) -> dict[str, Any]:
    """How many in each state in the last thirty days, and what filters choose from."""
    sight = sight_of(visit)
    correspondence.require(sight)
    counted: dict[str, int] = {}
    for _, state, count in delivery.counts(visit.connection, visit.now - RECENT, *correspondence.limits(sight)):
        counted[state] = counted.get(state, 0) + count
    messages = [
        {"name": f"{application.name}.{message.id}", "label": message.label, "application": application.label}
        for application in sight.live.model.applications.values()
        for message in application.messages
        if sight.policy.may(f"{application.name}.{message.entity}", "read")
    ]
    return {"states": counted, "messages": messages, "admin": visit.actor.is_admin, "days": RECENT.days}


@blueprint.get("/deliveries/<int:number>")
@reading()
def show_delivery(visit: Visit, number: int) -> Any:
    sight = sight_of(visit)
    return correspondence.shown(visit.connection, sight, [correspondence.one(visit.connection, sight, number)])[0]


@blueprint.post("/deliveries/<int:number>/resend")
@writing()
def resend_one(visit: Visit, number: int) -> dict[str, int]:
    """What failed goes again under its own key; what was held back is decided anew."""
    visit.require_admin()
    return {"again": resending.resend(visit.connection, [number], by=visit.actor.user_id, now=visit.now)}


@blueprint.post("/deliveries/resend")
@writing()
def resend_all(visit: Visit) -> dict[str, int]:
    """{filters}: all of those that failed or, where the filter names that state, were held back."""
    visit.require_admin()
    wanted = _wanted(sight_of(visit), object_of(read_body(request).get("filters"), "filters"))
    chosen = sa.and_(sa.true(), *wanted.conditions())
    if not wanted.states:
        chosen = sa.and_(chosen, delivery.delivery.c.state == delivery.FAILED)
    numbers = resending.again(visit.connection, chosen)
    if not numbers:
        return {"again": 0}
    return {"again": resending.resend(visit.connection, numbers, by=visit.actor.user_id, now=visit.now)}


@blueprint.get("/deliveries/recorded")
@reading()
def list_recorded(visit: Visit) -> dict[str, Any]:
    """What would have left the house over channels that are rehearsed, newest first."""
    visit.require_admin()
    before = number_of(request.args.get("before"), "before", 0)
    rows = recording.listed(visit.connection, channel=request.args.get("channel", ""), before=before, limit=PAGE + 1)
    return {
        "items": [
            {
                "id": row.id,
                "channel": row.channel,
                "address": row.address,
                "title": row.title,
                "text": row.text,
                "times": row.times,
                "at": instant_text(row.at),
            }
            for row in rows[:PAGE]
        ],
        "next": rows[PAGE - 1].id if len(rows) > PAGE else None,
    }


@blueprint.get("/records/<application>/<entity>/<int:number>/messages")
@reading()
def record_messages(visit: Visit, application: str, entity: str, number: int) -> dict[str, Any]:
    """What was said about a record and, where it is a person, to it."""
    sight = sight_of(visit)
    model = entity_of(sight, qualified(application, entity))
    query.one(visit.connection, sight, model, number)
    before = number_of(request.args.get("before"), "before", 0)
    items = correspondence.of_record(visit.connection, sight, model, number, before=before, limit=PAGE + 1)
    return {"items": items[:PAGE], "next": items[PAGE - 1]["id"] if len(items) > PAGE else None}
