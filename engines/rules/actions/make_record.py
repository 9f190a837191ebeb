"""A new record of another entity, or of the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engines.effects import Effect, MakeRecord
from engines.rules.action import ActionKind, FarAssignment, Scope
from metamodel.definition import definition, prop
from metamodel.model import qualified


@definition
class Settings:
    """The entity, and what its fields get."""

    entity: str = prop(ref="entity")
    values: tuple[FarAssignment, ...] = ()


class Make(ActionKind):
    """A new record of another entity, or of the same."""

    kind = "make_record"
    Config = Settings
    asks = "values"
    group = "record"
    icon = "file-plus-2"

    def expressions(self, config: Any) -> Mapping[str, str]:
        """One a field."""
        return {item.field: item.value for item in config.values}

    def effects(self, config: Any, scope: Scope) -> Iterator[Effect]:
        """One record."""
        values = {item.field: scope.values[item.field] for item in config.values}
        yield MakeRecord(entity=qualified(scope.application, config.entity), values=values)
