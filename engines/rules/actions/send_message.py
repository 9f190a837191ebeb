"""A message by template, through the arbiter that nothing bypasses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engines.effects import Effect, Send
from engines.rules.action import ActionKind, Scope
from metamodel.definition import definition, prop
from metamodel.model import qualified


@definition
class Settings:
    """The message template; it says itself to whom and over which channels."""

    message: str = prop(ref="message")


class Write(ActionKind):
    """A message by template, through the arbiter."""

    kind = "send_message"
    Config = Settings
    asks = "message"
    group = "people"
    icon = "send"

    def effects(self, config: Any, scope: Scope) -> Iterator[Effect]:
        """One message about the record."""
        yield Send(message=qualified(scope.application, config.message), entity=scope.entity, number=scope.number)
