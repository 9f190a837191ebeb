"""What somebody has done, in the order they did it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op

revision = "0013"
down_revision = "0012"

_DONE = sa.text("state = 'done'")


def upgrade() -> None:
    """It lies in the main database."""
    if "main" not in context.config.attributes["parts"]:
        return
    op.create_index(
        "ix_flow_task_done", "flow_task", ["user_id", "done_at", "id"], sqlite_where=_DONE, postgresql_where=_DONE
    )
