"""Many rows written with few statements: prepared outside the lock, inserted in chunks, derived values set by sets.

On SQLite a chunk is one executemany in one short transaction; on PostgreSQL one COPY. Every row carries its run's id,
the change log gets one entry per chunk, and a run can be taken back by its id.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engines.database import Identity, Json, platform
from engines.records import history
from engines.records.derive import Derivations, derivations, recompute_all
from engines.records.history import Cause
from engines.records.live import Live
from metamodel.expressions.context import Context
from metamodel.expressions.storage import INSTANT
from metamodel.model import EntityModel

#: rows of one transaction on SQLite: half a second of lock at most
CHUNK = 50_000

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
    """Insert stored values (in the order of the field names) as new records; the id of the first, the others follow.

    Nothing is checked here: whoever calls has validated. Unique indexes and foreign keys still hold.
    """
    table = live.tables[entity.name]
    start = reserve(connection, table, len(rows)) if first is None else first
    columns = [
        "id",
        "version",
        "created_at",
        "created_by",
        "changed_at",
        "changed_by",
        "run_id",
        *(entity.fields[name].column for name in names),
    ]
    dialect = connection.dialect
    processors = [table.c[column].type.dialect_impl(dialect).bind_processor(dialect) for column in columns]
    head: tuple[Any, ...] = (1, cause.at, cause.by, cause.at, cause.by, cause.run)
    head = tuple(
        value if process is None else process(value) for value, process in zip(head, processors[1:7], strict=True)
    )
    own = processors[7:]
    special = [(index, process) for index, process in enumerate(own) if process is not None]
    if dialect.name == "sqlite":
        quote = dialect.identifier_preparer.quote
        statement = (
            f"INSERT INTO {quote(table.name)} ({', '.join(map(quote, columns))}) "
            f"VALUES ({', '.join('?' * len(columns))})"
        )
        driver: Any = connection.connection.driver_connection
        driver.executemany(statement, _prepared(start, head, rows, special))
    else:
        _copy(connection, table.name, columns, _prepared(start, head, rows, special))
    history.record(connection, entity.name, None, "import", {"ids": [start, start + len(rows) - 1]}, cause)
    return start


def _prepared(
    start: int, head: tuple[Any, ...], rows: Iterable[Sequence[Any]], special: Sequence[tuple[int, Any]]
) -> Iterator[tuple[Any, ...]]:
    for offset, row in enumerate(rows):
        if special:
            values = list(row)
            for index, process in special:
                values[index] = process(values[index])
            row = values
        yield (start + offset, *head, *row)


def _copy(connection: sa.Connection, table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    quote = connection.dialect.identifier_preparer.quote
    driver: Any = connection.connection.driver_connection
    with (
        driver.cursor() as cursor,
        cursor.copy(f"COPY {quote(table)} ({', '.join(map(quote, columns))}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(row)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One piece of setting derived values: fields of one entity of one rank, for ids in (low, high]."""

    entity: str
    fields: tuple[str, ...]
    low: int
    high: int


def settling(connection: sa.Connection, live: Live, written: Collection[str], size: int = CHUNK) -> list[Step]:
    """The steps that bring every value up to date which depends on the entities written, in the order they need."""
    if connection.dialect.name == "postgresql":
        # Without fresh statistics the planner takes a table just filled for an empty one.
        for entity in written:
            connection.exec_driver_sql(f'ANALYZE "{live.tables[entity].name}"')
    plan = derivations(live)
    wanted = _dependents(plan, live, set(written))
    steps: list[Step] = []
    for rank in sorted({plan.ranks[key] for key in wanted}):
        by_entity: dict[str, list[str]] = {}
        for entity, field in wanted:
            if plan.ranks[(entity, field)] == rank:
                by_entity.setdefault(entity, []).append(field)
        for entity, fields in by_entity.items():
            table = live.tables[entity]
            last = int(connection.execute(sa.select(sa.func.coalesce(sa.func.max(table.c.id), 0))).scalar_one())
            steps += [
                Step(entity=entity, fields=tuple(fields), low=low, high=min(low + size, last))
                for low in range(0, last, size)
            ]
    return steps


def settle(connection: sa.Connection, live: Live, step: Step, context: Context) -> int:
    """Carry one step out; how many values moved."""
    return recompute_all(connection, live, step.entity, step.fields, context, low=step.low, high=step.high)


def _dependents(plan: Derivations, live: Live, written: set[str]) -> list[tuple[str, str]]:
    found = {key for key in plan.nodes if key[0] in written}
    found |= {
        (need.owner, need.field) for (entity, _), needs in plan.needs.items() if entity in written for need in needs
    }
    while True:
        more = {(need.owner, need.field) for key in found for need in plan.needs.get(key, ())} - found
        if not more:
            return sorted(found)
        found |= more
