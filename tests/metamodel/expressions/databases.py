"""The two databases on which every expression is tried, each with the small world's tables in it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest
import sqlalchemy as sa

from metamodel.expressions import sql
from metamodel.expressions.ast import Node
from metamodel.expressions.context import Context
from metamodel.expressions.sqlite import register
from metamodel.expressions.tables import Joins
from tests.metamodel.expressions.world import LINK, METADATA, TABLES, Rows, WorldTables, memory

PG = os.environ.get("DOUGONG_TEST_PG", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")
NAMES = ("sqlite", "postgresql")


def connect(name: str) -> Iterator[sa.Connection]:
    """A connection with empty tables, which go with it; skipped where there is no such server."""
    engine = sa.create_engine("sqlite://" if name == "sqlite" else PG)
    if name == "sqlite":
        sa.event.listen(engine, "connect", lambda connection, _: register(connection))
    try:
        connection = engine.connect()
    except sa.exc.OperationalError as error:
        pytest.skip(f"no PostgreSQL at {PG}: {error.orig}")
    with connection:
        METADATA.create_all(connection, checkfirst=False)
        connection.commit()
        yield connection
    engine.dispose()


def fill(connection: sa.Connection, records: Sequence[Mapping[str, Any]]) -> None:
    """These notes, and nothing else."""
    for table in (*TABLES.values(), LINK):
        connection.execute(sa.delete(table))
    rows = Rows()
    for record in records:
        rows.add("desk.note", record)
    rows.insert(connection)
    connection.commit()


def values(connection: sa.Connection, node: Node, context: Context) -> dict[int, Any]:
    """The expression's value for every note, by id."""
    source, joins = TABLES["desk.note"].alias("n"), Joins(tables=WorldTables())
    found = sql.compile(node, WorldTables(), context, source, joins)
    query = sa.select(source.c.id, found).select_from(joins.apply(source))
    try:
        return {number: memory(node.type, value) for number, value in connection.execute(query)}
    finally:
        connection.rollback()


def chosen(connection: sa.Connection, node: Node, context: Context) -> set[int]:
    """The notes for which a condition holds."""
    source, joins = TABLES["desk.note"].alias("n"), Joins(tables=WorldTables())
    met = sql.condition(node, WorldTables(), context, source, joins)
    query = sa.select(source.c.id).select_from(joins.apply(source)).where(met)
    try:
        return set(connection.execute(query).scalars())
    finally:
        connection.rollback()
