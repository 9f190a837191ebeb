"""On a record: the flows that may be started, and those that run or ran."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request

from app.auth import Visit, reading, writing
from app.encoding import read_body
from app.sight import house_of, key_of, object_of, record_of
from engines.runtime import flow_pages, flow_picture, flow_start
from engines.runtime.flows import flow_of
from metamodel.errors import Invalid
from metamodel.issues import Issue

blueprint = Blueprint("record_flows", __name__, url_prefix="/api/records/<application>/<entity>/<int:number>/flows")


@blueprint.get("")
@reading()
def list_flows(visit: Visit, application: str, entity: str, number: int) -> dict[str, Any]:
    """What may be started now and whom the starter has to choose, the pictures of its flows, and the reader's task."""
    sight, model = record_of(visit, application, entity, number)
    house = house_of(visit)
    running = flow_pages.of_record(visit.connection, house, model.name, number)
    return {
        "startable": flow_start.startable(visit.connection, sight, house, model, number, visit.locale),
        "instances": [flow_picture.picture(visit.connection, sight, house, item, visit.locale) for item in running],
        "task": flow_start.own_task(visit.connection, sight, [item.id for item in running]),
    }


@blueprint.post("/<flow>")
@writing()
def start_flow(visit: Visit, application: str, entity: str, number: int, flow: str) -> dict[str, Any]:
    """{key, application, choices: {step: [people]}}: start it; the same key twice starts it once."""
    sight, model = record_of(visit, application, entity, number)
    body = read_body(request)
    key = key_of(body, 60)
    home = str(body.get("application") or application)
    choices: dict[str, tuple[int, ...]] = {}
    for step, people in object_of(body.get("choices") or {}, "choices").items():
        if not isinstance(people, list) or not all(type(one) is int for one in people):
            raise Invalid(Issue(code="given.integer", path=("choices", step)))
        choices[step] = tuple(people)
    chosen = flow_of(sight.live, home, flow)
    made = flow_start.by_hand(visit.connection, sight, house_of(visit), model, number, home, chosen, choices, key)
    return {"instance": made}
