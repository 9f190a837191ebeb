"""A measure of a dataset with its parameters bound to the record, kept up to date by the house."""

from __future__ import annotations

from random import Random
from typing import Any

import sqlalchemy as sa

from metamodel.definition import Json, Label, definition, prop
from metamodel.expressions.types import Type
from metamodel.field_type import ORDERED, FieldType
from metamodel.result import Result, result_column, result_dump, result_type


@definition
class MeasureBinding:
    """A dimension of the dataset, and what the record says it must be: a blank value leaves the record without a
    figure, since what is not told yet is not everything."""

    dimension: str = prop(ref="dimension")
    value: str = prop(expression="any")

    @property
    def id(self) -> str:
        """A dimension is bound once."""
        return self.dimension


@definition
class MeasureSource:
    """One measure, for the records that meet `when` (blank: all): bound by dimensions, and by `time` to the days from
    `first` to `last`, both included. Of several sources the first whose condition is met counts."""

    id: str = prop("", group="hidden")
    name: str = prop(pattern=r"[a-z][a-z0-9_]{0,29}", group="hidden")
    label: Label = ""
    when: str = prop("", expression="boolean")
    dataset: str = prop(ref="dataset")
    measure: str = prop(ref="measure")
    bindings: tuple[MeasureBinding, ...] = ()
    time: str = prop("", ref="dimension")
    first: str = prop("", expression="any")
    last: str = prop("", expression="any")


@definition
class Settings:
    """Where the figure comes from, until when it moves, and its form. While `until` holds for a record, its value
    stays as it was when that began."""

    sources: tuple[MeasureSource, ...] = ()
    until: str = prop("", expression="boolean")
    result: Result = "decimal"
    digits: int = prop(2, minimum=0, maximum=9)
    trim: bool = prop(False, group="more")


class Measure(FieldType):
    """A measure of a dataset with its parameters bound to the record, kept up to date by the house."""

    kind = "measure"
    Config = Settings
    group = "derived"
    icon = "gauge"
    derived = True
    operators = ORDERED
    aggregates = ("count", "sum", "average", "min", "max")

    def expression_type(self, config: Settings) -> Type:
        """The result's type."""
        return result_type(config.result, config.digits)

    def column(self, config: Settings) -> sa.types.TypeEngine[Any]:
        """The result's column: what was measured is stored."""
        return result_column(config.result)

    def coerce(self, config: Settings, value: Json) -> Any:
        """Nobody types it; what is given is left alone."""
        return None

    def dump(self, config: Settings, stored: Any) -> Json:
        """The result's JSON."""
        return result_dump(config.result, config.digits, stored)

    def sample(self, config: Settings, random: Random) -> Json:
        """Nothing: it is computed."""
        return None
