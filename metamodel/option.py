"""Choices: the stored word, what people see of it, and where it stands in a cascade."""

from __future__ import annotations

from metamodel.definition import NAME, Label, definition, prop


@definition
class Option:
    """One choice: the stored word, what people see, its colour; inactive ones can't be chosen any more."""

    value: str
    label: Label
    color: str = prop("", widget="color")
    active: bool = True
    parent: str = prop("", group="more")

    @property
    def id(self) -> str:
        """The stored word is what an option is known by."""
        return self.value


@definition
class OptionSet:
    """Choices shared by several fields."""

    id: str = prop("", group="hidden")
    name: str = prop(pattern=NAME, group="hidden")
    label: Label
    options: tuple[Option, ...] = ()
