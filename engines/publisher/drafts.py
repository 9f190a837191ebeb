"""The one shared draft of an application: what differs from the live release, definition by definition.

A draft row holds a whole document, or none where the definition is to go. A wrong document is kept as it is; only
publishing asks that everything be right. An etag is made from content, so it can't be forgotten or reused.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

import sqlalchemy as sa

from engines.publisher.tables import draft
from metamodel.application import SORTS
from metamodel.definition import Json
from metamodel.errors import Conflict
from metamodel.issues import Issue

FOLDER = {sort: folder for sort, (folder, _) in SORTS.items()}
HEAD = "application"


def etag(document: Json) -> str:
    """The mark of a document's content, whatever the order of its words: PostgreSQL gives them back in another."""
    return sha256(json.dumps(document, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:20]


def identity(document: Json) -> str:
    """The id a document stands under: said, or its name."""
    return str(document.get("id") or document.get("name") or "")


def split(document: Json) -> dict[tuple[str, str], Json]:
    """An application document as its definitions by (sort, id); the head is the sort `application`."""
    head = {key: value for key, value in document.items() if key not in FOLDER.values()}
    found: dict[tuple[str, str], Json] = {(HEAD, identity(head)): head}
    for sort, folder in FOLDER.items():
        for item in document.get(folder, []):
            found[(sort, identity(item))] = item
    return found


def joined(definitions: Mapping[tuple[str, str], Json]) -> Json:
    """The inverse of `split`."""
    document: dict[str, Json] = {}
    for (sort, _), item in definitions.items():
        if sort == HEAD:
            document.update(item)
    for sort, folder in FOLDER.items():
        items = [item for (kind, _), item in definitions.items() if kind == sort]
        if items:
            document[folder] = items
    return document


def drafted(connection: sa.Connection, application: str, live: Json) -> dict[tuple[str, str], Json]:
    """Every definition as the draft has it: the live ones, overlaid and added to; removed ones are missing."""
    definitions = split(live) if live else {}
    rows = connection.execute(
        sa.select(draft).where(draft.c.application == application).order_by(draft.c.position, draft.c.changed_at)
    )
    for row in rows:
        if row.document is None:
            definitions.pop((row.sort, row.id), None)
        else:
            definitions[(row.sort, row.id)] = row.document
    return definitions


def mark(connection: sa.Connection, application: str) -> tuple[tuple[str, str, str], ...]:
    """What a draft's content is known by without reading it: places and etags in their order."""
    rows = connection.execute(
        sa.select(draft.c.sort, draft.c.id, draft.c.etag)
        .where(draft.c.application == application)
        .order_by(draft.c.position, draft.c.changed_at)
    )
    return tuple((row.sort, row.id, row.etag) for row in rows)


def changed(connection: sa.Connection, application: str) -> list[tuple[str, str]]:
    """Which definitions the draft touches."""
    rows = connection.execute(sa.select(draft.c.sort, draft.c.id).where(draft.c.application == application))
    return [(row.sort, row.id) for row in rows]


def put(
    connection: sa.Connection,
    application: str,
    live: Json,
    key: tuple[str, str],
    document: Json | None,
    *,
    expected: str | None,
    by: int | None,
    now: datetime,
) -> str:
    """Keep a definition's document (None: it goes). `expected` is the etag it was read with, "*" for a new one,
    None to overwrite whatever is there. Returns the new etag; Conflict carries the other's document."""
    published = split(live).get(key) if live else None
    row = connection.execute(
        sa.select(draft.c.document).where(
            draft.c.application == application, draft.c.sort == key[0], draft.c.id == key[1]
        )
    ).first()
    current = row.document if row is not None else published
    current_tag = etag(current) if current is not None else "*"
    if expected is not None and expected != current_tag:
        raise Conflict(
            Issue(code="draft.changed_meanwhile", arguments={"name": key[1]}),
            {"current": current, "etag": current_tag},
        )
    connection.execute(
        sa.delete(draft).where(draft.c.application == application, draft.c.sort == key[0], draft.c.id == key[1])
    )
    tag = etag(document) if document is not None else "*"
    if document != published:
        position = connection.execute(
            sa.select(sa.func.count()).select_from(draft).where(draft.c.application == application)
        ).scalar_one()
        connection.execute(
            sa.insert(draft).values(
                application=application,
                sort=key[0],
                id=key[1],
                document=document,
                etag=tag,
                position=position,
                changed_at=now,
                changed_by=by,
            )
        )
    return tag


def replace(
    connection: sa.Connection, application: str, live: Json, document: Json, *, by: int | None, now: datetime
) -> None:
    """Make the draft say exactly `document` (rename, roll back, install)."""
    discard(connection, application)
    wanted, published = split(document), split(live) if live else {}
    gone = [(key, None) for key in published if key not in wanted and key[0] != HEAD]
    differing: list[tuple[tuple[str, str], Json | None]] = [
        *gone,
        *((key, item) for key, item in wanted.items() if item != published.get(key)),
    ]
    rows = [
        {
            "application": application,
            "sort": key[0],
            "id": key[1],
            "document": item,
            "etag": etag(item) if item is not None else "*",
            "position": position,
            "changed_at": now,
            "changed_by": by,
        }
        for position, (key, item) in enumerate(differing)
    ]
    if rows:
        connection.execute(sa.insert(draft), rows)


def discard(connection: sa.Connection, application: str) -> None:
    """Forget the draft."""
    connection.execute(sa.delete(draft).where(draft.c.application == application))
