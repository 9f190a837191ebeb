"""Several lines of text."""

from __future__ import annotations

from random import Random
from typing import Any

import sqlalchemy as sa

from metamodel.definition import Json, definition, prop
from metamodel.expressions.types import TEXT, Type
from metamodel.field_type import TEXTUAL, FieldType, text_of


@definition
class Settings:
    """Its settings."""

    limit: int = prop(20000, minimum=1, maximum=20000, group="more")


class LongText(FieldType):
    """Several lines of text."""

    kind = "long_text"
    Config = Settings
    group = "text"
    icon = "long_text"
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
        """Text within the limit."""
        return text_of(value, config.limit, lines=True)

    def sample(self, config: Settings, random: Random) -> Json:
        """A made-up value."""
        return "第一行\n" + "内容 " * random.randint(1, 20)
