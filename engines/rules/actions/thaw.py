"""Measures of the record and of its lines that were frozen move again; what was kept of them is given up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engines.effects import Effect, Freeze
from engines.rules.action import ActionKind, Scope
from metamodel.definition import definition, prop


@definition
class Settings:
    """Which measures of the record (none named: all), and whether those of its lines too."""

    fields: tuple[str, ...] = prop((), ref="field")
    lines: bool = True


class Thaw(ActionKind):
    """Measures move again."""

    kind = "thaw"
    Config = Settings
    own = True
    group = "record"
    icon = "lock-open"

    def effects(self, config: Any, scope: Scope) -> Iterator[Effect]:
        """One for the record."""
        yield Freeze(
            entity=scope.entity, number=scope.number, fields=tuple(config.fields), lines=config.lines, thaw=True
        )
