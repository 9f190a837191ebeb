"""The applications an actor works in, and what their pages are drawn from."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from flask import Blueprint, Response, request

from app.auth import Visit, reading
from app.encoding import encode
from app.sight import sight_of
from engines.forms.present import open_to, runtime, summary
from metamodel.errors import NotFound
from metamodel.issues import Issue

blueprint = Blueprint("applications", __name__, url_prefix="/api/applications")


@blueprint.get("")
@reading()
def list_applications(visit: Visit) -> dict[str, Any]:
    """Those in which the actor has a role. What another application's role lets them read is shown in that one."""
    sight = sight_of(visit)
    mine = [
        item
        for item in sight.live.model.applications.values()
        if sight.actor.is_admin or sight.actor.roles_in(item.name)
    ]
    return {"items": [{**summary(sight, item), "release": sight.live.release} for item in mine]}


@blueprint.get("/<name>")
@reading()
def show_application(visit: Visit, name: str) -> Any:
    """The definitions the actor may know of, with an ETag, so that a browser that has them is told so."""
    sight = sight_of(visit)
    application = sight.live.model.applications.get(name)
    if application is None or not open_to(sight, application):
        raise NotFound(Issue(code="application.missing", arguments={"name": name}))
    body = sight.live.once(
        ("runtime bytes", sight.key, name),
        lambda: encode({**runtime(sight, application), "release": sight.live.release}),
    )
    tag = f'"{sha256(body).hexdigest()[:20]}"'
    if request.headers.get("If-None-Match") == tag:
        return Response(status=304, headers={"ETag": tag})
    return Response(body, mimetype="application/json", headers={"ETag": tag, "Cache-Control": "private, no-cache"})
