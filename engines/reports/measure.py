"""The contract of a measure: what the database adds up for it, and what is made of that, in exact numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, ClassVar

import sqlalchemy as sa

from engines.reports.query import Measured, Query
from metamodel.definition import definition
from metamodel.expressions.context import Context
from metamodel.expressions.types import Type
from metamodel.issues import Issue
from metamodel.kinds import Kind

Column = sa.ColumnElement[Any]
Value = Decimal | int | str | bool | None
Keys = tuple[Any, ...]
#: which columns that split are kept: all of them for a row, fewer for a subtotal, none for the total
Level = tuple[int, ...]
#: digits of a quotient
DIGITS = 6


@definition
class Settings:
    """A measure has no settings beside those that all have."""


@dataclass(slots=True, kw_only=True)
class Group:
    """One row or subtotal, filled in measure by measure."""

    level: Level
    keys: Keys
    values: dict[str, Value] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Cube:
    """All rows and subtotals of an answer, filled in measure by measure, and what was a period or a year before.

    `earlier` maps an offset to the cube of then and to what each key was then; None where no time is known."""

    query: Query
    levels: dict[Level, dict[Keys, Group]]
    context: Context
    earlier: dict[tuple[str, str], tuple[Cube, Mapping[int, Any]] | None] = field(default_factory=dict)
    #: the same question split further by a dimension, the last of its columns
    deeper: dict[str, Cube] = field(default_factory=dict)
    notes: list[Issue] = field(default_factory=list)
    statements: list[sa.ClauseElement] = field(default_factory=list)

    @property
    def rows(self) -> dict[Keys, Group]:
        """The rows, in the order they are told."""
        return self.levels[self.query.level]

    def groups(self) -> Iterator[Group]:
        """Rows and subtotals."""
        for level in self.levels.values():
            yield from level.values()

    def around(self, group: Group, kept: Level) -> Group | None:
        """The subtotal that a group is part of, with only those of its columns that are `kept`."""
        level = tuple(at for at in group.level if at in kept)
        keys = tuple(key for at, key in zip(group.level, group.keys, strict=True) if at in level)
        return self.levels.get(level, {}).get(keys)

    def note(self, code: str, **arguments: Any) -> None:
        """Something whoever reads the answer has to know; said once."""
        issue = Issue(code=code, severity="warning", arguments=arguments)
        if issue not in self.notes:
            self.notes.append(issue)


class MeasureKind(Kind):
    """One way of measuring. Those taken `of_rows` say what the database adds up and read it back; the others are made
    of measures that are there already, over the whole answer."""

    Config = Settings
    of_rows: ClassVar[bool] = False
    #: whether rows can be ordered by it in the database
    sortable: ClassVar[bool] = False
    #: whether it looks at other rows, so that all of them are needed before any is cut off
    whole: ClassVar[bool] = False

    def columns(self, value: Column | None, type: Type) -> Sequence[Column]:
        """What the database adds up of a value of each row (None: rows are counted)."""
        return ()

    def again(self, columns: Sequence[Column]) -> Sequence[Column] | None:
        """What adds up its own columns once more, for coarser groups; None where only the rows themselves will do."""
        return None

    def read(self, cells: Sequence[Any], type: Type) -> Value:
        """The value of what was added up."""
        return None

    def fill(self, item: Measured, cube: Cube) -> None:
        """Puts the measure into every group."""


def rounded(value: Decimal, digits: int = DIGITS) -> Decimal:
    """A quotient with so many digits after the point, half away from zero."""
    return value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def exact(value: Value) -> Decimal | None:
    """A value as a number to count with; what is none counts as blank."""
    if value is None or isinstance(value, (str, bool)):
        return None
    return Decimal(value)


def of_units(value: Any, type: Type) -> Value:
    """What a column holds as a value: units of an exact number, or a text, a date, a truth."""
    if value is None:
        return None
    if type.kind == "number":
        number = Decimal(value)
        # As in formulas: more digits than an exact number has are blank, on both databases.
        return None if abs(number) > LARGEST else number.scaleb(-type.scale) if type.scale else int(number)
    if type.kind == "real":
        return value if isinstance(value, Decimal) else Decimal(repr(value))
    return value if isinstance(value, (str, bool)) else str(value)


LARGEST = 10**18 - 1
