"""Fields of the record itself get values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engines.effects import Effect, SetValues
from engines.rules.action import ActionKind, Assignment, Scope
from metamodel.definition import definition


@definition
class Settings:
    """Which fields get what."""

    values: tuple[Assignment, ...] = ()


class Set(ActionKind):
    """Fields of the record itself get values; before it is kept as well as after."""

    kind = "set_values"
    Config = Settings
    own = True
    asks = "values"
    moments = frozenset({"before", "after", "time", "hand"})
    group = "record"
    icon = "pencil-line"

    def expressions(self, config: Any) -> Mapping[str, str]:
        """One a field."""
        return {item.field: item.value for item in config.values}

    def sets(self, config: Any) -> Mapping[str, str]:
        """All it does."""
        return {item.field: item.field for item in config.values}

    def effects(self, config: Any, scope: Scope) -> Iterator[Effect]:
        """One change."""
        values = {item.field: scope.values[item.field] for item in config.values}
        yield SetValues(entity=scope.entity, number=scope.number, values=values)
