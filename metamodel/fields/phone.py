"""A telephone number, kept as digits with an optional leading plus."""

from __future__ import annotations

import re
from random import Random
from typing import Any

import sqlalchemy as sa

from metamodel.definition import Json, definition, prop
from metamodel.expressions.types import TEXT, Type
from metamodel.field_type import TEXTUAL, FieldType, invalid, text_of

NUMBER = re.compile(r"\+?[0-9]{5,20}(?:[x#*][0-9]{1,6})?")


@definition
class Settings:
    """Its settings."""

    limit: int = prop(30, minimum=1, maximum=2000, group="more")


class Phone(FieldType):
    """A telephone number, kept as digits with an optional leading plus."""

    kind = "phone"
    Config = Settings
    group = "text"
    icon = "phone"
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
        digits = re.sub(r"[\s\-()（）]", "", text)
        if not NUMBER.fullmatch(digits):
            raise invalid("not_phone", found=text)
        return digits

    def sample(self, config: Settings, random: Random) -> Json:
        """A made-up value."""
        return f"13{random.randint(100000000, 999999999)}"
