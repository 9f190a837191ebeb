"""A record went to the bin."""

from __future__ import annotations

from typing import Any

from metamodel.definition import definition
from metamodel.trigger import Event, TriggerKind


@definition
class Settings:
    """It has none."""


class Deleted(TriggerKind):
    """A record went to the bin."""

    kind = "deleted"
    Config = Settings
    moment = "after"
    gone = True
    group = "event"
    icon = "trash-2"

    def hears(self, config: Any, event: Event) -> bool:
        """What left."""
        return event.happening == "delete"
