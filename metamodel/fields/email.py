"""An e-mail address."""

from __future__ import annotations

import re
from random import Random

from metamodel.definition import Json, definition, prop
from metamodel.field_families import Textual
from metamodel.field_type import invalid

ADDRESS = re.compile(r"[^\s@<>\"]+@[^\s@<>\"]+\.[^\s@<>\".]{2,}")


@definition
class Settings:
    """Its settings."""

    limit: int = prop(254, minimum=1, maximum=2000, group="more")


class Email(Textual):
    """An e-mail address."""

    kind = "email"
    Config = Settings
    icon = "email"
    searchable = True

    def formed(self, text: str) -> str:
        """In the form the type asks for, or a refusal."""
        if not ADDRESS.fullmatch(text):
            raise invalid("not_email", found=text)
        return text

    def sample(self, config: Settings, random: Random) -> Json:
        """A made-up value."""
        return f"a{random.randint(1, 9999)}@example.com"
