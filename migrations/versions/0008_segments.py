"""Segments with their records and moves, analyses with their runs, and how far the clock got with either."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
INSTANT = sa.DateTime(timezone=True)
IDENTITY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """All of it lies in the main database."""
    if "main" not in context.config.attributes["parts"]:
        return
    op.create_table(
        "segment_state",
        sa.Column("id", IDENTITY, nullable=False),
        sa.Column("application", sa.String(30), nullable=False),
        sa.Column("segment", sa.String(62), nullable=False),
        sa.Column("meaning", sa.String(64), nullable=False),
        sa.Column("ready", sa.Boolean(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("as_of", INSTANT, nullable=False),
        sa.Column("looked_at", INSTANT, nullable=False),
        sa.Column("checked", JSON),
        sa.PrimaryKeyConstraint("id", name="pk_segment_state"),
        sa.UniqueConstraint("application", "segment", name="uq_segment_state_segment"),
    )
    op.create_table(
        "segment_record",
        sa.Column("segment_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("record_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("segment_id", "record_id", name="pk_segment_record"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "segment_move",
        sa.Column("id", IDENTITY, nullable=False),
        sa.Column("segment_id", sa.BigInteger(), nullable=False),
        sa.Column("record_id", sa.BigInteger(), nullable=False),
        sa.Column("entered", sa.Boolean(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_segment_move"),
    )
    op.create_index("ix_segment_move_at", "segment_move", ["segment_id", "at"])
    op.create_index("ix_segment_move_record", "segment_move", ["record_id", "segment_id", "id"])
    op.create_table(
        "analysis_run",
        sa.Column("id", IDENTITY, nullable=False),
        sa.Column("application", sa.String(30), nullable=False),
        sa.Column("analysis", sa.String(62), nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=False),
        sa.Column("moved", sa.BigInteger(), nullable=False),
        sa.Column("findings", JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_analysis_run"),
    )
    op.create_index("ix_analysis_run_analysis", "analysis_run", ["application", "analysis", "id"])
    op.create_table(
        "analysis_time",
        sa.Column("application", sa.String(30), nullable=False),
        sa.Column("analysis", sa.String(62), nullable=False),
        sa.Column("done_until", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("application", "analysis", name="pk_analysis_time"),
    )
