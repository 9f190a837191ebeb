"""Applications as zips of small files: taken out as they are live or in draft, and brought in as a draft."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from app.auth import Visit, reading, visiting
from app.sight import require_design
from engines.publisher.releases import newest, shipped_document
from engines.runtime.design import known_applications, require_known
from engines.runtime.install import install
from metamodel.bundle import files, read_zip, to_zip
from metamodel.errors import Invalid, NotFound
from metamodel.issues import Issue, errors

blueprint = Blueprint("bundles", __name__, url_prefix="/api/designer")


@blueprint.get("/<application>/export")
@reading("design")
def export_application(visit: Visit, application: str) -> Response:
    """All files of the application as it is live; with `draft` as it is drafted."""
    require_design(visit, application)
    require_known(visit.connection, application)
    drafted = request.args.get("draft") == "1"
    known = known_applications(visit.connection) if drafted else newest(visit.connection)
    if application not in known:
        raise NotFound(Issue(code="application.missing", arguments={"name": application}))
    shipped = shipped_document(visit.connection, application)
    content = to_zip(files(known[application], shipped.companions if shipped else {}))
    headers = {"Content-Disposition": f'attachment; filename="{application}.zip"'}
    return Response(content, mimetype="application/zip", headers=headers)


@blueprint.post("/applications/upload")
@visiting("design", uploads=True)
def upload_application(visit: Visit) -> tuple[dict[str, Any], int]:
    """A zip becomes the draft of the application it names; every issue begins with the file it is about."""
    visit.require_admin()
    given = request.files.get("file")
    if given is None or not given.filename:
        raise Invalid(Issue(code="exchange.no_file", path=("file",)))
    bundle, issues = read_zip(given.stream.read())
    if bundle is None or (wrong := tuple(errors(issues))):
        raise Invalid(issues if bundle is None else wrong)
    replace = request.form.get("replace") == "1"
    name = install(visit.workspace, bundle, by=visit.actor.user_id, now=visit.now, replace=replace)
    return {"name": name}, 201
