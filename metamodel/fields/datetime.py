"""An instant, stored in UTC and shown in the reader's zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import sqlalchemy as sa

from metamodel.definition import Json, definition
from metamodel.expressions.storage import INSTANT
from metamodel.expressions.types import DATETIME, Type
from metamodel.field_type import ORDERED, FieldType, instant_text, invalid


@definition
class Settings:
    """It has no settings."""


class Datetime(FieldType):
    """An instant, stored in UTC and shown in the reader's zone."""

    kind = "datetime"
    Config = Settings
    group = "date"
    icon = "datetime"
    operators = ORDERED
    aggregates = ("count", "min", "max")

    def expression_type(self, config: Settings) -> Type:
        """An instant."""
        return DATETIME

    def column(self, config: Settings) -> sa.types.TypeEngine[Any]:
        """UTC on both databases."""
        return INSTANT

    def coerce(self, config: Settings, value: Json) -> datetime:
        """ISO 8601 with an offset or Z; without one it is refused, since nobody knows which hour is meant."""
        if isinstance(value, datetime):
            found = value
        else:
            try:
                found = datetime.fromisoformat(str(value).strip())
            except ValueError:
                raise invalid("not_datetime", found=str(value)[:40]) from None
        if found.tzinfo is None:
            raise invalid("no_zone", found=str(value)[:40])
        return found.astimezone(UTC)

    def dump(self, config: Settings, stored: Any) -> Json:
        """ISO 8601 in UTC, to the second unless there are parts of one."""
        return instant_text(stored)

    def sample(self, config: Settings, random: Random) -> Json:
        """Some second of the last years."""
        return self.dump(config, datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=random.randint(0, 200_000_000)))
