"""What families of field types have in common; a type says what is its own."""

from __future__ import annotations

import json
from abc import abstractmethod
from random import Random
from typing import Any, ClassVar

import sqlalchemy as sa

from metamodel.definition import Json
from metamodel.expressions.scope import USER
from metamodel.expressions.storage import INSTANT
from metamodel.expressions.types import DATETIME, TEXT, Type, number, record
from metamodel.field_type import (
    EQUAL,
    NUMERIC,
    ORDERED,
    TEXTUAL,
    FieldType,
    Storage,
    identity_of,
    instant_text,
    invalid,
    mapping_of,
    scaled,
    text_of,
    unscaled,
)
from metamodel.result import result_column, result_dump, result_type


class Textual(FieldType):
    """Text up to the setting `limit`."""

    group = "text"
    operators = TEXTUAL
    aggregates = ("count", "count_distinct")
    #: whether it may have several lines
    lines: ClassVar[bool] = False

    def expression_type(self, config: Any) -> Type:
        """Text."""
        return TEXT

    def column(self, config: Any) -> sa.types.TypeEngine[Any]:
        """Text without a length of its own: the limit is checked on the way in."""
        return sa.Text()

    def coerce(self, config: Any, value: Json) -> str:
        """Text within the limit, in the form the type asks for."""
        return self.formed(text_of(value, config.limit, lines=self.lines))

    def formed(self, text: str) -> str:
        """The text in the form the type asks for, or a refusal."""
        return text


class Scaled(FieldType):
    """An exact number between the settings `minimum` and `maximum`, kept in units of 10**-`scale`."""

    group = "number"
    operators = ORDERED
    aggregates = NUMERIC

    def scale(self, config: Any) -> int:
        """Digits after the point, as they are kept."""
        return 0

    def expression_type(self, config: Any) -> Type:
        """A number of a fixed scale."""
        return number(self.scale(config))

    def column(self, config: Any) -> sa.types.TypeEngine[Any]:
        """A whole number of the smallest unit: exact on both databases."""
        return sa.BigInteger()

    def coerce(self, config: Any, value: Json) -> int:
        """The number in smallest units; more digits than the field keeps are refused, not rounded."""
        return scaled(value, self.scale(config), config.minimum, config.maximum)


class Fractional(Scaled):
    """A number with digits after the point, which is decimal text outside."""

    def dump(self, config: Any, stored: Any) -> Json:
        """The number as decimal text."""
        return unscaled(stored, self.scale(config))


class Composite(FieldType):
    """A thing of several parts, kept as canonical JSON."""

    operators = ("blank", "not_blank")

    def expression_type(self, config: Any) -> Type:
        """Text: formulas can only ask whether it is blank."""
        return TEXT

    def column(self, config: Any) -> sa.types.TypeEngine[Any]:
        """Canonical JSON."""
        return sa.Text()

    def dump(self, config: Any, stored: Any) -> Json:
        """The object again."""
        return json.loads(stored)


class Filed(Composite):
    """Files kept once by their content, up to the setting `most`, of `types` where any are named."""

    group = "file"
    types: ClassVar[tuple[str, ...]] = ()
    example: ClassVar[tuple[str, str]]

    def coerce(self, config: Any, value: Json) -> str:
        """The files uploaded before; whether they exist is checked where they are kept."""
        items = value if isinstance(value, list) else [value]
        if len(items) > config.most:
            raise invalid("too_many_files", limit=config.most)
        return json.dumps([self._file(item) for item in items], ensure_ascii=False)

    def sample(self, config: Any, random: Random) -> Json:
        """A made-up value."""
        name, type = self.example
        return [{"id": random.randint(1, 9), "name": name, "size": 10, "type": type}]

    def _file(self, value: Json) -> Json:
        parts = mapping_of(value)
        if not isinstance(parts.get("id"), int):
            raise invalid("not_file")
        if self.types and parts.get("type") not in self.types:
            raise invalid("wrong_file_type", found=str(parts.get("type")))
        return {key: parts[key] for key in ("id", "name", "size", "type", "key") if key in parts}


class OfTheHouse(FieldType):
    """A reference to a record that every house has, of the entity `target`."""

    group = "relation"
    operators = EQUAL
    aggregates = ("count", "count_distinct")
    target: ClassVar[str]

    def expression_type(self, config: Any) -> Type:
        """A record of the platform's own."""
        return record(self.target)

    def column(self, config: Any) -> sa.types.TypeEngine[Any]:
        """The number it is known by."""
        return sa.BigInteger()

    def coerce(self, config: Any, value: Json) -> int:
        """The number, alone or in an object with its label."""
        return identity_of(value)

    def sample(self, config: Any, random: Random) -> Json:
        """The first one, which always exists."""
        return 1


class Unasked(FieldType):
    """What nobody types."""

    def coerce(self, config: Any, value: Json) -> Any:
        """What is given is left alone."""
        return None

    def sample(self, config: Any, random: Random) -> Json:
        """Nothing: it is not asked for."""
        return None


class Computed(Unasked):
    """A value in the form that the settings `result` and `digits` give; it is stored."""

    group = "derived"
    derived = True
    operators = ORDERED
    aggregates = ("count", "sum", "average", "min", "max")

    def expression_type(self, config: Any) -> Type:
        """The result's type."""
        return result_type(config.result, config.digits)

    def column(self, config: Any) -> sa.types.TypeEngine[Any]:
        """The result's column: derived values are stored."""
        return result_column(config.result)

    def dump(self, config: Any, stored: Any) -> Json:
        """The result's JSON."""
        return result_dump(config.result, config.digits, stored)


class Known(Unasked):
    """What the platform knows of every record, in a column that every record has."""

    group = "system"

    def storage(self, config: Any) -> Storage:
        """A column every record has."""
        return "system"

    @abstractmethod
    def column(self, config: Any) -> sa.types.TypeEngine[Any]:
        """The platform's own column."""


class When(Known):
    """A moment that the platform knows."""

    icon = "datetime"
    operators = ORDERED

    def expression_type(self, config: Any) -> Type:
        """The column's type."""
        return DATETIME

    def column(self, config: Any) -> sa.types.TypeEngine[Any]:
        """The platform's own column."""
        return INSTANT

    def dump(self, config: Any, stored: Any) -> Json:
        """ISO 8601 in UTC."""
        return instant_text(stored)


class Who(Known):
    """A person whom the platform knows."""

    icon = "user"
    operators = EQUAL

    def expression_type(self, config: Any) -> Type:
        """The column's type."""
        return record(USER)

    def column(self, config: Any) -> sa.types.TypeEngine[Any]:
        """The platform's own column."""
        return sa.BigInteger()
