"""Certain people, by their names for signing in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engines.workflow.approver import ApproverKind, House
from metamodel.definition import Json, definition, prop


@definition
class Settings:
    """Who; names for signing in mean the same people wherever an application is installed."""

    logins: tuple[str, ...] = prop((), widget="people")


class Person(ApproverKind):
    """Certain people."""

    kind = "person"
    Config = Settings
    icon = "user"

    def people(
        self, config: Any, house: House, starter: int | None, chosen: tuple[int, ...], values: Mapping[str, Json]
    ) -> Iterator[int]:
        """Those of them who are active."""
        yield from house.by_login(config.logins)
