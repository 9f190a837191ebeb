"""The types of the language: what a value is, how numbers carry their scale, and which types meet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "number", "real", "boolean", "date", "datetime", "time", "texts", "record", "records", "blank"]

# An exact number has at most 18 digits in its smallest unit, so that a sum of nine of them still fits a BIGINT.
EXACT_LIMIT = 10**18 - 1
SCALE_LIMIT = 9
# A product with more digits after the point is real: four factors of money must not overflow by their digits alone.
PRODUCT_SCALE = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Type:
    """`scale` counts the digits after the point of a number; `entity` says whose record a record is."""

    kind: Kind
    scale: int = 0
    entity: str = ""

    def __str__(self) -> str:
        if self.kind == "number":
            return f"number:{self.scale}"
        return f"{self.kind}:{self.entity}" if self.entity else self.kind

    @property
    def numeric(self) -> bool:
        """Exact or real."""
        return self.kind in ("number", "real")


TEXT = Type(kind="text")
INTEGER = Type(kind="number")
REAL = Type(kind="real")
BOOLEAN = Type(kind="boolean")
DATE = Type(kind="date")
DATETIME = Type(kind="datetime")
TIME = Type(kind="time")
TEXTS = Type(kind="texts")
BLANK = Type(kind="blank")

NAMES: dict[str, dict[str, str]] = {
    "text": {"zh-CN": "文本", "en": "text"},
    "number": {"zh-CN": "数值", "en": "a number"},
    "real": {"zh-CN": "数值", "en": "a number"},
    "boolean": {"zh-CN": "是/否", "en": "true or false"},
    "date": {"zh-CN": "日期", "en": "a date"},
    "datetime": {"zh-CN": "日期时间", "en": "a date with time"},
    "time": {"zh-CN": "时间", "en": "a time"},
    "texts": {"zh-CN": "多选", "en": "several choices"},
    "record": {"zh-CN": "引用的记录", "en": "a referenced record"},
    "records": {"zh-CN": "多条记录", "en": "related records"},
    "blank": {"zh-CN": "空", "en": "blank"},
}


def number(scale: int) -> Type:
    """An exact number with `scale` digits after the point; past SCALE_LIMIT it is real."""
    return Type(kind="number", scale=scale) if scale <= SCALE_LIMIT else REAL


def record(entity: str) -> Type:
    """A reference to one record of `entity` (qualified, such as "desk.ticket")."""
    return Type(kind="record", entity=entity)


def records(entity: str) -> Type:
    """The records at the far end of a relation with many."""
    return Type(kind="records", entity=entity)


def parse_type(text: str) -> Type:
    """The inverse of `str(type)`; ValueError for anything else."""
    kind, _, rest = text.partition(":")
    if kind == "number":
        return Type(kind="number", scale=int(rest or 0))
    if kind not in NAMES:
        raise ValueError(text)
    return Type(kind=kind, entity=rest)  # type: ignore[arg-type]


def join(types: Iterable[Type]) -> Type | None:
    """The one type to which all given ones convert without a word, or None when they do not meet.

    Blank meets everything; numbers take the largest scale; a real makes the others real; a date beside an instant
    becomes the instant at which that day begins."""
    found = BLANK
    for type_ in types:
        if found.kind == "blank" or found == type_:
            found = type_
        elif type_.kind == "blank":
            continue
        elif found.numeric and type_.numeric:
            real = "real" in (found.kind, type_.kind)
            found = REAL if real else number(max(found.scale, type_.scale))
        elif {found.kind, type_.kind} == {"date", "datetime"}:
            found = DATETIME
        elif found.kind == type_.kind == "record" and not (found.entity and type_.entity):
            found = found if found.entity else type_
        else:
            return None
    return found
