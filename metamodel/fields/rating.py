"""A number of stars."""

from __future__ import annotations

from random import Random
from typing import Any

import sqlalchemy as sa

from metamodel.definition import Json, definition, prop
from metamodel.expressions.types import Type, number
from metamodel.field_type import NUMERIC, ORDERED, FieldType, scaled


@definition
class Settings:
    """Its settings."""

    minimum: float | None = prop(0, group="hidden")
    maximum: float | None = prop(5, minimum=2, maximum=10)


class Rating(FieldType):
    """A number of stars."""

    kind = "rating"
    Config = Settings
    group = "number"
    icon = "rating"
    operators = ORDERED
    aggregates = NUMERIC

    def expression_type(self, config: Settings) -> Type:
        """A number of a fixed scale."""
        return number(0)

    def column(self, config: Settings) -> sa.types.TypeEngine[Any]:
        """A whole number of the smallest unit: exact on both databases."""
        return sa.BigInteger()

    def coerce(self, config: Settings, value: Json) -> int:
        """The number in smallest units; more digits than the field keeps are refused, not rounded."""
        return scaled(value, 0, config.minimum, config.maximum)

    def sample(self, config: Settings, random: Random) -> Json:
        """A made-up value within the limits."""
        return random.randint(0, int(config.maximum or 5))
