"""Roles: who may read and do what, on which rows and fields."""

from __future__ import annotations

from typing import Literal

from metamodel.definition import NAME, Label, definition, prop

FieldAccess = Literal["hidden", "masked", "read", "write"]
#: the sorts of definition that a role may be trusted with. Tables, forms, flows and roles themselves are not among
#: them: they decide what is kept, who approves and who may what, which stays with administrators.
Designable = Literal[
    "rule", "decision_table", "segment", "analysis", "message", "report", "board", "dataset", "view", "menu"
]


@definition
class FieldGrant:
    """What a role may do with one field; fields not named follow the grant's `others`."""

    field: str = prop(ref="field")
    access: FieldAccess = "write"

    @property
    def id(self) -> str:
        """One word a field."""
        return self.field


@definition
class Grant:
    """What a role may do with the records of one entity that meet `condition`."""

    entity: str = prop(ref="entity")
    read: bool = True
    create: bool = False
    update: bool = False
    delete: bool = False
    export: bool = False
    condition: str = prop("", expression="boolean")
    others: FieldAccess = "write"
    fields: tuple[FieldGrant, ...] = ()
    id: str = prop("", group="hidden")

    def __post_init__(self) -> None:
        if not self.id:
            object.__setattr__(self, "id", self.entity)

    def access(self, field: str) -> FieldAccess:
        """What this grant says about one field."""
        return next((item.access for item in self.fields if item.field == field), self.others)


@definition
class Role:
    """A job somebody does in an application."""

    id: str = prop("", group="hidden")
    name: str = prop(pattern=NAME, group="hidden")
    label: Label
    description: Label = ""
    grants: tuple[Grant, ...] = ()
    home: str = prop("", ref="board")
    designs: tuple[Designable, ...] = ()
