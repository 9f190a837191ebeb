"""The head of a department: the starter's, or one that the record leads to, some levels up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from engines.workflow.approver import ApproverKind, House, leaders
from metamodel.definition import Json, definition, prop


@definition
class Settings:
    """`of` leads from the record to a person or a department; blank is the starter. `levels` 1 is the nearest head
    above, 2 the one above that."""

    of: str = prop("", ref="path")
    levels: int = prop(1, minimum=1, maximum=20)


class Head(ApproverKind):
    """The head of a department."""

    kind = "head"
    Config = Settings
    icon = "crown"

    def fields(self, config: Any) -> Mapping[str, str]:
        """The person or department."""
        return {"of": f"{{{config.of}}}"} if config.of else {}

    def people(
        self, config: Any, house: House, starter: int | None, chosen: tuple[int, ...], values: Mapping[str, Json]
    ) -> Iterator[int]:
        """One, or nobody where the departments end."""
        person, department = starter, None
        if config.of:
            told = values.get("of")
            if told is None:
                return
            entity, number = values.get("of:entity"), int(told)
            person, department = (number, None) if entity == "platform.user" else (None, number)
        if person is not None:
            department = house.department_of(person)
        yield from islice(leaders(house, department, person), config.levels - 1, config.levels)
