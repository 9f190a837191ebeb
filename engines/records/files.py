"""Attachments: kept once by the hash of their content, in a folder of the workspace."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

import sqlalchemy as sa

from engines.database import Identity, Workspace, platform
from metamodel.errors import Invalid, NotFound
from metamodel.expressions.storage import INSTANT
from metamodel.issues import Issue

CHUNK = 1 << 20
LONGEST_NAME = 200
#: files forgotten in one transaction
AT_ONCE = 500
#: any number, as long as nothing else locks by it
LOCK = 7_205_759_404

file = sa.Table(
    "file",
    platform,
    sa.Column("id", Identity, primary_key=True),
    sa.Column("hash", sa.String(64), nullable=False),
    # Whoever may see a record sees the keys of its files; without the key nobody reads one.
    sa.Column("key", sa.String(32), nullable=False),
    sa.Column("name", sa.String(LONGEST_NAME), nullable=False),
    sa.Column("type", sa.String(100), nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("at", INSTANT, nullable=False),
    sa.Column("by_id", sa.BigInteger),
    # Whether a record was ever written that holds it; what nobody used is forgotten after a time.
    sa.Column("used", sa.Boolean, nullable=False),
    sa.Index("ix_file_hash", "hash"),
)

#: beginnings of contents by which a type is known whatever the name says
MAGIC: tuple[tuple[bytes, int, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", 0, "image/png"),
    (b"\xff\xd8\xff", 0, "image/jpeg"),
    (b"GIF8", 0, "image/gif"),
    (b"WEBP", 8, "image/webp"),
    (b"%PDF-", 0, "application/pdf"),
    (b"PK\x03\x04", 0, "application/zip"),
    (b"\xd0\xcf\x11\xe0", 0, "application/x-ole-storage"),
    (b"ftyp", 4, "video/mp4"),
)
OFFICE = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".zip": "application/zip",
}
#: endings that promise a content which begins in a known way
PROMISES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".pdf": "application/pdf",
    ".xlsx": "application/zip",
    ".docx": "application/zip",
    ".pptx": "application/zip",
    ".zip": "application/zip",
    ".mp4": "video/mp4",
}
TEXTS = {".txt": "text/plain", ".csv": "text/csv", ".json": "application/json", ".md": "text/markdown"}


def keep(
    workspace: Workspace,
    connection: sa.Connection,
    stream: IO[bytes],
    name: str,
    *,
    by: int | None,
    at: datetime,
    largest: int,
) -> dict[str, Any]:
    """Store a content and a row for it. A content that isn't what its name says, or is too large, is refused."""
    said = Path(name.replace("\\", "/")).name.strip()[:LONGEST_NAME] or "file"
    folder = workspace.data_dir / "files"
    folder.mkdir(parents=True, exist_ok=True)
    digest, size, head = sha256(), 0, b""
    part = folder / f".part-{os.getpid()}-{id(stream)}"
    try:
        with part.open("wb") as out:
            while block := stream.read(CHUNK):
                head = head or block[:32]
                size += len(block)
                if size > largest:
                    raise Invalid(Issue(code="file.too_large", arguments={"limit": largest // 1_000_000}))
                digest.update(block)
                out.write(block)
        type_ = recognised(said, head)
        _lock(connection, shared=True)
        target = path_of(workspace, digest.hexdigest())
        target.parent.mkdir(parents=True, exist_ok=True)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    key = secrets.token_urlsafe(16)
    row = {"hash": digest.hexdigest(), "key": key, "name": said, "type": type_, "size": size, "at": at, "by_id": by}
    row["used"] = False
    number = connection.execute(sa.insert(file).values(row).returning(file.c.id)).scalar_one()
    return {"id": number, "name": said, "size": size, "type": type_, "key": key}


def recognised(name: str, head: bytes) -> str:
    """The content's type by how it begins; a name that promises another one is refused."""
    ending = Path(name).suffix.lower()
    found = next((type_ for mark, at, type_ in MAGIC if head[at : at + len(mark)] == mark), "")
    if ending in PROMISES and found != PROMISES[ending]:
        raise Invalid(Issue(code="file.not_what_it_says", arguments={"name": name}))
    if found == "application/zip":
        return OFFICE.get(ending, found)
    return found or TEXTS.get(ending, "application/octet-stream")


def path_of(workspace: Workspace, digest: str) -> Path:
    """Where a content lies."""
    return workspace.data_dir / "files" / digest[:2] / digest


def get(connection: sa.Connection, number: int, key: str) -> sa.Row[Any]:
    """The row of a file, for somebody who holds its key."""
    found = connection.execute(sa.select(file).where(file.c.id == number, file.c.key == key)).first()
    if found is None:
        raise NotFound(Issue(code="file.missing"))
    return found


def confirmed(connection: sa.Connection, said: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]] | None:
    """Files as they were kept, for those named with their keys, from now on in use; None when one isn't there."""
    wanted = list(said)
    numbers = [item.get("id") for item in wanted]
    # Locked, so that nobody forgets one between this look and the commit.
    query = sa.select(file).where(file.c.id.in_(numbers)).order_by(file.c.id).with_for_update()
    rows = {row.id: row for row in connection.execute(query)}
    found: list[dict[str, Any]] = []
    for item in wanted:
        row = rows.get(item.get("id"))
        if row is None or row.key != item.get("key"):
            return None
        found.append({"id": row.id, "name": row.name, "size": row.size, "type": row.type, "key": row.key})
    if fresh := [number for number, row in rows.items() if not row.used]:
        connection.execute(sa.update(file).where(file.c.id.in_(fresh)).values(used=True))
    return found


def forget_unused(workspace: Workspace, before: datetime) -> int:
    """Files handed in before a moment that no record ever held go, contents included; how many.

    A file that is being attached while this runs is either in use already, or gone when it is asked for.
    """
    unused = sa.and_(file.c.used.is_(False), file.c.at < before)
    with workspace.read() as connection:
        numbers = list(connection.scalars(sa.select(file.c.id).where(unused).order_by(file.c.id).limit(AT_ONCE)))
    if not numbers:
        return 0
    with workspace.write() as connection:
        _lock(connection, shared=False)
        query = sa.delete(file).where(unused, file.c.id.in_(numbers)).returning(file.c.hash)
        gone = list(connection.scalars(query))
        still = set(connection.scalars(sa.select(file.c.hash).where(file.c.hash.in_(gone))))
        # Before the commit: afterwards somebody might be handing in the same content again.
        for digest in set(gone) - still:
            path_of(workspace, digest).unlink(missing_ok=True)
    return len(gone)


def _lock(connection: sa.Connection, *, shared: bool) -> None:
    """Contents come and go in turns; on SQLite the only pen sees to that."""
    if connection.dialect.name == "postgresql":
        take = sa.func.pg_advisory_xact_lock_shared if shared else sa.func.pg_advisory_xact_lock
        connection.execute(sa.select(take(LOCK)))
