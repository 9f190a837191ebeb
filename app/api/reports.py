"""Reports and boards asked over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, request

from app.auth import Visit, reading
from app.encoding import read_body
from app.sight import object_of, sight_of
from engines.records.sight import FACT_TABLES, Sight
from engines.reports.behind import records
from engines.reports.cache import ask_kept
from engines.reports.explain import explain
from engines.reports.export import to_csv, to_xlsx
from engines.reports.narrow import chosen, narrowing, reaching, values
from engines.reports.resolve import find_dataset, readable, subject
from metamodel.application import Application
from metamodel.definition import Json, dump, load
from metamodel.errors import Forbidden, Invalid, NotFound, Refusal
from metamodel.issues import Issue, nearest, say
from metamodel.report import Report

blueprint = Blueprint("reports", __name__, url_prefix="/api")
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


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


def _answer(visit: Visit, sight: Sight, application: Application, report: Report, body: Mapping[str, Any]) -> Any:
    filters = object_of(body.get("filters") or {}, "filters")
    result = ask_kept(visit.connection, sight, application, report, filters, str(body.get("zone") or ""))
    return result.to_json(visit.now)


def _inline(sight: Sight, body: Mapping[str, Any]) -> Report:
    """The report given with the question."""
    document = object_of(body.get("report"), "report")
    report, issues = load(Report, {"name": "inline", "label": "", **document}, sight.live.model.catalog)
    if report is None or issues:
        raise Invalid(issue.under("report") for issue in issues)
    return report


@blueprint.post("/reports/<name>/query")
@reading()
def ask_inline(visit: Visit, name: str) -> Any:
    """A report given with the question; within the asker's rows and fields like any other."""
    sight = sight_of(visit)
    body = read_body(request)
    return _answer(visit, sight, _application(sight, name), _inline(sight, body), body)


@blueprint.post("/reports/<name>/explain")
@reading()
def explain_report(visit: Visit, name: str) -> Any:
    """How the numbers of a report given with the question are made."""
    sight = sight_of(visit)
    body = read_body(request)
    filters = object_of(body.get("filters") or {}, "filters")
    return explain(visit.connection, sight, _application(sight, name), _inline(sight, body), filters)


@blueprint.post("/reports/<name>/records")
@reading()
def list_records(visit: Visit, name: str) -> Any:
    """The records behind a figure of a report given with the question, `fields` of each, those after `after`."""
    sight = sight_of(visit)
    body = read_body(request)
    fields = body.get("fields") or []
    after = body.get("after") or 0
    if not isinstance(fields, list) or not isinstance(after, int):
        raise Invalid(Issue(code="given.list", path=("fields",)))
    filters = object_of(body.get("filters") or {}, "filters")
    report = _inline(sight, body)
    return records(visit.connection, sight, _application(sight, name), report, filters, fields, after)


@blueprint.post("/reports/<name>/export")
@reading()
def export_report(visit: Visit, name: str) -> Any:
    """A report given with the question as a file, `format` csv or xlsx, with the same numbers as on the screen."""
    sight = sight_of(visit)
    body = read_body(request)
    application, report = _application(sight, name), _inline(sight, body)
    format = str(body.get("format") or "xlsx")
    if format not in ("csv", "xlsx"):
        raise Invalid(Issue(code="exchange.unknown_format", path=("format",), arguments={"format": format}))
    filters = object_of(body.get("filters") or {}, "filters")
    result = ask_kept(visit.connection, sight, application, report, filters)
    title = str(body.get("title") or say(report.label, visit.actor.locale) or "report")
    content = to_csv(result) if format == "csv" else to_xlsx(result, title)
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(title, safe='')}.{format}"}
    return Response(content, mimetype="text/csv" if format == "csv" else SHEET, headers=headers)


@blueprint.post("/reports/<name>/<report>")
@reading()
def ask_report(visit: Visit, name: str, report: str) -> Any:
    sight = sight_of(visit)
    application = _application(sight, name)
    return _answer(visit, sight, application, _find(application, "report", report), read_body(request))


@blueprint.get("/boards/<name>/<board>")
@reading()
def show_board(visit: Visit, name: str, board: str) -> Any:
    """A board without the tiles that could only say "not for you"; who may see none of them is refused."""
    sight = sight_of(visit)
    application = _application(sight, name)
    found = _find(application, "board", board)
    reports = {tile.report: application.find("report", tile.report) for tile in found.tiles}
    closed = {key for key, item in reports.items() if item and not readable(sight, application, item)}
    if reports and closed == set(reports):
        raise Forbidden(Issue(code="report.forbidden", arguments={"label": found.label}))
    shown = {key: item for key, item in reports.items() if item and key not in closed}
    return {
        **dump(replace(found, tiles=tuple(tile for tile in found.tiles if tile.report not in closed))),
        "id": found.id,
        "filters": [{**dump(item), "id": item.id, **narrowing(sight, application, item)} for item in found.filters],
        "reports": {key: dump(item) for key, item in shown.items()},
        "datasets": {
            name: facts
            for name in dict.fromkeys(item.dataset for item in shown.values())
            if (facts := _facts(sight, application, name))
        },
    }


def _facts(sight: Sight, application: Application, name: str) -> Json:
    """What a figure may be drilled by: the dimensions its reader may know of, and the ways down."""
    try:
        owner, dataset = find_dataset(sight, application, name)
        entity = subject(sight, owner, dataset)
    except Refusal:
        return None
    known = {}
    for item in dataset.dimensions:
        checked = sight.check(item.expression, entity.name)
        if checked.ast is not None and not checked.issues:
            time = checked.type.kind in ("date", "datetime")
            known[item.name] = {"label": item.label, "time": time}
    return {
        "label": dataset.label,
        "entity": entity.name.removeprefix(f"{application.name}."),
        "records": entity.name not in FACT_TABLES,
        "dimensions": known,
        "hierarchies": [
            {"label": item.label, "dimensions": [one for one in item.dimensions if one in known]}
            for item in dataset.hierarchies
        ],
    }


@blueprint.get("/boards/<name>/<board>/filters/<filter>")
@reading()
def list_filter_values(visit: Visit, name: str, board: str, filter: str) -> Any:
    """The values a reader may narrow a filter to, most frequent first; only those of rows they may see. With `value`,
    once or more: what those records are called."""
    sight = sight_of(visit)
    application = _application(sight, name)
    found = _find(application, "board", board)
    asked = next((item for item in found.filters if item.name == filter), None)
    if asked is None:
        raise NotFound(Issue(code="definition.gone", arguments={"name": filter}))
    if given := request.args.getlist("value"):
        return {"items": chosen(visit.connection, sight, application, asked, given)}
    return {"items": values(visit.connection, sight, application, asked, request.args.get("search", ""))}


@blueprint.post("/boards/<name>/<board>/tiles/<tile>")
@reading()
def ask_tile(visit: Visit, name: str, board: str, tile: str) -> Any:
    sight = sight_of(visit)
    application = _application(sight, name)
    found = _find(application, "board", board)
    chosen = next((item for item in found.tiles if item.id == tile), None)
    if chosen is None:
        raise NotFound(Issue(code="definition.gone", arguments={"name": tile}))
    body = read_body(request)
    body["filters"] = reaching(found, chosen, object_of(body.get("filters") or {}, "filters"))
    return _answer(visit, sight, application, _find(application, "report", chosen.report), body)
