"""A share, kept as a fraction: 12.5 % is 0.125."""

from __future__ import annotations

from random import Random

from metamodel.definition import Json, definition, prop
from metamodel.field_families import Fractional
from metamodel.field_type import unscaled


@definition
class Settings:
    """Its settings."""

    digits: int = prop(2, minimum=0, maximum=6)
    minimum: float | None = None
    maximum: float | None = None


class Percent(Fractional):
    """A share, kept as a fraction: 12.5 % is 0.125."""

    kind = "percent"
    Config = Settings
    icon = "percent"

    def scale(self, config: Settings) -> int:
        """As many as are shown, and two for the percent."""
        return int(config.digits + 2)

    def sample(self, config: Settings, random: Random) -> Json:
        """A made-up value within the limits."""
        return unscaled(random.randint(0, 100) * 10**config.digits, config.digits + 2)
