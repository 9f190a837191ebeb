"""Measure fields: how far each is, and the values that stand still."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
INSTANT = sa.DateTime(timezone=True)
IDENTITY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """All of it lies in the main database."""
    if "main" not in context.config.attributes["parts"]:
        return
    op.create_table(
        "measure_state",
        sa.Column("id", IDENTITY, nullable=False),
        sa.Column("entity", sa.String(62), nullable=False),
        sa.Column("field", sa.String(62), nullable=False),
        sa.Column("meaning", sa.String(64), nullable=False),
        sa.Column("mark", sa.BigInteger(), nullable=False),
        sa.Column("stale", sa.Boolean(), nullable=False),
        sa.Column("turn", sa.BigInteger(), nullable=False),
        sa.Column("spent", sa.Integer(), nullable=False),
        sa.Column("as_of", INSTANT, nullable=False),
        sa.Column("failed", JSON),
        sa.PrimaryKeyConstraint("id", name="pk_measure_state"),
        sa.UniqueConstraint("entity", "field", name="uq_measure_state_field"),
    )
    op.create_table(
        "measure_frozen",
        sa.Column("id", IDENTITY, nullable=False),
        sa.Column("entity", sa.String(62), nullable=False),
        sa.Column("record_id", sa.BigInteger(), nullable=False),
        sa.Column("field", sa.String(62), nullable=False),
        sa.Column("how", sa.String(10), nullable=False),
        sa.Column("taken_at", INSTANT, nullable=False),
        sa.Column("by_id", sa.BigInteger()),
        sa.Column("cause", sa.String(200)),
        sa.Column("value", JSON),
        sa.Column("question", JSON),
        sa.Column("total", sa.BigInteger()),
        sa.Column("kept", sa.BigInteger()),
        sa.Column("rows", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("id", name="pk_measure_frozen"),
        sa.UniqueConstraint("entity", "record_id", "field", name="uq_measure_frozen_value"),
    )
