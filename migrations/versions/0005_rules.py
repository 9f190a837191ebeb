"""Rules: firings, switches, the clock's memory, turns; and notes in people's inboxes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
INSTANT = sa.DateTime(timezone=True)
IDENTITY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """All of it lies in the main database."""
    if "main" not in context.config.attributes["parts"]:
        return
    op.create_table(
        "firing",
        sa.Column("id", IDENTITY, nullable=False),
        sa.Column("application", sa.String(30), nullable=False),
        sa.Column("rule", sa.String(62), nullable=False),
        sa.Column("release", sa.BigInteger(), nullable=False),
        sa.Column("entity", sa.String(62), nullable=False),
        sa.Column("record_id", sa.BigInteger(), nullable=False),
        sa.Column("cause", sa.String(80), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("by_id", sa.BigInteger()),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.Column("trace", JSON),
        sa.Column("error", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_firing"),
        sa.UniqueConstraint("application", "rule", "record_id", "cause", name="uq_firing_cause"),
    )
    op.create_index("ix_firing_record", "firing", ["entity", "record_id", "id"])
    op.create_index("ix_firing_rule", "firing", ["application", "rule", "id"])
    op.create_table(
        "rule_switch",
        sa.Column("id", IDENTITY, nullable=False),
        sa.Column("application", sa.String(30), nullable=False),
        sa.Column("rule", sa.String(62), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("by_id", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name="pk_rule_switch"),
    )
    for name, column in (("rule_time", sa.Column("done_until", INSTANT, nullable=False)),
                         ("rule_turn", sa.Column("last", sa.BigInteger(), nullable=False))):
        op.create_table(
            name,
            sa.Column("application", sa.String(30), nullable=False),
            sa.Column("rule", sa.String(62), nullable=False),
            column,
            sa.PrimaryKeyConstraint("application", "rule", name=f"pk_{name}"),
        )
    op.create_table(
        "note",
        sa.Column("id", IDENTITY, nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.String(120), nullable=False),
        sa.Column("title", JSON, nullable=False),
        sa.Column("text", JSON),
        sa.Column("entity", sa.String(62)),
        sa.Column("record_id", sa.BigInteger()),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("read_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_note"),
        sa.UniqueConstraint("user_id", "key", name="uq_note_key"),
    )
    op.create_index("ix_note_user", "note", ["user_id", "id"])
