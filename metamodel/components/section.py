"""A titled group of parts in one to four columns."""

from __future__ import annotations

from metamodel.component import ComponentKind
from metamodel.definition import Label, definition, prop


@definition
class Settings:
    """Its settings."""

    label: Label = ""
    hint: Label = ""
    columns: int = prop(2, minimum=1, maximum=4)
    folded: bool = False


class Section(ComponentKind):
    """A titled group of parts in one to four columns."""

    kind = "section"
    Config = Settings
    group = "layout"
    icon = "group"
    accepts = ("*",)
