"""How far each measure field is, and the values that stand still with the rows behind them."""

from __future__ import annotations

import sqlalchemy as sa

from engines.database import EntityName, Identity, Instant, Json, platform

#: one row a measure field: what it was filled for, and up to where in the change log its values are right
measure_state = sa.Table(
    "measure_state",
    platform,
    sa.Column("id", Identity, primary_key=True),
    sa.Column("entity", EntityName, nullable=False),
    # The field's id.
    sa.Column("field", sa.String(62), nullable=False),
    # All that it reads, in one word; another one means that it must be filled anew.
    sa.Column("meaning", sa.String(64), nullable=False),
    # The last entry of the change log that its values know of.
    sa.Column("mark", sa.BigInteger, nullable=False),
    # Something that the log does not tell of has moved.
    sa.Column("stale", sa.Boolean, nullable=False),
    # Counts what was done: the key of the next turn.
    sa.Column("turn", sa.BigInteger, nullable=False),
    # What the last turn took, in milliseconds, so that the next one keeps its distance.
    sa.Column("spent", sa.Integer, nullable=False),
    # The moment its values are of.
    sa.Column("as_of", Instant, nullable=False),
    # Why the last turn came to nothing: findings as they are told.
    sa.Column("failed", Json),
    # When all records were last looked at; a turn may look at those alone whose figures may have moved.
    sa.Column("whole_at", Instant),
    sa.UniqueConstraint("entity", "field", name="uq_measure_state_field"),
)

#: values that nobody refreshes: frozen by somebody with the rows behind them, or settled because the field says so
measure_frozen = sa.Table(
    "measure_frozen",
    platform,
    sa.Column("id", Identity, primary_key=True),
    sa.Column("entity", EntityName, nullable=False),
    sa.Column("record_id", sa.BigInteger, nullable=False),
    sa.Column("field", sa.String(62), nullable=False),
    # Its own condition ("until") or an action ("action").
    sa.Column("how", sa.String(10), nullable=False),
    sa.Column("taken_at", Instant, nullable=False),
    sa.Column("by_id", sa.BigInteger),
    sa.Column("cause", sa.String(200)),
    sa.Column("value", Json),
    # The question as it was asked, in words of names: dataset, measure, window, bindings.
    sa.Column("question", Json),
    # How many rows are behind it, and how many of them are kept.
    sa.Column("total", sa.BigInteger),
    sa.Column("kept", sa.BigInteger),
    # The rows, packed.
    sa.Column("rows", sa.LargeBinary),
    sa.UniqueConstraint("entity", "record_id", "field", name="uq_measure_frozen_value"),
)
