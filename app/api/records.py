"""Records over HTTP: lists, single records with ETags, bulk changes, history, comments, reasons."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

import sqlalchemy as sa
from flask import Blueprint, Response, request
from werkzeug.datastructures import MultiDict

from app.auth import Visit, reading, writing
from app.encoding import answer, read_body
from app.sight import number_of, object_of, sight_of
from engines.access.people import names_of
from engines.forms.present import readable
from engines.records import comments, history, query
from engines.records.bulk import runs_of
from engines.records.explain import explain
from engines.records.groups import groups
from engines.records.query import Asked, entity_of
from engines.records.sight import Sight
from engines.records.whole import listed, related, whole
from engines.runtime import measure_pages, rule_pages, write
from metamodel.definition import Json
from metamodel.errors import Invalid, NotFound
from metamodel.field_type import instant_text
from metamodel.issues import Issue, nearest, say
from metamodel.model import EntityModel, qualified

blueprint = Blueprint("records", __name__, url_prefix="/api/records/<application>/<entity>")
PATH = "/<int:number>"


def _asked(sight: Sight, entity: EntityModel, application: str) -> Asked:
    """What the address asks for; a view of its application lends what the address leaves open."""
    asked, said = _parsed(request.query_string)
    if said:
        home = sight.live.model.applications.get(application)
        view = home.find("view", said) if home else None
        if view is None or qualified(application, view.entity) != entity.name:
            near = nearest(said, [item.name for item in home.views] if home else [])
            raise NotFound(Issue(code="reference.view", arguments={"word": said, "nearest": near}))
        known = [column.field for column in view.columns if readable(sight, entity.name, column.field)]
        asked = replace(
            asked,
            filters=(*asked.filters, view.filter) if view.filter else asked.filters,
            fields=asked.fields or tuple(known),
            sorts=asked.sorts or tuple((sort.field, sort.descending) for sort in view.sorts),
        )
    return asked


@lru_cache(maxsize=1024)
def _parsed(query_string: bytes) -> tuple[Asked, str]:
    """What an address says by itself, and the view it names. Lists are asked for again and again in the same words."""
    given = MultiDict(parse_qsl(query_string.decode(errors="replace"), keep_blank_values=True))
    asked = Asked(
        fields=tuple(name for name in given.get("fields", "").split(",") if name),
        filters=tuple(text for text in given.getlist("filter") if text),
        sorts=tuple((name.lstrip("-"), name.startswith("-")) for name in given.get("sort", "").split(",") if name),
        search=given.get("search", "").strip(),
        after=given.get("after", ""),
        limit=number_of(given.get("limit"), "limit", 50),
        bin=given.get("bin") == "1",
    )
    return asked, given.get("view", "")


def _entity(visit: Visit, application: str, entity: str) -> tuple[Sight, EntityModel]:
    sight = sight_of(visit)
    return sight, entity_of(sight, qualified(application, entity))


def _answer(record: dict[str, Json], status: int = 200) -> Response:
    return answer(record, status, f'W/"{record["version"]}"')


def _expected() -> int | None:
    """The version in If-Match, bare or as an ETag."""
    said = request.headers.get("If-Match", "").removeprefix("W/").strip('"')
    if not said or said == "*":
        return None
    if not said.isdigit():
        raise Invalid(Issue(code="given.integer", path=("If-Match",)))
    return int(said)


@blueprint.get("")
@reading()
def list_records(visit: Visit, application: str, entity: str) -> Response:
    sight, model = _entity(visit, application, entity)
    found = listed(visit.connection, sight, model, _asked(sight, model, application))
    measure_pages.mark_still(visit.connection, sight, model, found.items)
    return answer({"items": found.items, "next": found.next or None})


@blueprint.get("/count")
@reading()
def count_records(visit: Visit, application: str, entity: str) -> dict[str, Any]:
    sight, model = _entity(visit, application, entity)
    count, capped = query.count(visit.connection, sight, model, _asked(sight, model, application))
    return {"count": count, "capped": capped}


@blueprint.get("/groups")
@reading()
def group_records(visit: Visit, application: str, entity: str) -> dict[str, Any]:
    """How many records, and how much of a number, by the values of a field."""
    sight, model = _entity(visit, application, entity)
    by, total = request.args.get("by", ""), request.args.get("sum", "")
    return {"items": groups(visit.connection, sight, model, _asked(sight, model, application), by, total)}


@blueprint.get("/lookup")
@reading()
def lookup_records(visit: Visit, application: str, entity: str) -> dict[str, Any]:
    sight, model = _entity(visit, application, entity)
    asked = _asked(sight, model, application)
    within = _narrowed(sight, model)
    limit = min(asked.limit, 50)
    items = query.candidates(visit.connection, sight, model, asked.search, limit, asked.filters, within=within)
    return {"items": items}


def _narrowed(sight: Sight, model: EntityModel) -> str:
    """What the field that is being filled in narrows its records to; `field` says which ("desk.ticket.team")."""
    owner, _, name = request.args.get("field", "").rpartition(".")
    about = sight.live.model.entities.get(owner)
    item = about.fields.get(name) if about else None
    text = getattr(item.config, "filter", "") if item else ""
    facts = sight.live.model.field(owner, name) if text else None
    return text if facts is not None and facts.target == model.name else ""


@blueprint.post("")
@writing()
def create_record(visit: Visit, application: str, entity: str) -> Any:
    sight = sight_of(visit)
    number = write.create_record(visit.connection, sight, qualified(application, entity), read_body(request))
    return _answer(whole(visit.connection, sight, entity_of(sight, qualified(application, entity)), number), 201)


@blueprint.get(PATH)
@reading()
def read_record(visit: Visit, application: str, entity: str, number: int) -> Any:
    sight, model = _entity(visit, application, entity)
    return _answer(whole(visit.connection, sight, model, number, bin=request.args.get("bin") == "1"))


@blueprint.patch(PATH)
@writing()
def update_record(visit: Visit, application: str, entity: str, number: int) -> Any:
    sight, model = _entity(visit, application, entity)
    write.update_record(visit.connection, sight, model.name, number, read_body(request), _expected())
    return _answer(whole(visit.connection, sight, model, number))


@blueprint.delete(PATH)
@writing()
def delete_record(visit: Visit, application: str, entity: str, number: int) -> Response:
    sight, model = _entity(visit, application, entity)
    write.delete_record(visit.connection, sight, model.name, number)
    return Response(status=204)


@blueprint.post(f"{PATH}/restore")
@writing()
def restore_record(visit: Visit, application: str, entity: str, number: int) -> Any:
    sight, model = _entity(visit, application, entity)
    write.restore_record(visit.connection, sight, model.name, number)
    return _answer(whole(visit.connection, sight, model, number))


@blueprint.post("/bulk")
@writing()
def change_records(visit: Visit, application: str, entity: str) -> dict[str, Any]:
    sight, model = _entity(visit, application, entity)
    body = read_body(request)
    numbers = body.get("ids")
    if "changes" in body:
        changes = [_change(item) for item in body["changes"]] if isinstance(body["changes"], list) else None
        if changes is None:
            raise Invalid(Issue(code="given.list", path=("changes",)))
        back, issues = write.change_each(visit.connection, sight, model.name, changes)
        return _changed(visit, back, issues)
    if numbers is not None and not (isinstance(numbers, list) and all(isinstance(item, int) for item in numbers)):
        raise Invalid(Issue(code="given.list", path=("ids",)))
    if numbers is None and not isinstance(body.get("filter"), str):
        raise Invalid(Issue(code="given.text", path=("filter",)))
    values = None if body.get("delete") is True else object_of(body.get("values"), "values")
    back, issues = write.change_many(
        visit.connection, sight, model.name, numbers, str(body.get("filter") or ""), values
    )
    return _changed(visit, back, issues)


def _change(item: Any) -> write.Change:
    """One of several changes as it was sent: a record, its values and the version it was read at."""
    said = object_of(item, "changes")
    for word in ("id", "version"):
        if not isinstance(said.get(word), int):
            raise Invalid(Issue(code="given.integer", path=("changes", word)))
    return write.Change(number=said["id"], values=object_of(said.get("values"), "values"), expected=said["version"])


def _changed(visit: Visit, back: list[write.Change], issues: list[Issue]) -> dict[str, Any]:
    """How many were changed, why others were not, and the `changes` that take it back."""
    undo = [{"id": item.number, "version": item.expected, "values": item.values} for item in back if item.values]
    return {"changed": len(back), "issues": [issue.to_json(visit.locale) for issue in issues], "undo": undo}


@blueprint.get(f"{PATH}/history")
@reading()
def record_history(visit: Visit, application: str, entity: str, number: int) -> dict[str, Any]:
    """The entries of a record, newest first; fields the actor may not see are left out of them. With `field` those
    that tell why it has its value."""
    sight, model = _entity(visit, application, entity)
    wanted = model.fields.get(request.args.get("field", ""))
    if "field" in request.args and (wanted is None or sight.policy.visibility(model, wanted.name).mode != "plain"):
        word = request.args["field"]
        raise Invalid(Issue(code="query.unknown_path", path=("field",), arguments={"word": word, "nearest": ""}))
    identity = wanted.definition.id if wanted else ""
    query.one(visit.connection, sight, model, number, bin=request.args.get("bin") == "1")
    before = number_of(request.args.get("before"), "before", 0)
    table = sight.live.tables[model.name]
    run = visit.connection.scalar(sa.select(table.c.run_id).where(table.c.id == number))
    rows = history.entries(visit.connection, model.name, number, run=run, before=before, field=identity)
    runs = runs_of(visit.connection, {row.run_id for row in rows if row.run_id})
    names = _names(visit, {row.by_id for row in rows if row.by_id})
    causes = rule_pages.causes(visit.connection, sight, {row.cause_id for row in rows if row.cause_id}, visit.locale)
    by_id = {item.definition.id: item for item in ([wanted] if wanted else model.fields.values())}
    items = []
    for row in rows:
        changes = []
        for word, (old, new) in (row.fields or {}).items() if row.record_id is not None else ():
            item = by_id.get(word)
            if item is not None and sight.policy.visibility(model, item.name).mode == "plain":
                changes.append({"field": item.name, "before": old, "after": new})
        items.append(
            {
                "id": row.id,
                "at": instant_text(row.at),
                "by": names.get(row.by_id),
                "action": row.action,
                "changes": changes,
                "cause": causes.get(row.cause_id),
                "run": _run(visit, runs.get(row.run_id)),
            }
        )
    return {"items": items}


def _run(visit: Visit, run: Any) -> Json:
    """The import or analysis that wrote an entry; `open` says whether the reader may look at an import."""
    if run is None or run.kind not in ("import", "analysis"):
        return None
    mine = run.kind == "import" and (visit.actor.is_admin or run.by_id == visit.actor.user_id)
    return {"id": run.id, "kind": run.kind, "file": say(run.label, visit.locale), "state": run.state, "open": mine}


def _names(visit: Visit, numbers: set[int]) -> dict[int, Json]:
    return {number: {"id": number, "label": name} for number, name in names_of(visit.connection, numbers).items()}


@blueprint.get(f"{PATH}/comments")
@reading()
def record_comments(visit: Visit, application: str, entity: str, number: int) -> dict[str, Any]:
    sight, model = _entity(visit, application, entity)
    query.one(visit.connection, sight, model, number)
    rows = comments.listed(visit.connection, model.name, number)
    return {
        "items": [
            {"id": row.id, "text": row.text, "at": instant_text(row.at), "by": {"id": row.by_id, "label": row.name}}
            for row in rows
        ]
    }


@blueprint.post(f"{PATH}/comments")
@writing()
def add_comment(visit: Visit, application: str, entity: str, number: int) -> Any:
    sight, model = _entity(visit, application, entity)
    query.one(visit.connection, sight, model, number)
    made = comments.add(
        visit.connection, model.name, number, read_body(request).get("text"), by=visit.actor.user_id, at=visit.now
    )
    return {
        "id": made,
        "at": instant_text(visit.now),
        "by": {"id": visit.actor.user_id, "label": visit.actor.name},
    }, 201


@blueprint.get(f"{PATH}/explain")
@reading()
def explain_record(visit: Visit, application: str, entity: str, number: int) -> Any:
    sight, model = _entity(visit, application, entity)
    query.one(visit.connection, sight, model, number)
    return explain(visit.connection, sight, model, number)


@blueprint.get(f"{PATH}/related/<relation>")
@reading()
def related_records(visit: Visit, application: str, entity: str, number: int, relation: str) -> dict[str, Any]:
    sight, model = _entity(visit, application, entity)
    query.one(visit.connection, sight, model, number)
    if sight.field(model.name, relation) is None or relation not in model.relations:
        near = nearest(relation, model.relations)
        raise NotFound(Issue(code="reference.field", arguments={"word": relation, "nearest": near}))
    target = sight.live.model.entities[model.relations[relation].entity]
    found = related(visit.connection, sight, model, number, relation, _asked(sight, target, application))
    return {"items": found.items, "next": found.next or None}
