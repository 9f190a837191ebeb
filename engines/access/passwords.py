"""Passwords and the attempts to guess them: argon2id, and a lock-out that a stranger cannot turn on others."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

import argon2
import sqlalchemy as sa

from engines.access.tables import login_attempt
from engines.database import insert
from metamodel.errors import Invalid, Refused
from metamodel.issues import Issue

# OWASP's second recommendation for argon2id: 19 MiB, 2 passes; 37 ms on the machine it was measured on.
HASHER = argon2.PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
SHORTEST, LONGEST = 8, 200
WINDOW = timedelta(minutes=15)
# Failures within the window: of one login from one address, of one login from anywhere, from one address at all.
# The second is wide, so that a stranger cannot lock somebody out by guessing badly on purpose.
OF_LOGIN_HERE, OF_LOGIN, OF_ADDRESS = 5, 50, 100
# Verified against when the login is unknown, so that the answer takes as long.
NOBODY = HASHER.hash(secrets.token_hex(16))
# No 0 O 1 l I: a person copies it from a terminal.
LETTERS = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def hash_password(password: str) -> str:
    """The argon2id hash; a password of fewer than 8 or more than 200 characters is refused."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise Invalid(
            Issue(code="user.password_length", path=("password",), arguments={"shortest": SHORTEST, "longest": LONGEST})
        )
    return HASHER.hash(password)


def make_password() -> str:
    """A random one, 16 letters and digits (93 bits)."""
    return "".join(secrets.choice(LETTERS) for _ in range(16))


def verify_password(stored: str | None, password: str) -> bool:
    """Whether it fits; takes as long when there is nothing it could fit."""
    try:
        HASHER.verify(stored or NOBODY, password[: LONGEST + 1])
    except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
        return False
    return stored is not None


def note_attempt(connection: sa.Connection, login: str, address: str, now: datetime) -> int:
    """Writes an attempt down as failed before it is made, so that guesses side by side count too; its id.

    Refused, and not written down, once too many of the last 15 minutes have failed.
    """
    since = now - WINDOW
    last_success = (
        sa.select(sa.func.max(login_attempt.c.at))
        .where(login_attempt.c.login == login, login_attempt.c.address == address, login_attempt.c.succeeded)
        .scalar_subquery()
    )
    # One writer at a time per login on PostgreSQL; SQLite has one anyway.
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended("login:" + login, 0))))
    limits = (
        (OF_LOGIN_HERE, (login_attempt.c.login == login, login_attempt.c.address == address)),
        (OF_LOGIN, (login_attempt.c.login == login,)),
        (OF_ADDRESS, (login_attempt.c.address == address,)),
    )
    for limit, conditions in limits:
        failed = connection.scalar(
            sa.select(sa.func.count()).where(
                *conditions,
                login_attempt.c.at > since,
                sa.not_(login_attempt.c.succeeded),
                *(
                    [sa.or_(last_success.is_(None), login_attempt.c.at > last_success)]
                    if limit == OF_LOGIN_HERE
                    else []
                ),
            )
        )
        if (failed or 0) >= limit:
            raise Refused(
                Issue(code="session.locked", arguments={"minutes": int(WINDOW.total_seconds() // 60)}),
                {"retry_after": int(WINDOW.total_seconds())},
            )
    connection.execute(sa.delete(login_attempt).where(login_attempt.c.at < now - timedelta(days=30)))
    row = {"login": login, "address": address, "at": now, "succeeded": False}
    return insert(connection, login_attempt, row)


def attempt_succeeded(connection: sa.Connection, attempt: int) -> None:
    """The attempt was a right one; the failures before it from the same address are forgiven."""
    connection.execute(sa.update(login_attempt).where(login_attempt.c.id == attempt).values(succeeded=True))
