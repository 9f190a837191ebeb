"""Rules: when something happens and a condition holds, things are done."""

from __future__ import annotations

from typing import Any, Literal

from metamodel.definition import NAME, Label, definition, numbered, prop


@definition(variant="triggers")
class Trigger:
    """What starts a rule."""

    type: str = "created"
    config: Any = None


@definition(variant="actions")
class ActionCall:
    """One thing a rule does."""

    id: str = prop("", group="hidden")
    type: str
    config: Any = None


@definition
class Rule:
    """When `trigger`, if `condition`, then `actions` in order. `again` keeps a rule from firing for the same record
    more than once, or again within `days`; `active` is how it is installed, people switch it on and off later."""

    id: str = prop("", group="hidden")
    name: str = prop(pattern=NAME, group="hidden")
    label: Label
    description: Label = ""
    entity: str = prop(ref="entity", group="hidden")
    trigger: Trigger = prop(factory=Trigger)
    condition: str = prop("", expression="boolean")
    actions: tuple[ActionCall, ...] = ()
    again: Literal["always", "once", "after"] = "always"
    days: int = prop(30, minimum=1, maximum=3650)
    active: bool = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "id", self.id or self.name)
        object.__setattr__(self, "actions", numbered(self.actions))
