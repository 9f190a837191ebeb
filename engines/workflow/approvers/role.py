"""Everybody who holds a role: of all, in the starter's department, or in the nearest one above that has any."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from engines.workflow.approver import ApproverKind, House
from metamodel.definition import Json, definition, prop


@definition
class Settings:
    """The role; `within` narrows it: "department" to the starter's own, "above" to the nearest from there upwards in
    which somebody other than the starter holds it."""

    role: str = prop("", ref="role")
    within: Literal["", "department", "above"] = ""


class Role(ApproverKind):
    """Everybody who holds a role."""

    kind = "role"
    Config = Settings
    icon = "users"

    def people(
        self, config: Any, house: House, starter: int | None, chosen: tuple[int, ...], values: Mapping[str, Json]
    ) -> Iterator[int]:
        """In the order of their numbers."""
        if not config.within:
            yield from house.with_role(config.role, None)
            return
        department = house.department_of(starter) if starter is not None else None
        if department is None:
            return
        if config.within == "department":
            yield from house.with_role(config.role, (department,))
            return
        for each in house.above(department):
            found = house.with_role(config.role, (each,))
            if any(person != starter for person in found):
                yield from found
                return
