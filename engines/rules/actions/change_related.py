"""Records that belong to this one, or the one it refers to, changed where they meet a condition."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engines.effects import ChangeRelated, Effect
from engines.rules.action import ActionKind, FarAssignment, Scope
from metamodel.definition import definition, prop


@definition
class Settings:
    """The relation or reference, the condition its records must meet, and what their fields get."""

    relation: str = prop(ref="relation")
    condition: str = prop("", expression="boolean", within="settings")
    values: tuple[FarAssignment, ...] = ()


class Change(ActionKind):
    """Records that belong to this one, or the one it refers to."""

    kind = "change_related"
    Config = Settings
    asks = "values"
    group = "record"
    icon = "list-checks"

    def expressions(self, config: Any) -> Mapping[str, str]:
        """One a field; they are about the record that started the rule."""
        return {item.field: item.value for item in config.values}

    def effects(self, config: Any, scope: Scope) -> Iterator[Effect]:
        """One change of all of them."""
        yield ChangeRelated(
            entity=scope.entity,
            number=scope.number,
            relation=config.relation,
            condition=config.condition,
            values={item.field: scope.values[item.field] for item in config.values},
        )
