"""One field, entered or shown; conditions say when it is needed or fixed."""

from __future__ import annotations

from metamodel.component import ComponentKind
from metamodel.definition import Label, definition, prop


@definition
class Settings:
    """Its settings."""

    field: str = prop(ref="field")
    label: Label = ""
    hint: Label = ""
    width: int = prop(1, minimum=1, maximum=4)
    required: str = prop("", expression="boolean")
    readonly: str = prop("", expression="boolean")


class Field(ComponentKind):
    """One field, entered or shown; conditions say when it is needed or fixed."""

    kind = "field"
    Config = Settings
    group = "field"
    icon = "field"
