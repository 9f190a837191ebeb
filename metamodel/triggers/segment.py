"""A record enters or leaves a segment."""

from __future__ import annotations

from typing import Any, Literal

from metamodel.definition import definition, prop
from metamodel.trigger import Event, TriggerKind


@definition
class Settings:
    """The segment, and whether entering or leaving it counts."""

    segment: str = prop(ref="segment")
    way: Literal["enters", "leaves"] = "enters"


class Segment(TriggerKind):
    """A record enters or leaves a segment."""

    kind = "segment"
    Config = Settings
    moment = "after"
    group = "event"
    icon = "users"

    def hears(self, config: Any, event: Event) -> bool:
        """The move it names."""
        wanted = "enter" if config.way == "enters" else "leave"
        return event.happening == wanted and event.about.rpartition(".")[2] == config.segment.rpartition(".")[2]
