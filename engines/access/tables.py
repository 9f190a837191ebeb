"""The platform's tables of people: who they are, where they belong, which roles and tokens they hold."""

from __future__ import annotations

import sqlalchemy as sa

from engines.database import Identity, Instant, Json, platform

department = sa.Table(
    "department",
    platform,
    sa.Column("id", Identity, primary_key=True),
    sa.Column("parent_id", sa.ForeignKey("department.id"), index=True),
    sa.Column("code", sa.String(60), unique=True),
    sa.Column("label", sa.String(120), nullable=False),
    sa.Column("position", sa.Integer, nullable=False, default=0),
    sa.Column("head_id", sa.BigInteger),
)

# Each department with all above it and itself, so that "all below" is one range of one index.
department_below = sa.Table(
    "department_below",
    platform,
    sa.Column("above_id", sa.ForeignKey("department.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("below_id", sa.ForeignKey("department.id", ondelete="CASCADE"), primary_key=True, index=True),
    sa.Column("steps", sa.Integer, nullable=False),
)

user = sa.Table(
    "user_account",
    platform,
    sa.Column("id", Identity, primary_key=True),
    sa.Column("login", sa.String(80), nullable=False, unique=True),
    sa.Column("name", sa.String(80), nullable=False),
    sa.Column("email", sa.String(200)),
    sa.Column("phone", sa.String(40)),
    sa.Column("locale", sa.String(10), nullable=False),
    sa.Column("password_hash", sa.String(200)),
    sa.Column("is_admin", sa.Boolean, nullable=False),
    sa.Column("is_active", sa.Boolean, nullable=False),
    sa.Column("department_id", sa.ForeignKey("department.id"), index=True),
    # Part of every session; raised when a password changes, so that older sessions end.
    sa.Column("epoch", sa.Integer, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
)

user_role = sa.Table(
    "user_role",
    platform,
    sa.Column("user_id", sa.ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("application", sa.String(60), primary_key=True),
    sa.Column("role", sa.String(60), primary_key=True),
    sa.Index("ix_user_role_holder", "application", "role"),
)

token = sa.Table(
    "token",
    platform,
    sa.Column("id", Identity, primary_key=True),
    sa.Column("user_id", sa.ForeignKey("user_account.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("name", sa.String(80), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False, unique=True),
    sa.Column("start", sa.String(12), nullable=False),
    sa.Column("scopes", Json, nullable=False),
    sa.Column("expires_at", Instant),
    sa.Column("created_at", Instant, nullable=False),
)

login_attempt = sa.Table(
    "login_attempt",
    platform,
    sa.Column("id", Identity, primary_key=True),
    sa.Column("login", sa.String(80), nullable=False),
    sa.Column("address", sa.String(64), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("succeeded", sa.Boolean, nullable=False),
    sa.Index("ix_login_attempt_login", "login", "at"),
    sa.Index("ix_login_attempt_address", "address", "at"),
)
