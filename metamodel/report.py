"""Reports: a question to a dataset and the picture its answer is drawn as."""

from __future__ import annotations

from typing import Any

from metamodel.dataset import Grain
from metamodel.definition import NAME, Label, definition, prop


@definition
class Axis:
    """A dimension of the dataset at a grain."""

    dimension: str = prop(ref="dimension")
    grain: Grain = ""

    @property
    def id(self) -> str:
        """The same dimension may stand twice at different grains."""
        return f"{self.dimension}:{self.grain}" if self.grain else self.dimension


@definition
class Order:
    """A column of the answer to sort by: a measure or a dimension of the report."""

    by: str = prop(ref="column")
    descending: bool = True


@definition
class Narrowing:
    """A dimension narrowed to a period (by its word, or from a day to another) or to some values. One that is `asked`
    is a parameter: its reader may choose otherwise, and this is what it begins with."""

    dimension: str = prop(ref="dimension")
    period: str = ""
    first: str = ""
    last: str = ""
    values: tuple[str, ...] = ()
    asked: bool = False

    @property
    def id(self) -> str:
        """A dimension is narrowed once."""
        return self.dimension


@definition(variant="charts")
class ChartSpec:
    """How the answer is drawn."""

    type: str = "table"
    config: Any = None


@definition
class Report:
    """Rows split by axes, measured, filtered, ordered and cut, then drawn. `color` splits into series of a chart."""

    id: str = prop("", group="hidden")
    name: str = prop(pattern=NAME, group="hidden")
    label: Label
    dataset: str = prop(ref="dataset")
    rows: tuple[Axis, ...] = ()
    columns: tuple[Axis, ...] = ()
    color: tuple[Axis, ...] = ()
    measures: tuple[str, ...] = prop((), ref="measure")
    filters: tuple[Narrowing, ...] = ()
    filter: str = prop("", expression="boolean")
    #: which rows are shown, by their measures
    having: str = prop(default="", expression="measures")
    order: tuple[Order, ...] = ()
    limit: int = prop(0, minimum=0, maximum=100000)
    chart: ChartSpec = prop(factory=lambda: ChartSpec(type="table"))
