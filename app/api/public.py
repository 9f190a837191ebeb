"""Public forms over HTTP: open to everybody who has the link, limited by address."""

from __future__ import annotations

import io
import threading
import time
from datetime import UTC, datetime
from typing import Any

import segno
from flask import Blueprint, Response, current_app, request

from app.auth import public, uploading
from app.encoding import read_body
from app.sight import releases
from engines.database import Workspace
from engines.forms.public import choices, open_form, shown, takes_files
from engines.records import files
from engines.runtime.write import submit_public
from metamodel.errors import Invalid, Refused
from metamodel.issues import Issue

blueprint = Blueprint("public", __name__, url_prefix="/api/public/<application>/<form>")
#: submissions from one address within the window; enough for a counter with one device, too few for a flood
MOST, WINDOW = 30, 600.0
#: files from one address within the window, and bytes of each: a few photographs a submission
MOST_FILES, LARGEST = 60, 10_000_000


class Gate:
    """Counts what comes from each address in this process."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._seen: dict[str, list[float]] = {}
        self._turn = threading.Lock()

    def enter(self, address: str) -> None:
        """Refuse whoever came too often."""
        now = time.monotonic()
        with self._turn:
            times = [moment for moment in self._seen.get(address, []) if now - moment < WINDOW]
            if len(times) >= self._most:
                raise Refused(Issue(code="public.too_many"))
            self._seen[address] = [*times, now]
            if len(self._seen) > 10_000:
                self._seen.clear()


def _gate(name: str, most: int) -> Gate:
    gate: Gate = current_app.extensions.setdefault(f"public_gate_{name}", Gate(most))
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
    _gate("forms", MOST).enter(request.remote_addr or "")
    with workspace.write() as connection:
        sight, _, found, entity = open_form(releases().live(connection), application, form, datetime.now(UTC))
        submit_public(connection, sight, entity, found, body)
    return {"thanks": found.thanks}, 201


@blueprint.get("/lookup/<field>")
@public
def list_choices(application: str, form: str, field: str) -> Any:
    workspace: Workspace = current_app.extensions["workspace"]
    with workspace.read() as connection:
        sight, _, found, entity = open_form(releases().live(connection), application, form, datetime.now(UTC))
        items = choices(connection, sight, entity, found, field, request.args.get("search", "")[:80])
    return {"items": items}


@blueprint.post("/files/<field>")
@public
@uploading
def attach_file(application: str, form: str, field: str) -> Any:
    """A visitor's file, for a field of the form that takes files; whoever sent it can't read it back."""
    workspace: Workspace = current_app.extensions["workspace"]
    now = datetime.now(UTC)
    with workspace.read() as connection:
        _, _, found, entity = open_form(releases().live(connection), application, form, now)
    takes_files(found, entity, field)
    _gate("files", MOST_FILES).enter(request.remote_addr or "")
    sent = request.files.get("file")
    if sent is None:
        raise Invalid(Issue(code="file.none", path=("file",)))
    with workspace.write() as connection:
        made = files.keep(workspace, connection, sent.stream, sent.filename or "", by=None, at=now, largest=LARGEST)
    return made, 201


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
