"""A department of the organisation."""

from __future__ import annotations

from random import Random
from typing import Any

import sqlalchemy as sa

from metamodel.definition import Json, definition
from metamodel.expressions.scope import DEPARTMENT
from metamodel.expressions.types import Type, record
from metamodel.field_type import EQUAL, FieldType, identity_of


@definition
class Settings:
    """It has no settings."""


class Department(FieldType):
    """A department of the organisation."""

    kind = "department"
    Config = Settings
    group = "relation"
    icon = "department"
    operators = EQUAL
    aggregates = ("count", "count_distinct")

    def expression_type(self, config: Settings) -> Type:
        """A record of the platform's own."""
        return record(DEPARTMENT)

    def column(self, config: Settings) -> sa.types.TypeEngine[Any]:
        """The number it is known by."""
        return sa.BigInteger()

    def coerce(self, config: Settings, value: Json) -> int:
        """The number, alone or in an object with its label."""
        return identity_of(value)

    def sample(self, config: Settings, random: Random) -> Json:
        """The first one, which always exists."""
        return 1
