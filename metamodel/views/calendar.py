"""Records on the days of a date, moved by drag."""

from __future__ import annotations

from metamodel.definition import definition, prop
from metamodel.view_kind import ViewKind


@definition
class Settings:
    """Its settings."""

    start: str = prop(ref="field")
    end: str = prop("", ref="field")
    title: str = prop("", ref="field")
    color_by: str = prop("", ref="field")


class Calendar(ViewKind):
    """Records on the days of a date, moved by drag."""

    kind = "calendar"
    Config = Settings
    icon = "calendar"
