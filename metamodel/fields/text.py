"""One line of text."""

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

    limit: int = prop(255, minimum=1, maximum=2000, group="more")


class Text(FieldType):
    """One line of text."""

    kind = "text"
    Config = Settings
    group = "text"
    icon = "text"
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
        """Text within the limit."""
        return text_of(value, config.limit, lines=False)

    def sample(self, config: Settings, random: Random) -> Json:
        """A made-up value."""
        return random.choice(("便笺", "办公用品", "Quarterly note", "会议室 A")) + str(random.randint(1, 999))
