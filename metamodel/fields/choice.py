"""One choice of a list, or several."""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random
from typing import Any

import sqlalchemy as sa

from metamodel.definition import Json, definition, prop
from metamodel.expressions.storage import TEXTS_TYPE
from metamodel.expressions.types import TEXT, TEXTS, Type
from metamodel.field_type import EQUAL, FieldType, invalid
from metamodel.option import Option


@definition
class Settings:
    """The choices, own or of a shared set; `multiple` allows several at once."""

    options: tuple[Option, ...] = prop((), widget="options")
    option_set: str = prop("", ref="option_set")
    multiple: bool = False


class Choice(FieldType):
    """One choice of a list, or several."""

    kind = "choice"
    Config = Settings
    group = "choice"
    icon = "choice"
    operators = EQUAL
    aggregates = ("count", "count_distinct")

    def expression_type(self, config: Settings) -> Type:
        """The stored word, or a list of them."""
        return TEXTS if config.multiple else TEXT

    def column(self, config: Settings) -> sa.types.TypeEngine[Any]:
        """The word; several as a JSON list in the order of the choices."""
        return TEXTS_TYPE if config.multiple else sa.Text()

    def coerce(self, config: Settings, value: Json) -> Any:
        """Words and labels are both understood; unknown ones are refused by name."""
        if not config.multiple:
            return _word(config, value)
        items = value if isinstance(value, (list, tuple)) else [item for item in _split(str(value)) if item]
        chosen = {_word(config, item) for item in items}
        return [item.value for item in config.options if item.value in chosen]

    def dump(self, config: Settings, stored: Any) -> Json:
        """The word, or the list of words."""
        return json.loads(stored) if config.multiple and isinstance(stored, str) else stored

    def dumper(self, config: Settings) -> Callable[[Any], Json] | None:
        """One word is stored as it is told."""
        return super().dumper(config) if config.multiple else None

    def sample(self, config: Settings, random: Random) -> Json:
        """Any choice."""
        words = [item.value for item in config.options]
        if config.multiple:
            return [word for word in words if random.random() < 0.5] or words[:1]
        return random.choice(words) if words else None


def _split(text: str) -> list[str]:
    for mark in ("、", "，", ";", "；", "|"):
        text = text.replace(mark, ",")
    return [item.strip() for item in text.split(",")]


def _word(config: Settings, value: Json) -> str:
    said = str(value).strip()
    for item in config.options:
        if item.value == said:
            return item.value
    for item in config.options:
        labels = [item.label] if isinstance(item.label, str) else list(item.label.values())
        if said in labels:
            return item.value
    raise invalid("not_choice", found=said[:40], options=[item.label for item in config.options][:12])
