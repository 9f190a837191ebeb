"""What waits in a queue, in the order it was put there: so that a record's events are heard one after the other."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op

revision = "0010"
down_revision = "0009"

WAITING = sa.text("state = 'waiting'")


def upgrade() -> None:
    """It lies in the main database."""
    if "main" not in context.config.attributes["parts"]:
        return
    op.create_index(
        "ix_outbox_turn", "outbox", ["queue", "id"], sqlite_where=WAITING, postgresql_where=WAITING
    )
