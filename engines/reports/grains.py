"""Stretches of time in SQL: a date or a moment cut to its day, week, month; the answer is text that sorts by time."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from engines.reports.query import Split
from metamodel.expressions import zones
from metamodel.expressions.dialects import fragment
from metamodel.expressions.storage import TEXT_TYPE

# Over a date or a wall-clock text.
_GRAINS = {
    "day": fragment("substr({0}, 1, 10)", "to_char({0}, 'YYYY-MM-DD')", TEXT_TYPE),
    "week": fragment(
        "date(substr({0}, 1, 10), '-6 days', 'weekday 1')", "to_char(date_trunc('week', {0}), 'YYYY-MM-DD')", TEXT_TYPE
    ),
    "month": fragment("substr({0}, 1, 7)", "to_char({0}, 'YYYY-MM')", TEXT_TYPE),
    "quarter": fragment(
        "substr({0}, 1, 4) || '-Q' || ((CAST(substr({0}, 6, 2) AS INTEGER) + 2) / 3)",
        "to_char({0}, 'YYYY\"-Q\"Q')",
        TEXT_TYPE,
    ),
    "year": fragment("substr({0}, 1, 4)", "to_char({0}, 'YYYY')", TEXT_TYPE),
    "hour": fragment("substr({0}, 12, 2)", "to_char({0}, 'HH24')", TEXT_TYPE),
    "weekday": fragment(
        "CAST((CAST(strftime('%w', substr({0}, 1, 10)) AS INTEGER) + 6) % 7 + 1 AS TEXT)",
        "to_char({0}, 'ID')",
        TEXT_TYPE,
    ),
}


def grained(split: Split, value: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """The stretch of time that a value lies in, by the clock of the split's zone."""
    if split.type.kind == "datetime":
        return _GRAINS[split.grain or "day"](zones.wall(split.zone)(value))
    return _GRAINS[split.grain or "day"](value)
