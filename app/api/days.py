"""Days on which nobody works, for what is drawn over time."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, request

from app.auth import Visit, reading
from engines.rules.timetable import is_working_day
from metamodel.errors import Invalid
from metamodel.issues import Issue

blueprint = Blueprint("days", __name__, url_prefix="/api/days")

#: days asked for at once: ten years
MOST = 3_660


@blueprint.get("/off")
@reading()
def list_days_off(visit: Visit) -> dict[str, Any]:
    """?from&to: weekends and holidays between two days, without those that are worked to make up for one."""
    first, last = _day("from"), _day("to")
    count = min(MOST, (last - first).days + 1)
    days = (first + timedelta(days=at) for at in range(max(0, count)))
    return {"items": [day.isoformat() for day in days if not is_working_day(day)]}


def _day(word: str) -> date:
    try:
        return date.fromisoformat(request.args.get(word, ""))
    except ValueError as wrong:
        raise Invalid(Issue(code="given.date", path=(word,))) from wrong
