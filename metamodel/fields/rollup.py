"""A number over related records: how many, how much, the first, the last."""

from __future__ import annotations

from typing import Literal

from metamodel.definition import definition, prop
from metamodel.expressions.rename import below
from metamodel.field_families import Computed
from metamodel.result import Result


@definition
class Settings:
    """What is computed over the related records that meet `condition`, and the form of its result."""

    relation: str = prop(ref="relation")
    aggregate: Literal["count", "sum", "average", "min", "max"] = "count"
    field: str = prop("", ref="field", within="relation")
    condition: str = prop("", expression="boolean", within="relation")
    result: Result = "text"
    digits: int = prop(2, minimum=0, maximum=9)


class Rollup(Computed):
    """A number over related records: how many, how much, the first, the last."""

    kind = "rollup"
    Config = Settings
    icon = "rollup"

    def expression(self, config: Settings) -> str:
        """The aggregate as an expression."""
        path = f"{config.relation}.{config.field}" if config.field else config.relation
        function = config.aggregate.upper()
        if not config.condition:
            return f"{function}({{{path}}})"
        return f"{function}({{{path}}}, {below(config.condition, config.relation)})"
