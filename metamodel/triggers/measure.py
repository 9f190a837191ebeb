"""A figure of the metric layer, record by record, crosses a limit; the clock looks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from metamodel.definition import definition, prop
from metamodel.issues import Issue
from metamodel.trigger import Known, TriggerKind

CLOCK = r"([01]\d|2[0-3]):[0-5]\d"


@definition
class Settings:
    """The measure of a dataset, split by a dimension that leads to the rule's records; the limit, and from which side
    it is crossed: `up` from below to at least it, `down` from at least it to below. `every` is how often the clock
    looks, `at` the time of day, of which hourly takes the minutes."""

    dataset: str = prop("", ref="dataset")
    measure: str = prop("", ref="measure")
    dimension: str = prop("", ref="dimension")
    limit: str = prop("0", pattern=r"-?\d+(\.\d+)?", widget="number")
    way: Literal["up", "down"] = "up"
    every: Literal["hourly", "daily"] = "hourly"
    at: str = prop("09:00", pattern=CLOCK, widget="clock")


class Measure(TriggerKind):
    """A figure about a record crosses a limit."""

    kind = "measure"
    Config = Settings
    moment = "time"
    group = "time"
    icon = "gauge"

    def issues(self, config: Any, fields: Mapping[str, Known]) -> Iterator[Issue]:
        """It says which figure, and whose."""
        if not (config.dataset and config.measure):
            yield Issue(code="rule.no_figure", path=("measure",))
        elif not config.dimension:
            yield Issue(code="rule.no_split", path=("dimension",))
