"""Who created the record."""

from __future__ import annotations

from random import Random
from typing import Any

import sqlalchemy as sa

from metamodel.definition import Json, definition
from metamodel.expressions.scope import USER
from metamodel.expressions.types import Type, record
from metamodel.field_type import EQUAL, FieldType, Storage


@definition
class Settings:
    """It has no settings."""


class CreatedBy(FieldType):
    """Who created the record."""

    kind = "created_by"
    Config = Settings
    group = "system"
    icon = "user"
    operators = EQUAL

    def storage(self, config: Settings) -> Storage:
        """A column every record has."""
        return "system"

    def expression_type(self, config: Settings) -> Type:
        """The column's type."""
        return record(USER)

    def column(self, config: Settings) -> sa.types.TypeEngine[Any]:
        """The platform's own column."""
        return sa.BigInteger()

    def coerce(self, config: Settings, value: Json) -> Any:
        """Nobody types it."""
        return None

    def sample(self, config: Settings, random: Random) -> Json:
        """Nothing: the platform knows."""
        return None
