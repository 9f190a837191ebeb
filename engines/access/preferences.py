"""What people set for themselves: column layouts, saved filters, unfinished forms; seen by nobody else."""

from __future__ import annotations

import msgspec
import sqlalchemy as sa

from engines.database import Json, platform
from metamodel.definition import Json as JsonValue
from metamodel.errors import Invalid
from metamodel.issues import Issue

LONGEST_KEY, LARGEST = 120, 200_000
MOST = 500

preference = sa.Table(
    "preference",
    platform,
    sa.Column("user_id", sa.ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("key", sa.String(LONGEST_KEY), primary_key=True),
    sa.Column("value", Json, nullable=False),
)


def preferences(connection: sa.Connection, user_id: int, prefix: str = "") -> dict[str, JsonValue]:
    """All that one person set whose key begins with `prefix`."""
    query = sa.select(preference.c.key, preference.c.value).where(
        preference.c.user_id == user_id, preference.c.key.startswith(prefix, autoescape=True)
    )
    return {row.key: row.value for row in connection.execute(query)}


def keep_preference(connection: sa.Connection, user_id: int, key: str, value: JsonValue) -> None:
    """Set or, with null, forget one."""
    if not 0 < len(key) <= LONGEST_KEY or len(msgspec.json.encode(value)) > LARGEST:
        raise Invalid(Issue(code="preference.too_large", path=("value",)))
    own = sa.and_(preference.c.user_id == user_id, preference.c.key == key)
    connection.execute(sa.delete(preference).where(own))
    if value is None:
        return
    count = connection.execute(
        sa.select(sa.func.count()).select_from(preference).where(preference.c.user_id == user_id)
    ).scalar_one()
    if count >= MOST:
        raise Invalid(Issue(code="preference.too_many", arguments={"limit": MOST}))
    connection.execute(sa.insert(preference).values(user_id=user_id, key=key, value=value))
