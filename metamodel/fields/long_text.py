"""Several lines of text."""

from __future__ import annotations

from random import Random

from metamodel.definition import Json, definition, prop
from metamodel.field_families import Textual


@definition
class Settings:
    """Its settings."""

    limit: int = prop(20000, minimum=1, maximum=20000, group="more")


class LongText(Textual):
    """Several lines of text."""

    kind = "long_text"
    Config = Settings
    icon = "long_text"
    lines = True

    def sample(self, config: Settings, random: Random) -> Json:
        """A made-up value."""
        return "第一行\n" + "内容 " * random.randint(1, 20)
