"""The platform's own tables, brought up to date by the scripts in `migrations/`."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from engines.database import Workspace
from engines.publisher import ddl

SCRIPTS = Path(__file__).resolve().parents[2] / "migrations"
# Any number, as long as it is always the same: two processes that start at once take turns.
LOCK = 7_205_759_403


def upgrade(workspace: Workspace) -> None:
    """Brings the tables of the house to the newest form; nothing happens when they are there already.

    On SQLite the jobs' file has a history of its own, from the same scripts; on PostgreSQL both parts are one database.
    """
    if workspace.dialect == "sqlite":
        _upgrade(workspace.changer, frozenset({"main"}))
        _upgrade(workspace.jobs.execution_options(writes=True, schema_change=True), frozenset({"jobs"}))
    else:
        _upgrade(workspace.changer, frozenset({"main", "jobs"}))


def is_current(workspace: Workspace) -> bool:
    """Whether nothing is left to do: a cheap look before a process starts to serve."""
    with workspace.read() as connection:
        return _revision(connection) == _newest()


def _newest() -> str | None:
    return ddl.ScriptDirectory(str(SCRIPTS)).get_current_head()


def _revision(connection: sa.Connection) -> str | None:
    return ddl.MigrationContext.configure(connection).get_current_revision()


def _upgrade(engine: sa.Engine, parts: frozenset[str]) -> None:
    config = ddl.Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
        if _revision(connection) == _newest():
            return
        config.attributes["connection"] = connection
        config.attributes["parts"] = parts
        ddl.command.upgrade(config, "head")
