"""A decimal number with a fixed number of digits."""

from __future__ import annotations

from random import Random
from typing import Any

import sqlalchemy as sa

from metamodel.definition import Json, definition, prop
from metamodel.expressions.types import Type, number
from metamodel.field_type import NUMERIC, ORDERED, FieldType, scaled, unscaled


@definition
class Settings:
    """Its settings; `trim` leaves out zeros at the end where it is shown."""

    digits: int = prop(2, minimum=0, maximum=9)
    trim: bool = prop(False, group="more")
    minimum: float | None = None
    maximum: float | None = None
    unit: str = ""


class Decimal(FieldType):
    """A decimal number with a fixed number of digits."""

    kind = "decimal"
    Config = Settings
    group = "number"
    icon = "decimal"
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
        return unscaled(
            random.randint(low, low + 10000) * 10**config.digits + random.randint(0, 10**config.digits - 1),
            config.digits,
        )
