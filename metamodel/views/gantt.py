"""Records as bars over days, with what each waits for; moved and stretched by drag."""

from __future__ import annotations

from metamodel.definition import definition, prop
from metamodel.view_kind import ViewKind


@definition
class Settings:
    """Its settings. `parent` refers to the same entity and makes a tree, `depends_on` links to what must be over first.
    `milestones` shows what begins and ends on one day as a point."""

    start: str = prop(ref="field")
    end: str = prop("", ref="field")
    title: str = prop("", ref="field")
    progress: str = prop("", ref="field")
    parent: str = prop("", ref="field")
    depends_on: str = prop("", ref="field")
    color_by: str = prop("", ref="field")
    group_by: str = prop("", ref="field")
    milestones: bool = False


class Gantt(ViewKind):
    """Records as bars over days, moved and stretched by drag."""

    kind = "gantt"
    Config = Settings
    icon = "chart-gantt"
