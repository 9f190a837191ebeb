"""A day of the calendar, without a time zone."""

from __future__ import annotations

import re
from datetime import date, timedelta
from random import Random
from typing import Any

import sqlalchemy as sa

from metamodel.definition import Json, definition
from metamodel.expressions.types import DATE, Type
from metamodel.field_type import ORDERED, FieldType, invalid

WRITTEN = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T ].*)?")


@definition
class Settings:
    """It has no settings."""


class Date(FieldType):
    """A day of the calendar, without a time zone."""

    kind = "date"
    Config = Settings
    group = "date"
    icon = "date"
    operators = ORDERED
    aggregates = ("count", "min", "max")

    def expression_type(self, config: Settings) -> Type:
        """A date."""
        return DATE

    def column(self, config: Settings) -> sa.types.TypeEngine[Any]:
        """The database's own date; ISO text on SQLite, whose order is time order."""
        return sa.Date()

    def coerce(self, config: Settings, value: Json) -> date:
        """2026-11-22, also 2026/11/22 and 2026年11月22日."""
        if isinstance(value, date):
            return date(value.year, value.month, value.day)
        found = WRITTEN.fullmatch(str(value).strip())
        try:
            return date(int(found[1]), int(found[2]), int(found[3])) if found else _refuse(value)
        except ValueError:
            return _refuse(value)

    def dump(self, config: Settings, stored: Any) -> Json:
        """ISO 8601."""
        return stored if isinstance(stored, str) else stored.isoformat()

    def sample(self, config: Settings, random: Random) -> Json:
        """Some day of the last years."""
        return (date(2020, 1, 1) + timedelta(days=random.randint(0, 2500))).isoformat()


def _refuse(value: Json) -> date:
    raise invalid("not_date", found=str(value)[:40])
