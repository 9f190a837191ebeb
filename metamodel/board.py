"""Boards: tiles on a grid of twelve columns, on tabs where there are many, and the filters they share."""

from __future__ import annotations

from metamodel.definition import NAME, Label, definition, prop


@definition
class Tab:
    """Some of a board's tiles under a name of their own."""

    id: str = prop("", group="hidden")
    name: str = prop(pattern=NAME, group="hidden")
    label: Label


@definition
class Tile:
    """A report at a place: `x` and `width` in columns of twelve, `y` and `height` in rows of 40 px. One without a
    tab stands on the first."""

    id: str
    report: str = prop(ref="report")
    title: Label = ""
    tab: str = ""
    x: int = prop(0, minimum=0, maximum=11)
    y: int = prop(0, minimum=0)
    width: int = prop(4, minimum=1, maximum=12)
    height: int = prop(4, minimum=1, maximum=40)


@definition
class BoardFilter:
    """A dimension the reader may narrow; it reaches every tile whose dataset has that dimension, save `skips`."""

    id: str = prop("", group="hidden")
    name: str = prop(pattern=NAME)
    label: Label
    dataset: str = prop(ref="dataset")
    dimension: str = prop(ref="dimension")
    default: str = ""
    #: ids of tiles; those it leaves alone are named, so that a tile added later is reached
    skips: tuple[str, ...] = ()


@definition
class Board:
    """What somebody looks at to know how things stand; one that is `live` looks again every few seconds by itself."""

    id: str = prop("", group="hidden")
    name: str = prop(pattern=NAME, group="hidden")
    label: Label
    tabs: tuple[Tab, ...] = ()
    filters: tuple[BoardFilter, ...] = ()
    live: bool = False
    tiles: tuple[Tile, ...] = ()
