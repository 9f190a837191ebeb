"""The house acting for somebody: rules and the clock may do everything, and ME() is whose doing it was."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa

from engines.access.actor import SCOPES, Actor, load_actor
from engines.database import watch
from engines.records.sight import Sight
from engines.runtime.release import Releases

NOBODY = Actor(user_id=0, login="", name="", locale="zh-CN", is_admin=True)


def as_house(connection: sa.Connection, releases: Releases, by: int | None, now: datetime) -> Sight:
    """What the house sees when it acts on somebody's behalf, or on nobody's."""
    actor = load_actor(connection, by) if by else None
    acting = NOBODY if actor is None else replace(actor, is_admin=True, scopes=SCOPES)
    return releases.sight(connection, acting, now, watch(connection))
