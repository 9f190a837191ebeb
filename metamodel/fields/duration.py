"""A length of time in whole seconds."""

from __future__ import annotations

from random import Random

from metamodel.definition import Json, definition, prop
from metamodel.field_families import Scaled


@definition
class Settings:
    """Its settings."""

    minimum: float | None = prop(None, group="more")
    maximum: float | None = prop(None, group="more")


class Duration(Scaled):
    """A length of time in whole seconds."""

    kind = "duration"
    Config = Settings
    group = "date"
    icon = "duration"

    def sample(self, config: Settings, random: Random) -> Json:
        """A made-up value within the limits."""
        return random.randint(0, 100000)
