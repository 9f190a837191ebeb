"""Rows and columns."""

from __future__ import annotations

from metamodel.definition import definition, prop
from metamodel.view_kind import ViewKind


@definition
class Settings:
    """Its settings."""

    dense: bool = False
    group_by: str = prop("", ref="field")
    sums: tuple[str, ...] = prop((), ref="field")


class Table(ViewKind):
    """Rows and columns."""

    kind = "table"
    Config = Settings
    icon = "table"
