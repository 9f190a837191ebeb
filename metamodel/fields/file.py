"""Files, kept once by their content."""

from __future__ import annotations

from metamodel.definition import definition, prop
from metamodel.field_families import Filed


@definition
class Settings:
    """Its settings."""

    most: int = prop(20, minimum=1, maximum=100, group="more")


class File(Filed):
    """Files, kept once by their content."""

    kind = "file"
    Config = Settings
    icon = "file"
    example = ("a.pdf", "application/pdf")
