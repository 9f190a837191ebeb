"""A person presses a button on the record."""

from __future__ import annotations

from metamodel.definition import Label, definition, prop
from metamodel.trigger import TriggerKind


@definition
class Settings:
    """The button's words, its picture, what is asked before, and the roles that see it (all who may change the
    record when empty)."""

    caption: Label = ""
    icon: str = prop("", widget="icon")
    question: Label = prop("", group="more")
    roles: tuple[str, ...] = prop((), ref="role", group="more")


class Button(TriggerKind):
    """A person presses a button on the record."""

    kind = "button"
    Config = Settings
    moment = "hand"
    group = "hand"
    icon = "mouse-pointer-click"
