"""Datasets: the metric layer, where dimensions and measures over an entity are said once for every report."""

from __future__ import annotations

from typing import Literal

from metamodel.definition import NAME, Label, definition, prop

#: each is a file in engines/reports/measures; those of the first line are taken from rows, the others from measures
Aggregate = Literal[
    "count", "count_distinct", "sum", "average", "min", "max", "median",
    "ratio", "expression", "cumulative", "share", "rank", "previous", "concentration",
]  # fmt: skip
Grain = Literal["", "day", "week", "month", "quarter", "year", "hour", "weekday"]
Offset = Literal["period", "year"]
Shown = Literal["value", "change", "growth"]


@definition
class Band:
    """One stretch of a number: what is below `below` and above the band before; the last may have no end."""

    id: str = prop("", group="hidden")
    name: str = prop(pattern=NAME, group="hidden")
    label: Label
    below: float | None = None


@definition
class Dimension:
    """What numbers can be split by: an expression over the entity; `zone` overrides the workspace's for its grains.

    A number is split into `bands` with names of their own, or into steps of the same width."""

    id: str = prop("", group="hidden")
    name: str = prop(pattern=NAME, group="hidden")
    label: Label
    expression: str = prop(expression="any")
    bands: tuple[Band, ...] = ()
    step: int = prop(0, minimum=0)
    zone: str = prop("", group="more")


@definition
class Measure:
    """A number over many records: an aggregate of an expression over the rows that meet `filter`, or one made of
    others: `formula` names them in braces, `of` is the one whose share, rank, sum so far or earlier value it is."""

    id: str = prop("", group="hidden")
    name: str = prop(pattern=NAME, group="hidden")
    label: Label
    aggregate: Aggregate = "sum"
    expression: str = prop("", expression="any")
    denominator: str = prop("", ref="measure", group="more")
    numerator: str = prop("", ref="measure", group="more")
    formula: str = prop("", expression="measures")
    of: str = prop("", ref="measure")
    #: the whole a share is of, the group a rank is within: the dimensions that stay the same
    within: tuple[str, ...] = prop((), ref="dimension")
    offset: Offset = "period"
    shown: Shown = "growth"
    #: the time after which a sum so far begins anew
    restart: Grain = ""
    #: the time an earlier value is earlier by, where a report has several; what the largest are looked for among
    by: str = prop("", ref="dimension", group="more")
    #: how many of the largest
    count: int = prop(10, minimum=1)
    ascending: bool = False
    filter: str = prop("", expression="boolean")
    format: str = prop("", widget="format")
    #: what is wished for; charts show how far it is
    target: float | None = None


@definition
class Hierarchy:
    """Dimensions from coarse to fine: the way a figure is drilled down."""

    id: str = prop("", group="hidden")
    name: str = prop(pattern=NAME, group="hidden")
    label: Label
    dimensions: tuple[str, ...] = prop((), ref="dimension")


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
    hierarchies: tuple[Hierarchy, ...] = ()
