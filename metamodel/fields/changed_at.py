"""When the record was last changed."""

from __future__ import annotations

from metamodel.definition import definition
from metamodel.field_families import When


@definition
class Settings:
    """It has no settings."""


class ChangedAt(When):
    """When the record was last changed."""

    kind = "changed_at"
    Config = Settings
