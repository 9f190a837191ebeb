"""A reference to a record: of one entity, to several records of it, or to a record of any of several entities."""

from __future__ import annotations

from random import Random
from typing import Any, Literal

import sqlalchemy as sa

from metamodel.definition import NAME, Json, Label, definition, prop
from metamodel.expressions.types import TEXT, Type, record
from metamodel.field_type import EQUAL, FieldType, Storage, identity_of, invalid, mapping_of


@definition
class Settings:
    """`inverse` names the way back: the records that refer to one, as a relation of the entity referred to. In a `tree`
    records of one entity stand below one another, none below itself, and computed fields may add up what is below."""

    entity: str = prop("", ref="entity")
    multiple: bool = False
    targets: tuple[str, ...] = prop((), ref="entity", group="more")
    inverse: str = prop("", pattern=NAME, group="more")
    inverse_label: Label = prop("", group="more")
    tree: bool = prop(False, group="more")
    on_delete: Literal["restrict", "clear", "cascade"] = prop("restrict", group="more")
    filter: str = prop("", expression="boolean", within="entity", group="more")


class Reference(FieldType):
    """A reference to a record: of one entity, to several records of it, or to a record of any of several entities."""

    kind = "reference"
    Config = Settings
    group = "relation"
    icon = "reference"
    operators = EQUAL
    aggregates = ("count", "count_distinct")

    def storage(self, config: Settings) -> Storage:
        """Several records need a link table."""
        return "links" if config.multiple else "column"

    def expression_type(self, config: Settings) -> Type:
        """A record; one of any entity is known by text "entity:number"."""
        return TEXT if config.targets else record(config.entity)

    def column(self, config: Settings) -> sa.types.TypeEngine[Any]:
        """The number of the record referred to."""
        return sa.Text() if config.targets else sa.BigInteger()

    def coerce(self, config: Settings, value: Json) -> Any:
        """The number, alone or in an object with its label; a list of numbers for several."""
        if config.targets:
            parts = mapping_of(value)
            if parts.get("entity") not in config.targets:
                raise invalid("not_choice", found=str(parts.get("entity")), options=list(config.targets))
            return f"{parts['entity']}:{identity_of(parts)}"
        if config.multiple:
            if not isinstance(value, list):
                raise invalid("not_list", found=str(value)[:40])
            return sorted({identity_of(item) for item in value})
        return identity_of(value)

    def dump(self, config: Settings, stored: Any) -> Json:
        """The number; labels are added where records are read."""
        if config.targets:
            entity, _, number = str(stored).rpartition(":")
            return {"entity": entity, "id": int(number)}
        return stored

    def sample(self, config: Settings, random: Random) -> Json:
        """The first one."""
        if config.targets:
            return {"entity": config.targets[0], "id": 1}
        return [1] if config.multiple else 1
