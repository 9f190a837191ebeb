"""A Chinese identity card number, its check digit verified (GB 11643-1999)."""

from __future__ import annotations

import re
from random import Random

from metamodel.definition import Json, definition, prop
from metamodel.field_families import Textual
from metamodel.field_type import invalid

NUMBER = re.compile(r"[0-9]{17}[0-9X]")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK = "10X98765432"


@definition
class Settings:
    """Its settings."""

    limit: int = prop(18, minimum=1, maximum=2000, group="more")


class IdCard(Textual):
    """A Chinese identity card number, its check digit verified (GB 11643-1999)."""

    kind = "id_card"
    Config = Settings
    icon = "id_card"
    searchable = True

    def formed(self, text: str) -> str:
        """In the form the type asks for, or a refusal."""
        text = text.upper()
        if (
            not NUMBER.fullmatch(text)
            or CHECK[sum(int(d) * w for d, w in zip(text, WEIGHTS, strict=False)) % 11] != text[17]
        ):
            raise invalid("not_id_card", found=text)
        return text

    def sample(self, config: Settings, random: Random) -> Json:
        """A made-up value."""
        digits = (
            f"11010119{random.randint(60, 99)}0{random.randint(1, 9)}{random.randint(10, 28)}{random.randint(100, 999)}"
        )
        return digits + CHECK[sum(int(d) * w for d, w in zip(digits, WEIGHTS, strict=False)) % 11]
