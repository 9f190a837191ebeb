"""A piece of explanation."""

from __future__ import annotations

from metamodel.component import ComponentKind
from metamodel.definition import Label, definition, prop


@definition
class Settings:
    """Its settings."""

    content: Label = prop("", widget="long_label")


class Text(ComponentKind):
    """A piece of explanation."""

    kind = "text"
    Config = Settings
    group = "layout"
    icon = "text"
