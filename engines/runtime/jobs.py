"""Jobs: long work a person waits for, with progress, a way to stop it, and what became of it."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, Protocol

import sqlalchemy as sa

from engines.database import Instant, Json, Workspace, platform
from engines.runtime.outbox import enqueue, outbox
from metamodel.errors import NotFound, Refusal
from metamodel.issues import DEFAULT_LOCALE, Issue

QUEUE = "jobs"
QUEUED, RUNNING, FINISHED, FAILED, CANCELLED = "queued", "running", "done", "failed", "cancelled"
# Progress is written at most so often: a row per second is enough for the eye.
EVERY_SECONDS = 0.5
# A queued job whose entry in the outbox never came (its transaction was rolled back) is given up after this.
LOST_AFTER = timedelta(minutes=2)

job = sa.Table(
    "job",
    platform,
    sa.Column("id", sa.String(24), primary_key=True),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("label", Json, nullable=False),
    sa.Column("arguments", Json, nullable=False),
    sa.Column("user_id", sa.BigInteger),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("done", sa.BigInteger, nullable=False),
    sa.Column("total", sa.BigInteger),
    sa.Column("message", Json),
    sa.Column("issues", Json, nullable=False),
    sa.Column("result", Json),
    sa.Column("checkpoint", Json),
    sa.Column("cancel", sa.Boolean, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("started_at", Instant),
    sa.Column("seen_at", Instant),
    sa.Column("ended_at", Instant),
    sa.Index("ix_job_recent", "created_at"),
    sa.Index("ix_job_state", "state"),
    info={"database": "jobs"},
)

Label = str | Mapping[str, str]


class Cancelled(Exception):
    """The person who waits has asked the job to stop; raised by `Progress.advance`, between two steps."""


class Interrupted(Exception):
    """The process is asked to end; the job goes on in the next one, from its last checkpoint."""


def _never() -> bool:
    return False


class Telling(Protocol):
    """Whoever hears how far some work is."""

    def advance(
        self, done: int, total: int | None = None, message: Label | None = None, checkpoint: Any = None
    ) -> None:
        """So far."""


@dataclass(slots=True, kw_only=True)
class Progress:
    """What a running job tells and asks. `checkpoint` is what it left behind when it was interrupted."""

    workspace: Workspace
    job_id: str
    checkpoint: Any = None
    issues: list[Issue] = field(default_factory=list)
    stopping: Callable[[], bool] = _never
    _written: float = 0.0

    def advance(
        self, done: int, total: int | None = None, message: Label | None = None, checkpoint: Any = None
    ) -> None:
        """Tells how far it is; raises `Cancelled` when asked to stop, `Interrupted` when the process ends.

        A `checkpoint` is written at once: it is what the next try starts from.
        """
        moment = time.monotonic()
        if checkpoint is None and moment - self._written < EVERY_SECONDS:
            return
        self._written = moment
        values: dict[str, Any] = {"done": done, "seen_at": datetime.now(UTC)}
        if total is not None:
            values["total"] = total
        if message is not None:
            values["message"] = message
        if checkpoint is not None:
            values["checkpoint"] = self.checkpoint = checkpoint
        with self.workspace.jobs_write() as connection:
            cancel = connection.scalar(
                sa.update(job).where(job.c.id == self.job_id).values(values).returning(job.c.cancel)
            )
        if cancel:
            raise Cancelled
        if self.stopping():
            raise Interrupted

    def warn(self, issue: Issue) -> None:
        """One more finding for the person; the first thousand are kept."""
        if len(self.issues) < 1_000:
            self.issues.append(issue)


# Does the work and returns what to show as the result. Runs outside any transaction and opens its own; may be run
# again from its checkpoint after its process died.
Run = Callable[[Workspace, Mapping[str, Any], Progress], Any]
# What is to be done when a job was cancelled before it began: by its number and arguments.
Unbegun = Callable[[Workspace, str, Mapping[str, Any]], None]


def start_job(
    workspace: Workspace,
    connection: sa.Connection,
    kind: str,
    arguments: Mapping[str, Any],
    *,
    label: Label,
    user_id: int | None,
    now: datetime,
    due_at: datetime | None = None,
) -> str:
    """A job that begins when the caller's transaction commits; its id.

    Its row lies in the jobs' database and is there at once; if the transaction is rolled back, `reap` ends it.
    """
    job_id = secrets.token_hex(12)
    row: dict[str, Any] = {
        "id": job_id,
        "kind": kind,
        "label": label,
        "arguments": arguments,
        "user_id": user_id,
        "state": QUEUED,
        "done": 0,
        "issues": [],
        "cancel": False,
        "created_at": now,
    }
    if workspace.dialect == "postgresql":
        connection.execute(sa.insert(job).values(row))
    else:
        with workspace.jobs_write() as other:
            other.execute(sa.insert(job).values(row))
    enqueue(connection, QUEUE, {"job": job_id}, now=now, key=f"job:{job_id}", due_at=due_at)
    return job_id


def run_job(
    workspace: Workspace,
    job_id: str,
    kinds: Mapping[str, Run],
    on_bug: Callable[[BaseException], str],
    stopping: Callable[[], bool] = _never,
    unbegun: Mapping[str, Unbegun] = MappingProxyType({}),
) -> None:
    """Runs one job to its end and writes down what became of it; raises only `Interrupted`. Of one that was cancelled
    before it began its kind in `unbegun` is told.

    `on_bug` writes an unforeseen exception into the log and gives the number people are shown.
    """
    with workspace.jobs_write() as connection:
        row = connection.execute(
            sa.update(job)
            .where(job.c.id == job_id, job.c.state.in_((QUEUED, RUNNING)))
            .values(state=RUNNING, seen_at=datetime.now(UTC), started_at=sa.func.coalesce(job.c.started_at, _instant()))
            .returning(job.c.kind, job.c.arguments, job.c.cancel, job.c.checkpoint)
        ).first()
    if row is None:
        never = sa.select(job.c.kind, job.c.arguments).where(
            job.c.id == job_id, job.c.state == CANCELLED, job.c.started_at.is_(None)
        )
        with workspace.jobs_read() as connection:
            row = connection.execute(never).first()
        if row is not None and row.kind in unbegun:
            unbegun[row.kind](workspace, job_id, row.arguments)
        return
    progress = Progress(workspace=workspace, job_id=job_id, checkpoint=row.checkpoint, stopping=stopping)
    state, result = FINISHED, None
    try:
        if row.cancel:
            raise Cancelled
        if row.kind not in kinds:
            raise NotFound(Issue(code="job.unknown_kind", arguments={"kind": row.kind}))
        result = kinds[row.kind](workspace, row.arguments, progress)
    except Cancelled:
        state = CANCELLED
    except Interrupted:
        raise
    except Refusal as refusal:
        state = FAILED
        progress.issues.extend(refusal.issues)
    except Exception as bug:
        state = FAILED
        progress.issues.append(Issue(code="job.bug", arguments={"number": on_bug(bug)}))
    ended = datetime.now(UTC)
    with workspace.jobs_write() as connection:
        connection.execute(
            sa.update(job)
            .where(job.c.id == job_id)
            .values(
                state=state,
                result=result,
                issues=[_kept(issue) for issue in progress.issues],
                seen_at=ended,
                ended_at=ended,
                **({"done": sa.func.coalesce(job.c.total, job.c.done)} if state == FINISHED else {}),
            )
        )


@contextmanager
def watched(
    workspace: Workspace, kind: str, arguments: Mapping[str, Any], *, label: Label, user_id: int | None, now: datetime
) -> Iterator[Progress]:
    """Work done here and now, with its progress told as a job's; its end is written down whatever it is.

    Nothing takes it up again: when its process dies, so does it, and `reap` says so.
    """
    job_id = secrets.token_hex(12)
    row: dict[str, Any] = {
        "id": job_id,
        "kind": kind,
        "label": label,
        "arguments": arguments,
        "user_id": user_id,
        "state": RUNNING,
        "done": 0,
        "issues": [],
        "cancel": False,
        "created_at": now,
        "started_at": now,
        "seen_at": datetime.now(UTC),
    }
    with workspace.jobs_write() as connection:
        connection.execute(sa.insert(job).values(row))
    progress = Progress(workspace=workspace, job_id=job_id)
    state, issues = FAILED, [Issue(code="job.lost")]
    try:
        yield progress
        state, issues = FINISHED, progress.issues
    except Cancelled:
        state, issues = CANCELLED, progress.issues
        raise
    except Refusal as refusal:
        stopped = isinstance(refusal.__context__, Cancelled)
        state, issues = (CANCELLED, []) if stopped else (FAILED, list(refusal.issues))
        raise
    finally:
        ended = datetime.now(UTC)
        with workspace.jobs_write() as connection:
            connection.execute(
                sa.update(job)
                .where(job.c.id == job_id)
                .values(state=state, issues=[_kept(issue) for issue in issues], seen_at=ended, ended_at=ended)
            )


def get_job(workspace: Workspace, job_id: str, locale: str = DEFAULT_LOCALE) -> dict[str, Any]:
    """One job as people see it; its findings in their language."""
    with workspace.jobs_read() as connection:
        row = connection.execute(sa.select(job).where(job.c.id == job_id)).mappings().first()
    if row is None:
        raise NotFound(Issue(code="job.unknown", arguments={"id": job_id}))
    return _shown(row, locale)


def list_jobs(
    workspace: Workspace, *, user_id: int | None, locale: str = DEFAULT_LOCALE, limit: int = 50
) -> list[dict[str, Any]]:
    """The newest jobs of one user, or of all when `user_id` is None."""
    chosen = sa.select(job).order_by(job.c.created_at.desc()).limit(limit)
    if user_id is not None:
        chosen = chosen.where(job.c.user_id == user_id)
    with workspace.jobs_read() as connection:
        return [_shown(row, locale) for row in connection.execute(chosen).mappings()]


def cancel_job(workspace: Workspace, job_id: str) -> None:
    """Asks it to stop; it does so at its next step, or never begins."""
    with workspace.jobs_write() as connection:
        asked = connection.execute(sa.update(job).where(job.c.id == job_id).values(cancel=True))
        if asked.rowcount == 0:
            raise NotFound(Issue(code="job.unknown", arguments={"id": job_id}))
        connection.execute(
            sa.update(job)
            .where(job.c.id == job_id, job.c.state == QUEUED)
            .values(state=CANCELLED, ended_at=datetime.now(UTC))
        )


def reap(workspace: Workspace, now: datetime) -> int:
    """Ends queued and running jobs that nothing will ever run: no entry in the outbox waits for them."""
    last = sa.func.coalesce(job.c.seen_at, job.c.created_at, type_=Instant())
    with workspace.jobs_read() as connection:
        old = sa.select(job.c.id).where(job.c.state.in_((QUEUED, RUNNING)), last < now - LOST_AFTER)
        ids: Sequence[str] = connection.scalars(old).all()
    if not ids:
        return 0
    with workspace.read() as connection:
        alive = set(
            connection.scalars(
                sa.select(outbox.c.key).where(
                    outbox.c.key.in_([f"job:{one}" for one in ids]), outbox.c.state == "waiting"
                )
            )
        )
    lost = [one for one in ids if f"job:{one}" not in alive]
    with workspace.jobs_write() as connection:
        return connection.execute(
            sa.update(job)
            .where(job.c.id.in_(lost), job.c.state.in_((QUEUED, RUNNING)))
            .values(state=FAILED, ended_at=now, issues=[_kept(Issue(code="job.lost"))])
        ).rowcount


def _instant() -> sa.BindParameter[datetime]:
    return sa.literal(datetime.now(UTC), Instant())


def _kept(issue: Issue) -> dict[str, Any]:
    return {
        "code": issue.code,
        "path": list(issue.path),
        "severity": issue.severity,
        "arguments": dict(issue.arguments),
    }


def _shown(row: sa.RowMapping, locale: str) -> dict[str, Any]:
    shown = {name: row[name] for name in ("id", "kind", "label", "state", "done", "total", "message", "result")}
    issues = [
        Issue(
            code=kept["code"], path=tuple(kept["path"]), severity=kept["severity"], arguments=kept["arguments"]
        ).to_json(locale)
        for kept in row["issues"]
    ]
    times = {name: row[name] for name in ("created_at", "started_at", "ended_at")}
    return shown | times | {"issues": issues, "user_id": row["user_id"]}
