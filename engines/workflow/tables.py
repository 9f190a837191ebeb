"""The tables of running flows: versions of their definitions, instances, tasks, the history, and deputies."""

from __future__ import annotations

import sqlalchemy as sa

from engines.database import EntityName, Identity, Instant, Json, platform

RUNNING, STUCK, ENDED = "running", "stuck", "ended"
OPEN, DONE, CLOSED = "open", "done", "closed"
#: the queue of what flows are told
QUEUE = "flows"
#: the counter that streams to browsers watch
COUNTER = "tasks"

#: a flow as it was when something ran by it; an instance keeps its version
flow_version = sa.Table(
    "flow_version",
    platform,
    sa.Column("id", Identity, primary_key=True),
    sa.Column("application", sa.String(30), nullable=False),
    sa.Column("flow", sa.String(62), nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("document", Json, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.UniqueConstraint("application", "flow", "digest", name="uq_flow_version_digest"),
)

_LIVE = sa.text("state <> 'ended'")
_LISTENS = sa.text("listens")

flow_instance = sa.Table(
    "flow_instance",
    platform,
    sa.Column("id", Identity, primary_key=True),
    sa.Column("application", sa.String(30), nullable=False),
    sa.Column("flow", sa.String(62), nullable=False),
    sa.Column("version_id", sa.BigInteger, nullable=False),
    sa.Column("entity", EntityName, nullable=False),
    sa.Column("record_id", sa.BigInteger, nullable=False),
    sa.Column("starter_id", sa.BigInteger),
    # Why it was started: the same reason starts it once.
    sa.Column("key", sa.String(160), nullable=False, unique=True),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("outcome", sa.String(12), nullable=False),
    sa.Column("error", sa.Text),
    sa.Column("position", Json, nullable=False),
    sa.Column("locks", sa.Boolean, nullable=False),
    sa.Column("listens", sa.Boolean, nullable=False),
    sa.Column("depth", sa.Integer, nullable=False),
    sa.Column("parent_id", sa.BigInteger),
    sa.Column("parent_path", Json),
    sa.Column("parent_visit", sa.Integer),
    sa.Column("started_at", Instant, nullable=False),
    sa.Column("ended_at", Instant),
    sa.Index("ix_flow_instance_record", "entity", "record_id", "id"),
    sa.Index("ix_flow_instance_starter", "starter_id", "id"),
    sa.Index("ix_flow_instance_flow", "application", "flow", "id"),
    sa.Index("ix_flow_instance_state", "application", "state", "id", sqlite_where=_LIVE, postgresql_where=_LIVE),
    sa.Index("ix_flow_instance_listens", "entity", "record_id", sqlite_where=_LISTENS, postgresql_where=_LISTENS),
)

_OPEN = sa.text("state = 'open'")
_DONE = sa.text("state = 'done'")
_BY = sa.text("by_id IS NOT NULL")

#: seconds in `waited` are from opening to the first look, in `worked` from there to the end, both in working time
flow_task = sa.Table(
    "flow_task",
    platform,
    sa.Column("id", Identity, primary_key=True),
    sa.Column("instance_id", sa.BigInteger, nullable=False),
    sa.Column("application", sa.String(30), nullable=False),
    sa.Column("flow", sa.String(62), nullable=False),
    sa.Column("entity", EntityName, nullable=False),
    sa.Column("record_id", sa.BigInteger, nullable=False),
    sa.Column("path", sa.String(400), nullable=False),
    sa.Column("visit", sa.Integer, nullable=False),
    sa.Column("step", sa.String(62), nullable=False),
    sa.Column("kind", sa.String(10), nullable=False),
    sa.Column("user_id", sa.BigInteger, nullable=False),
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("deed", sa.String(12), nullable=False),
    sa.Column("comment", sa.Text),
    sa.Column("words", Json),
    sa.Column("opened_at", Instant, nullable=False),
    sa.Column("seen_at", Instant),
    sa.Column("done_at", Instant),
    sa.Column("due_at", Instant),
    sa.Column("urged", sa.Integer, nullable=False),
    sa.Column("urged_at", Instant),
    sa.Column("waited", sa.BigInteger),
    sa.Column("worked", sa.BigInteger),
    # Who did it, where that was a deputy of whoever was asked.
    sa.Column("by_id", sa.BigInteger),
    sa.Index("ix_flow_task_instance", "instance_id", "id"),
    sa.Index("ix_flow_task_open", "user_id", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
    sa.Index("ix_flow_task_user", "user_id", "state", "id"),
    sa.Index("ix_flow_task_done", "user_id", "done_at", "id", sqlite_where=_DONE, postgresql_where=_DONE),
    sa.Index("ix_flow_task_due", "due_at", sqlite_where=_OPEN, postgresql_where=_OPEN),
    sa.Index("ix_flow_task_by", "by_id", "id", sqlite_where=_BY, postgresql_where=_BY),
)

flow_entry = sa.Table(
    "flow_entry",
    platform,
    sa.Column("id", Identity, primary_key=True),
    sa.Column("instance_id", sa.BigInteger, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("by_id", sa.BigInteger),
    # Whom a deputy acted for.
    sa.Column("for_id", sa.BigInteger),
    sa.Column("path", sa.String(400), nullable=False),
    sa.Column("visit", sa.Integer, nullable=False),
    sa.Column("what", sa.String(14), nullable=False),
    sa.Column("to_ids", Json),
    sa.Column("comment", sa.Text),
    sa.Column("files", Json),
    sa.Column("why", Json),
    sa.Index("ix_flow_entry_instance", "instance_id", "id"),
)

#: who does a person's tasks from a moment until another; `open_too`: those that were open before as well
flow_deputy = sa.Table(
    "flow_deputy",
    platform,
    sa.Column("id", Identity, primary_key=True),
    sa.Column("user_id", sa.BigInteger, nullable=False),
    sa.Column("deputy_id", sa.BigInteger, nullable=False),
    sa.Column("starts_at", Instant, nullable=False),
    sa.Column("ends_at", Instant, nullable=False),
    sa.Column("open_too", sa.Boolean, nullable=False),
    sa.Column("made_at", Instant, nullable=False),
    sa.Index("ix_flow_deputy_user", "user_id", "ends_at"),
    sa.Index("ix_flow_deputy_deputy", "deputy_id", "ends_at"),
)
