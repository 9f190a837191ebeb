"""An amount of money, exact to the smallest unit."""

from __future__ import annotations

from random import Random

from metamodel.definition import Json, definition, prop
from metamodel.field_families import Fractional
from metamodel.field_type import unscaled


@definition
class Settings:
    """Its settings."""

    currency: str = "CNY"
    digits: int = prop(2, minimum=0, maximum=4, group="more")
    minimum: float | None = None
    maximum: float | None = None


class Money(Fractional):
    """An amount of money, exact to the smallest unit."""

    kind = "money"
    Config = Settings
    icon = "money"

    def scale(self, config: Settings) -> int:
        """As many as are shown."""
        return int(config.digits)

    def sample(self, config: Settings, random: Random) -> Json:
        """A made-up value within the limits."""
        low = int(config.minimum or 0)
        return unscaled(random.randint(low, low + 10000) * 10**config.digits, config.digits)
