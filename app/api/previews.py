"""Figures and words of what is still being designed, for those who may design them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request

from app.auth import Visit, reading, writing
from app.encoding import read_body
from app.sight import object_of, require_design, sight_of
from engines.runtime import design, preview, rehearse
from metamodel.errors import Invalid
from metamodel.issues import Issue

blueprint = Blueprint("previews", __name__, url_prefix="/api/designer")


def _dataset(body: dict[str, Any]) -> Any:
    said = body.get("dataset")
    return None if said is None else object_of(said, "dataset")


@blueprint.post("/<application>/preview/report")
@reading("design")
def preview_report(visit: Visit, application: str) -> Any:
    """A report as it is drafted, asked of its drafted dataset."""
    require_design(visit, application, "report", "board", "dataset")
    design.require_known(visit.connection, application)
    body = read_body(request)
    answer = preview.preview_report(
        visit.connection,
        sight_of(visit),
        application,
        object_of(body.get("report"), "report"),
        _dataset(body),
        object_of(body.get("filters") or {}, "filters"),
    )
    return answer.to_json(visit.now)


@blueprint.post("/<application>/preview/explain")
@reading("design")
def preview_explanation(visit: Visit, application: str) -> Any:
    """How the numbers of a report are made as it is drafted."""
    require_design(visit, application, "report", "board", "dataset")
    design.require_known(visit.connection, application)
    body = read_body(request)
    return preview.preview_explanation(
        visit.connection,
        sight_of(visit),
        application,
        object_of(body.get("report"), "report"),
        _dataset(body),
        object_of(body.get("filters") or {}, "filters"),
    )


@blueprint.post("/<application>/preview/filter")
@reading("design")
def preview_filter(visit: Visit, application: str) -> Any:
    """What a drafted filter of a board may be narrowed to; it tells what the records `given` are called."""
    require_design(visit, application, "report", "board", "dataset")
    design.require_known(visit.connection, application)
    body = read_body(request)
    given = body.get("given") or []
    if not isinstance(given, list):
        raise Invalid(Issue(code="given.list", path=("given",)))
    return preview.preview_filter(
        visit.connection,
        sight_of(visit),
        application,
        object_of(body.get("filter"), "filter"),
        _dataset(body),
        str(body.get("search") or ""),
        [str(one) for one in given],
    )


def _record(body: dict[str, Any]) -> int:
    number = body.get("record")
    if type(number) is not int:
        raise Invalid(Issue(code="given.integer", path=("record",)))
    return number


@blueprint.post("/<application>/preview/message")
@reading("design")
def preview_message(visit: Visit, application: str) -> Any:
    """{message, record}: what a drafted message would say over each channel, and what the arbiter would decide now."""
    require_design(visit, application, "message")
    design.require_known(visit.connection, application)
    body = read_body(request)
    document = object_of(body.get("message"), "message")
    return rehearse.preview(
        visit.connection, sight_of(visit), application, document, _record(body), visit.workspace.locale
    )


@blueprint.post("/<application>/preview/message/test")
@writing("design")
def try_message(visit: Visit, application: str) -> Any:
    """{message, record, way, address}: one channel's words, sent to whoever tries it."""
    require_design(visit, application, "message")
    design.require_known(visit.connection, application)
    body = read_body(request)
    number = rehearse.try_way(
        visit.connection,
        sight_of(visit),
        application,
        object_of(body.get("message"), "message"),
        _record(body),
        str(body.get("way") or ""),
        str(body.get("address") or ""),
    )
    return {"delivery": number}, 201
