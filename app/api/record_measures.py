"""On a record: what its measures are of, how each is made, and measuring by hand."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request

from app.api.tasks import house_of
from app.auth import Visit, reading, writing
from app.sight import number_of, sight_of
from engines.records import query
from engines.records.query import entity_of
from engines.records.sight import Sight
from engines.runtime import measure_pages
from metamodel.model import EntityModel, qualified

blueprint = Blueprint(
    "record_measures", __name__, url_prefix="/api/records/<application>/<entity>/<int:number>/measures"
)


def _record(visit: Visit, application: str, entity: str, number: int) -> tuple[Sight, EntityModel]:
    """The record, which the reader must be allowed to read."""
    sight = sight_of(visit)
    model = entity_of(sight, qualified(application, entity))
    query.one(visit.connection, sight, model, number)
    return sight, model


@blueprint.get("")
@reading()
def list_measures(visit: Visit, application: str, entity: str, number: int) -> dict[str, Any]:
    """{field: {state, as_of, taken_at}} of the measures that the reader sees."""
    sight, model = _record(visit, application, entity, number)
    return measure_pages.of_record(visit.connection, sight, model, number)


@blueprint.get("/<field>")
@reading()
def show_measure(visit: Visit, application: str, entity: str, number: int, field: str) -> dict[str, Any]:
    """How a value is made: question, words, time and the rows behind it, those after `after`."""
    sight, model = _record(visit, application, entity, number)
    after = number_of(request.args.get("after"), "after", 0)
    return measure_pages.made(visit.connection, sight, house_of(visit), model, number, field, after)


@blueprint.post("")
@writing()
def measure_now(visit: Visit, application: str, entity: str, number: int) -> dict[str, Any]:
    """Measure the record at once; how many values moved."""
    sight, model = _record(visit, application, entity, number)
    return {"moved": measure_pages.measure_now(visit.connection, sight, house_of(visit), model, number)}
