"""The starter's managers, one after the other, up to a level or to the top."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from engines.workflow.approver import ApproverKind, House, leaders
from metamodel.definition import Json, definition, prop


@definition
class Settings:
    """How many levels up; 0 is to the top."""

    levels: int = prop(0, minimum=0, maximum=20)


class Chain(ApproverKind):
    """The starter's managers, one after the other."""

    kind = "chain"
    Config = Settings
    ordered = True
    icon = "arrow-up"

    def people(
        self, config: Any, house: House, starter: int | None, chosen: tuple[int, ...], values: Mapping[str, Json]
    ) -> Iterator[int]:
        """From the nearest upwards."""
        department = house.department_of(starter) if starter is not None else None
        yield from islice(leaders(house, department, starter), config.levels or None)
