"""Who is in which segment: the tables that expressions ask, kept by the room of segments."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from engines.database import Identity, Instant, Json, platform
from metamodel.segment import Segment

#: one row a segment: what it was filled for, up to when it is right, and what the last check found
segment_state = sa.Table(
    "segment_state",
    platform,
    sa.Column("id", Identity, primary_key=True),
    sa.Column("application", sa.String(30), nullable=False),
    sa.Column("segment", sa.String(62), nullable=False),
    # What its condition reads, in one word; another one means that it must be filled anew.
    sa.Column("meaning", sa.String(64), nullable=False),
    sa.Column("ready", sa.Boolean, nullable=False),
    sa.Column("count", sa.BigInteger, nullable=False),
    # The moment that the condition was last asked about, and when all records were last looked at.
    sa.Column("as_of", Instant, nullable=False),
    sa.Column("looked_at", Instant, nullable=False),
    sa.Column("checked", Json),
    sa.UniqueConstraint("application", "segment", name="uq_segment_state_segment"),
)

segment_record = sa.Table(
    "segment_record",
    platform,
    sa.Column("segment_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("record_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("since", Instant, nullable=False),
    sqlite_with_rowid=False,
)

segment_move = sa.Table(
    "segment_move",
    platform,
    sa.Column("id", Identity, primary_key=True),
    sa.Column("segment_id", sa.BigInteger, nullable=False),
    sa.Column("record_id", sa.BigInteger, nullable=False),
    sa.Column("entered", sa.Boolean, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Index("ix_segment_move_at", "segment_id", "at"),
    sa.Index("ix_segment_move_record", "record_id", "segment_id", "id"),
)


def number_of(name: str, segment: Segment) -> sa.ScalarSelect[Any]:
    """The number that a segment, called by its name in full, has in the tables."""
    home = name.partition(".")[0]
    query = sa.select(segment_state.c.id).where(
        segment_state.c.application == home, segment_state.c.segment == segment.id
    )
    return query.scalar_subquery()


def in_segment(name: str, segment: Segment, record: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    """Whether the record with an id is in a segment, as it is kept."""
    kept = sa.select(segment_record.c.record_id).where(segment_record.c.segment_id == number_of(name, segment))
    return record.in_(kept)
