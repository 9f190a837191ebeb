"""Analyses: scores of records computed from related facts by a method, on a schedule, written to their own fields."""

from __future__ import annotations

from typing import Any, Literal

from metamodel.definition import NAME, Label, definition, prop
from metamodel.segment import CLOCK


@definition(variant="analyses")
class Analysis:
    """A method (`type`) with its settings, run for all records of an entity: by hand only where `every` is empty,
    else at `at` every day, on `weekday` (1 Monday to 7) or on `day` of the month (the last where it has fewer)."""

    id: str = prop("", group="hidden")
    name: str = prop(pattern=NAME, group="hidden")
    label: Label
    description: Label = ""
    entity: str = prop(ref="entity", group="hidden")
    type: str = prop("rfm", group="hidden")
    every: Literal["", "daily", "weekly", "monthly"] = "daily"
    at: str = prop("04:00", pattern=CLOCK, widget="clock")
    weekday: int = prop(1, minimum=1, maximum=7)
    day: int = prop(1, minimum=1, maximum=31)
    config: Any = None
