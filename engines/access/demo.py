"""Sample people of a demo installation: who may be signed in as with one click, and only there."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from engines.access.tables import department, user, user_role
from engines.database import platform

sample_person = sa.Table(
    "sample_person",
    platform,
    sa.Column("user_id", sa.ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True),
)


def keep_samples(connection: sa.Connection, logins: Iterable[str]) -> None:
    """Remember which users are samples."""
    wanted = list(logins)
    known = set(connection.scalars(sa.select(sample_person.c.user_id)))
    for number in connection.scalars(sa.select(user.c.id).where(user.c.login.in_(wanted))).all():
        if number not in known:
            connection.execute(sa.insert(sample_person).values(user_id=number))


def samples(connection: sa.Connection) -> list[dict[str, object]]:
    """The sample people with their roles and departments, by role."""
    rows = connection.execute(
        sa.select(
            *(user.c[word] for word in ("id", "login", "name", "is_admin")),
            user_role.c.application,
            user_role.c.role,
            department.c.label,
        )
        .join_from(sample_person, user)
        .outerjoin(user_role, user_role.c.user_id == user.c.id)
        .outerjoin(department, department.c.id == user.c.department_id)
        .where(user.c.is_active)
        .order_by(user.c.id, user_role.c.application, user_role.c.role)
    )
    return [
        {
            "login": row.login,
            "name": row.name,
            "is_admin": row.is_admin,
            "application": row.application,
            "role": row.role,
            "department": row.label,
        }
        for row in rows
    ]


def sample_account(connection: sa.Connection, login: str) -> sa.Row[int, int] | None:
    """Id and epoch of a sample person, None for everybody else."""
    return connection.execute(
        sa.select(user.c.id, user.c.epoch).join_from(sample_person, user).where(user.c.login == login, user.c.is_active)
    ).first()
