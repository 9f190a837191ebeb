"""Segments and analyses for those who design them: drafted counts, what is kept, checks and runs as jobs."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request

from app.auth import Visit, reading, writing
from app.encoding import read_body
from app.sight import object_of, require_design, sight_of
from engines.analyses.run import analysis_of
from engines.runtime import analysing, analysis_pages, design, segment_pages, segmenting
from metamodel.errors import Invalid
from metamodel.issues import Issue

blueprint = Blueprint("segments", __name__, url_prefix="/api/designer")


@blueprint.post("/<application>/preview/segment")
@reading("design")
def preview_segment(visit: Visit, application: str) -> Any:
    """How many records a drafted segment would hold, and some of them."""
    require_design(visit, application, "segment")
    design.require_known(visit.connection, application)
    body = read_body(request)
    others = body.get("others") or []
    if not isinstance(others, list):
        raise Invalid(Issue(code="definition.not_list", path=("others",), arguments={"found": repr(others)}))
    said = object_of(body.get("segment"), "segment")
    drafted = [object_of(one, "others") for one in others]
    return segment_pages.drafted(visit.connection, sight_of(visit), application, said, drafted)


@blueprint.get("/<application>/segments/<segment>")
@reading("design")
def show_segment(visit: Visit, application: str, segment: str) -> Any:
    """A live segment as it is kept."""
    require_design(visit, application, "segment")
    return segment_pages.kept(visit.connection, sight_of(visit), application, segment)


@blueprint.get("/<application>/segments/<segment>/records")
@reading("design")
def list_members(visit: Visit, application: str, segment: str) -> Any:
    """Who is in a live segment, those that came last first."""
    require_design(visit, application, "segment")
    after = request.args.get("after", "")
    return segment_pages.members(visit.connection, sight_of(visit), application, segment, after)


@blueprint.post("/<application>/segments/<segment>/check")
@writing("design")
def check_segment(visit: Visit, application: str, segment: str) -> Any:
    """Compare a live segment with its condition asked in full, and repair it: a job."""
    require_design(visit, application, "segment")
    sight = sight_of(visit)
    name, found = segment_pages.segment_of(sight.live, application, segment)
    job = segmenting.start_check(
        visit.workspace, visit.connection, name, found.label, by=visit.actor.user_id, now=visit.now
    )
    return {"job": job}, 202


@blueprint.get("/<application>/analyses/<analysis>")
@reading("design")
def show_analysis(visit: Visit, application: str, analysis: str) -> Any:
    """A live analysis with its last runs."""
    require_design(visit, application, "analysis")
    return analysis_pages.found(visit.connection, sight_of(visit), application, analysis)


@blueprint.post("/<application>/analyses/<analysis>/run")
@writing("design")
def run_analysis(visit: Visit, application: str, analysis: str) -> Any:
    """Run a live analysis now: a job."""
    require_design(visit, application, "analysis")
    found, _, _ = analysis_of(sight_of(visit).live, application, analysis)
    job = analysing.start(visit.workspace, visit.connection, application, found, by=visit.actor.user_id, now=visit.now)
    return {"job": job}, 202
