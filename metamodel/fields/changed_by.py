"""Who changed the record last."""

from __future__ import annotations

from metamodel.definition import definition
from metamodel.field_families import Who


@definition
class Settings:
    """It has no settings."""


class ChangedBy(Who):
    """Who changed the record last."""

    kind = "changed_by"
    Config = Settings
