"""Attachments over HTTP: uploaded once, read by whoever may read a record that holds them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request, send_file

from app.auth import Visit, reading, visiting
from engines.records import files
from metamodel.errors import Invalid
from metamodel.issues import Issue

blueprint = Blueprint("files", __name__, url_prefix="/api/files")
LARGEST = 50_000_000
#: types a browser may show in place; everything else is saved
SHOWN = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif", "application/pdf"})


@blueprint.post("")
@visiting(uploads=True)
def upload_file(visit: Visit) -> Any:
    sent = request.files.get("file")
    if sent is None:
        raise Invalid(Issue(code="file.none", path=("file",)))
    with visit.workspace.write() as connection:
        made = files.keep(
            visit.workspace,
            connection,
            sent.stream,
            sent.filename or "",
            by=visit.actor.user_id,
            at=visit.now,
            largest=LARGEST,
        )
    return made, 201


@blueprint.get("/<int:number>/<key>")
@reading()
def read_file(visit: Visit, number: int, key: str) -> Response:
    """A file's content, for whoever has seen its key in a record."""
    row = files.get(visit.connection, number, key)
    answer = send_file(
        files.path_of(visit.workspace, row.hash),
        mimetype=row.type,
        download_name=row.name,
        conditional=True,
        as_attachment=row.type not in SHOWN,
        max_age=86_400,
        etag=row.hash,
    )
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    answer.headers["Cache-Control"] = "private, max-age=86400"
    return answer
