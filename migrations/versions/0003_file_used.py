"""Files know whether a record ever held them; those there are before count as held."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Only the workspace's own database has files."""
    if "main" in context.config.attributes["parts"]:
        op.add_column("file", sa.Column("used", sa.Boolean(), nullable=False, server_default=sa.true()))
