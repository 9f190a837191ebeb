"""Changes and comments of the record, newest first."""

from __future__ import annotations

from metamodel.component import ComponentKind
from metamodel.definition import definition


@definition
class Settings:
    """Its settings."""


class Timeline(ComponentKind):
    """Changes and comments of the record, newest first."""

    kind = "timeline"
    Config = Settings
    group = "related"
    icon = "timeline"
    places = ("page",)
