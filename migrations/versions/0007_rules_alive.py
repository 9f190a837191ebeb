"""Rules at work: the timetable the clock last looked by, and firings found by rule and time, failures first."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op

revision = "0007"
down_revision = "0006"

FAILED = sa.text("state = 'failed'")


def upgrade() -> None:
    """All of it lies in the main database."""
    if "main" not in context.config.attributes["parts"]:
        return
    op.add_column("rule_time", sa.Column("timetable", sa.String(64)))
    op.drop_index("ix_firing_rule", "firing")
    op.create_index("ix_firing_rule", "firing", ["application", "rule", "at", "id"])
    op.create_index(
        "ix_firing_failed", "firing", ["application", "id"], sqlite_where=FAILED, postgresql_where=FAILED
    )
