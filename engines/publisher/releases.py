"""Releases as they were kept: the newest document of each application, its past, and what was shipped."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from engines.publisher.tables import release, shipped
from metamodel.definition import Json
from metamodel.errors import NotFound
from metamodel.issues import Issue


def newest(connection: sa.Connection) -> Mapping[str, Json]:
    """The live document of every application, in the order they came; removed ones are missing."""
    last = (
        sa.select(
            release.c.application,
            sa.func.max(release.c.number).label("number"),
            sa.func.min(release.c.number).label("first"),
        )
        .group_by(release.c.application)
        .subquery()
    )
    rows = connection.execute(
        sa.select(release.c.application, release.c.document)
        .join(last, last.c.number == release.c.number)
        .order_by(last.c.first)
    )
    return {row.application: row.document for row in rows if row.document is not None}


def listed(connection: sa.Connection, application: str, limit: int = 100) -> list[sa.Row[Any]]:
    """The releases of one application, newest first, without their documents."""
    columns = [release.c.number, release.c.released_at, release.c.released_by, release.c.changes]
    query = (
        sa.select(*columns).where(release.c.application == application).order_by(release.c.number.desc()).limit(limit)
    )
    return list(connection.execute(query))


def document(connection: sa.Connection, application: str, number: int) -> Json:
    """The document of an application as it was at a release of the house (the last of its own up to it)."""
    found = connection.execute(
        sa.select(release.c.document)
        .where(release.c.application == application, release.c.number <= number)
        .order_by(release.c.number.desc())
        .limit(1)
    ).first()
    if found is None or found.document is None:
        raise NotFound(Issue(code="publish.unknown_release", arguments={"number": number}))
    return found.document


def shipped_document(connection: sa.Connection, application: str) -> sa.Row[Any] | None:
    """What was installed last: version, document and companions."""
    return connection.execute(sa.select(shipped).where(shipped.c.application == application)).first()
