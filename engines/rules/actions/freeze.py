"""Measures of the record and of its lines are taken once more and kept, with the rows behind them."""

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


class FreezeAction(ActionKind):
    """Measures are frozen."""

    kind = "freeze"
    Config = Settings
    own = True
    group = "record"
    icon = "lock"

    def effects(self, config: Any, scope: Scope) -> Iterator[Effect]:
        """One for the record."""
        yield Freeze(
            entity=scope.entity, number=scope.number, fields=tuple(config.fields), lines=config.lines, thaw=False
        )
