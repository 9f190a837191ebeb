"""A decimal number with a fixed number of digits."""

from __future__ import annotations

from random import Random

from metamodel.definition import Json, definition, prop
from metamodel.field_families import Fractional
from metamodel.field_type import unscaled


@definition
class Settings:
    """Its settings; `trim` leaves out zeros at the end where it is shown."""

    digits: int = prop(2, minimum=0, maximum=9)
    trim: bool = prop(False, group="more")
    minimum: float | None = None
    maximum: float | None = None
    unit: str = ""


class Decimal(Fractional):
    """A decimal number with a fixed number of digits."""

    kind = "decimal"
    Config = Settings
    icon = "decimal"

    def scale(self, config: Settings) -> int:
        """As many as are shown."""
        return int(config.digits)

    def sample(self, config: Settings, random: Random) -> Json:
        """A made-up value within the limits."""
        low = int(config.minimum or 0)
        return unscaled(
            random.randint(low, low + 10000) * 10**config.digits + random.randint(0, 10**config.digits - 1),
            config.digits,
        )
