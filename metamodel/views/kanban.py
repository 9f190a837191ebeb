"""Cards in the columns of a choice, moved by drag."""

from __future__ import annotations

from metamodel.definition import definition, prop
from metamodel.view_kind import ViewKind


@definition
class Settings:
    """Its settings."""

    group_by: str = prop(ref="field")
    title: str = prop("", ref="field")
    cover: str = prop("", ref="field")
    fields: tuple[str, ...] = prop((), ref="path")
    sum: str = prop("", ref="field")


class Kanban(ViewKind):
    """Cards in the columns of a choice, moved by drag."""

    kind = "kanban"
    Config = Settings
    icon = "kanban"
