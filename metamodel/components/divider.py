"""A thin line."""

from __future__ import annotations

from metamodel.component import ComponentKind
from metamodel.definition import definition


@definition
class Settings:
    """Its settings."""


class Divider(ComponentKind):
    """A thin line."""

    kind = "divider"
    Config = Settings
    group = "layout"
    icon = "divider"
