"""Public forms over HTTP: open to everybody who has the link, limited by address."""

from __future__ import annotations

import io
import threading
import time
from datetime import UTC, datetime
from typing import Any

import segno
from flask import Blueprint, Response, current_app, request

from app.auth import public
from app.encoding import read_body
from app.sight import releases
from engines.database import Workspace
from engines.forms.public import choices, open_form, shown, submit
from metamodel.errors import Refused
from metamodel.issues import Issue

blueprint = Blueprint("public", __name__, url_prefix="/api/public/<application>/<form>")
#: submissions from one address within the window; enough for a counter with one device, too few for a flood
MOST, WINDOW = 30, 600.0


class Gate:
    """Counts submissions by address in this process."""

    def __init__(self) -> None:
        self._seen: dict[str, list[float]] = {}
        self._turn = threading.Lock()

    def enter(self, address: str) -> None:
        """Refuse whoever came too often."""
        now = time.monotonic()
        with self._turn:
            times = [moment for moment in self._seen.get(address, []) if now - moment < WINDOW]
            if len(times) >= MOST:
                raise Refused(Issue(code="public.too_many"))
            self._seen[address] = [*times, now]
            if len(self._seen) > 10_000:
                self._seen.clear()


def _gate() -> Gate:
    gate: Gate = current_app.extensions.setdefault("public_gate", Gate())
    return gate


@blueprint.get("")
@public
def show_form(application: str, form: str) -> Any:
    workspace: Workspace = current_app.extensions["workspace"]
    with workspace.read() as connection:
        sight, home, found, _ = open_form(releases().live(connection), application, form, datetime.now(UTC))
        return shown(sight, home, found)


@blueprint.post("")
@public
def submit_form(application: str, form: str) -> Any:
    workspace: Workspace = current_app.extensions["workspace"]
    body = read_body(request)
    _gate().enter(request.remote_addr or "")
    with workspace.write() as connection:
        sight, _, found, entity = open_form(releases().live(connection), application, form, datetime.now(UTC))
        submit(connection, sight, entity, found, body)
    return {"thanks": found.thanks}, 201


@blueprint.get("/lookup/<field>")
@public
def list_choices(application: str, form: str, field: str) -> Any:
    workspace: Workspace = current_app.extensions["workspace"]
    with workspace.read() as connection:
        sight, _, found, entity = open_form(releases().live(connection), application, form, datetime.now(UTC))
        items = choices(connection, sight, entity, found, field, request.args.get("search", "")[:80])
    return {"items": items}


@blueprint.get("/qr.svg")
@public
def show_code(application: str, form: str) -> Response:
    """The link to the form as a QR code."""
    workspace: Workspace = current_app.extensions["workspace"]
    with workspace.read() as connection:
        open_form(releases().live(connection), application, form, datetime.now(UTC))
    drawn = io.BytesIO()
    segno.make(f"{request.host_url}f/{application}/{form}", error="m").save(drawn, kind="svg", scale=8, border=2)
    return Response(drawn.getvalue(), mimetype="image/svg+xml")
