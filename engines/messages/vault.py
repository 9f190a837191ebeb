"""Secrets by name: written and used, never read back; encrypted under a key made from the workspace's own secret."""

from __future__ import annotations

import base64
import os
import re
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy.dialects import postgresql, sqlite

from engines.database import Instant, Workspace, platform
from metamodel.errors import Invalid, NotFound, Refused
from metamodel.issues import Issue

NAMED = re.compile(r"[a-z][a-z0-9_]{0,59}")
LONGEST = 4000

secret = sa.Table(
    "secret",
    platform,
    sa.Column("name", sa.String(60), primary_key=True),
    sa.Column("box", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("by_id", sa.BigInteger),
)


def keep(
    workspace: Workspace, connection: sa.Connection, name: str, value: str, *, by: int | None, at: datetime
) -> None:
    """Write a secret, over an older one of the name."""
    if not NAMED.fullmatch(name):
        raise Invalid(Issue(code="name.form", path=("name",), arguments={"name": name[:60]}))
    if not value or len(value) > LONGEST:
        raise Invalid(Issue(code="secret.length", path=("value",), arguments={"limit": LONGEST}))
    nonce = os.urandom(12)
    # The name is sealed in, so that one secret's box can't be put in another's place.
    sealed = AESGCM(_key(workspace)).encrypt(nonce, value.encode(), name.encode())
    row = {"name": name, "box": base64.b64encode(nonce + sealed).decode(), "at": at, "by_id": by}
    insert: Any = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    made = insert(secret).values(row)
    connection.execute(made.on_conflict_do_update(index_elements=["name"], set_=row))


def use(workspace: Workspace, connection: sa.Connection, name: str) -> str:
    """The secret itself, for whoever signs with it. Refused when there is none, or another SECRET_KEY sealed it."""
    box = connection.execute(sa.select(secret.c.box).where(secret.c.name == name)).scalar()
    if box is None:
        raise Refused(Issue(code="secret.unknown", arguments={"name": name}))
    sealed = base64.b64decode(box)
    try:
        return AESGCM(_key(workspace)).decrypt(sealed[:12], sealed[12:], name.encode()).decode()
    except InvalidTag as error:
        raise Refused(Issue(code="secret.sealed", arguments={"name": name})) from error


def names(connection: sa.Connection) -> list[sa.Row[Any]]:
    """What there is, without what it says."""
    return list(connection.execute(sa.select(secret.c.name, secret.c.at, secret.c.by_id).order_by(secret.c.name)))


def forget(connection: sa.Connection, name: str) -> None:
    """Delete a secret."""
    if connection.execute(sa.delete(secret).where(secret.c.name == name)).rowcount == 0:
        raise NotFound(Issue(code="secret.unknown", arguments={"name": name[:60]}))


def _key(workspace: Workspace) -> bytes:
    derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"dougong secrets")
    return derive.derive(workspace.secret.encode())
