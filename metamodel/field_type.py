"""The contract of a field type: the ten things each one answers, and the settings it answers them for."""

from __future__ import annotations

import functools
from abc import abstractmethod
from collections.abc import Callable, Mapping
from datetime import UTC
from decimal import Decimal, InvalidOperation
from random import Random
from typing import Any, ClassVar, Literal

import sqlalchemy as sa

from metamodel.definition import Json
from metamodel.errors import Invalid
from metamodel.expressions.types import Type
from metamodel.issues import Issue
from metamodel.kinds import Kind

Retype = Literal["safe", "lossy", "impossible"]
Storage = Literal["column", "links", "rows", "system"]

ORDERED = ("=", "<>", "<", "<=", ">", ">=", "blank", "not_blank")
EQUAL = ("=", "<>", "in", "blank", "not_blank")
TEXTUAL = ("=", "<>", "contains", "starts_with", "blank", "not_blank")
#: numbers up to here are exact in every place, the browser included
LARGEST = Decimal(10) ** 15
NUMERIC = ("count", "sum", "average", "min", "max")


class FieldType(Kind):
    """One field type. Values have three forms: JSON (in and out), stored (the column's), and the expression's.

    `coerce` and `dump` go between the first two; `stored_to_memory` of the expression type between the last two.
    """

    kind: ClassVar[str]
    Config: ClassVar[type]
    #: computed from other fields; nobody types it
    derived: ClassVar[bool] = False
    #: may be searched as text by quick search
    searchable: ClassVar[bool] = False
    operators: ClassVar[tuple[str, ...]] = EQUAL
    aggregates: ClassVar[tuple[str, ...]] = ("count",)

    def storage(self, config: Any) -> Storage:
        """Where values live: a column of their own, a link table, other rows, or a column of the platform."""
        return "column"

    @abstractmethod
    def expression_type(self, config: Any) -> Type:
        """The type its value has in the expression language."""

    @abstractmethod
    def column(self, config: Any) -> sa.types.TypeEngine[Any]:
        """The column type that stores it."""

    @abstractmethod
    def coerce(self, config: Any, value: Json) -> Any:
        """The stored form of a JSON value; raises Invalid with one issue when it isn't one. Never sees blank."""

    def expression(self, config: Any) -> str:
        """The expression that computes it; blank where it is not computed by one."""
        return ""

    def dump(self, config: Any, stored: Any) -> Json:
        """The JSON form of a stored value. Never sees blank."""
        return stored

    def dumper(self, config: Any) -> Callable[[Any], Json] | None:
        """`dump` for one field, as lists use it by the thousand; None where the stored value is JSON already."""
        return None if type(self).dump is FieldType.dump else functools.partial(self.dump, config)

    def retype(self, config: Any, source: FieldType, source_config: Any) -> Retype:
        """What changing a field of another type into this one does to its values."""
        if source.kind == self.kind:
            return "safe" if source_config == config else "lossy"
        plain = source.storage(source_config) == "column" == self.storage(config)
        if not plain or source.derived or self.derived:
            return "impossible"
        return "lossy"

    @abstractmethod
    def sample(self, config: Any, random: Random) -> Json:
        """A plausible JSON value, for tests and previews."""


def invalid(code: str, **arguments: Any) -> Invalid:
    """The refusal of a value; the caller knows the path."""
    return Invalid(Issue(code=f"value.{code}", arguments=arguments))


def is_blank(value: Any) -> bool:
    """Whether a JSON value says "nothing here": null, empty text, an empty list or an empty object."""
    return value is None or value == "" or value == [] or value == {}


def text_of(value: Json, limit: int, *, lines: bool = False) -> str:
    """A text value as it is stored: control characters refused, length checked, ends trimmed on one line."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise invalid("not_text", found=str(value)[:40])
    text = str(value)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not lines:
        text = " ".join(text.split("\n")).strip()
    if "\x00" in text:
        text = text.replace("\x00", "")
    if len(text) > limit:
        raise invalid("too_long", length=len(text), limit=limit)
    return text


def scaled(value: Json, scale: int, minimum: float | None, maximum: float | None) -> int:
    """A number in units of 10**-scale. Text may hold grouping commas, a currency sign or a percent sign.

    More digits than `scale` are refused: what people typed is never changed in silence.
    """
    if isinstance(value, bool):
        raise invalid("not_number", found=str(value))
    text = str(value).strip().replace(",", "").replace("，", "").lstrip("¥￥$€£ ")
    share = text.endswith(("%", "％"))
    try:
        number = Decimal(text.rstrip("%％ "))
    except InvalidOperation:
        raise invalid("not_number", found=str(value)[:40]) from None
    if number.is_nan():
        raise invalid("not_number", found=str(value)[:40])
    if not number.is_finite() or abs(number) >= LARGEST:
        raise invalid("too_large", found=str(value)[:40])
    if share:
        number /= 100
    if (minimum is not None and number < Decimal(str(minimum))) or (
        maximum is not None and number > Decimal(str(maximum))
    ):
        raise invalid("out_of_range", found=str(value)[:40], low=_limit(minimum), high=_limit(maximum))
    units = number.scaleb(scale)
    if units != units.to_integral_value():
        raise invalid("too_many_digits", found=str(value)[:40], digits=scale)
    return int(units)


def unscaled(units: int, scale: int) -> str:
    """Units of 10**-scale as decimal text: (1250, 2) → "12.50"."""
    if not scale:
        return str(units)
    sign, digits = ("-", str(-units)) if units < 0 else ("", str(units))
    if len(digits) <= scale:
        digits = digits.rjust(scale + 1, "0")
    return f"{sign}{digits[:-scale]}.{digits[-scale:]}"


def instant_text(stored: Any) -> str:
    """A stored instant as ISO 8601 in UTC; parts of a second only where there are any."""
    text = stored if isinstance(stored, str) else stored.astimezone(UTC).replace(tzinfo=None).isoformat(" ")
    return f"{text[:10]}T{text[11:19]}{text[19:].rstrip('0').rstrip('.')}Z"


def _limit(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def identity_of(value: Json) -> int:
    """The number of a record given alone, as text, or in an object with its label."""
    if isinstance(value, Mapping):
        value = value.get("id")
    if isinstance(value, str) and value.isdigit():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 2**53:
        raise invalid("not_reference", found=str(value)[:40])
    return value


def mapping_of(value: Json) -> Mapping[str, Any]:
    """A JSON object or a refusal."""
    if not isinstance(value, Mapping):
        raise invalid("not_object", found=str(value)[:40])
    return value
