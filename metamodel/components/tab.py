"""One tab of tabs."""

from __future__ import annotations

from metamodel.component import ComponentKind
from metamodel.definition import Label, definition


@definition
class Settings:
    """Its settings."""

    label: Label = ""


class Tab(ComponentKind):
    """One tab of tabs."""

    kind = "tab"
    Config = Settings
    group = "layout"
    icon = "tab"
    accepts = ("*",)
