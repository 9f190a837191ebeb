"""A publish that people can watch: its phases and rows told as a job's progress, stopped while nothing is kept yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from engines.access.actor import Actor
from engines.access.people import LOCALES
from engines.database import Workspace
from engines.publisher.publish import Published, finish, publish
from engines.runtime.follow import follow_up
from engines.runtime.install import publish_draft
from engines.runtime.jobs import RUNNING, Cancelled, Progress, job, watched
from engines.runtime.release import Releases
from metamodel.definition import Json, Label
from metamodel.errors import Refused
from metamodel.issues import Issue, wording

KIND = "publish"


@dataclass(slots=True, kw_only=True)
class _Telling:
    """The publisher's phases as a job's progress. Once the release is kept there is nothing left to stop."""

    progress: Progress
    kept: bool = False

    def __call__(self, phase: str, label: Label, done: int, total: int) -> None:
        said = Issue(code=f"publishing.{phase}", arguments={"label": label})
        message = {locale: wording(said, locale)[0] for locale in LOCALES}
        try:
            self.progress.advance(done, total, message)
        except Cancelled:
            if not self.kept:
                raise


def publish_watched(
    workspace: Workspace,
    house: Releases,
    application: str,
    *,
    hash: str,
    accepted: frozenset[str],
    actor: Actor,
    now: datetime,
) -> tuple[Published, list[str]]:
    """Publish a draft with its progress told; the release, and the jobs that go on after it."""
    with workspace.read() as connection:
        known = house.live(connection).model.applications.get(application)
    label = known.label if known else application
    titled = Issue(code="publishing.job", arguments={"label": label})
    with watched(
        workspace,
        KIND,
        {"application": application},
        label={locale: wording(titled, locale)[0] for locale in LOCALES},
        user_id=actor.user_id,
        now=now,
    ) as progress:
        tell = _Telling(progress=progress)
        try:
            published = publish(
                workspace,
                house.live,
                application,
                hash=hash,
                accepted=accepted,
                by=actor.user_id,
                now=now,
                tell=tell,
            )
        except Cancelled:
            raise Refused(Issue(code="publish.cancelled")) from None
        tell.kept = True
        with workspace.read() as connection:
            live = house.live(connection)
        finish(workspace, published, live.metadata, tell)
        return published, follow_up(workspace, published, by=actor.user_id, now=now)


def publish_whole(
    workspace: Workspace, application: str, *, accept_losses: bool, by: int | None, now: datetime
) -> Published | None:
    """Publish a draft without a person looking, and what follows a release; None when there is nothing to do. What
    takes long is left to the worker as a job."""
    published = publish_draft(workspace, application, accept_losses=accept_losses, by=by, now=now)
    if published is not None:
        house = Releases(workspace)
        with workspace.read() as connection:
            live = house.live(connection)
        finish(workspace, published, live.metadata)
        follow_up(workspace, published, by=by, now=now)
    return published


def publishing(workspace: Workspace, application: str) -> Json:
    """The publish of an application that runs at this moment: its job's id, how far it is; None when there is none."""
    query = (
        sa.select(job.c.id, job.c.done, job.c.total, job.c.message, job.c.user_id, job.c.arguments)
        .where(job.c.kind == KIND, job.c.state == RUNNING)
        .order_by(job.c.created_at.desc())
        .limit(20)
    )
    with workspace.jobs_read() as connection:
        rows = connection.execute(query).all()
    for row in rows:
        if row.arguments.get("application") == application:
            return {"id": row.id, "done": row.done, "total": row.total, "message": row.message, "by": row.user_id}
    return None
