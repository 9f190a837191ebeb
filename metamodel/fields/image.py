"""Pictures, kept once by their content."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import sqlalchemy as sa

from metamodel.definition import Json, definition, prop
from metamodel.expressions.types import TEXT, Type
from metamodel.field_type import FieldType, invalid, mapping_of

TYPES: tuple[str, ...] = ("image/png", "image/jpeg", "image/webp", "image/gif")


@definition
class Settings:
    """Its settings."""

    most: int = prop(20, minimum=1, maximum=100, group="more")


class Image(FieldType):
    """Pictures, kept once by their content."""

    kind = "image"
    Config = Settings
    group = "file"
    icon = "image"
    operators = ("blank", "not_blank")

    def expression_type(self, config: Settings) -> Type:
        """Text: formulas can only ask whether it is blank."""
        return TEXT

    def column(self, config: Settings) -> sa.types.TypeEngine[Any]:
        """Canonical JSON."""
        return sa.Text()

    def coerce(self, config: Settings, value: Json) -> str:
        """The files uploaded before; whether they exist is checked where they are kept."""
        items = value if isinstance(value, list) else [value]
        if len(items) > config.most:
            raise invalid("too_many_files", limit=config.most)
        return json.dumps([_file(item) for item in items], ensure_ascii=False)

    def dump(self, config: Settings, stored: Any) -> Json:
        """The object again."""
        return json.loads(stored)

    def sample(self, config: Settings, random: Random) -> Json:
        """A made-up value."""
        return [{"id": random.randint(1, 9), "name": "a.png", "size": 10, "type": "image/png"}]


def _file(value: Json) -> Json:
    parts = mapping_of(value)
    if not isinstance(parts.get("id"), int):
        raise invalid("not_file")
    if TYPES and parts.get("type") not in TYPES:
        raise invalid("wrong_file_type", found=str(parts.get("type")))
    return {key: parts[key] for key in ("id", "name", "size", "type", "key") if key in parts}
