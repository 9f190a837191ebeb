"""One line of text."""

from __future__ import annotations

from random import Random

from metamodel.definition import Json, definition, prop
from metamodel.field_families import Textual


@definition
class Settings:
    """Its settings."""

    limit: int = prop(255, minimum=1, maximum=2000, group="more")


class Text(Textual):
    """One line of text."""

    kind = "text"
    Config = Settings
    icon = "text"
    searchable = True

    def sample(self, config: Settings, random: Random) -> Json:
        """A made-up value."""
        return random.choice(("便笺", "办公用品", "Quarterly note", "会议室 A")) + str(random.randint(1, 999))
