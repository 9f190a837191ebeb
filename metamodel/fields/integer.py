"""A whole number."""

from __future__ import annotations

from random import Random

from metamodel.definition import Json, definition
from metamodel.field_families import Scaled


@definition
class Settings:
    """Its settings."""

    minimum: float | None = None
    maximum: float | None = None
    unit: str = ""


class Integer(Scaled):
    """A whole number."""

    kind = "integer"
    Config = Settings
    icon = "integer"

    def sample(self, config: Settings, random: Random) -> Json:
        """A made-up value within the limits."""
        low = int(config.minimum or 0)
        return random.randint(low, int(config.maximum if config.maximum is not None else low + 10000))
