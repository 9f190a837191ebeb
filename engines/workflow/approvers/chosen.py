"""Whom the starter picks when starting."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engines.workflow.approver import ApproverKind, House
from metamodel.definition import Json, definition, prop


@definition
class Settings:
    """Among those with a role, or among everybody."""

    among: str = prop("", ref="role")


class Chosen(ApproverKind):
    """Whom the starter picks."""

    kind = "chosen"
    Config = Settings
    icon = "pointer"

    def people(
        self, config: Any, house: House, starter: int | None, chosen: tuple[int, ...], values: Mapping[str, Json]
    ) -> Iterator[int]:
        """Those of them who may be chosen."""
        able = set(house.with_role(config.among, None)) if config.among else None
        yield from (person for person in house.active(chosen) if able is None or person in able)
