"""A drawn signature, kept as a picture."""

from __future__ import annotations

from metamodel.definition import definition, prop
from metamodel.field_families import Filed


@definition
class Settings:
    """Its settings."""

    most: int = prop(1, minimum=1, maximum=100, group="more")


class Signature(Filed):
    """A drawn signature, kept as a picture."""

    kind = "signature"
    Config = Settings
    icon = "signature"
    types = ("image/png",)
    example = ("a.png", "image/png")
