"""A sub-table: the rows of a lines field, entered as a grid."""

from __future__ import annotations

from metamodel.component import ComponentKind
from metamodel.definition import Label, definition, prop


@definition
class Settings:
    """Its settings."""

    field: str = prop(ref="field")
    columns: tuple[str, ...] = prop((), ref="field", within="field")
    label: Label = ""


class Lines(ComponentKind):
    """A sub-table: the rows of a lines field, entered as a grid."""

    kind = "lines"
    Config = Settings
    group = "field"
    icon = "lines"
