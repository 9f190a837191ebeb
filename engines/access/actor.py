"""The actor: one person as every engine sees them, loaded in two statements and remembered until people change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

import sqlalchemy as sa

from engines.access.tables import department_below, token, user, user_role
from engines.database import watch

# What a token may be restricted to; a session has them all.
SCOPES = frozenset({"read", "write", "design", "admin"})
# Actors kept in memory by one process; some kilobytes each.
REMEMBERED = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who asks. `departments` is their own with all below, first their own; `roles` are (application, role id)."""

    user_id: int
    login: str
    name: str
    locale: str
    is_admin: bool
    roles: frozenset[tuple[str, str]] = frozenset()
    department_id: int | None = None
    departments: tuple[int, ...] = ()
    scopes: frozenset[str] = SCOPES
    epoch: int = 0

    def roles_in(self, application: str) -> frozenset[str]:
        return frozenset(role for where, role in self.roles if where == application)


def load_actor(connection: sa.Connection, user_id: int) -> Actor | None:
    """The active user with this id, or None; two statements."""
    rows = connection.execute(
        sa.select(
            user.c.login,
            user.c.name,
            user.c.locale,
            user.c.is_admin,
            user.c.department_id,
            user.c.epoch,
            user_role.c.application,
            user_role.c.role,
        )
        .select_from(user.outerjoin(user_role))
        .where(user.c.id == user_id, user.c.is_active)
    ).all()
    if not rows:
        return None
    first = rows[0]
    below: tuple[int, ...] = ()
    if first.department_id is not None:
        below = tuple(
            connection.scalars(
                sa.select(department_below.c.below_id)
                .where(department_below.c.above_id == first.department_id)
                .order_by(department_below.c.steps, department_below.c.below_id)
            )
        )
    return Actor(
        user_id=user_id,
        login=first.login,
        name=first.name,
        locale=first.locale,
        is_admin=first.is_admin,
        roles=frozenset((row.application, row.role) for row in rows if row.role is not None),
        department_id=first.department_id,
        departments=below,
        epoch=first.epoch,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Generation:
    number: int
    users: dict[int, Actor] = field(default_factory=dict)
    tokens: dict[str, tuple[Actor, datetime | None]] = field(default_factory=dict)


class Principals:
    """Actors remembered by one process for one workspace; a change of people anywhere forgets them all.

    The caller may pass the counters it has read in its own transaction (`engines.database.watch`), so that a request
    pays for the check only once.
    """

    def __init__(self) -> None:
        self._generation = _Generation(number=-1)

    def by_user(
        self, connection: sa.Connection, user_id: int, counters: Mapping[str, int] | None = None
    ) -> Actor | None:
        """The active user, or None."""
        generation = self._current(connection, counters)
        known = generation.users.get(user_id)
        if known is None and (known := load_actor(connection, user_id)) is not None:
            if len(generation.users) >= REMEMBERED:
                generation.users.clear()
            generation.users[user_id] = known
        return known

    def by_token(
        self, connection: sa.Connection, digest: str, now: datetime, counters: Mapping[str, int] | None = None
    ) -> Actor | None:
        """The user whose token has this SHA-256, with the token's scopes; None when unknown, expired or inactive."""
        generation = self._current(connection, counters)
        known = generation.tokens.get(digest)
        if known is None:
            row = connection.execute(
                sa.select(token.c.user_id, token.c.scopes, token.c.expires_at).where(token.c.hash == digest)
            ).first()
            actor = None if row is None else load_actor(connection, row.user_id)
            if row is None or actor is None:
                return None
            known = (replace(actor, scopes=frozenset(row.scopes)), row.expires_at)
            if len(generation.tokens) >= REMEMBERED:
                generation.tokens.clear()
            generation.tokens[digest] = known
        actor, expires = known
        return actor if expires is None or expires > now else None

    def _current(self, connection: sa.Connection, counters: Mapping[str, int] | None) -> _Generation:
        number = (watch(connection) if counters is None else counters).get("principals", 0)
        # Taken and replaced as one value: a thread with an older snapshot never fills the newer one's memory.
        generation = self._generation
        if generation.number != number:
            generation = self._generation = _Generation(number=number)
        return generation
