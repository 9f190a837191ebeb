"""The forms a computed value may take, shared by formulas, lookups and rollups."""

from __future__ import annotations

from typing import Any, Literal

import sqlalchemy as sa

from metamodel.definition import Json
from metamodel.expressions.storage import INSTANT
from metamodel.expressions.types import BOOLEAN, DATE, DATETIME, TEXT, Type, number
from metamodel.field_type import instant_text, unscaled

Result = Literal["text", "integer", "decimal", "money", "percent", "boolean", "date", "datetime"]


def result_scale(result: Result, digits: int) -> int:
    """Digits after the point as stored; percentages keep two more."""
    return {"decimal": digits, "money": digits, "percent": digits + 2}.get(result, 0)


def result_type(result: Result, digits: int) -> Type:
    """The expression type of a computed value."""
    plain = {"text": TEXT, "boolean": BOOLEAN, "date": DATE, "datetime": DATETIME}
    return plain.get(result) or number(result_scale(result, digits))


def result_column(result: Result) -> sa.types.TypeEngine[Any]:
    """The column of a computed value."""
    plain: dict[str, sa.types.TypeEngine[Any]] = {
        "text": sa.Text(),
        "boolean": sa.Boolean(),
        "date": sa.Date(),
        "datetime": INSTANT,
    }
    return plain.get(result, sa.BigInteger())


def result_dump(result: Result, digits: int, stored: Any) -> Json:
    """The JSON form of a computed value."""
    match result:
        case "text" | "integer":
            return stored
        case "boolean":
            return bool(stored)
        case "date":
            return stored if isinstance(stored, str) else stored.isoformat()
        case "datetime":
            return instant_text(stored)
        case _:
            return unscaled(stored, result_scale(result, digits))
