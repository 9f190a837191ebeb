"""A choice in steps, such as a category and its sub-category; the leaf is what is stored."""

from __future__ import annotations

from random import Random
from typing import Any

import sqlalchemy as sa

from metamodel.definition import Json, definition, prop
from metamodel.expressions.types import TEXT, Type
from metamodel.field_type import EQUAL, FieldType, invalid
from metamodel.option import Option


@definition
class Settings:
    """The choices, each with its parent; `leaves` allows only those without children."""

    options: tuple[Option, ...] = prop((), widget="options")
    option_set: str = prop("", ref="option_set")
    leaves: bool = True


class Cascade(FieldType):
    """A choice in steps, such as a category and its sub-category; the leaf is what is stored."""

    kind = "cascade"
    Config = Settings
    group = "choice"
    icon = "cascade"
    operators = EQUAL
    aggregates = ("count", "count_distinct")

    def expression_type(self, config: Settings) -> Type:
        """The stored word."""
        return TEXT

    def column(self, config: Settings) -> sa.types.TypeEngine[Any]:
        """The word of the last step."""
        return sa.Text()

    def coerce(self, config: Settings, value: Json) -> str:
        """The word of the last step, also given as the whole path."""
        said = str(value[-1] if isinstance(value, list) and value else value).strip()
        known = {item.value for item in config.options}
        parents = {item.parent for item in config.options if item.parent}
        if said not in known or (config.leaves and said in parents):
            raise invalid("not_choice", found=said[:40], options=[item.label for item in config.options][:12])
        return said

    def sample(self, config: Settings, random: Random) -> Json:
        """Any leaf."""
        parents = {item.parent for item in config.options}
        words = [item.value for item in config.options if item.value not in parents]
        return random.choice(words) if words else None
