"""Who created the record."""

from __future__ import annotations

from metamodel.definition import definition
from metamodel.field_families import Who


@definition
class Settings:
    """It has no settings."""


class CreatedBy(Who):
    """Who created the record."""

    kind = "created_by"
    Config = Settings
