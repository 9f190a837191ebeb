"""Who has the designer of an application open right now: a beat every few seconds, forgotten soon after the last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from engines.database import Instant, Workspace, platform

#: two beats and a half: one that is late does not make somebody vanish
PRESENT = timedelta(seconds=25)
FORGOTTEN = timedelta(days=1)
LONGEST_PLACE = 120

presence = sa.Table(
    "presence",
    platform,
    sa.Column("application", sa.String(30), primary_key=True),
    sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("place", sa.String(LONGEST_PLACE), nullable=False),
    sa.Column("seen_at", Instant, nullable=False),
    info={"database": "jobs"},
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """A person and where in the designer they are."""

    user_id: int
    place: str


def beat(workspace: Workspace, application: str, user_id: int, place: str, now: datetime) -> list[Present]:
    """Say that somebody is here; who else is."""
    row = {"application": application, "user_id": user_id, "place": place[:LONGEST_PLACE], "seen_at": now}
    key = [presence.c.application, presence.c.user_id]
    moved = {"place": row["place"], "seen_at": now}
    keep: sa.Executable
    if workspace.dialect == "postgresql":
        keep = postgresql.insert(presence).values(row).on_conflict_do_update(index_elements=key, set_=moved)
    else:
        keep = sqlite.insert(presence).values(row).on_conflict_do_update(index_elements=key, set_=moved)
    others = (
        sa.select(presence.c.user_id, presence.c.place)
        .where(
            presence.c.application == application,
            presence.c.user_id != user_id,
            presence.c.seen_at > now - PRESENT,
        )
        .order_by(presence.c.user_id)
    )
    with workspace.jobs_write() as connection:
        connection.execute(keep)
        connection.execute(sa.delete(presence).where(presence.c.seen_at < now - FORGOTTEN))
        return [Present(user_id=one.user_id, place=one.place) for one in connection.execute(others)]


def leave(workspace: Workspace, application: str, user_id: int) -> None:
    """Somebody closed the designer."""
    gone = sa.delete(presence).where(presence.c.application == application, presence.c.user_id == user_id)
    with workspace.jobs_write() as connection:
        connection.execute(gone)
