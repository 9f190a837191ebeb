"""Statements compiled once to the driver's own text: hot reads skip all but the database.

A Core statement with its cache costs four times what the driver does for a read by id; the text and its fixed
parameters depend only on the release and the actor, so they are made once and kept with the release.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.compiler import SQLCompiler

from engines.connections import json_text

Bind = Callable[[Any], Any]


class Prepared:
    """One SELECT as text. Parameters that are not fixed are given by name as the driver takes them."""

    def __init__(self, select: sa.Select[Any], dialect: sa.Dialect) -> None:
        compiled = select.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
        assert isinstance(compiled, SQLCompiler)
        self.text = compiled.string
        processors = compiled._bind_processors
        self.fixed = {
            name: processors[name](value) if name in processors and value is not None else value  # type: ignore[operator]
            for name, value in compiled.construct_params(_check=False).items()
        }
        self.order: tuple[str, ...] = tuple(compiled.positiontup or ()) if compiled.positional else ()
        self.positional = compiled.positional

    def rows(self, connection: sa.Connection, given: Mapping[str, Any]) -> Sequence[tuple[Any, ...]]:
        """The rows as the driver gives them."""
        values = {**self.fixed, **given}
        driver: Any = connection.connection.driver_connection
        parameters = [values[name] for name in self.order] if self.positional else values
        found: Sequence[tuple[Any, ...]] = driver.execute(self.text, parameters).fetchall()
        return found


class Insertion:
    """One INSERT as text that gives the id back; values are stored values in the order of the columns."""

    def __init__(self, table: sa.Table, columns: Sequence[str], dialect: sa.Dialect) -> None:
        quote = dialect.identifier_preparer.quote
        mark = "?" if dialect.paramstyle == "qmark" else "%s"
        names = ", ".join(quote(name) for name in columns)
        marks = ", ".join(mark for _ in columns)
        self.text = f"INSERT INTO {quote(table.name)} ({names}) VALUES ({marks}) RETURNING id"
        self.processors = [_binder(table.c[name], dialect) for name in columns]

    def run(self, connection: sa.Connection, values: Sequence[Any]) -> int:
        """Insert one row; its id. An IntegrityError comes as SQLAlchemy's, as from any other statement."""
        bound = [
            value if process is None else process(value) for value, process in zip(values, self.processors, strict=True)
        ]
        driver: Any = connection.connection.driver_connection
        try:
            return int(driver.execute(self.text, bound).fetchone()[0])
        except connection.dialect.loaded_dbapi.IntegrityError as error:
            raise sa.exc.IntegrityError(self.text, bound, error) from error


class Many:
    """One INSERT, or with a `key` one UPDATE, of many rows as text; values are stored values in the order of the
    columns, the key's last. An insertion leaves out rows whose `unique` column has their value already."""

    def __init__(
        self, table: sa.Table, columns: Sequence[str], dialect: sa.Dialect, *, key: str = "", unique: str = ""
    ) -> None:
        quote = dialect.identifier_preparer.quote
        mark = "?" if dialect.paramstyle == "qmark" else "%s"
        if key:
            settings = ", ".join(f"{quote(name)} = {mark}" for name in columns)
            self.text = f"UPDATE {quote(table.name)} SET {settings} WHERE {quote(key)} = {mark}"
        else:
            names, marks = ", ".join(quote(name) for name in columns), ", ".join(mark for _ in columns)
            self.text = f"INSERT INTO {quote(table.name)} ({names}) VALUES ({marks})"
            if unique:
                self.text += f" ON CONFLICT ({quote(unique)}) DO NOTHING"
        bound = (*columns, key) if key else columns
        self.processors = [_binder(table.c[name], dialect) for name in bound]

    def run(self, connection: sa.Connection, rows: Sequence[Sequence[Any]]) -> int:
        """Write them; how many rows were written."""
        if not rows:
            return 0
        columns = [
            column if process is None else _bound(process, column)
            for column, process in zip(zip(*rows, strict=True), self.processors, strict=True)
        ]
        driver: Any = connection.connection.driver_connection
        cursor = driver.cursor()
        try:
            cursor.executemany(self.text, list(zip(*columns, strict=True)))
        except connection.dialect.loaded_dbapi.IntegrityError as error:
            raise sa.exc.IntegrityError(self.text, None, error) from error
        return int(cursor.rowcount)


def _binder(column: sa.Column[Any], dialect: sa.Dialect) -> Bind | None:
    """What makes a stored value one that the driver takes. SQLAlchemy's own for JSON asks of every value whether it is
    one of its signs for NULL, which no row of ours is."""
    kind = column.type.dialect_impl(dialect)
    if isinstance(kind, sa.JSON) and kind.none_as_null:
        return _json
    return kind.bind_processor(dialect)


def _json(value: Any) -> str | None:
    return None if value is None else json_text(value)


def _bound(process: Bind, column: Sequence[Any]) -> list[Any]:
    """The values as the driver takes them; one that stands in every row, as the time of a batch does, is made once."""
    first = column[0]
    if all(value is first for value in column):
        return [process(first)] * len(column)
    if isinstance(first, datetime):
        # Times of a batch come in few sorts; equal ones are the same instant, whatever their zones.
        known: dict[Any, Any] = {}
        return [known[value] if value in known else known.setdefault(value, process(value)) for value in column]
    return [process(value) for value in column]
