"""Forms and pages: trees of components over one entity; conditions decide what is shown, needed and editable."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from metamodel.definition import NAME, Label, definition, prop


@definition(variant="components")
class Component:
    """One part of a form or page. Containers hold more; `visible` hides a part with all that is in it."""

    id: str = prop("", group="hidden")
    type: str = prop(group="hidden")
    visible: str = prop("", expression="boolean")
    components: tuple[Component, ...] = prop((), group="hidden")
    config: Any = None


def identified(components: tuple[Component, ...], seen: Counter[str]) -> tuple[Component, ...]:
    """The same tree in which every part has an id: the field it shows, or its kind and a number, in reading order."""
    result = []
    for item in components:
        word = item.id or str(getattr(item.config, "field", "") or item.type)
        seen[word] += 1
        name = word if item.id or seen[word] == 1 else f"{word}_{seen[word]}"
        result.append(replace(item, id=name, components=identified(item.components, seen)))
    return tuple(result)


def _settle(form: Form | Page) -> None:
    object.__setattr__(form, "id", form.id or form.name)
    object.__setattr__(form, "components", identified(form.components, Counter()))


@definition
class Form:
    """How a record is entered. `public` forms may be opened by a link without signing in."""

    id: str = prop("", group="hidden")
    name: str = prop(pattern=NAME, group="hidden")
    label: Label
    entity: str = prop(ref="entity", group="hidden")
    components: tuple[Component, ...] = prop((), group="hidden")
    submit: Label = ""
    thanks: Label = ""
    public: bool = prop(False, group="more")

    def __post_init__(self) -> None:
        _settle(self)


@definition
class Page:
    """How a record is read: the same parts as a form has, and tiles, related lists and the timeline beside them."""

    id: str = prop("", group="hidden")
    name: str = prop(pattern=NAME, group="hidden")
    label: Label
    entity: str = prop(ref="entity", group="hidden")
    components: tuple[Component, ...] = prop((), group="hidden")

    def __post_init__(self) -> None:
        _settle(self)


def parts(components: tuple[Component, ...]) -> Iterator[Component]:
    """Every component of a tree, parents before what they hold."""
    for item in components:
        yield item
        yield from parts(item.components)
