"""A value of a record referred to, shown here."""

from __future__ import annotations

from metamodel.definition import definition, prop
from metamodel.field_families import Computed
from metamodel.result import Result


@definition
class Settings:
    """What is computed, and the form of its result."""

    path: str = prop(ref="path")
    result: Result = "text"
    digits: int = prop(2, minimum=0, maximum=9)


class Lookup(Computed):
    """A value of a record referred to, shown here."""

    kind = "lookup"
    Config = Settings
    icon = "lookup"

    def expression(self, config: Settings) -> str:
        """The path as an expression."""
        return f"{{{config.path}}}"
