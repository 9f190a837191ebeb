"""On a record: the buttons of rules, and why it is as it is."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request

from app.auth import Visit, reading, writing
from app.encoding import read_body
from app.sight import number_of, releases, sight_of
from engines.records import query
from engines.records.query import entity_of
from engines.records.sight import Sight
from engines.rules.run import Why
from engines.runtime import react, rule_pages
from engines.runtime.house import as_house
from metamodel.errors import Invalid, Refused
from metamodel.issues import Issue
from metamodel.model import EntityModel, qualified

blueprint = Blueprint("buttons", __name__, url_prefix="/api/records/<application>/<entity>/<int:number>")


def _record(visit: Visit, application: str, entity: str, number: int) -> tuple[Sight, EntityModel]:
    """The record, which the reader must be allowed to read."""
    sight = sight_of(visit)
    model = entity_of(sight, qualified(application, entity))
    query.one(visit.connection, sight, model, number)
    return sight, model


@blueprint.get("/buttons")
@reading()
def list_buttons(visit: Visit, application: str, entity: str, number: int) -> dict[str, Any]:
    """What may be pressed now."""
    sight, model = _record(visit, application, entity, number)
    house = as_house(visit.connection, releases(), visit.actor.user_id, visit.now)
    return {"items": rule_pages.buttons(visit.connection, sight, house, model, number)}


@blueprint.post("/buttons/<rule>")
@writing()
def press_button(visit: Visit, application: str, entity: str, number: int, rule: str) -> dict[str, Any]:
    """{key, application?}: press it; the same key twice presses once. What the rule refuses is the answer."""
    sight, model = _record(visit, application, entity, number)
    body = read_body(request)
    key = body.get("key")
    if not isinstance(key, str) or not 8 <= len(key) <= 40:
        raise Invalid(Issue(code="given.text", path=("key",)))
    home = str(body.get("application") or application)
    heard = rule_pages.button(visit.connection, sight, model, number, home, rule)
    cause = f"press:{visit.actor.user_id}:{key}"
    if rule_pages.pressed(visit.connection, heard, number, cause):
        return {"pressed": True}
    house = as_house(visit.connection, releases(), visit.actor.user_id, visit.now)
    why = Why(cause=cause, at=visit.now, by=visit.actor.user_id, depth=0)
    if react.press(visit.connection, house, heard, number, why) is None:
        raise Refused(Issue(code="rule.no_reason"))
    return {"pressed": True}


@blueprint.get("/why")
@reading()
def list_reasons(visit: Visit, application: str, entity: str, number: int) -> dict[str, Any]:
    """The firings that touched the record, newest first; `firing` asks for one of them."""
    sight, model = _record(visit, application, entity, number)
    firing = number_of(request.args.get("firing"), "firing", 0)
    return {"items": rule_pages.why(visit.connection, sight, model, number, visit.locale, firing=firing)}
