"""When all records of a measure field were last looked at, beside when some were."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """It lies in the main database; what was looked at before is looked at once more."""
    if "main" not in context.config.attributes["parts"]:
        return
    op.add_column("measure_state", sa.Column("whole_at", sa.DateTime(timezone=True)))
