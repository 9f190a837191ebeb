"""The log's index by run holds only entries that a run wrote; every other write is spared it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op

revision = "0004"
down_revision = "0003"

OF_RUNS = sa.text("run_id IS NOT NULL")


def upgrade() -> None:
    """Only the main database has the log."""
    if "main" in context.config.attributes["parts"]:
        op.drop_index("ix_change_run", "change")
        op.create_index("ix_change_run", "change", ["run_id"], sqlite_where=OF_RUNS, postgresql_where=OF_RUNS)
