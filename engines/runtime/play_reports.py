"""What acceptance tests ask of reports: that they answer, to somebody, with certain rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from engines.records.sight import Sight
from engines.reports.run import ask
from engines.runtime.acceptance import ExpectReport
from engines.runtime.alike import alike
from metamodel.application import Application
from metamodel.errors import NotFound
from metamodel.issues import Issue

#: rows that a failure tells of
TOLD = 12


def expected(
    connection: sa.Connection,
    sight: Sight,
    application: Application,
    wanted: ExpectReport,
    given: Callable[[Any], Any],
) -> Issue | None:
    """What is amiss with the answer: a row that is not among it, or another number of rows."""
    report = application.meant("report", wanted.report)
    if report is None:
        raise NotFound(Issue(code="acceptance.no_report", arguments={"name": wanted.report}))
    result = ask(connection, sight, application, report, given(wanted.filters), sight.live.zone)
    names = [column.name for column in result.columns]
    found = [dict(zip(names, row, strict=True)) for row in result.rows]
    told = ["; ".join(f"{name}: {cell}" for name, cell in row.items()) for row in found[:TOLD]]
    for row in wanted.rows:
        unknown = next((word for word in row if word not in names), None)
        if unknown is not None:
            said = {"name": unknown, "report": report.label, "told": names}
            return Issue(code="acceptance.no_column", arguments=said)
        if not any(alike(given(row), one) for one in found):
            said = {"wanted": "; ".join(f"{word}: {value}" for word, value in row.items()), "told": told}
            return Issue(code="acceptance.no_row", arguments=said)
    if wanted.count is not None and wanted.count != len(found):
        return Issue(code="acceptance.rows", arguments={"wanted": wanted.count, "found": len(found), "told": told})
    return None
