"""A share, kept as a fraction: 12.5 % is 0.125."""

from __future__ import annotations

from random import Random
from typing import Any

import sqlalchemy as sa

from metamodel.definition import Json, definition, prop
from metamodel.expressions.types import Type, number
from metamodel.field_type import NUMERIC, ORDERED, FieldType, scaled, unscaled


@definition
class Settings:
    """Its settings."""

    digits: int = prop(2, minimum=0, maximum=6)
    minimum: float | None = None
    maximum: float | None = None


class Percent(FieldType):
    """A share, kept as a fraction: 12.5 % is 0.125."""

    kind = "percent"
    Config = Settings
    group = "number"
    icon = "percent"
    operators = ORDERED
    aggregates = NUMERIC

    def expression_type(self, config: Settings) -> Type:
        """A number of a fixed scale."""
        return number(config.digits + 2)

    def column(self, config: Settings) -> sa.types.TypeEngine[Any]:
        """A whole number of the smallest unit: exact on both databases."""
        return sa.BigInteger()

    def coerce(self, config: Settings, value: Json) -> int:
        """The number in smallest units; more digits than the field keeps are refused, not rounded."""
        return scaled(value, config.digits + 2, config.minimum, config.maximum)

    def dump(self, config: Settings, stored: Any) -> Json:
        """The number as decimal text."""
        return unscaled(stored, config.digits + 2)

    def sample(self, config: Settings, random: Random) -> Json:
        """A made-up value within the limits."""
        return unscaled(random.randint(0, 100) * 10**config.digits, config.digits + 2)
