"""When the record was created."""

from __future__ import annotations

from metamodel.definition import definition
from metamodel.field_families import When


@definition
class Settings:
    """It has no settings."""


class CreatedAt(When):
    """When the record was created."""

    kind = "created_at"
    Config = Settings
