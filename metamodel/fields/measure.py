"""A measure of a dataset with its parameters bound to the record, kept up to date by the house."""

from __future__ import annotations

from metamodel.definition import Label, definition, prop
from metamodel.field_families import Computed
from metamodel.result import Result


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


class Measure(Computed):
    """A measure of a dataset with its parameters bound to the record, kept up to date by the house."""

    kind = "measure"
    Config = Settings
    icon = "gauge"
