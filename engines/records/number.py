"""Running numbers: one counter a field and period, taken in the transaction that uses it, so none is used twice."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from engines.database import platform
from metamodel.fields.sequence import period, written
from metamodel.model import EntityModel, FieldModel

sequence = sa.Table(
    "sequence",
    platform,
    sa.Column("entity", sa.String(62), primary_key=True),
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
        connection.execute(sa.insert(sequence).values(**key, number=count))
        last = count
    return [written(item.config, today, number) for number in range(last - count + 1, last + 1)]
