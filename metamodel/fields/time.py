"""A time of day, without a date."""

from __future__ import annotations

import re
from datetime import time
from random import Random
from typing import Any

import sqlalchemy as sa

from metamodel.definition import Json, definition
from metamodel.expressions.types import TIME, Type
from metamodel.field_type import ORDERED, FieldType, invalid, text_of

CLOCK = re.compile(r"([0-9]{1,2}):([0-5][0-9])(?::([0-5][0-9]))?")


@definition
class Settings:
    """It has no settings."""


class Time(FieldType):
    """A time of day, without a date."""

    kind = "time"
    Config = Settings
    group = "date"
    icon = "time"
    operators = ORDERED
    aggregates = ("count", "min", "max")

    def expression_type(self, config: Settings) -> Type:
        """A time."""
        return TIME

    def column(self, config: Settings) -> sa.types.TypeEngine[Any]:
        """The database's own time; ISO text on SQLite."""
        return sa.Time()

    def coerce(self, config: Settings, value: Json) -> time:
        """Hours, minutes and perhaps seconds."""
        text = text_of(value, 12)
        found = CLOCK.fullmatch(text)
        if not found or int(found[1]) > 23:
            raise invalid("not_time", found=text)
        return time(int(found[1]), int(found[2]), int(found[3] or 0))

    def dump(self, config: Settings, stored: Any) -> Json:
        """HH:MM:SS."""
        return stored[:8] if isinstance(stored, str) else stored.isoformat("seconds")

    def sample(self, config: Settings, random: Random) -> Json:
        """A made-up value."""
        return f"{random.randint(0, 23):02d}:{random.randint(0, 59):02d}:00"
