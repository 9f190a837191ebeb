"""Somebody or something is chosen for a field of the record: by an expression, in turn, or who has least to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from engines.effects import Assign, Effect, SetValues
from engines.rules.action import ActionKind, Scope
from metamodel.definition import definition, prop


@definition
class Match:
    """A field of those who may be chosen, and the expression over the record that it must equal."""

    field: str = prop(ref="field", within="settings")
    value: str = prop(expression="any")

    @property
    def id(self) -> str:
        """A field is compared once."""
        return self.field


@definition
class Settings:
    """`value` for an expression; otherwise among all users or records the field may hold that meet `among` and are
    alike in what `alike` names (the same place as the record's), in turn or the one with the fewest records of this
    entity that meet `busy`."""

    field: str = prop(ref="field")
    by: Literal["value", "turn", "least"] = "value"
    value: str = prop("", expression="any")
    among: str = prop("", expression="boolean", within="field")
    alike: tuple[Match, ...] = ()
    busy: str = prop("", expression="boolean", group="more")


class Give(ActionKind):
    """Somebody or something is chosen for a field of the record."""

    kind = "assign"
    Config = Settings
    own = True
    group = "people"
    icon = "user-check"

    def expressions(self, config: Any) -> Mapping[str, str]:
        """The value, where it is one; else what those who may be chosen must be alike in."""
        return {"value": config.value} if config.by == "value" else {item.field: item.value for item in config.alike}

    def effects(self, config: Any, scope: Scope) -> Iterator[Effect]:
        """The choice is made where it is performed, under a lock: two at once must not get the same turn."""
        if config.by == "value":
            values = {config.field: scope.values["value"]}
            yield SetValues(entity=scope.entity, number=scope.number, values=values)
            return
        yield Assign(
            entity=scope.entity,
            number=scope.number,
            field=config.field,
            by=config.by,
            among=config.among,
            alike={item.field: scope.values[item.field] for item in config.alike},
            busy=config.busy,
        )
