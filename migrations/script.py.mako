"""${message}."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    parts = context.config.attributes["parts"]
    if "main" in parts:
        ${upgrades if upgrades else "pass"}
