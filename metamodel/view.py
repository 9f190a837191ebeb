"""Views: which records of an entity are shown, in which columns and order, and as what (table, kanban, calendar)."""

from __future__ import annotations

from typing import Any

from metamodel.definition import NAME, Label, definition, prop


@definition
class Column:
    """One column: a field, or a path along references to one."""

    field: str = prop(ref="path")
    label: Label = ""
    width: int = prop(0, minimum=0, maximum=1200)

    @property
    def id(self) -> str:
        """A column is known by the path it shows."""
        return self.field


@definition
class Sort:
    """One step of an order."""

    field: str = prop(ref="path")
    descending: bool = False

    @property
    def id(self) -> str:
        """A path can order a list once."""
        return self.field


@definition(variant="views")
class View:
    """Records of an entity as people see them."""

    id: str = prop("", group="hidden")
    name: str = prop(pattern=NAME, group="hidden")
    label: Label
    entity: str = prop(ref="entity", group="hidden")
    type: str = "table"
    columns: tuple[Column, ...] = ()
    filter: str = prop("", expression="boolean")
    sorts: tuple[Sort, ...] = ()
    form: str = prop("", ref="form", group="more")
    page: str = prop("", ref="page", group="more")
    config: Any = None
