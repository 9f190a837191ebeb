"""Records that refer to this one, as a list."""

from __future__ import annotations

from metamodel.component import ComponentKind
from metamodel.definition import Label, definition, prop


@definition
class Settings:
    """Its settings."""

    relation: str = prop(ref="relation")
    columns: tuple[str, ...] = prop((), ref="path", within="relation")
    label: Label = ""
    limit: int = prop(20, minimum=1, maximum=200)


class Related(ComponentKind):
    """Records that refer to this one, as a list."""

    kind = "related"
    Config = Settings
    group = "related"
    icon = "related"
    places = ("page",)
