"""A web address; only http and https, so that a link can never run anything."""

from __future__ import annotations

import re
from random import Random

from metamodel.definition import Json, definition, prop
from metamodel.field_families import Textual
from metamodel.field_type import invalid

ADDRESS = re.compile(r"https?://[^\s<>\"]+$", re.IGNORECASE)


@definition
class Settings:
    """Its settings."""

    limit: int = prop(2000, minimum=1, maximum=2000, group="more")


class Url(Textual):
    """A web address; only http and https, so that a link can never run anything."""

    kind = "url"
    Config = Settings
    icon = "url"

    def formed(self, text: str) -> str:
        """In the form the type asks for, or a refusal."""
        if not ADDRESS.match(text):
            raise invalid("not_url", found=text[:60])
        return text

    def sample(self, config: Settings, random: Random) -> Json:
        """A made-up value."""
        return f"https://example.com/{random.randint(1, 9999)}"
