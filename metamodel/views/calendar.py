"""Records on the days of a date, moved by drag."""

from __future__ import annotations

from metamodel.definition import definition, prop
from metamodel.view_kind import ViewKind


@definition
class Settings:
    """Its settings. `yearly` shows every record on the day's return in each year: birthdays and other anniversaries."""

    start: str = prop(ref="field")
    end: str = prop("", ref="field")
    title: str = prop("", ref="field")
    color_by: str = prop("", ref="field")
    yearly: bool = False


class Calendar(ViewKind):
    """Records on the days of a date, moved by drag."""

    kind = "calendar"
    Config = Settings
    icon = "calendar"
