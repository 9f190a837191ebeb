"""The platform's tables for drafts, releases, what was retired, and values that did not convert."""

from __future__ import annotations

import sqlalchemy as sa

from engines.database import Identity, Instant, Json, platform

draft = sa.Table(
    "draft",
    platform,
    sa.Column("application", sa.String(30), primary_key=True),
    sa.Column("sort", sa.String(30), primary_key=True),
    sa.Column("id", sa.String(60), primary_key=True),
    sa.Column("document", Json),
    sa.Column("position", sa.Integer, nullable=False, server_default="0"),
    sa.Column("etag", sa.String(40), nullable=False),
    sa.Column("changed_at", Instant, nullable=False),
    sa.Column("changed_by", sa.BigInteger),
)

release = sa.Table(
    "release",
    platform,
    sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("application", sa.String(30), nullable=False),
    sa.Column("document", Json),
    sa.Column("changes", Json, nullable=False),
    sa.Column("released_at", Instant, nullable=False),
    sa.Column("released_by", sa.BigInteger),
    sa.Index("ix_release_application", "application", "number"),
)

shipped = sa.Table(
    "shipped",
    platform,
    sa.Column("application", sa.String(30), primary_key=True),
    sa.Column("version", sa.String(30), nullable=False),
    sa.Column("document", Json, nullable=False),
    sa.Column("companions", Json, nullable=False),
    sa.Column("installed_at", Instant, nullable=False),
)

retired = sa.Table(
    "retired",
    platform,
    sa.Column("id", Identity, primary_key=True),
    sa.Column("application", sa.String(30), nullable=False),
    sa.Column("entity", sa.String(60), nullable=False),
    sa.Column("field", sa.String(60), nullable=False),
    sa.Column("table_name", sa.String(80), nullable=False),
    sa.Column("column_name", sa.Text, nullable=False),
    sa.Column("retired_name", sa.String(80), nullable=False),
    sa.Column("kind", sa.String(120), nullable=False),
    sa.Column("release", sa.BigInteger, nullable=False),
    sa.Index("ix_retired_application", "application", "entity", "field"),
)

quarantine = sa.Table(
    "quarantine",
    platform,
    sa.Column("id", Identity, primary_key=True),
    sa.Column("application", sa.String(30), nullable=False),
    sa.Column("entity", sa.String(60), nullable=False),
    sa.Column("field", sa.String(60), nullable=False),
    sa.Column("record_id", sa.BigInteger, nullable=False),
    sa.Column("value", sa.Text, nullable=False),
    sa.Column("reason", sa.String(80), nullable=False),
    sa.Column("release", sa.BigInteger, nullable=False),
    sa.Index("ix_quarantine_entity", "application", "entity", "field"),
)
