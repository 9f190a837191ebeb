"""Reports and boards asked over HTTP."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request

from app.auth import Visit, reading
from app.encoding import read_body
from app.sight import object_of, sight_of
from engines.records.sight import Sight
from engines.reports.narrow import narrowing, values
from engines.reports.run import ask
from metamodel.application import Application
from metamodel.definition import dump, load
from metamodel.errors import Invalid, NotFound
from metamodel.issues import Issue, nearest
from metamodel.report import Report

blueprint = Blueprint("reports", __name__, url_prefix="/api")


def _application(sight: Sight, name: str) -> Application:
    found = sight.live.model.applications.get(name)
    if found is None:
        raise NotFound(Issue(code="application.missing", arguments={"name": name}))
    return found


def _find(application: Application, sort: str, name: str) -> Any:
    found = application.find(sort, name)
    if found is None:
        known = [item.name for item in getattr(application, f"{sort}s")]
        raise NotFound(Issue(code=f"reference.{sort}", arguments={"word": name, "nearest": nearest(name, known)}))
    return found


def _answer(visit: Visit, sight: Sight, application: Application, report: Report, body: dict[str, Any]) -> Any:
    filters = object_of(body.get("filters") or {}, "filters")
    result = ask(visit.connection, sight, application, report, filters, str(body.get("zone") or ""))
    return result.to_json(visit.now)


@blueprint.post("/reports/<name>/query")
@reading()
def ask_inline(visit: Visit, name: str) -> Any:
    """A report given with the question; within the asker's rows and fields like any other."""
    sight = sight_of(visit)
    body = read_body(request)
    document = object_of(body.get("report"), "report")
    report, issues = load(Report, {"name": "inline", "label": "", **document}, sight.live.model.catalog)
    if report is None or issues:
        raise Invalid(issue.under("report") for issue in issues)
    return _answer(visit, sight, _application(sight, name), report, body)


@blueprint.post("/reports/<name>/<report>")
@reading()
def ask_report(visit: Visit, name: str, report: str) -> Any:
    sight = sight_of(visit)
    application = _application(sight, name)
    return _answer(visit, sight, application, _find(application, "report", report), read_body(request))


@blueprint.get("/boards/<name>/<board>")
@reading()
def show_board(visit: Visit, name: str, board: str) -> Any:
    sight = sight_of(visit)
    application = _application(sight, name)
    found = _find(application, "board", board)
    reports = {tile.report: application.find("report", tile.report) for tile in found.tiles}
    return {
        **dump(found),
        "id": found.id,
        "filters": [{**dump(item), "id": item.id, **narrowing(sight, application, item)} for item in found.filters],
        "reports": {key: {"label": item.label, "chart": dump(item.chart)} for key, item in reports.items() if item},
    }


@blueprint.get("/boards/<name>/<board>/filters/<filter>")
@reading()
def list_filter_values(visit: Visit, name: str, board: str, filter: str) -> Any:
    """The values a reader may narrow a filter to, most frequent first; only those of rows they may see."""
    sight = sight_of(visit)
    application = _application(sight, name)
    found = _find(application, "board", board)
    chosen = next((item for item in found.filters if item.name == filter), None)
    if chosen is None:
        raise NotFound(Issue(code="definition.gone", arguments={"name": filter}))
    return {"items": values(visit.connection, sight, application, chosen, request.args.get("search", ""))}


@blueprint.post("/boards/<name>/<board>/tiles/<tile>")
@reading()
def ask_tile(visit: Visit, name: str, board: str, tile: str) -> Any:
    sight = sight_of(visit)
    application = _application(sight, name)
    found = _find(application, "board", board)
    chosen = next((item for item in found.tiles if item.id == tile), None)
    if chosen is None:
        raise NotFound(Issue(code="definition.gone", arguments={"name": tile}))
    return _answer(visit, sight, application, _find(application, "report", chosen.report), read_body(request))
