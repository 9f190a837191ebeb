"""On a record: what its measures are of, how each is made, and measuring by hand."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request

from app.auth import Visit, reading, writing
from app.sight import house_of, number_of, record_of
from engines.runtime import measure_pages

blueprint = Blueprint(
    "record_measures", __name__, url_prefix="/api/records/<application>/<entity>/<int:number>/measures"
)


@blueprint.get("")
@reading()
def list_measures(visit: Visit, application: str, entity: str, number: int) -> dict[str, Any]:
    """{field: {state, as_of, taken_at}} of the measures that the reader sees."""
    sight, model = record_of(visit, application, entity, number)
    return measure_pages.of_record(visit.connection, sight, model, number)


@blueprint.get("/<field>")
@reading()
def show_measure(visit: Visit, application: str, entity: str, number: int, field: str) -> dict[str, Any]:
    """How a value is made: question, words, time and the rows behind it, those after `after`."""
    sight, model = record_of(visit, application, entity, number)
    after = number_of(request.args.get("after"), "after", 0)
    return measure_pages.made(visit.connection, sight, house_of(visit), model, number, field, after)


@blueprint.post("")
@writing()
def measure_now(visit: Visit, application: str, entity: str, number: int) -> dict[str, Any]:
    """Measure the record at once; how many values moved."""
    sight, model = record_of(visit, application, entity, number)
    return {"moved": measure_pages.measure_now(visit.connection, sight, house_of(visit), model, number)}
