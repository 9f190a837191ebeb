"""The records behind a figure: those that a query counts, newest first, as the asker may see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import sqlalchemy as sa

from engines.database import time_limit
from engines.records.query import Asked, page
from engines.records.sight import FACT_TABLES, Sight
from engines.reports.compile import behind as numbers_behind
from engines.reports.compile import counting
from engines.reports.gather import SECONDS
from engines.reports.resolve import resolve
from metamodel.application import Application
from metamodel.definition import Json
from metamodel.errors import Invalid
from metamodel.issues import Issue
from metamodel.report import Report

#: records shown at once
SOME = 50


def records(
    connection: sa.Connection,
    sight: Sight,
    application: Application,
    report: Report,
    filters: Mapping[str, Json],
    fields: Sequence[str],
    after: int = 0,
) -> Json:
    """{entity, total, items, next}: `filters` narrow by the cell that was pressed as well. A figure about what the
    platform keeps account of has no records of its own to show."""
    query = resolve(sight, application, report, filters)
    # of one measure only the rows it takes
    own = tuple(item.filter for item in query.shown if item.filter) if len(query.named) == 1 else ()
    query = replace(query, filters=query.filters + own)
    if query.entity.name in FACT_TABLES:
        raise Invalid(Issue(code="report.no_records", arguments={"label": query.entity.definition.label}))
    with time_limit(connection, SECONDS):
        total = 0 if after else int(connection.scalar(counting(sight, query)) or 0)
        found = list(connection.scalars(numbers_behind(sight, query, after, SOME + 1)))
    shown = found[:SOME]
    items: list[dict[str, Json]] = []
    if shown:
        asked = Asked(fields=tuple(fields), filters=(f"IN({{id}}, {', '.join(map(str, shown))})",), limit=SOME)
        known = {item["id"]: item for item in page(connection, sight, query.entity, asked).items}
        items = [known[number] for number in shown if number in known]
    return {
        "entity": query.entity.name,
        "total": total,
        "items": items,
        "next": shown[-1] if len(found) > SOME else None,
    }
