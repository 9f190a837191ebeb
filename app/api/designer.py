"""Designing: drafts with an etag a definition, the plan of a publish, the publish, its past and its undoing."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from app.auth import Visit, reading, visiting, writing
from app.encoding import read_body
from app.sight import object_of, releases, require_design, sight_of
from engines.access.people import names_of
from engines.publisher import drafts
from engines.publisher.proposal import proposed
from engines.publisher.publish import current_number, planned
from engines.publisher.releases import listed
from engines.publisher.words import labelled
from engines.runtime import design, presence
from engines.runtime.others import others
from engines.runtime.publishing import publish_watched, publishing
from metamodel.application import SORTS
from metamodel.definition import Json
from metamodel.errors import Forbidden, Invalid, NotFound, Refused
from metamodel.expressions.ast import to_json
from metamodel.expressions.check import check
from metamodel.field_type import instant_text
from metamodel.issues import Issue, nearest
from metamodel.model import qualified

blueprint = Blueprint("designer", __name__, url_prefix="/api/designer")
SORT_NAMES = ("application", *SORTS)


@blueprint.get("")
@reading("design")
def list_designs(visit: Visit) -> dict[str, Any]:
    """Applications that are live or in draft, as far as the actor may design any of them."""
    sight = sight_of(visit)
    live, policy = sight.live.documents, sight.policy
    known = {
        name: document
        for name, document in design.known_applications(visit.connection).items()
        if policy.designs(name) != frozenset()
    }
    everything = policy.designs("") is None
    if not known and not everything:
        raise Forbidden(Issue(code="access.no_designs"))
    return {
        "everything": everything,
        "items": [
            {
                "name": name,
                "label": document.get("label", name),
                "icon": document.get("icon", ""),
                "live": name in live,
                "changed": len(drafts.changed(visit.connection, name)),
            }
            for name, document in known.items()
        ],
    }


@blueprint.post("/applications")
@writing("design")
def create_application(visit: Visit) -> Any:
    visit.require_admin()
    body = read_body(request)
    name = design.new_application(
        visit.connection, body.get("label"), str(body.get("name") or ""), by=visit.actor.user_id, now=visit.now
    )
    return {"name": name}, 201


@blueprint.get("/<application>")
@reading("design")
def show_draft(visit: Visit, application: str) -> Any:
    may = require_design(visit, application)
    design.require_known(visit.connection, application)
    return {
        **design.definitions(visit.connection, sight_of(visit).live, application, visit.locale),
        "release": current_number(visit.connection),
        "designs": None if may is None else sorted(may),
    }


@blueprint.get("/<application>/others")
@reading("design")
def list_others(visit: Visit, application: str) -> Any:
    """The other applications: which may be required, and what those that are can be named for."""
    require_design(visit, application)
    design.require_known(visit.connection, application)
    return others(visit.connection, sight_of(visit).live, application)


def _sort(kind: str) -> str:
    if kind not in SORT_NAMES:
        raise NotFound(
            Issue(code="definition.unknown_sort", arguments={"sort": kind, "nearest": nearest(kind, SORT_NAMES)})
        )
    return kind


def _expected() -> str | None:
    said = request.headers.get("If-Match", "").removeprefix("W/").strip().strip('"')
    return said or None


@blueprint.put("/<application>/<kind>/<identity>")
@writing("design")
def put_definition(visit: Visit, application: str, kind: str, identity: str) -> Any:
    """Keep a definition's document, right or wrong; the answer tells what is wrong with it."""
    require_design(visit, application, _sort(kind))
    design.require_known(visit.connection, application)
    document: Json = read_body(request)
    if drafts.identity(document) != identity or (kind == "application" and identity != application):
        raise Invalid(Issue(code="definition.identity", path=("id",), arguments={"id": identity}))
    state = sight_of(visit).live
    live = state.documents.get(application)
    tag = drafts.put(
        visit.connection,
        application,
        live,
        (_sort(kind), identity),
        document,
        expected=_expected(),
        by=visit.actor.user_id,
        now=visit.now,
    )
    shown = design.definitions(visit.connection, state, application, visit.locale)
    own = next((item for item in shown["definitions"] if (item["kind"], item["id"]) == (kind, identity)), None)
    others = sum(len(item["issues"]) for item in shown["definitions"] if item is not own)
    answer = {
        "etag": tag,
        "issues": own["issues"] if own else [],
        "elsewhere": others,
        "changed": bool(own and own["changed"]),
    }
    return answer, 200, {"ETag": f'"{tag}"'}


@blueprint.delete("/<application>/<kind>/<identity>")
@writing("design")
def delete_definition(visit: Visit, application: str, kind: str, identity: str) -> Response:
    require_design(visit, application, _sort(kind))
    live = sight_of(visit).live.documents.get(application)
    present = drafts.drafted(visit.connection, application, live)
    if (kind, identity) not in present or kind == "application":
        raise NotFound(Issue(code="definition.gone", arguments={"name": identity}))
    drafts.put(
        visit.connection,
        application,
        live,
        (kind, identity),
        None,
        expected=_expected(),
        by=visit.actor.user_id,
        now=visit.now,
    )
    return Response(status=204)


@blueprint.get("/<application>/plan")
@reading("design")
def show_plan(visit: Visit, application: str) -> Any:
    may = require_design(visit, application)
    design.require_known(visit.connection, application)
    live = sight_of(visit).live
    made, validated = planned(visit.connection, live, application)
    wrong = [labelled(issue, validated.model, live.model).to_json(visit.locale) for issue in validated.issues]
    beyond = design.beyond(visit.connection, live, application, may, visit.locale)
    told = beyond.to_json(visit.locale) if beyond else None
    if made is None:
        return {"hash": None, "changes": [], "issues": wrong, "blocked": True, "beyond": told}
    return {
        "hash": made.hash,
        "changes": [item.to_json(visit.locale) for item in made.planned],
        "issues": wrong,
        "blocked": made.blocked or beyond is not None,
        "beyond": told,
    }


@blueprint.post("/<application>/publish")
@visiting("design")
def publish_application(visit: Visit, application: str) -> Any:
    body = read_body(request)
    with visit.workspace.read() as connection:
        if (may := require_design(visit, application, connection=connection)) is not None:
            live = releases().live(connection)
            design.require_own(connection, live, application, may, str(body.get("hash") or ""), visit.locale)
    accepted = body.get("accepted") or []
    if not isinstance(accepted, list):
        raise Invalid(Issue(code="given.list", path=("accepted",)))
    published, jobs = publish_watched(
        visit.workspace,
        releases(),
        application,
        hash=str(body.get("hash") or ""),
        accepted=frozenset(map(str, accepted)),
        actor=visit.actor,
        now=visit.now,
    )
    return {"release": published.number, "jobs": jobs}


@blueprint.get("/<application>/publishing")
@visiting("design")
def show_publishing(visit: Visit, application: str) -> Any:
    """How far the publish is that runs at this moment, null when none does."""
    with visit.workspace.read() as connection:
        require_design(visit, application, connection=connection)
    return {"job": publishing(visit.workspace, application)}


@blueprint.post("/<application>/presence")
@visiting("design")
def keep_presence(visit: Visit, application: str) -> Any:
    """{place}: somebody designs here; who else does, and the mark that moves with the draft."""
    place = str(read_body(request).get("place") or "")
    with visit.workspace.read() as connection:
        require_design(visit, application, connection=connection)
    others = presence.beat(visit.workspace, application, visit.actor.user_id, place, visit.now)
    with visit.workspace.read() as connection:
        design.require_known(connection, application)
        names = names_of(connection, {other.user_id for other in others})
        mark = design.mark(connection, application)
    return {
        "people": [
            {"id": other.user_id, "label": names.get(other.user_id, ""), "place": other.place} for other in others
        ],
        "mark": mark,
    }


@blueprint.delete("/<application>/presence")
@visiting("design")
def end_presence(visit: Visit, application: str) -> Response:
    with visit.workspace.read() as connection:
        require_design(visit, application, connection=connection)
    presence.leave(visit.workspace, application, visit.actor.user_id)
    return Response(status=204)


@blueprint.post("/<application>/discard")
@writing("design")
def discard_draft(visit: Visit, application: str) -> Response:
    may = require_design(visit, application)
    if beyond := design.beyond(visit.connection, sight_of(visit).live, application, may, visit.locale):
        raise Refused(beyond)
    drafts.discard(visit.connection, application)
    return Response(status=204)


@blueprint.get("/<application>/releases")
@reading("design")
def list_releases(visit: Visit, application: str) -> Any:
    require_design(visit, application)
    rows = listed(visit.connection, application)
    names = names_of(visit.connection, {row.released_by for row in rows if row.released_by})
    return {
        "items": [
            {
                "number": row.number,
                "at": instant_text(row.released_at),
                "by": {"id": row.released_by, "label": names.get(row.released_by, "")} if row.released_by else None,
                "changes": row.changes,
            }
            for row in rows
        ]
    }


@blueprint.get("/<application>/compare")
@reading("design")
def compare_releases(visit: Visit, application: str) -> Any:
    require_design(visit, application)
    numbers = [request.args.get(word, "") for word in ("from", "to")]
    if not all(number.isdigit() for number in numbers):
        raise Invalid(Issue(code="given.integer", path=("from",)))
    found = design.compared(visit.connection, application, int(numbers[0]), int(numbers[1]))
    return {
        "changes": [
            {
                "verb": line.verb,
                "sort": line.sort,
                "path": list(line.path),
                "label": line.label,
                "parent": line.parent,
                "details": line.details,
            }
            for line in found
        ]
    }


@blueprint.post("/<application>/rollback")
@writing("design")
def roll_back(visit: Visit, application: str) -> Response:
    visit.require_admin()
    to = read_body(request).get("to")
    if not isinstance(to, int):
        raise Invalid(Issue(code="given.integer", path=("to",)))
    design.roll_back(visit.connection, application, to, by=visit.actor.user_id, now=visit.now)
    return Response(status=204)


@blueprint.get("/<application>/usages")
@reading("design")
def list_usages(visit: Visit, application: str) -> Any:
    require_design(visit, application)
    given = request.args
    said = (given.get(word, "") for word in ("kind", "entity", "name"))
    items = design.usages(visit.connection, sight_of(visit).live, application, *said)
    return {"items": items}


@blueprint.post("/<application>/rename")
@writing("design")
def rename_definition(visit: Visit, application: str) -> Any:
    visit.require_admin()
    body = read_body(request)
    said = {word: str(body.get(word) or "") for word in ("kind", "entity", "id", "name")}
    uses = design.rename(
        visit.connection,
        sight_of(visit).live,
        application,
        said["kind"],
        said["entity"],
        said["id"],
        said["name"],
        by=visit.actor.user_id,
        now=visit.now,
    )
    return {"rewritten": uses}


@blueprint.post("/<application>/retype-preview")
@reading("design")
def preview_retype(visit: Visit, application: str) -> Any:
    visit.require_admin()
    body = read_body(request)
    return design.retype_preview(
        visit.connection,
        sight_of(visit).live,
        application,
        str(body.get("entity")),
        str(body.get("field")),
        object_of(body.get("to"), "to"),
        visit.locale,
    )


@blueprint.post("/<application>/check")
@reading("design")
def check_expression(visit: Visit, application: str) -> Any:
    """An expression against the draft: its tree and type, or what is wrong with it and where."""
    require_design(visit, application)
    body = read_body(request)
    after = proposed(visit.connection, sight_of(visit).live, application).after
    checked = check(str(body.get("text") or ""), after, qualified(application, str(body.get("entity") or "")))
    return {
        "ast": to_json(checked.ast) if checked.ast is not None else None,
        "type": str(checked.type),
        "issues": [issue.to_json(visit.locale) for issue in checked.issues],
        "references": [{"entity": step.entity, "name": step.name} for step in checked.references],
    }


@blueprint.post("/<application>/names")
@reading("design")
def propose_name(visit: Visit, application: str) -> Any:
    """A free name for a label, by pinyin."""
    require_design(visit, application)
    body = read_body(request)
    taken = {str(item) for item in body.get("taken") or []}
    return {"name": design.name_from(str(body.get("label") or ""), taken)}
