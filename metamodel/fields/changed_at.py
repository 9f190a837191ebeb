"""When the record was last changed."""

from __future__ import annotations

from random import Random
from typing import Any

import sqlalchemy as sa

from metamodel.definition import Json, definition
from metamodel.expressions.storage import INSTANT
from metamodel.expressions.types import DATETIME, Type
from metamodel.field_type import ORDERED, FieldType, Storage, instant_text


@definition
class Settings:
    """It has no settings."""


class ChangedAt(FieldType):
    """When the record was last changed."""

    kind = "changed_at"
    Config = Settings
    group = "system"
    icon = "datetime"
    operators = ORDERED

    def storage(self, config: Settings) -> Storage:
        """A column every record has."""
        return "system"

    def expression_type(self, config: Settings) -> Type:
        """The column's type."""
        return DATETIME

    def column(self, config: Settings) -> sa.types.TypeEngine[Any]:
        """The platform's own column."""
        return INSTANT

    def coerce(self, config: Settings, value: Json) -> Any:
        """Nobody types it."""
        return None

    def dump(self, config: Settings, stored: Any) -> Json:
        """ISO 8601 in UTC."""
        return instant_text(stored)

    def sample(self, config: Settings, random: Random) -> Json:
        """Nothing: the platform knows."""
        return None
