"""A person who works here."""

from __future__ import annotations

from random import Random
from typing import Any

import sqlalchemy as sa

from metamodel.definition import Json, definition
from metamodel.expressions.scope import USER
from metamodel.expressions.types import Type, record
from metamodel.field_type import EQUAL, FieldType, identity_of


@definition
class Settings:
    """It has no settings."""


class User(FieldType):
    """A person who works here."""

    kind = "user"
    Config = Settings
    group = "relation"
    icon = "user"
    operators = EQUAL
    aggregates = ("count", "count_distinct")

    def expression_type(self, config: Settings) -> Type:
        """A record of the platform's own."""
        return record(USER)

    def column(self, config: Settings) -> sa.types.TypeEngine[Any]:
        """The number it is known by."""
        return sa.BigInteger()

    def coerce(self, config: Settings, value: Json) -> int:
        """The number, alone or in an object with its label."""
        return identity_of(value)

    def sample(self, config: Settings, random: Random) -> Json:
        """The first one, which always exists."""
        return 1
