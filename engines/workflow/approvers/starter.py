"""Whoever started the flow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engines.workflow.approver import ApproverKind, House
from metamodel.definition import Json, definition


@definition
class Settings:
    """There is nothing to set."""


class Starter(ApproverKind):
    """Whoever started the flow."""

    kind = "starter"
    Config = Settings
    icon = "play"

    def people(
        self, config: Any, house: House, starter: int | None, chosen: tuple[int, ...], values: Mapping[str, Json]
    ) -> Iterator[int]:
        """One."""
        if starter is not None:
            yield from house.active((starter,))
