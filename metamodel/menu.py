"""Menus: what an application shows at its left edge, in groups, to whom."""

from __future__ import annotations

from typing import Literal

from metamodel.definition import NAME, Label, definition, prop


@definition
class MenuItem:
    """One entry; without `target` it is the title of the group that follows. No roles named means everybody."""

    id: str
    label: Label = ""
    icon: str = prop("", widget="icon")
    target: Literal["", "view", "board", "form"] = ""
    view: str = prop("", ref="view")
    board: str = prop("", ref="board")
    form: str = prop("", ref="form")
    roles: tuple[str, ...] = prop((), ref="role")
    items: tuple[MenuItem, ...] = ()


@definition
class Menu:
    """The menu of an application; there is one, called `main`."""

    id: str = prop("", group="hidden")
    name: str = prop(pattern=NAME, group="hidden")
    label: Label = ""
    items: tuple[MenuItem, ...] = ()
