"""The platform's own tables: what the scripts make is what the rooms declare, on either database."""

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from engines.database import Workspace, platform


def test_scripts_and_declarations_agree(workspace: Workspace) -> None:
    parts = {"main"} if workspace.dialect == "sqlite" else {"main", "jobs"}
    wanted = sa.MetaData(naming_convention=platform.naming_convention)
    for table in platform.sorted_tables:
        if table.info.get("database", "main") in parts:
            table.to_metadata(wanted)
    with workspace.read() as connection:
        context = MigrationContext.configure(connection, opts={
            "include_object": lambda thing, name, sort, *_: not (sort == "table" and name == "alembic_version")})
        assert compare_metadata(context, wanted) == []
