"""Who has an application's designer open."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """It lies with the jobs: written every few seconds, and nobody misses it after a crash."""
    if "jobs" in context.config.attributes["parts"]:
        op.create_table(
            "presence",
            sa.Column("application", sa.String(length=30), nullable=False),
            sa.Column("user_id", sa.BigInteger(), nullable=False),
            sa.Column("place", sa.String(length=120), nullable=False),
            sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
            sa.PrimaryKeyConstraint("application", "user_id", name=op.f("pk_presence")),
            info={"database": "jobs"},
        )
