"""A flow begins for the record."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engines.effects import Effect, StartFlow
from engines.rules.action import ActionKind, Scope
from metamodel.definition import definition, prop
from metamodel.model import qualified


@definition
class Settings:
    """Which; it must be about the same entity as the rule."""

    flow: str = prop("", ref="flow")


class Begin(ActionKind):
    """A flow begins for the record."""

    kind = "start_flow"
    Config = Settings
    asks = "flow"
    group = "people"
    icon = "share"

    def effects(self, config: Any, scope: Scope) -> Iterator[Effect]:
        """One."""
        yield StartFlow(flow=qualified(scope.application, config.flow), entity=scope.entity, number=scope.number)
