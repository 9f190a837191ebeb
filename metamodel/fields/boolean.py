"""Yes or no."""

from __future__ import annotations

from random import Random
from typing import Any

import sqlalchemy as sa

from metamodel.definition import Json, definition
from metamodel.expressions.types import BOOLEAN, Type
from metamodel.field_type import FieldType, invalid

WORDS = {
    "true": True,
    "yes": True,
    "y": True,
    "1": True,
    "是": True,
    "√": True,
    "✓": True,
    "真": True,
    "false": False,
    "no": False,
    "n": False,
    "0": False,
    "否": False,
    "×": False,
    "假": False,
}


@definition
class Settings:
    """It has no settings."""


class Boolean(FieldType):
    """Yes or no."""

    kind = "boolean"
    Config = Settings
    group = "choice"
    icon = "boolean"
    operators = ("=", "<>", "blank", "not_blank")

    def expression_type(self, config: Settings) -> Type:
        """A truth value."""
        return BOOLEAN

    def column(self, config: Settings) -> sa.types.TypeEngine[Any]:
        """The database's own boolean."""
        return sa.Boolean()

    def coerce(self, config: Settings, value: Json) -> bool:
        """True and false, also as the words people write in sheets."""
        if isinstance(value, bool):
            return value
        known = WORDS.get(str(value).strip().lower())
        if known is None:
            raise invalid("not_boolean", found=str(value)[:40])
        return known

    def dump(self, config: Settings, stored: Any) -> Json:
        """True or false, whatever the driver gives."""
        return bool(stored)

    def sample(self, config: Settings, random: Random) -> Json:
        """Either."""
        return random.random() < 0.5
