"""A sub-table: records of another entity that belong to this one and are entered with it."""

from __future__ import annotations

from random import Random
from typing import Any

import sqlalchemy as sa

from metamodel.definition import Json, definition, prop
from metamodel.errors import Invalid
from metamodel.expressions.types import Type, record
from metamodel.field_type import FieldType, Storage, invalid


@definition
class Settings:
    """The entity of the lines, and its reference field that leads back here. `sums` are summed at the foot; where none
    is named, what a rollup of the record sums: a price of one piece has no sum that means anything."""

    entity: str = prop(ref="entity")
    parent: str = prop(ref="field", within="entity")
    columns: tuple[str, ...] = prop((), ref="field", within="entity")
    sums: tuple[str, ...] = prop((), ref="field", within="entity")
    least: int = prop(0, minimum=0)


class Lines(FieldType):
    """A sub-table: records of another entity that belong to this one and are entered with it."""

    kind = "lines"
    Config = Settings
    group = "relation"
    icon = "lines"
    operators = ()

    def storage(self, config: Settings) -> Storage:
        """The lines are rows of their own entity."""
        return "rows"

    def expression_type(self, config: Settings) -> Type:
        """Records, for aggregates."""
        return record(config.entity)

    def column(self, config: Settings) -> sa.types.TypeEngine[Any]:
        """There is no column."""
        return sa.types.NullType()

    def coerce(self, config: Settings, value: Json) -> list[Json]:
        """A list of objects; each is a record of its own and checked as one."""
        if not isinstance(value, list):
            raise invalid("not_list", found=str(value)[:40])
        if not all(isinstance(item, dict) for item in value):
            raise Invalid(invalid("not_object", found="…").issues)
        return value

    def sample(self, config: Settings, random: Random) -> Json:
        """No lines."""
        return []
