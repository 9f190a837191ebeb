"""Something became of a message about the record: it was sent, opened, clicked, or failed."""

from __future__ import annotations

from typing import Any, Literal

from metamodel.definition import definition, prop
from metamodel.trigger import Event, TriggerKind


@definition
class Settings:
    """The message, and what became of it; each happens once to a message, and opening implies that it arrived."""

    message: str = prop(ref="message")
    state: Literal["sent", "delivered", "opened", "clicked", "failed"] = "clicked"


class Message(TriggerKind):
    """Something became of a message about the record."""

    kind = "message"
    Config = Settings
    moment = "after"
    group = "event"
    icon = "mail"

    def hears(self, config: Any, event: Event) -> bool:
        """The news it waits for."""
        message, _, state = event.about.partition(":")
        same = message.rpartition(".")[2] == config.message.rpartition(".")[2]
        return event.happening == "message" and same and state == config.state
