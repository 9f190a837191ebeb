"""The index over the state of what is in the outbox becomes two partial ones, of what is done and what is dead."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """It lies in the main database; what waits has an index of its own, and every step of a flow paid for this one."""
    if "main" not in context.config.attributes["parts"]:
        return
    for state, column in (("done", "done_at"), ("dead", "id")):
        own = sa.text(f"state = '{state}'")
        op.create_index(f"ix_outbox_{state}", "outbox", [column], sqlite_where=own, postgresql_where=own)
    op.drop_index("ix_outbox_state", table_name="outbox")
