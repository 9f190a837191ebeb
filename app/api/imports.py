"""Imports over HTTP: a file uploaded and looked at, its mapping tried, the run started, stopped and undone."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, current_app, request, send_file

from app.auth import Visit, reading, visiting, writing
from app.encoding import read_body
from app.errors import reader_locale
from app.sight import number_of, object_of, releases, sight_of
from engines.exchange.mapping import mapping_json, read_mapping
from engines.exchange.run import Import, load_import, plan_of, rejects_path, save_import
from engines.records.bulk import run
from engines.runtime import imports
from engines.runtime.sheets import new_entity
from metamodel.definition import Json
from metamodel.errors import Conflict, Invalid, NotFound
from metamodel.issues import Issue
from metamodel.model import qualified

blueprint = Blueprint("imports", __name__, url_prefix="/api/imports")
PATH = "/<int:number>"
LISTED = 50
#: the end of the name of the file of rejected rows
REJECTED = {"zh-CN": "被拒绝的行", "en": "rejected"}


def _found(visit: Visit, connection: sa.Connection, number: int) -> Import:
    """One's own import; an administrator's all. Somebody else's is not known to exist."""
    found = load_import(connection, number)
    if not visit.actor.is_admin and found.by != visit.actor.user_id:
        raise NotFound(Issue(code="exchange.no_run", arguments={"number": number}))
    return found


def _open(found: Import) -> Import:
    if found.state != "draft":
        raise Conflict(Issue(code="exchange.run_ended", arguments={"state": found.state}))
    return found


def _entity(body: Any, found: Import) -> str:
    said = str(body.get("entity") or "")
    return qualified(str(body.get("application") or found.application), said)


@blueprint.post("")
@visiting(uploads=True)
def upload_file(visit: Visit) -> Any:
    """Keep a file; with an entity named, the mapping is proposed at once."""
    given = request.files.get("file")
    if given is None or not given.filename:
        raise Invalid(Issue(code="exchange.no_file", path=("file",)))
    application = request.form.get("application", "")[:30]
    number = imports.upload(
        visit.workspace,
        given.stream,
        given.filename,
        application=application,
        by=visit.actor.user_id,
        now=visit.now,
        largest=current_app.config["UPLOAD_LIMIT"],
    )
    with visit.workspace.write() as connection:
        found = load_import(connection, number)
        return _proposed(visit, connection, found, _entity(request.form, found)), 201


@blueprint.get("")
@reading()
def list_imports(visit: Visit) -> dict[str, Any]:
    """The newest: one's own, an administrator's all; of one application when that is named."""
    query = sa.select(run.c.id).where(run.c.kind == "import", run.c.state != "uploading")
    if not visit.actor.is_admin:
        query = query.where(run.c.by_id == visit.actor.user_id)
    if application := request.args.get("application"):
        query = query.where(run.c.application == application)
    if before := number_of(request.args.get("before"), "before", 0):
        query = query.where(run.c.id < before)
    numbers = list(visit.connection.scalars(query.order_by(run.c.id.desc()).limit(LISTED)))
    items = [imports.shown(load_import(visit.connection, number), visit.locale) for number in numbers]
    for item in items:
        item.pop("faults")
    return {"items": items}


@blueprint.get(PATH)
@reading()
def show_import(visit: Visit, number: int) -> dict[str, Any]:
    return imports.shown(_found(visit, visit.connection, number), visit.locale)


@blueprint.post(f"{PATH}/propose")
@visiting()
def propose(visit: Visit, number: int) -> dict[str, Any]:
    """The columns of a sheet and the mapping proposed for an entity; both may be chosen anew until the start."""
    body = read_body(request)
    with visit.workspace.write() as connection:
        found = _open(_found(visit, connection, number))
        kept = found.mapping
        if sheet := str(body.get("sheet") or ""):
            imports.choose_sheet(found, sheet)
            kept = None
        if body.get("application"):
            found.application = str(body["application"])[:30]
        return _proposed(visit, connection, found, _entity(body, found), kept)


def _proposed(
    visit: Visit, connection: sa.Connection, found: Import, entity: str, kept: Json = None
) -> dict[str, Json]:
    """`kept` is the mapping people have made already; for the same entity it stays."""
    sight = releases().sight(connection, visit.actor, visit.now)
    known = entity if sight.policy.may(entity, "read") and sight.live.model.entity(entity) else ""
    said = imports.proposed(connection, sight, found, known)
    same = kept is not None and kept.get("entity") == entity
    imports.remap(found, kept if same else said["mapping"])
    save_import(connection, found, application=found.application)
    return {**imports.shown(found, visit.locale), "columns": said["columns"]}


@blueprint.put(PATH)
@writing()
def put_mapping(visit: Visit, number: int) -> dict[str, Any]:
    """Keep a mapping, right or wrong; the answer tells what is wrong with it."""
    found = _open(_found(visit, visit.connection, number))
    document = object_of(read_body(request).get("mapping"), "mapping")
    mapping = read_mapping({**document, "entity": qualified(found.application, str(document.get("entity") or ""))})
    imports.remap(found, mapping_json(mapping))
    save_import(visit.connection, found)
    issues: list[Json] = []
    try:
        plan_of(sight_of(visit), found)
    except Invalid as wrong:
        issues = [issue.to_json(visit.locale) for issue in wrong.issues]
    return {**imports.shown(found, visit.locale), "issues": issues}


@blueprint.post(f"{PATH}/dry-run")
@visiting()
def try_import(visit: Visit, number: int) -> Any:
    """What the import would come to, without writing anything: at once for a small file, else as a job."""
    with visit.workspace.read() as connection:
        small = imports.is_small(_open(_found(visit, connection, number)))
    if small:
        return imports.try_out(visit.workspace, visit.actor, number, visit.locale), 200
    with visit.workspace.write() as connection:
        found = _open(_found(visit, connection, number))
        sight = releases().sight(connection, visit.actor, visit.now)
        by = visit.actor.user_id
        return {"job": imports.start_trying(visit.workspace, connection, sight, found, by=by, now=visit.now)}, 202


@blueprint.post(f"{PATH}/start")
@writing()
def start_import(visit: Visit, number: int) -> Any:
    found = _found(visit, visit.connection, number)
    job = imports.start(visit.workspace, visit.connection, sight_of(visit), found, now=visit.now)
    return {"job": job}, 202


@blueprint.post(f"{PATH}/undo")
@writing()
def undo_import(visit: Visit, number: int) -> Any:
    """Take the import back; with `keep_changed` records that were changed or used since stay as they are."""
    found = _found(visit, visit.connection, number)
    keep = read_body(request).get("keep_changed") is True if request.is_json else False
    job = imports.start_undo(visit.workspace, visit.connection, found, keep, by=visit.actor.user_id, now=visit.now)
    return {"job": job}, 202


@blueprint.get(f"{PATH}/rejected")
@visiting("read")
def rejected_rows(visit: Visit, number: int) -> Response:
    """The rejected rows as a CSV file, with their reasons."""
    with visit.workspace.read() as connection:
        found = _found(visit, connection, number)
    path = rejects_path(visit.workspace, number)
    if not found.counts.get("reject") or not path.is_file():
        raise NotFound(Issue(code="exchange.no_rejects"))
    word = REJECTED.get(visit.locale, REJECTED["en"])
    name = f"{(found.name or found.path.name).rsplit('.', 1)[0]}-{word}.csv"
    return send_file(path, mimetype="text/csv", as_attachment=True, download_name=name)


@blueprint.post(f"{PATH}/new-entity")
@writing("design")
def make_entity(visit: Visit, number: int) -> Any:
    """A new entity, form, list and menu entry in the application's draft, made of the sheet's columns."""
    visit.require_admin()
    found = _open(_found(visit, visit.connection, number))
    body = read_body(request)
    locale = reader_locale(request)
    made = new_entity(visit.connection, sight_of(visit), found, body, by=visit.actor.user_id, now=visit.now)
    save_import(visit.connection, found, application=found.application)
    return {**imports.shown(found, locale), **made}, 201


@blueprint.delete(PATH)
@writing()
def forget_import(visit: Visit, number: int) -> Response:
    """Forget a file that was never imported."""
    found = _open(_found(visit, visit.connection, number))
    visit.connection.execute(sa.delete(run).where(run.c.id == number))
    if imports.is_ours(visit.workspace, found):
        found.path.unlink(missing_ok=True)
    return Response(status=204)
