"""A number of stars."""

from __future__ import annotations

from random import Random

from metamodel.definition import Json, definition, prop
from metamodel.field_families import Scaled


@definition
class Settings:
    """Its settings."""

    minimum: float | None = prop(0, group="hidden")
    maximum: float | None = prop(5, minimum=2, maximum=10)


class Rating(Scaled):
    """A number of stars."""

    kind = "rating"
    Config = Settings
    icon = "rating"

    def sample(self, config: Settings, random: Random) -> Json:
        """A made-up value within the limits."""
        return random.randint(0, int(config.maximum or 5))
