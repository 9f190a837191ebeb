"""Records found by what a business calls them: many keys with one query, remembered for the rows that follow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.postgresql import ARRAY

from engines.access.tables import department, user
from engines.records.sight import Sight
from metamodel.expressions.scope import DEPARTMENT, USER
from metamodel.model import EntityModel

#: stands for a key that several records have
SEVERAL = -1
#: keys remembered before all are forgotten; some hundred bytes each
REMEMBERED = 500_000
#: the columns by which people and departments are known
KNOWN_BY: Mapping[str, Mapping[str, sa.Column[Any]]] = {
    USER: {"login": user.c.login, "name": user.c.name, "email": user.c.email},
    DEPARTMENT: {"code": department.c.code, "name": department.c.label},
}


def among(column: sa.ColumnElement[Any], values: Sequence[Any], dialect: str) -> sa.ColumnElement[bool]:
    """Whether a column holds one of many values, given as one parameter however many there are."""
    if dialect == "postgresql":
        return column == sa.any_(sa.bindparam(None, list(values), type_=ARRAY(column.type)))
    here = sqlite.dialect()
    bind = column.type.dialect_impl(here).bind_processor(here)
    plain = [bind(value) for value in values] if bind else list(values)
    listed = sa.func.json_each(sa.bindparam(None, msgspec.json.encode(plain).decode(), type_=sa.Text()))
    return column.in_(sa.select(sa.column("value")).select_from(listed))


class References:
    """Ids of the records of one entity that the actor may see, by one of its fields. Remembers what it found."""

    def __init__(self, sight: Sight, entity: str, name: str) -> None:
        self.entity, self.name = entity, name
        self.found: dict[Any, int] = {}
        source = sight.base.alias(entity)
        if entity in KNOWN_BY:
            self.column: sa.ColumnElement[Any] = source.c[KNOWN_BY[entity][name].name]
        else:
            self.column = sight.base.column(source, entity, name)
        shown = sight.visible(source, entity)
        query = sa.select(self.column, source.c.id).where(self.column.is_not(None))
        self.query = query if shown is None else query.where(shown)

    def resolve(self, connection: sa.Connection, values: Iterable[Any]) -> None:
        """Look up the keys that are not known yet."""
        new = [value for value in values if value not in self.found]
        if not new:
            return
        if len(self.found) > REMEMBERED:
            self.found.clear()
        for key, number in connection.execute(self.query.where(among(self.column, new, connection.dialect.name))):
            self.found[key] = number if self.found.get(key, number) == number else SEVERAL

    def forget(self) -> None:
        """Records may have changed: everything is asked anew."""
        self.found.clear()


def matches(
    connection: sa.Connection, sight: Sight, entity: EntityModel, names: Sequence[str], keys: Sequence[tuple[Any, ...]]
) -> dict[tuple[Any, ...], tuple[int, int | None]]:
    """The records that have one of the keys in the fields `names`: (id, run that made it), SEVERAL where not one."""
    if not keys:
        return {}
    table = sight.live.tables[entity.name]
    columns = [table.c[entity.fields[name].column] for name in names]
    distinct = [{key[index] for key in keys} for index in range(len(names))]
    narrowest = max(range(len(names)), key=lambda index: len(distinct[index]))
    query = sa.select(table.c.id, table.c.run_id, *columns).where(
        table.c.deleted_at.is_(None), among(columns[narrowest], list(distinct[narrowest]), connection.dialect.name)
    )
    wanted = set(keys) if len(names) > 1 else None
    found: dict[tuple[Any, ...], tuple[int, int | None]] = {}
    for number, run, *values in connection.execute(query):
        key = tuple(values)
        if wanted is None or key in wanted:
            found[key] = (number, run) if key not in found else (SEVERAL, None)
    return found
