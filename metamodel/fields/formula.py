"""A value computed from the record and what it is related to."""

from __future__ import annotations

from metamodel.definition import definition, prop
from metamodel.field_families import Computed
from metamodel.result import Result


@definition
class Settings:
    """What is computed, and the form of its result."""

    expression: str = prop(expression="any")
    result: Result = "text"
    digits: int = prop(2, minimum=0, maximum=9)


class Formula(Computed):
    """A value computed from the record and what it is related to."""

    kind = "formula"
    Config = Settings
    icon = "formula"

    def expression(self, config: Settings) -> str:
        """The formula as written."""
        return str(config.expression)
