"""Running flows: versions of their definitions, instances, tasks, and the history."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
INSTANT = sa.DateTime(timezone=True)
IDENTITY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_LIVE, _LISTENS, _OPEN = sa.text("state <> 'ended'"), sa.text("listens"), sa.text("state = 'open'")


def upgrade() -> None:
    """All of it lies in the main database."""
    if "main" not in context.config.attributes["parts"]:
        return
    op.create_table(
        "flow_version",
        sa.Column("id", IDENTITY, nullable=False),
        sa.Column("application", sa.String(30), nullable=False),
        sa.Column("flow", sa.String(62), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("document", JSON, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_flow_version"),
        sa.UniqueConstraint("application", "flow", "digest", name="uq_flow_version_digest"),
    )
    op.create_table(
        "flow_instance",
        sa.Column("id", IDENTITY, nullable=False),
        sa.Column("application", sa.String(30), nullable=False),
        sa.Column("flow", sa.String(62), nullable=False),
        sa.Column("version_id", sa.BigInteger(), nullable=False),
        sa.Column("entity", sa.String(62), nullable=False),
        sa.Column("record_id", sa.BigInteger(), nullable=False),
        sa.Column("starter_id", sa.BigInteger()),
        sa.Column("key", sa.String(160), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("outcome", sa.String(12), nullable=False),
        sa.Column("error", sa.Text()),
        sa.Column("position", JSON, nullable=False),
        sa.Column("locks", sa.Boolean(), nullable=False),
        sa.Column("listens", sa.Boolean(), nullable=False),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.BigInteger()),
        sa.Column("parent_path", JSON),
        sa.Column("parent_visit", sa.Integer()),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_flow_instance"),
        sa.UniqueConstraint("key", name="uq_flow_instance_key"),
    )
    op.create_index("ix_flow_instance_flow", "flow_instance", ["application", "flow", "id"])
    op.create_index(
        "ix_flow_instance_listens",
        "flow_instance",
        ["entity", "record_id"],
        sqlite_where=_LISTENS,
        postgresql_where=_LISTENS,
    )
    op.create_index("ix_flow_instance_record", "flow_instance", ["entity", "record_id", "id"])
    op.create_index("ix_flow_instance_starter", "flow_instance", ["starter_id", "id"])
    op.create_index(
        "ix_flow_instance_state",
        "flow_instance",
        ["application", "state", "id"],
        sqlite_where=_LIVE,
        postgresql_where=_LIVE,
    )
    op.create_table(
        "flow_task",
        sa.Column("id", IDENTITY, nullable=False),
        sa.Column("instance_id", sa.BigInteger(), nullable=False),
        sa.Column("application", sa.String(30), nullable=False),
        sa.Column("flow", sa.String(62), nullable=False),
        sa.Column("entity", sa.String(62), nullable=False),
        sa.Column("record_id", sa.BigInteger(), nullable=False),
        sa.Column("path", sa.String(400), nullable=False),
        sa.Column("visit", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(62), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("deed", sa.String(12), nullable=False),
        sa.Column("comment", sa.Text()),
        sa.Column("words", JSON),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("seen_at", INSTANT),
        sa.Column("done_at", INSTANT),
        sa.Column("due_at", INSTANT),
        sa.Column("urged", sa.Integer(), nullable=False),
        sa.Column("urged_at", INSTANT),
        sa.Column("waited", sa.BigInteger()),
        sa.Column("worked", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name="pk_flow_task"),
    )
    op.create_index("ix_flow_task_due", "flow_task", ["due_at"], sqlite_where=_OPEN, postgresql_where=_OPEN)
    op.create_index("ix_flow_task_instance", "flow_task", ["instance_id", "id"])
    op.create_index("ix_flow_task_open", "flow_task", ["user_id", "id"], sqlite_where=_OPEN, postgresql_where=_OPEN)
    op.create_index("ix_flow_task_user", "flow_task", ["user_id", "state", "id"])
    op.create_table(
        "flow_entry",
        sa.Column("id", IDENTITY, nullable=False),
        sa.Column("instance_id", sa.BigInteger(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("by_id", sa.BigInteger()),
        sa.Column("path", sa.String(400), nullable=False),
        sa.Column("visit", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(14), nullable=False),
        sa.Column("to_ids", JSON),
        sa.Column("comment", sa.Text()),
        sa.Column("files", JSON),
        sa.Column("why", JSON),
        sa.PrimaryKeyConstraint("id", name="pk_flow_entry"),
    )
    op.create_index("ix_flow_entry_instance", "flow_entry", ["instance_id", "id"])
