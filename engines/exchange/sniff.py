"""What a column of text holds: the narrowest field type that takes every value of a sample, with its settings."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engines.exchange.convert import moment
from metamodel.fields.boolean import WORDS
from metamodel.fields.date import WRITTEN
from metamodel.fields.email import ADDRESS

#: choices a list is still short with, and how often each must come on average
MOST_CHOICES = 12
COMING = 5
LONGEST_CHOICE = 20
NUMBER = re.compile(r"[-+]?(?:\d{1,3}(?:,\d{3})+|\d{1,15})(?:\.(\d{1,9}))?")
SIGNED = re.compile(r"[¥￥$€£]\s*|(?<=\d)\s*元$")
PHONE = re.compile(r"(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}|0\d{2,3}-\d{7,8}")
CLOCK = re.compile(r"([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d)?")
WEB = re.compile(r"https?://\S+")
AMOUNT = re.compile(r"金额|价|款|费|成本|工资|amount|price|cost|total|fee|salary|sales|value|disc", re.IGNORECASE)
CODE = re.compile(r"号|编码|代码|条码|邮编|(^|[_\s])(id|code|no|number|key|zip)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sniffed:
    """A column's probable field type with its settings, some of its values, and how many of the sample are blank."""

    type: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    samples: tuple[str, ...] = ()
    blank: int = 0
    distinct: int = 0


def sniff(name: str, cells: Sequence[str]) -> Sniffed:
    """What a column seems to hold; text when nothing narrower takes every value."""
    said = [cell.strip() for cell in cells if cell.strip()]
    values = list(dict.fromkeys(said))
    type_, settings = _type(name, said, values)
    return Sniffed(
        type=type_,
        settings=settings,
        samples=tuple(value[:80] for value in values[:5]),
        blank=len(cells) - len(said),
        distinct=len(values),
    )


def _type(name: str, said: list[str], values: list[str]) -> tuple[str, dict[str, Any]]:
    if not values:
        return "text", {}
    if len(values) <= 2 and all(value.lower() in WORDS and value not in ("0", "1") for value in values):
        return "boolean", {}
    for type_, fits in PLAIN:
        if all(map(fits, values)):
            return type_, {}
    if all(value.endswith(("%", "％")) and NUMBER.fullmatch(value[:-1].strip()) for value in values):
        return "percent", {"digits": 2}
    if found := _number(name, values):
        return found
    if len(values) <= MOST_CHOICES and len(said) >= COMING * len(values) and max(map(len, values)) <= LONGEST_CHOICE:
        return "choice", {"options": [{"value": value, "label": value} for value in sorted(values)]}
    if any("\n" in value or len(value) > 255 for value in values):
        return "long_text", {}
    return "text", {}


def _number(name: str, values: list[str]) -> tuple[str, dict[str, Any]] | None:
    bare = [SIGNED.sub("", value) for value in values]
    found = [NUMBER.fullmatch(value) for value in bare]
    if not all(found):
        return None
    # Leading zeros belong to codes, and codes aren't added up.
    if CODE.search(name) or any(re.match(r"0\d", value) for value in bare):
        return "text", {}
    digits = max(len(one[1] or "") for one in found if one)
    if bare != values or (digits <= 2 and AMOUNT.search(name)):
        return "money", {"digits": max(2, digits)} if digits <= 4 else {}
    return ("decimal", {"digits": digits}) if digits else ("integer", {})


def _date(value: str) -> bool:
    written = WRITTEN.fullmatch(value)
    return bool(written) and not re.search(r"[T ]\d", value) and moment(value) is not None


def _moment(value: str) -> bool:
    return bool(re.search(r"\d[T 日]\s*\d{1,2}[:时]", value)) and moment(value) is not None


PLAIN: tuple[tuple[str, Callable[[str], Any]], ...] = (
    ("phone", PHONE.fullmatch),
    ("email", ADDRESS.fullmatch),
    ("date", _date),
    ("datetime", _moment),
    ("time", CLOCK.fullmatch),
    ("url", WEB.fullmatch),
)
