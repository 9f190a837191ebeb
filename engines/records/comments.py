"""Comments on records, seen by whoever sees the record."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engines.access.tables import user
from engines.database import EntityName, Identity, platform
from metamodel.errors import Invalid
from metamodel.expressions.storage import INSTANT
from metamodel.field_type import text_of
from metamodel.issues import Issue

LONGEST = 5000

comment = sa.Table(
    "comment",
    platform,
    sa.Column("id", Identity, primary_key=True),
    sa.Column("entity", EntityName, nullable=False),
    sa.Column("record_id", sa.BigInteger, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("at", INSTANT, nullable=False),
    sa.Column("by_id", sa.BigInteger, nullable=False),
    sa.Index("ix_comment_record", "entity", "record_id", "id"),
)


def add(connection: sa.Connection, entity: str, number: int, text: Any, *, by: int, at: datetime) -> int:
    """Keep a comment; blank or overlong ones are refused."""
    said = text_of(text, LONGEST, lines=True).strip()
    if not said:
        raise Invalid(
            Issue(code="value.required", path=("text",), arguments={"label": {"zh-CN": "评论", "en": "a comment"}})
        )
    result = connection.execute(
        sa.insert(comment).values(entity=entity, record_id=number, text=said, at=at, by_id=by).returning(comment.c.id)
    )
    return int(result.scalar_one())


def listed(connection: sa.Connection, entity: str, number: int, limit: int = 100) -> list[sa.Row[Any]]:
    """The newest comments of a record with their writers' names."""
    query = (
        sa.select(comment.c.id, comment.c.text, comment.c.at, comment.c.by_id, user.c.name)
        .outerjoin_from(comment, user, user.c.id == comment.c.by_id)
        .where(comment.c.entity == entity, comment.c.record_id == number)
        .order_by(comment.c.id.desc())
        .limit(limit)
    )
    return list(connection.execute(query))
