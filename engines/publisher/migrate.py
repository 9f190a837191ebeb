"""Steps carried out: Alembic operations made from them and run in the publisher's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from engines.publisher import ddl
from engines.publisher.convert import back, convert, typed_values
from engines.publisher.steps import Retype, Step, Tell, quietly
from engines.publisher.tables import quarantine, retired
from engines.records.tables import CONVENTION

#: values that leave quarantine in one round of three statements
READMITTED = 2_000
RENAMING = ("rename_table", "retire_table", "restore_table")


def operations(step: Step, dialect: str) -> list[ddl.ops.MigrateOperation]:
    """The Alembic operations of one step, none for those that wait for phase 2."""
    match step.verb:
        case "create_table":
            table: sa.Table = step.payload
            if dialect == "postgresql":
                table = _keyless(table)
            made: list[ddl.ops.MigrateOperation] = [ddl.ops.CreateTableOp.from_table(table)]
            return [*made, *(ddl.ops.CreateIndexOp.from_index(index) for index in step.payload.indexes)]
        case "rename_table" | "retire_table" | "restore_table":
            return [ddl.ops.RenameTableOp(step.table, step.name)]
        case "add_column":
            return [
                ddl.ops.AddColumnOp(step.table, _plain(step.payload, dialect), inline_references=dialect == "sqlite")
            ]
        case "rename_column" | "retire_column" | "restore_column":
            return [ddl.ops.AlterColumnOp(step.table, step.before, modify_name=step.name)]
        case "create_index":
            return [ddl.ops.CreateIndexOp.from_index(step.payload)]
        case "drop_index":
            return [ddl.ops.DropIndexOp(step.name, step.table)]
        case _:
            return []


def _keyless(table: sa.Table) -> sa.Table:
    """The table without foreign keys: tables may point at one another, so keys come when all of them are there."""
    columns = [
        sa.Column(
            column.name,
            column.type,
            primary_key=column.primary_key,
            nullable=column.nullable,
            server_default=column.server_default,
        )
        for column in table.columns
    ]
    return sa.Table(table.name, sa.MetaData(naming_convention=CONVENTION), *columns)


def _plain(column: sa.Column[Any], dialect: str) -> sa.Column[Any]:
    """The column free of its table; PostgreSQL gets its foreign key later, NOT VALID, so that no reader waits."""
    keys = [sa.ForeignKey(key.target_fullname) for key in column.foreign_keys] if dialect == "sqlite" else []
    return sa.Column(column.name, column.type, *keys)


def run(
    connection: sa.Connection,
    application: str,
    release: int,
    todo: Sequence[Step],
    *,
    later: frozenset[str],
    tell: Tell = quietly,
) -> list[str]:
    """Carry the steps out; names of indexes in `later` are left for phase 2, and their names returned."""
    context = ddl.MigrationContext.configure(connection, opts={"transactional_ddl": True})
    alembic = ddl.Operations(context)
    waiting: list[str] = []
    for at, step in enumerate(todo):
        tell("steps", "", at, len(todo))
        if step.verb == "create_index" and step.name in later:
            waiting.append(step.name)
            continue
        if step.verb == "retype_column":
            _retype(connection, alembic, application, release, step, tell)
        for operation in operations(step, connection.dialect.name):
            if isinstance(operation, ddl.ops.AlterColumnOp):
                _rename_column(connection, step)
            else:
                alembic.invoke(operation)
        if connection.dialect.name == "postgresql" and step.verb in RENAMING:
            _rename_key(connection, step)
        _remember(connection, application, release, step)
    if connection.dialect.name == "postgresql":
        for step in todo:
            if step.verb == "add_column":
                _add_keys(connection, step.table, [step.payload], "NOT VALID")
            elif step.verb == "create_table":
                _add_keys(connection, step.table, list(step.payload.columns), "")
    return waiting


def _rename_key(connection: sa.Connection, step: Step) -> None:
    # The name of a primary key is the whole schema's: one that stayed on a retired table would bar its successor.
    quote = connection.dialect.identifier_preparer.quote
    old, new = f"pk_{step.table}"[:63], f"pk_{step.name}"[:63]
    present = connection.execute(sa.text("SELECT 1 FROM pg_constraint WHERE conname = :name"), {"name": old}).first()
    if present:
        connection.exec_driver_sql(f"ALTER TABLE {quote(step.name)} RENAME CONSTRAINT {quote(old)} TO {quote(new)}")


def _rename_column(connection: sa.Connection, step: Step) -> None:
    # SQLite renames a column in place; Alembic would copy the whole table.
    quote = connection.dialect.identifier_preparer.quote
    connection.exec_driver_sql(
        f"ALTER TABLE {quote(step.table)} RENAME COLUMN {quote(step.before)} TO {quote(step.name)}"
    )


def _add_keys(connection: sa.Connection, table: str, columns: Sequence[sa.Column[Any]], how: str) -> None:
    quote = connection.dialect.identifier_preparer.quote
    for column in columns:
        for key in column.foreign_keys:
            name = foreign_key_name(table, column.name)
            target = key.target_fullname.rpartition(".")[0]
            connection.exec_driver_sql(
                f"ALTER TABLE {quote(table)} ADD CONSTRAINT {quote(name)} FOREIGN KEY ({quote(column.name)}) "
                f"REFERENCES {quote(target)} (id) {how}"
            )


def foreign_key_name(table: str, column: str) -> str:
    """The name of a foreign key, cut to what PostgreSQL keeps."""
    return f"fk_{table}_{column}"[:63]


def _retype(
    connection: sa.Connection, alembic: ddl.Operations, application: str, release: int, step: Step, tell: Tell
) -> None:
    retype: Retype = step.payload
    new_type = retype.new.type.column(retype.new.config)
    if isinstance(new_type, sa.Text):
        new_type = new_type.with_variant(sa.Text(collation="C"), "postgresql")
    _rename_column(connection, step)
    alembic.invoke(ddl.ops.AddColumnOp(step.table, sa.Column(step.before, new_type)))
    source = sa.table(step.table, sa.column("id", sa.BigInteger), sa.column(step.before, new_type))
    change = (
        sa.update(source)
        .where(source.c.id == sa.bindparam("the_id"))
        .values({step.before: sa.bindparam("the_value", type_=new_type)})
    )
    old, label, done = retype.old, retype.new.definition.label, 0
    kept_as = sa.table(step.table, sa.column(step.name))
    filled = sa.select(sa.func.count()).select_from(kept_as).where(kept_as.c[step.name].is_not(None))
    total = int(connection.execute(filled).scalar_one())
    for rows in typed_values(connection, step.table, old, step.name):
        passing: list[dict[str, Any]] = []
        failing: list[dict[str, Any]] = []
        for number, stored in rows:
            result = convert(retype, number, stored)
            if result.reason:
                failing.append(
                    {
                        "application": application,
                        "entity": step.entity,
                        "field": step.field,
                        "record_id": number,
                        "value": result.before,
                        "reason": result.reason,
                        "release": release,
                    }
                )
            else:
                passing.append({"the_id": number, "the_value": result.stored})
        if passing:
            connection.execute(change, passing)
        if failing:
            connection.execute(sa.insert(quarantine), failing)
        done += len(rows)
        tell("rows", label, done, total)
    _readmit(connection, application, step, source, change)


def _readmit(
    connection: sa.Connection, application: str, step: Step, source: sa.TableClause, change: sa.Update
) -> None:
    """Values that did not convert in an earlier release and do now leave quarantine, where nothing took their place;
    of several kept for one record the latest comes back."""
    retype: Retype = step.payload
    kept = connection.execute(
        sa.select(quarantine.c.id, quarantine.c.record_id, quarantine.c.value)
        .where(
            quarantine.c.application == application,
            quarantine.c.entity == step.entity,
            quarantine.c.field == step.field,
        )
        .order_by(quarantine.c.id.desc())
    ).all()
    wanted: dict[int, tuple[int, Any]] = {}
    for row in kept:
        if row.record_id not in wanted and (value := back(retype.new, row.value)) is not None:
            wanted[row.record_id] = (row.id, value)
    records = sorted(wanted)
    for low in range(0, len(records), READMITTED):
        some = records[low : low + READMITTED]
        empty = sa.select(source.c.id).where(source.c.id.in_(some), source.c[step.before].is_(None))
        free = connection.scalars(empty).all()
        if not free:
            continue
        connection.execute(change, [{"the_id": number, "the_value": wanted[number][1]} for number in free])
        gone = [wanted[number][0] for number in free]
        connection.execute(sa.delete(quarantine).where(quarantine.c.id.in_(gone)))


def _remember(connection: sa.Connection, application: str, release: int, step: Step) -> None:
    if step.verb in ("retire_column", "retire_table", "retype_column"):
        connection.execute(
            sa.insert(retired).values(
                application=application,
                entity=step.entity,
                field=step.field,
                table_name=step.table,
                column_name=step.before or ",".join(_columns(connection, step)),
                retired_name=step.name,
                kind=_kind(step),
                release=release,
            )
        )
    elif step.verb in ("restore_column", "restore_table"):
        back = step.before if step.verb == "restore_column" else step.table
        connection.execute(
            sa.delete(retired).where(retired.c.application == application, retired.c.retired_name == back)
        )


def _columns(connection: sa.Connection, step: Step) -> list[str]:
    if step.field:
        return []
    return [column["name"] for column in sa.inspect(connection).get_columns(step.name)]


def _kind(step: Step) -> str:
    return str(step.payload) if isinstance(step.payload, str) else ""
