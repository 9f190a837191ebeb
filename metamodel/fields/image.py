"""Pictures, kept once by their content."""

from __future__ import annotations

from metamodel.definition import definition, prop
from metamodel.field_families import Filed


@definition
class Settings:
    """Its settings."""

    most: int = prop(20, minimum=1, maximum=100, group="more")


class Image(Filed):
    """Pictures, kept once by their content."""

    kind = "image"
    Config = Settings
    icon = "image"
    types = ("image/png", "image/jpeg", "image/webp", "image/gif")
    example = ("a.png", "image/png")
