"""The person whom a field of the record, or of one it refers to, names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engines.workflow.approver import ApproverKind, House
from metamodel.definition import Json, definition, prop


@definition
class Settings:
    """The way to a field that holds a person."""

    field: str = prop("", ref="path")


class Named(ApproverKind):
    """The person whom a field names."""

    kind = "field"
    Config = Settings
    icon = "contact"

    def fields(self, config: Any) -> Mapping[str, str]:
        """The person."""
        return {"person": f"{{{config.field}}}"} if config.field else {}

    def people(
        self, config: Any, house: House, starter: int | None, chosen: tuple[int, ...], values: Mapping[str, Json]
    ) -> Iterator[int]:
        """One, or nobody while the field is blank."""
        told = values.get("person")
        if told is not None:
            yield from house.active((int(told),))
