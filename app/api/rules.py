"""Rules over HTTP, for those who design them: how they do, on and off, the log, retries, tries and counts."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request

from app.auth import Visit, reading, writing
from app.encoding import read_body
from app.sight import house_of, number_of, object_of, releases, require_design, sight_of
from engines.access.people import names_of
from engines.records.sight import Sight
from engines.rules import log
from engines.rules.listen import Heard, find
from engines.runtime import react, rule_pages
from engines.runtime.house import as_house
from metamodel.errors import Invalid, NotFound
from metamodel.field_type import instant_text
from metamodel.issues import Issue

blueprint = Blueprint("rules", __name__, url_prefix="/api/rules/<application>")


def _live(visit: Visit, application: str) -> Sight:
    require_design(visit, application, "rule")
    return sight_of(visit)


def _rule(sight: Sight, application: str, rule: str) -> Heard:
    heard = find(sight.live, application, rule)
    if heard is None:
        raise NotFound(Issue(code="rule.missing"))
    return heard


@blueprint.get("")
@reading("design")
def list_rules(visit: Visit, application: str) -> dict[str, Any]:
    """Every live rule: on or off and by whom, firings today and in thirty days, failures, the next seven times."""
    sight = _live(visit, application)
    return {"items": rule_pages.overview(visit.connection, sight, application, visit.now, visit.locale)}


@blueprint.post("/<rule>/switch")
@writing("design")
def switch_rule(visit: Visit, application: str, rule: str) -> dict[str, Any]:
    """{active}: on or off from now on; who did it when is kept."""
    _rule(_live(visit, application), application, rule)
    active = read_body(request).get("active")
    if not isinstance(active, bool):
        raise Invalid(Issue(code="given.boolean", path=("active",)))
    log.switch(visit.connection, application, rule, active, by=visit.actor.user_id, at=visit.now)
    return {"active": active}


@blueprint.get("/<rule>/switches")
@reading("design")
def list_switches(visit: Visit, application: str, rule: str) -> dict[str, Any]:
    """Who switched it when, newest first."""
    _live(visit, application)
    rows = rule_pages.switchings(visit.connection, application, rule)
    names = names_of(visit.connection, {row.by_id for row in rows if row.by_id})
    items = [{"active": row.active, "at": instant_text(row.at), "by": names.get(row.by_id, "")} for row in rows]
    return {"items": items}


@blueprint.get("/firings")
@reading("design")
def list_firings(visit: Visit, application: str) -> dict[str, Any]:
    """The log, newest first, in words; `rule` and `failed` narrow it."""
    sight = _live(visit, application)
    given = request.args
    return rule_pages.firings(
        visit.connection,
        sight,
        application,
        visit.locale,
        rule=given.get("rule", "")[:62],
        failed=given.get("failed") == "1",
        after=number_of(given.get("after"), "after", 0),
    )


@blueprint.post("/firings/<int:number>/retry")
@writing("design")
def retry_firing(visit: Visit, application: str, number: int) -> dict[str, Any]:
    """A failed firing again, with the record and the rule as they are now; {done} and the firing as it is then."""
    _live(visit, application)
    connection = visit.connection
    row = connection.execute(log.firing.select().where(log.firing.c.id == number)).one_or_none()
    if row is None or row.application != application:
        raise NotFound(Issue(code="firing.not_failed"))
    house = as_house(connection, releases(), row.by_id, visit.now)
    return {"done": react.retry(connection, house, number, by=visit.actor.user_id, at=visit.now)}


@blueprint.post("/try")
@reading("design")
def try_rule(visit: Visit, application: str) -> Any:
    """{rule: a drafted document or a live rule's id, record: a number}: what would happen; nothing does."""
    sight = _live(visit, application)
    body = read_body(request)
    heard = _asked(sight, application, body)
    record = body.get("record")
    if not isinstance(record, int) or isinstance(record, bool):
        raise Invalid(Issue(code="given.integer", path=("record",)))
    house = house_of(visit)
    return rule_pages.tried(visit.connection, house, heard, record, visit.locale, reader=sight)


@blueprint.post("/count")
@reading("design")
def count_meeting(visit: Visit, application: str) -> Any:
    """{rule}: how many records meet the condition now, and ten of them."""
    sight = _live(visit, application)
    house = house_of(visit)
    return rule_pages.meeting(visit.connection, house, _asked(sight, application, read_body(request)), reader=sight)


@blueprint.post("/times")
@reading("design")
def list_times(visit: Visit, application: str) -> dict[str, Any]:
    """{rule}: the next seven times that the clock starts it."""
    sight = _live(visit, application)
    return {"items": rule_pages.coming(sight, _asked(sight, application, read_body(request)), visit.now)}


def _asked(sight: Sight, application: str, body: dict[str, Any]) -> Heard:
    said = body.get("rule")
    if isinstance(said, str):
        return _rule(sight, application, said)
    return rule_pages.drafted(sight, application, object_of(said, "rule"))
