"""On which side of a rule's limit each record's figure lay when the clock last looked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """It lies in the main database."""
    if "main" not in context.config.attributes["parts"]:
        return
    op.create_table(
        "rule_side",
        sa.Column("application", sa.String(30), nullable=False),
        sa.Column("rule", sa.String(62), nullable=False),
        sa.Column("record_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("settings", sa.String(64)),
        sa.PrimaryKeyConstraint("application", "rule", "record_id", name="pk_rule_side"),
    )
