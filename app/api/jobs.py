"""Long work: what runs, how far it is, and the way to stop it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from app.auth import Visit, visiting
from engines.runtime import jobs
from metamodel.errors import NotFound
from metamodel.issues import Issue

blueprint = Blueprint("jobs", __name__, url_prefix="/api/jobs")


@blueprint.get("")
@visiting("read")
def list_jobs(visit: Visit) -> dict[str, Any]:
    """The newest fifty: one's own, an administrator's all."""
    whose = None if visit.actor.is_admin else visit.actor.user_id
    return {"items": jobs.list_jobs(visit.workspace, user_id=whose, locale=visit.locale)}


@blueprint.get("/<job_id>")
@visiting("read")
def show_job(visit: Visit, job_id: str) -> dict[str, Any]:
    return _own(visit, job_id)


@blueprint.post("/<job_id>/cancel")
@visiting()
def cancel_job(visit: Visit, job_id: str) -> dict[str, Any]:
    """Asks it to stop; it does so at its next step."""
    _own(visit, job_id)
    jobs.cancel_job(visit.workspace, job_id)
    return _own(visit, job_id)


def _own(visit: Visit, job_id: str) -> dict[str, Any]:
    found = jobs.get_job(visit.workspace, job_id[:24], visit.locale)
    # Somebody else's job is not known to exist.
    if not visit.actor.is_admin and found["user_id"] != visit.actor.user_id:
        raise NotFound(Issue(code="job.unknown", arguments={"id": job_id}))
    return found
