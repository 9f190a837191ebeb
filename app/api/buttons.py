"""On a record: the buttons of rules, and why it is as it is."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request

from app.auth import Visit, reading, writing
from app.encoding import read_body
from app.sight import house_of, key_of, number_of, record_of
from engines.rules.run import Why
from engines.runtime import react, rule_pages
from metamodel.errors import Refused
from metamodel.issues import Issue

blueprint = Blueprint("buttons", __name__, url_prefix="/api/records/<application>/<entity>/<int:number>")


@blueprint.get("/buttons")
@reading()
def list_buttons(visit: Visit, application: str, entity: str, number: int) -> dict[str, Any]:
    """What may be pressed now."""
    sight, model = record_of(visit, application, entity, number)
    house = house_of(visit)
    return {"items": rule_pages.buttons(visit.connection, sight, house, model, number)}


@blueprint.post("/buttons/<rule>")
@writing()
def press_button(visit: Visit, application: str, entity: str, number: int, rule: str) -> dict[str, Any]:
    """{key, application?}: press it; the same key twice presses once. What the rule refuses is the answer."""
    sight, model = record_of(visit, application, entity, number)
    body = read_body(request)
    key = key_of(body, 40)
    home = str(body.get("application") or application)
    heard = rule_pages.button(visit.connection, sight, model, number, home, rule)
    cause = f"press:{visit.actor.user_id}:{key}"
    if rule_pages.pressed(visit.connection, heard, number, cause):
        return {"pressed": True}
    house = house_of(visit)
    why = Why(cause=cause, at=visit.now, by=visit.actor.user_id, depth=0)
    if react.press(visit.connection, house, heard, number, why) is None:
        raise Refused(Issue(code="rule.no_reason"))
    return {"pressed": True}


@blueprint.get("/why")
@reading()
def list_reasons(visit: Visit, application: str, entity: str, number: int) -> dict[str, Any]:
    """The firings that touched the record, newest first; `firing` asks for one of them."""
    sight, model = record_of(visit, application, entity, number)
    firing = number_of(request.args.get("firing"), "firing", 0)
    return {"items": rule_pages.why(visit.connection, sight, model, number, visit.locale, firing=firing)}
