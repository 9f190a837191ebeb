"""A person's tasks over HTTP: what they have to do, one of them with its form and picture, and what they do with it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request

from app.auth import Visit, reading, visiting, writing
from app.encoding import read_body
from app.sight import house_of, number_of, object_of, releases, sight_of
from engines.records.query import entity_of
from engines.records.whole import whole
from engines.runtime import flow_form, flow_pages, flow_picture, flow_tasks
from engines.runtime.flow_tasks import Deed
from engines.runtime.flows import step_words
from engines.runtime.house import as_house
from engines.workflow.instances import path_of, text_of
from engines.workflow.tables import OPEN
from metamodel.definition import Json
from metamodel.errors import Invalid, NotFound, Refusal
from metamodel.issues import Issue, say

blueprint = Blueprint("tasks", __name__, url_prefix="/api/tasks")
#: tasks that are decided at once
MOST_AT_ONCE = 100


@blueprint.get("")
@reading()
def list_tasks(visit: Visit) -> dict[str, Any]:
    """`box`: todo, done, copied, or started (flows the reader started); `search` in the titles
    of records, the names of starters, the labels of flows and steps."""
    given = request.args
    box, search = given.get("box", "todo"), given.get("search", "")[:100]
    after = number_of(given.get("after"), "after", 0)
    house = house_of(visit)
    if box == "started":
        person = visit.actor.user_id
        return flow_pages.started(visit.connection, house, person, search, after, visit.locale)
    return flow_pages.tasks(visit.connection, sight_of(visit), house, box, search, after, visit.locale)


@blueprint.get("/counts")
@reading()
def count_tasks(visit: Visit) -> dict[str, int]:
    """What there is to do, what of it is late, and copies not looked at; each up to 100."""
    return flow_pages.counts(visit.connection, visit.actor.user_id, visit.now)


@blueprint.get("/<int:number>")
@visiting("read")
def read_task(visit: Visit, number: int) -> dict[str, Any]:
    """One task with the record, what may be changed of it, what may be done, and the flow's picture; from the first
    look on it counts as seen."""
    with visit.workspace.read() as connection:
        sight = releases().sight(connection, visit.actor, visit.now, visit.counters)
        house = as_house(connection, releases(), visit.actor.user_id, visit.now)
        found = flow_tasks.held(connection, sight, number)
        task, item, step = found.task, found.item, found.step
        answer: dict[str, Any] = flow_pages.task_items(connection, sight, house, [task], visit.locale)[0]
        config = step.config if step is not None else None
        entity = house.live.model.entities.get(item.row.entity)
        values: dict[str, Json] = {}
        facts: list[dict[str, Json]] | None = None
        tables: list[dict[str, Json]] = []
        if entity is not None:
            try:
                values = whole(connection, sight, entity_of(sight, entity.name), item.row.record_id)
            except NotFound:
                # Not theirs to read by itself: the flow shows them its form, in words.
                path, record = path_of(task.path), item.row.record_id
                names = flow_form.shown(sight, entity, item.flow, path)
                told = flow_form.spelled(connection, house, entity, names, [record], visit.locale)
                tables = flow_form.tables(connection, sight, house, entity, item.flow, path, record, visit.locale)
                facts = [{"label": say(label, visit.locale), "value": value} for label, value in told.get(record, ())]
        for name in getattr(config, "hides", ()):
            values.pop(name, None)
        answer |= {
            "form": item.flow.form,
            "values": values,
            "facts": facts,
            "tables": tables,
            "version": values.get("version"),
            "edits": list(getattr(config, "edits", ())) if config is not None else None,
            "hides": list(getattr(config, "hides", ())),
            "needs": list(getattr(config, "needs", ())),
            "may": list(flow_tasks.able(found)),
            "returns": [
                {"path": text_of(path), "label": step_words(item.flow, path)[visit.locale] if path else ""}
                for path in flow_tasks.returns(found)
            ],
            "comment": getattr(config, "comment", "never"),
            "instance": flow_picture.picture(connection, sight, house, item, visit.locale),
        }
    if task.state == OPEN and task.seen_at is None:
        with visit.workspace.write() as connection:
            flow_tasks.look(connection, releases().sight(connection, visit.actor, visit.now), number)
    return answer


@blueprint.post("/<int:number>/<deed>")
@writing()
def act(visit: Visit, number: int, deed: str) -> dict[str, Any]:
    """approve, reject, return, transfer, add, submit, seen or comment: {comment, to, path, values, version, files}.
    The person's next task."""
    done = deed_of(deed, read_body(request))
    following = flow_tasks.act(visit.connection, sight_of(visit), house_of(visit), number, done)
    return {"next": following}


@blueprint.post("/batch")
@writing()
def act_on_many(visit: Visit) -> dict[str, Any]:
    """{ids, deed: approve or reject, comment}: each stands for itself; what failed says why."""
    body = read_body(request)
    numbers, deed = body.get("ids"), body.get("deed")
    if not isinstance(numbers, list) or not all(type(one) is int for one in numbers) or len(numbers) > MOST_AT_ONCE:
        raise Invalid(Issue(code="note.numbers", path=("ids",)))
    if deed not in ("approve", "reject"):
        raise Invalid(Issue(code="task.deed", path=("deed",)))
    one = deed_of(deed, {"comment": body.get("comment", "")})
    done: list[int] = []
    failed: list[dict[str, Any]] = []
    sight, house = sight_of(visit), house_of(visit)
    for number in dict.fromkeys(numbers):
        try:
            with visit.connection.begin_nested():
                flow_tasks.act(visit.connection, sight, house, number, one)
            done.append(number)
        except Refusal as refusal:
            told = [str(issue.to_json(visit.locale)["message"]) for issue in refusal.issues]
            failed.append({"id": number, "message": "\n".join(told)})
    return {"done": done, "failed": failed}


def deed_of(name: str, body: dict[str, Any]) -> Deed:
    """What a request says about a deed."""
    comment, path, to = body.get("comment") or "", body.get("path") or "", body.get("to") or []
    files, version = body.get("files") or [], body.get("version")
    if not isinstance(comment, str):
        raise Invalid(Issue(code="given.text", path=("comment",)))
    if not isinstance(path, str):
        raise Invalid(Issue(code="given.text", path=("path",)))
    if not isinstance(to, list) or not all(type(one) is int for one in to):
        raise Invalid(Issue(code="given.integer", path=("to",)))
    if not isinstance(files, list) or not all(isinstance(one, dict) for one in files):
        raise Invalid(Issue(code="request.not_object", path=("files",)))
    if version is not None and type(version) is not int:
        raise Invalid(Issue(code="given.integer", path=("version",)))
    return Deed(
        name=name,
        comment=comment,
        files=tuple(files),
        to=tuple(to),
        target=path_of(path),
        values=object_of(body.get("values") or {}, "values"),
        version=version,
    )
