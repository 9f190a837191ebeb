"""A web address; only http and https, so that a link can never run anything."""

from __future__ import annotations

import re
from random import Random
from typing import Any

import sqlalchemy as sa

from metamodel.definition import Json, definition, prop
from metamodel.expressions.types import TEXT, Type
from metamodel.field_type import TEXTUAL, FieldType, invalid, text_of

ADDRESS = re.compile(r"https?://[^\s<>\"]+$", re.IGNORECASE)


@definition
class Settings:
    """Its settings."""

    limit: int = prop(2000, minimum=1, maximum=2000, group="more")


class Url(FieldType):
    """A web address; only http and https, so that a link can never run anything."""

    kind = "url"
    Config = Settings
    group = "text"
    icon = "url"
    operators = TEXTUAL
    aggregates = ("count", "count_distinct")
    searchable = False

    def expression_type(self, config: Settings) -> Type:
        """Text."""
        return TEXT

    def column(self, config: Settings) -> sa.types.TypeEngine[Any]:
        """Text without a length of its own: the limit is checked on the way in."""
        return sa.Text()

    def coerce(self, config: Settings, value: Json) -> str:
        """Text within the limit, in the form the type asks for."""
        text = text_of(value, config.limit, lines=False)
        if not ADDRESS.match(text):
            raise invalid("not_url", found=text[:60])
        return text

    def sample(self, config: Settings, random: Random) -> Json:
        """A made-up value."""
        return f"https://example.com/{random.randint(1, 9999)}"
