"""Who does the tasks of people who are away, and for whom something was done."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op

revision = "0012"
down_revision = "0011"

_BY = sa.text("by_id IS NOT NULL")


def upgrade() -> None:
    """All of it lies in the main database."""
    if "main" not in context.config.attributes["parts"]:
        return
    op.create_table(
        "flow_deputy",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("deputy_id", sa.BigInteger(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("open_too", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_flow_deputy"),
    )
    op.create_index("ix_flow_deputy_user", "flow_deputy", ["user_id", "ends_at"])
    op.create_index("ix_flow_deputy_deputy", "flow_deputy", ["deputy_id", "ends_at"])
    op.add_column("flow_task", sa.Column("by_id", sa.BigInteger()))
    op.create_index("ix_flow_task_by", "flow_task", ["by_id", "id"], sqlite_where=_BY, postgresql_where=_BY)
    op.add_column("flow_entry", sa.Column("for_id", sa.BigInteger()))
