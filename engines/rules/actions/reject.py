"""The write is refused, with a message at a field."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engines.effects import Effect, Reject
from engines.rules.action import ActionKind, Scope
from metamodel.definition import Label, definition, prop


@definition
class Settings:
    """What people are told, and at which field (at the whole record when empty)."""

    message: Label
    field: str = prop("", ref="field")


class Refuse(ActionKind):
    """The write is refused, with a message at a field."""

    kind = "reject"
    Config = Settings
    moments = frozenset({"before", "hand"})
    group = "record"
    icon = "ban"

    def effects(self, config: Any, scope: Scope) -> Iterator[Effect]:
        """The refusal."""
        yield Reject(message=config.message, field=config.field)
