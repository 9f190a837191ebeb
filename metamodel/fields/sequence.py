"""A running number made when the record is created, such as A-202611-0007; nobody types it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from random import Random
from typing import Any, Literal

import sqlalchemy as sa

from metamodel.definition import Json, definition
from metamodel.expressions.types import TEXT, Type
from metamodel.field_type import TEXTUAL, FieldType, text_of

DIGITS = re.compile(r"\{(0+)\}")
#: the parts of a date in a pattern: the group that reads each, and its digits
PARTS = {"{yyyy}": ("y4", 4), "{yy}": ("y2", 2), "{mm}": ("m", 2), "{dd}": ("d", 2)}


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


def reading(config: Settings) -> Callable[[str, date], tuple[str, int] | None]:
    """The inverse of `written`: period and number of a text, or None where it isn't of the pattern. Parts of the
    period that the pattern doesn't show are those of today."""
    pattern = config.pattern if DIGITS.search(config.pattern) else config.pattern + "{0000}"
    shape, numbered = "", False
    for part in re.split(r"(\{yyyy\}|\{yy\}|\{mm\}|\{dd\}|\{0+\})", pattern):
        if DIGITS.fullmatch(part) and not numbered:
            # No more digits than an exact number has: beyond them nothing could be counted on.
            shape, numbered = shape + r"(?P<number>[0-9]{1,15})", True
        elif part in PARTS:
            name, digits = PARTS[part]
            shape += f"(?P={name})" if f"<{name}>" in shape else f"(?P<{name}>[0-9]{{{digits}}})"
        else:
            shape += re.escape(part)
    fits = re.compile(shape).fullmatch

    def read(text: str, today: date) -> tuple[str, int] | None:
        found = fits(text)
        if found is None:
            return None
        said = found.groupdict()
        year = int(said.get("y4") or (f"{today:%Y}"[:2] + said["y2"] if "y2" in said else today.year))
        try:
            day = date(year, int(said.get("m") or today.month), int(said.get("d") or 1))
        except ValueError:
            return None
        if config.restart == "day" and "d" not in said:
            day = today
        return period(config, day), int(said["number"])

    return read
