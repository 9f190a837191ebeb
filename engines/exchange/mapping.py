"""The mapping: which column becomes which field, how records are recognised, what becomes of keys nobody knows.

A definition: it is kept, shown, edited and used again as JSON.
"""

from __future__ import annotations

from collections.abc import Mapping as Named
from typing import Any, Literal

from metamodel.definition import Json, definition, dump, load, prop
from metamodel.errors import Invalid

Mode = Literal["insert", "update", "upsert", "skip"]
Unknown = Literal["reject", "blank", "stub"]


@definition
class MappedColumn:
    """One column of the file and the field it goes to.

    `field` is a path: "name", a reference with the field its record is known by ("owner.login"), or either within a
    sub-table ("lines.amount", "lines.article.code"). "" leaves the column out. `zone` is that of moments which name
    none, `divide` the digits by which the point of a number moves to the left (cents to amounts: 2).
    """

    column: str
    field: str = ""
    unknown: Unknown = "reject"
    zone: str = ""
    divide: int = prop(0, minimum=0, maximum=9)


@definition
class Mapping:
    """How the rows of a file become records of `entity`.

    Rows meet records by the fields of `match`: `insert` refuses those that are there, `skip` leaves them alone,
    `update` refuses those that are not, `upsert` does either. Where columns go into a sub-table, the rows of equal
    `match` are one record, and `lines_match` are the fields by which its lines are recognised; without them lines
    only join records that this run makes.
    """

    entity: str = prop(ref="entity")
    mode: Mode = "insert"
    match: tuple[str, ...] = ()
    lines_match: tuple[str, ...] = ()
    columns: tuple[MappedColumn, ...] = ()
    constants: Named[str, Any] = prop(factory=dict)
    zone: str = ""


def read_mapping(document: Json) -> Mapping:
    """The mapping a document says; what is wrong with it is refused, all of it."""
    found, issues = load(Mapping, document, {})
    if found is None or issues:
        raise Invalid(issues)
    return found


def mapping_json(mapping: Mapping) -> Json:
    """The mapping as JSON."""
    return dump(mapping)
