"""Tabs, each holding parts."""

from __future__ import annotations

from metamodel.component import ComponentKind
from metamodel.definition import definition


@definition
class Settings:
    """Its settings."""


class Tabs(ComponentKind):
    """Tabs, each holding parts."""

    kind = "tabs"
    Config = Settings
    group = "layout"
    icon = "tabs"
    accepts = ("tab",)
