"""Running numbers: one counter a field and period, taken in the transaction that uses it, so none is used twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from engines.database import EntityName, platform
from metamodel.fields.sequence import period, reading, written
from metamodel.model import EntityModel, FieldModel

sequence = sa.Table(
    "sequence",
    platform,
    sa.Column("entity", EntityName, primary_key=True),
    sa.Column("field", sa.String(60), primary_key=True),
    sa.Column("period", sa.String(10), primary_key=True),
    sa.Column("number", sa.BigInteger, nullable=False),
)


def next_number(connection: sa.Connection, entity: EntityModel, item: FieldModel, today: date) -> str:
    """The next number of a field as text."""
    return take_numbers(connection, entity, item, today, 1)[0]


def take_numbers(
    connection: sa.Connection, entity: EntityModel, item: FieldModel, today: date, count: int
) -> list[str]:
    """The next `count` numbers of a field as texts."""
    key = {"entity": entity.name, "field": item.definition.id, "period": period(item.config, today)}
    where = [sequence.c[name] == value for name, value in key.items()]
    raised = sa.update(sequence).where(*where).values(number=sequence.c.number + count).returning(sequence.c.number)
    last = connection.execute(raised).scalar()
    if last is None:
        last = _begin(connection, key, count, sequence.c.number + count)
    return [written(item.config, today, number) for number in range(last - count + 1, last + 1)]


def highest_numbers(item: FieldModel, texts: Iterable[str | None], today: date) -> dict[str, int]:
    """The largest number of each period among texts; those that are not of the field's pattern are no numbers."""
    read = reading(item.config)
    highest: dict[str, int] = {}
    for text in texts:
        found = read(text, today) if text else None
        if found is not None and found[1] > highest.get(found[0], 0):
            highest[found[0]] = found[1]
    return highest


def follow_numbers(
    connection: sa.Connection, entity: EntityModel, item: FieldModel, highest: Mapping[str, int]
) -> None:
    """Numbers that came from elsewhere are not given out again: the next one made is larger than each of them."""
    for when, number in sorted(highest.items()):
        key = {"entity": entity.name, "field": item.definition.id, "period": when}
        larger = sa.case((sequence.c.number < number, number), else_=sequence.c.number)
        _begin(connection, key, number, larger)


def _begin(connection: sa.Connection, key: Mapping[str, str], number: int, otherwise: sa.ColumnElement[int]) -> int:
    """The counter with this number, or, where there is one, with what it is raised to."""
    make: Any = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    query = make(sequence).values(**key, number=number)
    query = query.on_conflict_do_update(index_elements=["entity", "field", "period"], set_={"number": otherwise})
    return int(connection.execute(query.returning(sequence.c.number)).scalar_one())
