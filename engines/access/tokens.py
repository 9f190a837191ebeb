"""Tokens for programs: shown once, kept as a hash, never wider than asked for."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engines.access.actor import SCOPES
from engines.access.tables import token
from engines.database import insert, touch
from metamodel.errors import Invalid, NotFound
from metamodel.issues import Issue, nearest

PREFIX = "dg_"


def digest_of(text: str) -> str:
    """What is kept of a token: SHA-256 is enough for 256 random bits, and quick on every request."""
    return hashlib.sha256(text.encode()).hexdigest()


def create_token(
    connection: sa.Connection,
    *,
    user_id: int,
    name: str,
    scopes: Iterable[str],
    expires_at: datetime | None,
    now: datetime,
) -> tuple[int, str]:
    """Its id, and the token itself, which nobody can read again."""
    issues = [
        Issue(code="token.scope", path=("scopes",), arguments={"scope": scope, "nearest": nearest(scope, SCOPES)})
        for scope in sorted(set(scopes) - SCOPES)
    ]
    wanted = sorted(set(scopes) & SCOPES)
    if not wanted and not issues:
        issues.append(Issue(code="token.no_scope", path=("scopes",)))
    if not name.strip() or len(name) > 80:
        issues.append(Issue(code="given.length", path=("name",), arguments={"shortest": 1, "longest": 80}))
    if expires_at is not None and expires_at <= now:
        issues.append(Issue(code="token.past", path=("expires",)))
    if issues:
        raise Invalid(issues)
    text = PREFIX + secrets.token_urlsafe(32)
    row = {
        "user_id": user_id,
        "name": name.strip(),
        "hash": digest_of(text),
        "start": text[:8],
        "scopes": wanted,
        "expires_at": expires_at,
        "created_at": now,
    }
    return insert(connection, token, row), text


def list_tokens(connection: sa.Connection, user_id: int) -> list[dict[str, Any]]:
    """A user's tokens, newest first, without what would let anybody use them."""
    columns = (token.c.id, token.c.name, token.c.start, token.c.scopes, token.c.expires_at, token.c.created_at)
    return [
        dict(row)
        for row in connection.execute(
            sa.select(*columns).where(token.c.user_id == user_id).order_by(token.c.id.desc())
        ).mappings()
    ]


def delete_token(connection: sa.Connection, token_id: int, user_id: int | None) -> None:
    """Ends a token at once, in every process; `user_id` None means whoever's it is."""
    ended = sa.delete(token).where(token.c.id == token_id)
    if user_id is not None:
        ended = ended.where(token.c.user_id == user_id)
    if connection.execute(ended).rowcount == 0:
        raise NotFound(Issue(code="token.unknown", arguments={"id": token_id}))
    touch(connection, "principals")
