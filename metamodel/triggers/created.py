"""A record was made."""

from __future__ import annotations

from typing import Any

from metamodel.definition import definition
from metamodel.trigger import Event, TriggerKind


@definition
class Settings:
    """It has none."""


class Created(TriggerKind):
    """A record was made."""

    kind = "created"
    Config = Settings
    moment = "after"
    group = "event"
    icon = "file-plus-2"

    def hears(self, config: Any, event: Event) -> bool:
        """New records, and those that come back from the bin."""
        return event.happening in ("create", "restore")
