"""What messages tell when they are opened, clicked or received: open to everybody, each address signed."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, current_app, redirect, request
from werkzeug.exceptions import NotFound

from app.auth import public
from app.sight import releases
from engines.database import Workspace
from engines.messages import delivery, track
from engines.runtime.outcome import came

blueprint = Blueprint("track", __name__, url_prefix="/m")
PIXEL = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
#: the words gateways have for what became of a message, in small letters
RECEIPTS = {
    "delivered": ("delivered", "delivrd", "success", "ok"),
    "failed": ("failed", "undelivered", "undeliv", "rejected", "rejectd", "expired", "error"),
}


def _signed(word: str) -> tuple[Workspace, int, int]:
    """The delivery of a word that this workspace signed; anything else does not exist."""
    workspace: Workspace = current_app.extensions["workspace"]
    found = track.read(workspace.secret, word)
    if found is None:
        raise NotFound
    return workspace, *found


@blueprint.get("/o/<word>.gif")
@public
def opened(word: str) -> Response:
    """A picture of one transparent point; who loads it has opened the message."""
    workspace, number, _ = _signed(word)
    with workspace.write() as connection:
        came(connection, releases().live(connection), number, "opened", datetime.now(UTC))
    return Response(PIXEL, mimetype="image/gif", headers={"Cache-Control": "no-store"})


@blueprint.get("/c/<word>")
@public
def clicked(word: str) -> Any:
    """On to the address that stands in the message; it leads nowhere else."""
    workspace, number, link = _signed(word)
    with workspace.write() as connection:
        rows = delivery.listed(connection, delivery.EVERY, delivery.delivery.c.id == number, limit=1)
        links = track.links(rows[0].text or "") if rows else []
        if not 1 <= link <= len(links):
            raise NotFound
        came(connection, releases().live(connection), number, "clicked", datetime.now(UTC))
    answer = redirect(links[link - 1], 302)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


@blueprint.route("/d/<word>", methods=["GET", "POST"])
@public
def received(word: str) -> Response:
    """What became of a message, as its gateway tells it: a `state` or `status` in the address, a form or JSON."""
    workspace, number, _ = _signed(word)
    said = _said().strip().lower()
    state = next((state for state, words in RECEIPTS.items() if said in words), None)
    if state is None:
        return Response("state?", 400, mimetype="text/plain")
    with workspace.write() as connection:
        came(connection, releases().live(connection), number, state, datetime.now(UTC))
    return Response("ok", mimetype="text/plain")


def _said() -> str:
    given: dict[str, Any] = {**request.args.to_dict(), **request.form.to_dict()}
    if "json" in request.environ.get("CONTENT_TYPE", ""):
        try:
            body = json.loads(request.get_data(cache=False))
        except ValueError:
            body = None
        given |= body if isinstance(body, dict) else {}
    return str(given.get("state", given.get("status", "")))
