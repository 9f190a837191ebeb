"""Datasets: the metric layer, where dimensions and measures over an entity are said once for every report."""

from __future__ import annotations

from typing import Literal

from metamodel.definition import NAME, Label, definition, prop

Aggregate = Literal["count", "count_distinct", "sum", "average", "min", "max", "ratio"]
Grain = Literal["", "day", "week", "month", "quarter", "year", "hour", "weekday"]


@definition
class Dimension:
    """What numbers can be split by: an expression over the entity; `zone` overrides the workspace's for its grains."""

    id: str = prop("", group="hidden")
    name: str = prop(pattern=NAME, group="hidden")
    label: Label
    expression: str = prop(expression="any")
    zone: str = prop("", group="more")


@definition
class Measure:
    """A number over many records: an aggregate of an expression over the rows that meet `filter`."""

    id: str = prop("", group="hidden")
    name: str = prop(pattern=NAME, group="hidden")
    label: Label
    aggregate: Aggregate = "sum"
    expression: str = prop("", expression="any")
    denominator: str = prop("", ref="measure", group="more")
    numerator: str = prop("", ref="measure", group="more")
    filter: str = prop("", expression="boolean")
    format: str = prop("", widget="format")


@definition
class Dataset:
    """One entity seen as facts; dimensions may walk along its references, so joins can't fan out."""

    id: str = prop("", group="hidden")
    name: str = prop(pattern=NAME, group="hidden")
    label: Label
    entity: str = prop(ref="entity")
    filter: str = prop("", expression="boolean")
    dimensions: tuple[Dimension, ...] = ()
    measures: tuple[Measure, ...] = ()
