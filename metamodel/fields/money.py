"""An amount of money, exact to the smallest unit."""

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

    currency: str = "CNY"
    digits: int = prop(2, minimum=0, maximum=4, group="more")
    minimum: float | None = None
    maximum: float | None = None


class Money(FieldType):
    """An amount of money, exact to the smallest unit."""

    kind = "money"
    Config = Settings
    group = "number"
    icon = "money"
    operators = ORDERED
    aggregates = NUMERIC

    def expression_type(self, config: Settings) -> Type:
        """A number of a fixed scale."""
        return number(config.digits)

    def column(self, config: Settings) -> sa.types.TypeEngine[Any]:
        """A whole number of the smallest unit: exact on both databases."""
        return sa.BigInteger()

    def coerce(self, config: Settings, value: Json) -> int:
        """The number in smallest units; more digits than the field keeps are refused, not rounded."""
        return scaled(value, config.digits, config.minimum, config.maximum)

    def dump(self, config: Settings, stored: Any) -> Json:
        """The number as decimal text."""
        return unscaled(stored, config.digits)

    def sample(self, config: Settings, random: Random) -> Json:
        """A made-up value within the limits."""
        low = int(config.minimum or 0)
        return unscaled(random.randint(low, low + 10000) * 10**config.digits, config.digits)
