"""Many rows written with few statements: prepared outside the lock, inserted in chunks, derived values set by sets.

On SQLite a chunk is one executemany in one short transaction; on PostgreSQL one COPY. Every row carries its run's id,
the change log gets one entry per chunk, and a run can be taken back by its id.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice, repeat
from typing import Any

import msgspec
import sqlalchemy as sa

from engines.database import Identity, Json, platform
from engines.records import history
from engines.records.history import Cause
from engines.records.live import Live
from engines.records.values import stored_json
from metamodel.expressions.storage import INSTANT
from metamodel.model import EntityModel, FieldModel

#: rows of one transaction on SQLite: half a second of lock at most
CHUNK = 50_000
#: SQLite's memory for pages during a chunk
CACHE_KB = 96 * 1024
#: signs that COPY reads otherwise
NEEDS_ESCAPE = re.compile(r"[\\\t\n\r]")

run = sa.Table(
    "run",
    platform,
    sa.Column("id", Identity, primary_key=True),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("application", sa.String(30), nullable=False),
    sa.Column("label", Json),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("counts", Json, nullable=False),
    sa.Column("details", Json),
    sa.Column("at", INSTANT, nullable=False),
    sa.Column("by_id", sa.BigInteger),
    sa.Index("ix_run_application", "application", "id"),
)

#: the change log with its JSON as the text it is, made by us
LOGGED = sa.Table(
    history.change.name,
    sa.MetaData(),
    *(sa.Column(one.name, sa.Text() if one.name == "fields" else one.type) for one in history.change.c),
)


def begin_run(
    connection: sa.Connection, kind: str, application: str, label: Any, cause: Cause, details: Any = None
) -> int:
    """A new run; its id."""
    row = {
        "kind": kind,
        "application": application,
        "label": label,
        "state": "running",
        "counts": {},
        "details": details,
        "at": cause.at,
        "by_id": cause.by,
    }
    return int(connection.execute(sa.insert(run).values(row).returning(run.c.id)).scalar_one())


def end_run(connection: sa.Connection, number: int, state: str, counts: Mapping[str, int]) -> None:
    """What became of a run."""
    connection.execute(sa.update(run).where(run.c.id == number).values(state=state, counts=dict(counts)))


def runs_of(connection: sa.Connection, numbers: Iterable[int]) -> dict[int, sa.Row[Any]]:
    """Runs by their numbers."""
    query = sa.select(run.c.id, run.c.kind, run.c.label, run.c.state, run.c.by_id).where(run.c.id.in_(list(numbers)))
    found: dict[int, sa.Row[Any]] = {}
    for row in connection.execute(query).all():
        found[int(row.id)] = row  # type: ignore[assignment]
    return found


@contextmanager
def roomy(connection: sa.Connection) -> Iterator[None]:
    """Much memory for pages while many rows are written; without it SQLite reads an index anew for every few rows."""
    if connection.dialect.name != "sqlite":
        yield
        return
    driver: Any = connection.connection.driver_connection
    before = driver.execute("PRAGMA cache_size").fetchone()[0]
    driver.execute(f"PRAGMA cache_size = -{CACHE_KB}")
    try:
        yield
    finally:
        driver.execute(f"PRAGMA cache_size = {before}")


def reserve(connection: sa.Connection, table: sa.Table, count: int) -> int:
    """The first of `count` ids that nobody else will get, in the caller's transaction."""
    if connection.dialect.name == "sqlite":
        query = sa.text("SELECT seq FROM sqlite_sequence WHERE name = :name")
        last = connection.execute(query, {"name": table.name}).scalar() or 0
        return int(last) + 1
    name = connection.execute(sa.select(sa.func.pg_get_serial_sequence(f'"{table.name}"', "id"))).scalar_one()
    connection.exec_driver_sql(f'LOCK TABLE "{table.name}" IN SHARE ROW EXCLUSIVE MODE')
    first = int(connection.execute(sa.select(sa.func.nextval(name))).scalar_one())
    connection.execute(sa.select(sa.func.setval(name, first + count - 1)))
    return first


def insert_rows(
    connection: sa.Connection,
    live: Live,
    entity: EntityModel,
    names: Sequence[str],
    rows: Sequence[Sequence[Any]],
    cause: Cause,
    *,
    first: int | None = None,
) -> int:
    """Insert stored values (in the order of the field names) as new records; the id of the first, the others follow."""
    columns = dict(zip(names, zip(*rows, strict=True), strict=True)) if rows else dict.fromkeys(names, ())
    return insert_columns(connection, live, entity, columns, len(rows), cause, first=first)


def insert_columns(
    connection: sa.Connection,
    live: Live,
    entity: EntityModel,
    columns: Mapping[str, Iterable[Any]],
    count: int,
    cause: Cause,
    *,
    first: int | None = None,
) -> int:
    """Insert `count` new records given field by field in stored form; the id of the first, the others follow.

    Nothing is checked here: whoever calls has validated. Unique indexes and foreign keys still hold.
    """
    table = live.tables[entity.name]
    start = reserve(connection, table, count) if first is None else first
    if not count:
        return start
    told: dict[str, Iterable[Any]] = {
        "id": range(start, start + count),
        "version": Same(1),
        "created_at": Same(cause.at),
        "created_by": Same(cause.by),
        "changed_at": Same(cause.at),
        "changed_by": Same(cause.by),
        "run_id": Same(cause.run),
        **{entity.fields[name].column: cells for name, cells in columns.items()},
    }
    write_columns(connection, table, told, count)
    history.record(connection, entity.name, None, "import", {"ids": [start, start + count - 1]}, cause)
    return start


def set_columns(
    connection: sa.Connection,
    live: Live,
    entity: EntityModel,
    numbers: Sequence[int],
    columns: Mapping[str, Sequence[Any]],
    cause: Cause,
) -> None:
    """Write stored values, field by field, into many records. Nothing is checked or logged here."""
    table = live.tables[entity.name]
    told = {entity.fields[name].column: cells for name, cells in columns.items()}
    quote = connection.dialect.identifier_preparer.quote
    driver: Any = connection.connection.driver_connection
    stamp: dict[str, Iterable[Any]] = {"changed_at": Same(cause.at), "changed_by": Same(cause.by)}
    if connection.dialect.name == "sqlite":
        everything = {**told, **stamp, "id": numbers}
        ready = [_driven(table.c[name].type, cells, connection.dialect) for name, cells in everything.items()]
        sets = ", ".join(f"{quote(name)} = ?" for name in [*told, *stamp])
        driver.executemany(
            f"UPDATE {quote(table.name)} SET {sets}, version = version + 1 WHERE id = ?", zip(*ready, strict=False)
        )
    else:
        names = ", ".join(map(quote, ["id", *told, *stamp]))
        staging = f"staging_{table.name[:50]}"
        shape = f"SELECT {names} FROM {quote(table.name)} LIMIT 0"
        connection.exec_driver_sql(f"CREATE TEMP TABLE {quote(staging)} AS {shape}")
        _copy(connection, staging, table, {"id": numbers, **told, **stamp}, len(numbers))
        sets = ", ".join(f"{quote(name)} = new.{quote(name)}" for name in [*told, *stamp])
        connection.exec_driver_sql(
            f"UPDATE {quote(table.name)} AS old SET {sets}, version = old.version + 1 "
            f"FROM {quote(staging)} AS new WHERE new.id = old.id"
        )
        connection.exec_driver_sql(f"DROP TABLE {quote(staging)}")


def update_columns(
    connection: sa.Connection,
    live: Live,
    entity: EntityModel,
    numbers: Sequence[int],
    columns: Mapping[str, Sequence[Any]],
    before: Mapping[str, Sequence[Any]],
    cause: Cause,
    action: history.Action = "update",
) -> None:
    """Change many records, each with an entry that keeps what was there. Nothing is checked here."""
    set_columns(connection, live, entity, numbers, columns, cause)
    pieces = [_moves(entity.fields[name], before[name], cells) for name, cells in columns.items()]
    write_columns(
        connection,
        LOGGED,
        {
            "entity": Same(entity.name),
            "record_id": numbers,
            "action": Same(action),
            "fields": [f"{{{','.join(filter(None, told))}}}" for told in zip(*pieces, strict=True)],
            "at": Same(cause.at),
            "by_id": Same(cause.by),
            "run_id": Same(cause.run),
            "depth": Same(cause.depth),
        },
        len(numbers),
    )


def _moves(item: FieldModel, before: Sequence[Any], after: Iterable[Any]) -> list[str]:
    """What an entry says of one field for each record, as JSON; empty where nothing moved. Few pairs of values come
    again and again, so each is written once."""
    known: dict[Any, str] = {}
    found: list[str] = []
    for pair in zip(before, after, strict=True):
        old, new = pair
        if old == new:
            found.append("")
            continue
        key: Any = repr(pair) if isinstance(old, (list, dict)) or isinstance(new, (list, dict)) else pair
        told = known.get(key)
        if told is None:
            told = known[key] = f"{_json(item.definition.id)}:{_json([stored_json(item, old), stored_json(item, new)])}"
        found.append(told)
    return found


class Same:
    """A column of equal values, as long as it is needed."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __iter__(self) -> Iterator[Any]:
        return repeat(self.value)


def write_columns(connection: sa.Connection, table: sa.Table, columns: Mapping[str, Iterable[Any]], count: int) -> None:
    """Insert rows given column by column: one executemany on SQLite, one COPY on PostgreSQL."""
    if connection.dialect.name != "sqlite":
        _copy(connection, table.name, table, columns, count)
        return
    quote = connection.dialect.identifier_preparer.quote
    ready = [_driven(table.c[name].type, cells, connection.dialect) for name, cells in columns.items()]
    driver: Any = connection.connection.driver_connection
    driver.executemany(
        f"INSERT INTO {quote(table.name)} ({', '.join(map(quote, columns))}) VALUES ({', '.join('?' * len(columns))})",
        islice(zip(*ready, strict=False), count),
    )


def _driven(type_: sa.types.TypeEngine[Any], cells: Iterable[Any], dialect: sa.Dialect) -> Iterable[Any]:
    """The cells as the driver takes them."""
    if isinstance(type_, sa.types.TypeDecorator) and isinstance(type_.impl, sa.DateTime):
        # The same text as the type's own processor makes, five times as fast; instants come in UTC.
        def process(value: Any) -> Any:
            return value.isoformat(" ", "microseconds")[:26]
    else:
        made = type_.dialect_impl(dialect).bind_processor(dialect)
        if made is None:
            return cells
        process = made
    if isinstance(cells, Same):
        return Same(None if cells.value is None else process(cells.value))
    return [None if cell is None else process(cell) for cell in cells]


def _copy(
    connection: sa.Connection, name: str, table: sa.Table, columns: Mapping[str, Iterable[Any]], count: int
) -> None:
    """COPY in text form, made column by column: a fraction of what the driver needs to look at every value."""
    quote = connection.dialect.identifier_preparer.quote
    driver: Any = connection.connection.driver_connection
    ready = [_copied(table.c[column].type, cells) for column, cells in columns.items()]
    lines = map("\t".join, islice(zip(*ready, strict=False), count))
    with (
        driver.cursor() as cursor,
        cursor.copy(f"COPY {quote(name)} ({', '.join(map(quote, columns))}) FROM STDIN") as copy,
    ):
        while block := list(islice(lines, 5_000)):
            copy.write("\n".join(block) + "\n")


def _copied(type_: sa.types.TypeEngine[Any], cells: Iterable[Any]) -> Iterable[str]:
    if isinstance(cells, Same):
        return Same(next(iter(_copied(type_, [cells.value]))))
    if isinstance(cells, range):
        return map(str, cells)
    texts: Iterable[Any]
    if isinstance(type_, (sa.Integer, sa.Date, sa.Time, sa.Numeric)):
        return ["\\N" if cell is None else str(cell) for cell in cells]
    if isinstance(type_, sa.Boolean):
        return ["\\N" if cell is None else "t" if cell else "f" for cell in cells]
    if isinstance(type_, sa.String):
        texts = list(cells)
        if not NEEDS_ESCAPE.search("".join(filter(None, texts))):
            return ["\\N" if cell is None else cell for cell in texts]
    elif isinstance(type_, (sa.types.TypeDecorator, sa.DateTime)):
        return ["\\N" if cell is None else _plain(cell) for cell in cells]
    else:
        texts = [None if cell is None else _json(cell) for cell in cells]
    return ["\\N" if cell is None else _escaped(cell) for cell in texts]


def _plain(cell: Any) -> str:
    return str(cell.isoformat() if hasattr(cell, "isoformat") else cell)


def _json(cell: Any) -> str:
    return msgspec.json.encode(cell).decode()


def _escaped(cell: str) -> str:
    return cell.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
