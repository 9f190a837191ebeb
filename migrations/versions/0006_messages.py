"""Messages: deliveries, the double's records, channels, secrets and the contact policy."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
INSTANT = sa.DateTime(timezone=True)
IDENTITY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """All of it lies in the main database."""
    if "main" not in context.config.attributes["parts"]:
        return
    op.create_table(
        "delivery",
        sa.Column("id", IDENTITY, nullable=False),
        sa.Column("key", sa.String(300), nullable=False),
        sa.Column("cause", sa.String(120), nullable=False),
        sa.Column("application", sa.String(30), nullable=False),
        sa.Column("message", sa.String(62), nullable=False),
        sa.Column("entity", sa.String(62), nullable=False),
        sa.Column("record_id", sa.BigInteger(), nullable=False),
        sa.Column("person", sa.String(90), nullable=False),
        sa.Column("purpose", sa.String(10), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("same", sa.String(200)),
        sa.Column("channel", sa.String(20)),
        sa.Column("address", sa.String(200)),
        sa.Column("language", sa.String(10)),
        sa.Column("title", sa.Text()),
        sa.Column("text", sa.Text()),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("reason", sa.String(40)),
        sa.Column("trace", JSON, nullable=False),
        sa.Column("rehearsed", sa.Boolean(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text()),
        sa.Column("reference", sa.String(300)),
        sa.Column("at", INSTANT, nullable=False),
        *(sa.Column(f"{word}_at", INSTANT) for word in ("due", "sent", "delivered", "opened", "clicked", "failed")),
        sa.PrimaryKeyConstraint("id", name="pk_delivery"),
        sa.UniqueConstraint("key", name="uq_delivery_key"),
    )
    op.create_index("ix_delivery_person", "delivery", ["person", "purpose", "at"])
    op.create_index("ix_delivery_same", "delivery", ["person", "same"])
    op.create_index("ix_delivery_record", "delivery", ["entity", "record_id", "id"])
    op.create_index("ix_delivery_state", "delivery", ["state", "id"])
    op.create_index("ix_delivery_message", "delivery", ["application", "message", "id"])
    op.create_table(
        "recorded_message",
        sa.Column("id", IDENTITY, nullable=False),
        sa.Column("key", sa.String(300), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("address", sa.String(200), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_recorded_message"),
        sa.UniqueConstraint("key", name="uq_recorded_message_key"),
    )
    op.create_table(
        "channel_account",
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("settings", JSON, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("by_id", sa.BigInteger()),
        sa.PrimaryKeyConstraint("channel", name="pk_channel_account"),
    )
    op.create_table(
        "secret",
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("box", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("by_id", sa.BigInteger()),
        sa.PrimaryKeyConstraint("name", name="pk_secret"),
    )
    op.create_table(
        "contact_policy",
        sa.Column("id", IDENTITY, nullable=False),
        sa.Column("settings", JSON, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("by_id", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name="pk_contact_policy"),
    )
    # The row is there before anybody waits for it: two first notes at once must not both want to make it.
    op.execute("INSERT INTO counter (name, number) VALUES ('inbox', 1)")
