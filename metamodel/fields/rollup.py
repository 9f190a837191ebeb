"""A number over related records: how many, how much, the first, the last."""

from __future__ import annotations

from random import Random
from typing import Any, Literal

import sqlalchemy as sa

from metamodel.definition import Json, definition, prop
from metamodel.expressions.rename import below
from metamodel.expressions.types import Type
from metamodel.field_type import ORDERED, FieldType
from metamodel.result import Result, result_column, result_dump, result_type


@definition
class Settings:
    """What is computed over the related records that meet `condition`, and the form of its result."""

    relation: str = prop(ref="relation")
    aggregate: Literal["count", "sum", "average", "min", "max"] = "count"
    field: str = prop("", ref="field", within="relation")
    condition: str = prop("", expression="boolean", within="relation")
    result: Result = "text"
    digits: int = prop(2, minimum=0, maximum=9)


class Rollup(FieldType):
    """A number over related records: how many, how much, the first, the last."""

    kind = "rollup"
    Config = Settings
    group = "derived"
    icon = "rollup"
    derived = True
    operators = ORDERED
    aggregates = ("count", "sum", "average", "min", "max")

    def expression(self, config: Settings) -> str:
        """The aggregate as an expression."""
        path = f"{config.relation}.{config.field}" if config.field else config.relation
        function = config.aggregate.upper()
        if not config.condition:
            return f"{function}({{{path}}})"
        return f"{function}({{{path}}}, {below(config.condition, config.relation)})"

    def expression_type(self, config: Settings) -> Type:
        """The result's type."""
        return result_type(config.result, config.digits)

    def column(self, config: Settings) -> sa.types.TypeEngine[Any]:
        """The result's column: derived values are stored."""
        return result_column(config.result)

    def coerce(self, config: Settings, value: Json) -> Any:
        """Nobody types it; what is given is left alone."""
        return None

    def dump(self, config: Settings, stored: Any) -> Json:
        """The result's JSON."""
        return result_dump(config.result, config.digits, stored)

    def sample(self, config: Settings, random: Random) -> Json:
        """Nothing: it is computed."""
        return None
