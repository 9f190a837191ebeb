"""A report narrowed to this record."""

from __future__ import annotations

from metamodel.component import ComponentKind
from metamodel.definition import Label, definition, prop


@definition
class Settings:
    """Its settings."""

    report: str = prop(ref="report")
    dimension: str = prop("", ref="dimension")
    title: Label = ""
    height: int = prop(4, minimum=1, maximum=40)


class Tile(ComponentKind):
    """A report narrowed to this record."""

    kind = "tile"
    Config = Settings
    group = "related"
    icon = "tile"
    places = ("page",)
