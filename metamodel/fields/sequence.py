"""A running number made when the record is created, such as A-202611-0007; nobody types it."""

from __future__ import annotations

import re
from datetime import date
from random import Random
from typing import Any, Literal

import sqlalchemy as sa

from metamodel.definition import Json, definition
from metamodel.expressions.types import TEXT, Type
from metamodel.field_type import TEXTUAL, FieldType, text_of

DIGITS = re.compile(r"\{(0+)\}")


@definition
class Settings:
    """`pattern` may hold {yyyy} {yy} {mm} {dd} and one run of zeros {0000} for the number."""

    pattern: str = "{yyyy}{mm}{dd}-{0000}"
    restart: Literal["never", "year", "month", "day"] = "never"


class Sequence(FieldType):
    """A running number made when the record is created, such as A-202611-0007; nobody types it."""

    kind = "sequence"
    Config = Settings
    group = "text"
    icon = "sequence"
    operators = TEXTUAL
    searchable = True

    def expression_type(self, config: Settings) -> Type:
        """Text."""
        return TEXT

    def column(self, config: Settings) -> sa.types.TypeEngine[Any]:
        """The finished text."""
        return sa.Text()

    def coerce(self, config: Settings, value: Json) -> str:
        """Only imports bring numbers of their own."""
        return text_of(value, 60)

    def sample(self, config: Settings, random: Random) -> Json:
        """Some number."""
        return written(config, date(2026, 1, 1), random.randint(1, 9999))


def period(config: Settings, today: date) -> str:
    """The period within which numbers run: the counter's key."""
    shape = {"never": "", "year": "%Y", "month": "%Y-%m", "day": "%Y-%m-%d"}[config.restart]
    return today.strftime(shape) if shape else ""


def written(config: Settings, today: date, number: int) -> str:
    """The text of one number."""
    text = config.pattern
    for mark, shape in (("{yyyy}", "%Y"), ("{yy}", "%y"), ("{mm}", "%m"), ("{dd}", "%d")):
        text = text.replace(mark, today.strftime(shape))
    if not DIGITS.search(text):
        text += "{0000}"
    return DIGITS.sub(lambda zeros: str(number).zfill(len(zeros[1])), text, count=1)
