"""Dropping for good what was retired: only on purpose, and only what was retired before a release one names."""

from __future__ import annotations

import sqlalchemy as sa

from engines.database import Workspace
from engines.publisher import ddl, views
from engines.publisher.tables import quarantine, retired


def purge(workspace: Workspace, application: str, before: int) -> list[str]:
    """Drop the columns and tables an application retired before a release; their names."""
    dropped: list[str] = []
    with workspace.change() as connection:
        alembic = ddl.Operations(ddl.MigrationContext.configure(connection))
        rows = connection.execute(
            sa.select(retired)
            .where(retired.c.application == application, retired.c.release < before)
            .order_by(retired.c.id)
        ).all()
        present = set(sa.inspect(connection).get_table_names())
        aside = _views_aside(connection)
        for row in rows:
            if row.field and row.column_name and row.table_name in present:
                _drop_column(connection, alembic, row.table_name, row.retired_name)
                dropped.append(f"{row.table_name}.{row.retired_name}")
            elif row.retired_name in present:
                alembic.drop_table(row.retired_name)
                dropped.append(row.retired_name)
            connection.execute(sa.delete(retired).where(retired.c.id == row.id))
        connection.execute(
            sa.delete(quarantine).where(quarantine.c.application == application, quarantine.c.release < before)
        )
        for text in aside:
            connection.exec_driver_sql(text)
    return dropped


def _views_aside(connection: sa.Connection) -> list[str]:
    """On SQLite the views are dropped, and how they were made is told: it refuses to rename a table that was rebuilt
    while a view reads it. None reads what is retired."""
    if connection.dialect.name != "sqlite":
        return []
    query = sa.text("SELECT name, sql FROM sqlite_master WHERE type = 'view'")
    found = {row.name: row.sql for row in connection.execute(query) if row.name in set(views.present(connection))}
    for name in found:
        views.drop(connection, name)
    return list(found.values())


def _drop_column(connection: sa.Connection, alembic: ddl.Operations, table: str, column: str) -> None:
    known = {item["name"] for item in sa.inspect(connection).get_columns(table)}
    if column not in known:
        return
    keyed = {name for key in sa.inspect(connection).get_foreign_keys(table) for name in key["constrained_columns"]}
    if connection.dialect.name == "sqlite" and column in keyed:
        # SQLite can't drop a column with a foreign key in place; the table is rebuilt, with the keys off.
        with alembic.batch_alter_table(table) as batch:
            batch.drop_column(column)
    else:
        alembic.drop_column(table, column)
