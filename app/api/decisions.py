"""Decision tables over HTTP: a live one asked by anybody who may, a drafted one tried and counted by designers."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request

from app.auth import Visit, reading
from app.encoding import read_body
from app.sight import object_of, require_design, sight_of
from engines.catalog import CATALOG
from engines.runtime import decision_pages
from metamodel.decision_table import DecisionTable
from metamodel.definition import load
from metamodel.dmn.read import from_dmn
from metamodel.dmn.write import to_dmn
from metamodel.errors import Invalid
from metamodel.issues import Issue

blueprint = Blueprint("decisions", __name__, url_prefix="/api")


@blueprint.post("/decisions/<application>/<table>")
@reading()
def decide(visit: Visit, application: str, table: str) -> Any:
    """{record: a number} or {values: by input or parameter}, and perhaps {on: a day}: the outcome."""
    sight = sight_of(visit)
    found = decision_pages.live(sight, application, table)
    trial, _ = _tried(visit, sight, found, read_body(request))
    return decision_pages.answered(found, trial, visit.locale)


@blueprint.post("/designer/<application>/decisions/try")
@reading("design")
def try_table(visit: Visit, application: str) -> Any:
    """{table: a drafted document} with {record} or {values}, perhaps {on}: every cell and the outcome; without either
    only what would have to be given."""
    require_design(visit, application, "decision_table")
    sight, body = sight_of(visit), read_body(request)
    found = decision_pages.drafted(visit.connection, sight, application, object_of(body.get("table"), "table"))
    wanted = decision_pages.wanted(found, visit.locale)
    if body.get("record") is None and body.get("values") is None:
        return {"asked": wanted}
    if body.get("record") is not None:
        decision_pages.require_open(sight, found)
    trial, context = _tried(visit, sight, found, body)
    return {"asked": wanted, **decision_pages.told(found, trial, context, visit.locale)}


@blueprint.post("/designer/<application>/decisions/count")
@reading("design")
def count_rows(visit: Visit, application: str) -> Any:
    """{table: a drafted document}: how many live records each row decides."""
    require_design(visit, application, "decision_table")
    sight = sight_of(visit)
    document = object_of(read_body(request).get("table"), "table")
    found = decision_pages.drafted(visit.connection, sight, application, document)
    decision_pages.require_open(sight, found)
    return decision_pages.counted(visit.connection, sight, found)


@blueprint.post("/designer/<application>/decisions/dmn/export")
@reading("design")
def export_dmn(visit: Visit, application: str) -> Any:
    """{tables: drafted documents}: them as one DMN 1.5 file, with what other programs will not understand of it."""
    require_design(visit, application, "decision_table")
    given = read_body(request).get("tables")
    tables: list[DecisionTable] = []
    for item in given if isinstance(given, list) else ():
        table, issues = load(DecisionTable, object_of(item, "tables"), CATALOG)
        if table is None or issues:
            raise Invalid(issue.under("tables") for issue in issues)
        tables.append(table)
    xml, told = to_dmn(tables, application, visit.locale)
    return {"xml": xml, "issues": [issue.to_json(visit.locale) for issue in told]}


@blueprint.post("/designer/<application>/decisions/dmn/import")
@reading("design")
def import_dmn(visit: Visit, application: str) -> Any:
    """{xml}: the decision tables of a DMN file as documents, and what has to be looked at; nothing is kept."""
    require_design(visit, application, "decision_table")
    xml = read_body(request).get("xml")
    if not isinstance(xml, str):
        raise Invalid(Issue(code="dmn.not_xml", path=("xml",), arguments={"line": 1}))
    taken, told = from_dmn(xml.encode(), CATALOG)
    return {"tables": [item.document for item in taken], "issues": [issue.to_json(visit.locale) for issue in told]}


def _tried(visit: Visit, sight: Any, found: decision_pages.Table, body: dict[str, Any]) -> Any:
    context = decision_pages.when(sight, body.get("on"))
    record = body.get("record")
    if record is None:
        return decision_pages.on_values(found, object_of(body.get("values"), "values"), context), context
    if body.get("values") is not None:
        raise Invalid(Issue(code="decision.one_of", path=("values",)))
    if not isinstance(record, int) or isinstance(record, bool) or not 0 < record < 2**63:
        raise Invalid(Issue(code="given.integer", path=("record",)))
    return decision_pages.on_record(visit.connection, sight, found, record, context), context
