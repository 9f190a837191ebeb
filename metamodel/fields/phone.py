"""A telephone number, kept as digits with an optional leading plus."""

from __future__ import annotations

import re
from random import Random

from metamodel.definition import Json, definition, prop
from metamodel.field_families import Textual
from metamodel.field_type import invalid

NUMBER = re.compile(r"\+?[0-9]{5,20}(?:[x#*][0-9]{1,6})?")


@definition
class Settings:
    """Its settings."""

    limit: int = prop(30, minimum=1, maximum=2000, group="more")


class Phone(Textual):
    """A telephone number, kept as digits with an optional leading plus."""

    kind = "phone"
    Config = Settings
    icon = "phone"
    searchable = True

    def formed(self, text: str) -> str:
        """In the form the type asks for, or a refusal."""
        digits = re.sub(r"[\s\-()（）]", "", text)
        if not NUMBER.fullmatch(digits):
            raise invalid("not_phone", found=text)
        return digits

    def sample(self, config: Settings, random: Random) -> Json:
        """A made-up value."""
        return f"13{random.randint(100000000, 999999999)}"
