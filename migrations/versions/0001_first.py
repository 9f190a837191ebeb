"""The first tables of the house."""

from __future__ import annotations

from alembic import context, op

from engines.database import platform

revision = "0001"
down_revision = None


def upgrade() -> None:
    parts = context.config.attributes["parts"]
    tables = [table for table in platform.sorted_tables if table.info.get("database", "main") in parts]
    platform.create_all(op.get_bind(), tables=tables, checkfirst=False)
