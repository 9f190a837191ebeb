"""Parts side by side."""

from __future__ import annotations

from metamodel.component import ComponentKind
from metamodel.definition import definition, prop


@definition
class Settings:
    """Its settings."""

    columns: int = prop(2, minimum=2, maximum=4)


class Columns(ComponentKind):
    """Parts side by side."""

    kind = "columns"
    Config = Settings
    group = "layout"
    icon = "columns"
    accepts = ("*",)
