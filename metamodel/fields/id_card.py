"""A Chinese identity card number, its check digit verified (GB 11643-1999)."""

from __future__ import annotations

import re
from random import Random
from typing import Any

import sqlalchemy as sa

from metamodel.definition import Json, definition, prop
from metamodel.expressions.types import TEXT, Type
from metamodel.field_type import TEXTUAL, FieldType, invalid, text_of

NUMBER = re.compile(r"[0-9]{17}[0-9X]")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK = "10X98765432"


@definition
class Settings:
    """Its settings."""

    limit: int = prop(18, minimum=1, maximum=2000, group="more")


class IdCard(FieldType):
    """A Chinese identity card number, its check digit verified (GB 11643-1999)."""

    kind = "id_card"
    Config = Settings
    group = "text"
    icon = "id_card"
    operators = TEXTUAL
    aggregates = ("count", "count_distinct")
    searchable = True

    def expression_type(self, config: Settings) -> Type:
        """Text."""
        return TEXT

    def column(self, config: Settings) -> sa.types.TypeEngine[Any]:
        """Text without a length of its own: the limit is checked on the way in."""
        return sa.Text()

    def coerce(self, config: Settings, value: Json) -> str:
        """Text within the limit, in the form the type asks for."""
        text = text_of(value, config.limit, lines=False)
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
