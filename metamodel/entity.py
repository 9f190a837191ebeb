"""Entities: what records of a sort hold, how they are named, found and kept unique."""

from __future__ import annotations

from typing import Any, Literal

from metamodel.definition import NAME, Label, definition, prop

#: words the platform's own columns have, and those the databases keep for themselves
RESERVED = frozenset(
    [
        "id",
        "version",
        "created_at",
        "created_by",
        "changed_at",
        "changed_by",
        "deleted_at",
        "run_id",
        "run_row",
        "rowid",
        "oid",
        "ctid",
        "xmin",
        "xmax",
        "cmin",
        "cmax",
        "tableoid",
        "true",
        "false",
    ]
)
MOST_FIELDS = 500


@definition
class Validation:
    """A condition every record must meet, and what people are told when one doesn't."""

    condition: str = prop(expression="boolean")
    message: Label


@definition(variant="fields")
class Field:
    """One field. `type` is its field type, whose own settings stand beside these."""

    id: str = prop("", group="hidden")
    name: str = prop(pattern=NAME, group="hidden")
    label: Label
    type: str = prop(widget="field_type")
    hint: Label = ""
    required: bool = False
    unique: bool = False
    indexed: bool = prop(False, group="more")
    default: Any = prop(None, widget="value")
    initial: str = prop("", expression="any", group="more")
    validations: tuple[Validation, ...] = prop((), group="more")
    sensitive: bool = prop(False, group="more")
    config: Any = None


@definition
class Index:
    """Several fields kept in one index, for lists that filter and sort by them together; perhaps unique."""

    id: str
    fields: tuple[str, ...] = prop(ref="field")
    unique: bool = False


@definition
class Balance:
    """What makes an append-only entity a ledger: each entry books `amount` for `account`, and the sum of an account's
    entries never goes below `floor` (blank: without a limit), an expression over the entry, whoever books at once."""

    account: str = prop(ref="field")
    amount: str = prop(ref="field")
    floor: str = prop("0", expression="any")


@definition
class Entity:
    """A sort of record. `title` is the field that names a record to people, `search` what quick search looks at."""

    id: str = prop("", group="hidden")
    name: str = prop(pattern=NAME, group="hidden")
    label: Label
    #: what several are called, where a language has a word of its own for it
    plural: Label = prop("", group="more")
    description: Label = ""
    icon: str = prop("", widget="icon")
    color: str = prop("", widget="color")
    title: str = prop("", ref="field")
    subtitle: tuple[str, ...] = prop((), ref="field")
    search: tuple[str, ...] = prop((), ref="field")
    fields: tuple[Field, ...] = ()
    indexes: tuple[Index, ...] = prop((), group="more")
    validations: tuple[Validation, ...] = prop((), group="more")
    changes: Literal["all", "append"] = prop("all", group="more")
    balance: Balance | None = prop(None, group="more")
    form: str = prop("", ref="form")
    page: str = prop("", ref="page")

    def field(self, name: str) -> Field | None:
        """The field called `name`, if there is one."""
        return next((item for item in self.fields if item.name == name), None)
