"""Columns of text as stored values: the field type's own coercion, once for equal cells, with fast ways beside it.

A fast way gives what the coercion gives, or leaves the column to it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from engines.exchange.cells import READ
from metamodel.definition import Json
from metamodel.errors import Invalid
from metamodel.field_type import LARGEST, invalid
from metamodel.fields.datetime import Datetime
from metamodel.issues import Issue
from metamodel.model import FieldModel

Cells = Sequence[str]
#: signs a spreadsheet takes for the beginning of a formula
FORMULA = "=+-@\t\r"
#: signs of a number that only the field type itself knows to read
UNUSUAL = re.compile(r"[^0-9.\-]")
#: cells that come so often on average are converted once
REPEATED = 4


@dataclass(slots=True, kw_only=True)
class Converted:
    """A column of stored values, None where blank or wrong; and what is wrong, by position."""

    values: list[Any]
    faults: dict[int, Issue] = field(default_factory=dict)


Convert = Callable[[Cells], Converted]


def converter(item: FieldModel, *, zone: str = "", divide: int = 0) -> Convert:
    """How a column becomes values of a field. `zone` is that of moments which name none; `divide` moves the point of
    numbers to the left by so many digits."""
    config, kind = item.config, item.type
    coerce: Callable[[str], Any] = lambda text: kind.coerce(config, text)  # noqa: E731
    fast: Callable[[Cells], list[Any] | None] | None = None
    if kind.kind in ("text", "long_text"):
        fast = _text(int(config.limit))
    elif kind.kind in ("integer", "rating", "decimal", "money", "percent") and not divide:
        fast = _number(item.expression_type.scale, config.minimum, config.maximum)
    elif kind.kind == "phone":
        fast = _phone
    elif kind.kind == "date":
        coerce = _date(coerce)
    elif kind.kind == "datetime":
        coerce = _moment(coerce, zone)
        fast = _utc if zone == "UTC" else None
    elif (read := READ.get(kind.kind)) is not None:
        coerce = _read(coerce, read, config)
    if divide:
        coerce = _divided(coerce, divide)
    slow = _by_distinct(coerce)

    def convert(cells: Cells) -> Converted:
        distinct = set(cells)
        if "'" in "".join(distinct):
            cells = [plain(cell) for cell in cells]
            distinct = set(cells)
        # Where cells repeat, looking each up is quicker than any conversion.
        if fast is not None and len(distinct) * REPEATED > len(cells) and (values := fast(cells)) is not None:
            return Converted(values=values)
        return slow(cells, distinct)

    return convert


def plain_keys(*, numbers: bool) -> Convert:
    """How a column of ids (`numbers`) or of names of people and departments becomes keys."""

    def number(text: str) -> int:
        if not text.isdecimal() or len(text) > 15:
            raise invalid("not_reference", found=text[:40])
        return int(text)

    convert = _by_distinct(number if numbers else str)
    return lambda cells: convert(cells, set(cells))


def plain(cell: str) -> str:
    """A cell without the apostrophe that kept a spreadsheet from taking it for a formula."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] and cell[1] in FORMULA else cell


def harmless(text: str) -> str:
    """The inverse: a text no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] and text[0] in FORMULA else text


def _by_distinct(coerce: Callable[[str], Any]) -> Callable[[Cells, set[str]], Converted]:
    def convert(cells: Cells, distinct: set[str]) -> Converted:
        known: dict[str, Any] = {}
        wrong: dict[str, Issue] = {}
        for cell in distinct:
            text = cell.strip()
            known[cell] = None
            if text:
                try:
                    value = coerce(text)
                    known[cell] = None if value == "" else value
                except Invalid as refusal:
                    wrong[cell] = refusal.issues[0]
        values = list(map(known.__getitem__, cells))
        faults = {at: wrong[cell] for at, cell in enumerate(cells) if cell in wrong} if wrong else {}
        return Converted(values=values, faults=faults)

    return convert


def _text(limit: int) -> Callable[[Cells], list[Any] | None]:
    def convert(cells: Cells) -> list[Any] | None:
        stripped = list(map(str.strip, cells))
        if max(map(len, stripped), default=0) > limit:
            return None
        joined = "".join(stripped)
        if "\n" in joined or "\r" in joined or "\0" in joined:
            return None
        return [cell or None for cell in stripped]

    return convert


def _number(scale: int, minimum: float | None, maximum: float | None) -> Callable[[Cells], list[Any] | None]:
    unit = 10**scale
    least = max(minimum if minimum is not None else -float(LARGEST), -float(LARGEST) + 1) * unit
    most = min(maximum if maximum is not None else float(LARGEST), float(LARGEST) - 1) * unit
    point, digits = -scale - 1, -scale

    def other(text: str) -> Any:
        """A cell that isn't written with all its digits."""
        if not text:
            return None
        whole, _, rest = text.partition(".")
        if len(rest) > scale or not whole:
            raise ValueError(text)
        return int(whole + rest.ljust(scale, "0"))

    def convert(cells: Cells) -> list[Any] | None:
        if UNUSUAL.search("".join(cells)):
            return None
        try:
            if scale:
                values = [
                    int(text[:point] + text[digits:]) if text[point:digits] == "." else other(text) for text in cells
                ]
            else:
                values = [int(text) if text else None for text in cells]
        except ValueError:
            return None
        known = [value for value in values if value is not None] if None in values else values
        return values if not known or (least <= min(known) and max(known) <= most) else None

    return convert


def _phone(cells: Cells) -> list[Any] | None:
    """The eleven digits of a mobile number need no second look."""
    if set(map(len, cells)) <= {11, 0} and (joined := "".join(cells)).isascii() and joined.isdecimal():
        return [cell or None for cell in cells]
    return None


def _date(coerce: Callable[[str], Any]) -> Callable[[str], Any]:
    def convert(text: str) -> Any:
        if len(text) == 10 and text[4] == "-" == text[7]:
            try:
                return date.fromisoformat(text)
            except ValueError:
                pass
        return coerce(text)

    return convert


def _moment(coerce: Callable[[str], Any], zone: str) -> Callable[[str], Any]:
    place = ZoneInfo(zone) if zone else None

    def convert(text: str) -> Any:
        found = moment(text)
        if found is None:
            return coerce(text)
        if found.tzinfo is None:
            if place is None:
                return coerce(text)
            found = found.replace(tzinfo=place)
        return found.astimezone(UTC)

    return convert


def _read(coerce: Callable[[Any], Any], read: Callable[[Any, str], Json], config: Any) -> Callable[[str], Any]:
    return lambda text: coerce(read(config, text))


def _utc(cells: Cells) -> list[Any] | None:
    try:
        return [datetime.fromisoformat(f"{cell}+00:00") if cell else None for cell in cells]
    except ValueError:
        return None


def moment(text: str) -> datetime | None:
    """A moment as sheets and programs write it: ISO 8601, also with slashes, dots, Chinese signs or a bare day."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        pass
    for sign, other in (("年", "-"), ("月", "-"), ("日", " "), ("/", "-"), ("时", ":"), ("分", ":"), ("秒", "")):
        text = text.replace(sign, other)
    day, _, rest = text.strip().replace("T", " ", 1).partition(" ")
    parts = day.split("-")
    clock = rest.strip().rstrip(":").split(":") if rest.strip() else ["0", "0"]
    try:
        if len(parts) != 3 or len(parts[0]) != 4 or not 2 <= len(clock) <= 3:
            return None
        seconds = Decimal(clock[2]) if len(clock) == 3 else Decimal(0)
        whole = int(seconds)
        micro = int((seconds - whole) * 1_000_000)
        year, month, number = map(int, parts)
        return datetime(year, month, number, int(clock[0]), int(clock[1]), whole, micro)  # noqa: DTZ001
    except (ValueError, InvalidOperation):
        return None


def _divided(coerce: Callable[[str], Any], digits: int) -> Callable[[str], Any]:
    def convert(text: str) -> Any:
        try:
            number = Decimal(text.replace(",", "").lstrip("¥￥$€£ "))
        except InvalidOperation:
            return coerce(text)
        return coerce(format(number.scaleb(-digits), "f"))

    return convert


def stored(item: FieldModel, value: Json) -> Any:
    """One value that stands in a mapping or is a field's default."""
    if isinstance(item.type, Datetime) and isinstance(value, str) and (found := moment(value)) and found.tzinfo is None:
        value = found.replace(tzinfo=UTC)
    return item.type.coerce(item.config, value)
