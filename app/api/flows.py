"""Flows over HTTP, for those who design and watch over them: how they do, on and off, tries, who would be asked."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, request

from app.api.tasks import deed_of
from app.auth import Visit, reading, writing
from app.encoding import read_body
from app.sight import house_of, number_of, object_of, sight_of
from engines.access.people import get_user, names_of
from engines.records.sight import Sight
from engines.rules import log
from engines.rules.listen import FLOW
from engines.runtime import flow_pages, flow_tasks, flow_trial
from engines.runtime.events import switches
from engines.runtime.flow_house import Organisation, people
from engines.runtime.flow_trial import Trial
from engines.runtime.flows import flow_of
from engines.workflow.state import Who
from engines.workflow.tables import ENDED, OPEN, STUCK, flow_instance, flow_task
from metamodel.bpmn import read_bpmn, write_bpmn
from metamodel.definition import Json, dump, load, numbered
from metamodel.errors import Invalid, NotFound
from metamodel.flow import Flow, Source
from metamodel.issues import Issue, say
from metamodel.model import EntityModel, qualified

blueprint = Blueprint("flows", __name__, url_prefix="/api/flows/<application>")


def _live(visit: Visit, application: str) -> Sight:
    visit.require_admin()
    sight = sight_of(visit)
    if application not in sight.live.model.applications:
        raise NotFound(Issue(code="flow.unknown"))
    return sight


@blueprint.get("")
@reading("design")
def list_flows(visit: Visit, application: str) -> dict[str, Any]:
    """Every live flow: on or off, how many run, are stuck, late, or have ended."""
    sight = _live(visit, application)
    known = switches(visit.connection, sight.live)
    of_this = flow_instance.c.application == application
    late = sa.select(flow_task.c.instance_id).where(flow_task.c.state == OPEN, flow_task.c.due_at < visit.now)
    query = (
        sa.select(
            flow_instance.c.flow,
            sa.func.sum(sa.case((flow_instance.c.state != ENDED, 1), else_=0)),
            sa.func.sum(sa.case((flow_instance.c.state == STUCK, 1), else_=0)),
            sa.func.sum(sa.case((sa.and_(flow_instance.c.state != ENDED, flow_instance.c.id.in_(late)), 1), else_=0)),
            sa.func.sum(sa.case((flow_instance.c.state == ENDED, 1), else_=0)),
        )
        .where(of_this)
        .group_by(flow_instance.c.flow)
    )
    counts = {row[0]: [int(value or 0) for value in row[1:]] for row in visit.connection.execute(query)}
    items = []
    for flow in sight.live.model.applications[application].flows:
        running, stuck, overdue, ended = counts.get(flow.id, [0, 0, 0, 0])
        items.append(
            {
                "id": flow.id,
                "label": say(flow.label, visit.locale),
                "active": known.get((application, f"{FLOW}{flow.id}"), flow.active),
                "running": running,
                "stuck": stuck,
                "overdue": overdue,
                "ended": ended,
            }
        )
    return {"items": items}


@blueprint.post("/<flow>/switch")
@writing("design")
def switch_flow(visit: Visit, application: str, flow: str) -> dict[str, Any]:
    """{active}: whether it may be started from now on; what runs goes on. Who did it when is kept."""
    flow_of(_live(visit, application).live, application, flow)
    active = read_body(request).get("active")
    if not isinstance(active, bool):
        raise Invalid(Issue(code="given.boolean", path=("active",)))
    log.switch(visit.connection, application, f"{FLOW}{flow}", active, by=visit.actor.user_id, at=visit.now)
    return {"active": active}


@blueprint.get("/<flow>/live")
@reading("design")
def show_live(visit: Visit, application: str, flow: str) -> dict[str, Any]:
    """How many wait at each step now, and since when."""
    _live(visit, application)
    return {"steps": flow_pages.live_counts(visit.connection, application, flow)}


@blueprint.get("/instances")
@reading("admin")
def list_instances(visit: Visit, application: str) -> dict[str, Any]:
    """`state`: running, stuck, overdue or ended; `flow` narrows it."""
    _live(visit, application)
    given = request.args
    state, flow = given.get("state", "running"), given.get("flow", "")[:62]
    after = number_of(given.get("after"), "after", 0)
    return flow_pages.supervised(visit.connection, house_of(visit), application, state, flow, after, visit.locale)


@blueprint.post("/instances/<int:number>/<deed>")
@writing("admin")
def help_instance(visit: Visit, application: str, number: int, deed: str) -> dict[str, Any]:
    """retry, end {outcome, comment}, or assign {task, to}."""
    sight, house = _live(visit, application), house_of(visit)
    item = flow_tasks.instance(visit.connection, sight, number)
    if item.row.application != application:
        raise NotFound(Issue(code="flow.instance_unknown"))
    body = read_body(request)
    match deed:
        case "retry":
            flow_tasks.retry(visit.connection, sight, house, number)
        case "end":
            outcome, said = str(body.get("outcome") or ""), deed_of("end", {"comment": body.get("comment")})
            flow_tasks.end(visit.connection, sight, house, number, outcome, said.comment)
        case "assign":
            task, to = body.get("task"), body.get("to")
            if type(task) is not int or type(to) is not int:
                raise Invalid(Issue(code="task.no_one", path=("to",)))
            flow_tasks.assign(visit.connection, sight, house, number, task, to)
        case _:
            raise Invalid(Issue(code="task.deed"))
    return {"state": flow_tasks.instance(visit.connection, sight, number).row.state}


@blueprint.post("/try")
@writing("design")
def try_flow(visit: Visit, application: str) -> dict[str, Any]:
    """{flow: a drafted document or a live flow's id, record, starter, answers: {path: deed}, choices}: the path that a
    record would take, with the people and why. Nothing of it is kept."""
    sight = _live(visit, application)
    body = read_body(request)
    flow = _asked(sight, application, body.get("flow"))
    entity = _entity(sight, application, flow.entity)
    answers = object_of(body.get("answers") or {}, "answers")
    chosen: dict[str, tuple[int, ...]] = {}
    for step, those in object_of(body.get("choices") or {}, "choices").items():
        if not isinstance(those, list) or not all(type(one) is int for one in those):
            raise Invalid(Issue(code="given.integer", path=("choices", step)))
        chosen[step] = tuple(those)
    trial = Trial(
        application=application,
        flow=flow,
        entity=entity.name,
        record=_record(visit, sight, entity, body.get("record")),
        starter=_starter(visit, body.get("starter")),
        answers={str(path): str(deed) for path, deed in answers.items()},
        chosen=chosen,
    )
    return flow_trial.tried(visit.connection, house_of(visit), trial, visit.locale)


@blueprint.post("/who")
@reading("design")
def find_people(visit: Visit, application: str) -> dict[str, Any]:
    """{entity, people: sources, starter, record}: whom they lead to."""
    sight = _live(visit, application)
    body = read_body(request)
    entity = _entity(sight, application, str(body.get("entity") or ""))
    sources = []
    for at, document in enumerate(body.get("people") or []):
        source, issues = load(Source, document, sight.live.model.catalog)
        if source is None or issues:
            raise Invalid(issue.under("people", at) for issue in issues)
        sources.append(source)
    house, starter = house_of(visit), _starter(visit, body.get("starter"))
    record = body.get("record")
    number = record if type(record) is int else 0
    answer = people(
        Organisation(connection=visit.connection, model=sight.live.model, application=application),
        house,
        entity,
        Who(sources=numbered(tuple(sources))),
        number,
        starter,
        (),
    )
    numbers = list(dict.fromkeys(one for group in answer["people"] for one in group))
    found = [get_user(visit.connection, one) for one in numbers]
    return {
        "people": [
            {"id": one["id"], "name": one["name"], "department": (one.get("department") or {}).get("label", "")}
            for one in found
        ],
        "ordered": answer["ordered"],
        "starter": {"id": starter, "name": names_of(visit.connection, {starter}).get(starter, "")},
    }


@blueprint.get("/<flow>/bpmn")
@reading("design")
def export_bpmn(visit: Visit, application: str, flow: str) -> Response:
    """A live flow as BPMN 2.0 XML."""
    found = flow_of(_live(visit, application).live, application, flow)
    headers = {"Content-Disposition": f'attachment; filename="{found.name}.bpmn"'}
    return Response(write_bpmn(found, visit.locale), mimetype="application/xml", headers=headers)


@blueprint.post("/bpmn")
@reading("design")
def convert_bpmn(visit: Visit, application: str) -> dict[str, Any]:
    """{xml} becomes {flow: a document, notes: what could not be said}; {flow: a document} becomes {xml}."""
    sight = _live(visit, application)
    body = read_body(request)
    if "flow" in body:
        return {"xml": write_bpmn(_asked(sight, application, body["flow"]), visit.locale)}
    xml = body.get("xml")
    if not isinstance(xml, str):
        raise Invalid(Issue(code="given.text", path=("xml",)))
    flow, notes = read_bpmn(xml, sight.live.model.catalog, str(body.get("entity") or ""))
    return {"flow": dump(flow), "notes": [str(note.to_json(visit.locale)["message"]) for note in notes]}


def _asked(sight: Sight, application: str, said: Json) -> Flow:
    if isinstance(said, str):
        return flow_of(sight.live, application, said)
    return flow_trial.drafted(sight, application, object_of(said, "flow"))


def _entity(sight: Sight, application: str, name: str) -> EntityModel:
    entity = sight.live.model.entity(qualified(application, name)) if name else None
    if entity is None:
        raise NotFound(Issue(code="preview.unpublished"))
    return entity


def _record(visit: Visit, sight: Sight, entity: EntityModel, said: Json) -> int:
    """The record of a try: the one that is named, or the newest there is."""
    table = sight.live.tables[entity.name]
    query = sa.select(table.c.id).where(table.c.deleted_at.is_(None))
    if type(said) is int:
        query = query.where(table.c.id == said)
    found = visit.connection.scalar(query.order_by(table.c.id.desc()).limit(1))
    if found is None:
        raise NotFound(Issue(code="record.missing", path=("record",)))
    return int(found)


def _starter(visit: Visit, said: Json) -> int:
    return said if type(said) is int else visit.actor.user_id
