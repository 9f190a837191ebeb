"""A question with every name bound: what splits, what measures, which rows count; only `resolve` makes one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from metamodel.dataset import Band, Measure
from metamodel.definition import Label
from metamodel.expressions.types import Type
from metamodel.model import EntityModel
from metamodel.option import Option

#: rows that are shown
MOST_ROWS = 10_000
#: rows that a measure over all of them may look at
MOST_GROUPS = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """One column that splits the answer: an expression, perhaps cut to a grain of time in a zone, to bands or steps.
    `axis` says where it stands: in rows, in columns or as a colour."""

    name: str
    dimension: str
    label: Label
    text: str
    type: Type
    axis: str = "rows"
    grain: str = ""
    zone: str = ""
    step: int = 0
    bands: tuple[Band, ...] = ()
    options: tuple[Option, ...] = ()

    @property
    def dated(self) -> bool:
        """Whether it is a stretch of time with one before it."""
        return self.type.kind in ("date", "datetime") and self.grain not in ("hour", "weekday")


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One column that measures. Hidden ones are computed for others and not shown."""

    name: str
    label: Label
    definition: Measure
    text: str
    filter: str
    #: of the value of each row
    type: Type
    #: of the measure
    result: Type
    format: str
    shown: bool = True

    @property
    def aggregate(self) -> str:
        """Its kind."""
        return self.definition.aggregate


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A dimension of time narrowed to days from `first` to `last`, both included; `until` ends it within a day, and
    what lies between the ends of `gap` is left out. `word` is the period's name where it has one."""

    dimension: str
    text: str
    type: Type
    zone: str
    first: date | None = None
    last: date | None = None
    word: str = ""
    gap: tuple[datetime, datetime] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A question to one entity. `levels` are the subtotals it asks for beside its rows."""

    entity: EntityModel
    splits: tuple[Split, ...]
    measures: tuple[Measured, ...]
    filters: tuple[str, ...]
    windows: tuple[Window, ...]
    order: tuple[tuple[str, bool], ...]
    limit: int
    #: whether the limit is the house's, not the report's own
    capped: bool = False
    #: the measures that are shown, in their order; `measures` are in the order they are computed in
    named: tuple[str, ...] = ()
    levels: tuple[tuple[int, ...], ...] = ()
    #: which rows are shown, as a condition over the measures
    having: str = ""
    #: what measures look one level deeper by, by dimension
    deeper: Mapping[str, Split] = field(default_factory=dict)
    zone: str = ""

    @property
    def level(self) -> tuple[int, ...]:
        """The level of the rows."""
        return tuple(range(len(self.splits)))

    @property
    def shown(self) -> tuple[Measured, ...]:
        """The measures that are shown, in the report's order."""
        known = {item.name: item for item in self.measures}
        return tuple(known[name] for name in self.named)
