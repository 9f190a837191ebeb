"""Users, departments and tokens, as the administrator and each person keep them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, request

from app.auth import Visit, reading, writing
from app.encoding import read_body
from engines.access import departments, people, tokens
from engines.access.actor import SCOPES
from metamodel.errors import Forbidden, Invalid
from metamodel.issues import Issue

blueprint = Blueprint("people", __name__, url_prefix="/api")
PAGE = 100


@blueprint.get("/users")
@reading("admin")
def list_users(visit: Visit) -> dict[str, Any]:
    visit.require_admin()
    limit = min(_number("limit", PAGE), 500)
    rows = people.list_users(
        visit.connection,
        search=request.args.get("search", "")[:80],
        role=request.args.get("role", "")[:121],
        after=_number("after", 0),
        limit=limit + 1,
    )
    shown = rows[:limit]
    return {"items": [_user(row) for row in shown], "next": shown[-1]["id"] if len(rows) > limit else None}


@blueprint.post("/users")
@writing("admin")
def create_user(visit: Visit) -> tuple[dict[str, Any], int]:
    visit.require_admin()
    made = people.create_user(visit.connection, _given(), visit.now, visit.workspace.locale)
    return _user(people.get_user(visit.connection, made)), 201


@blueprint.get("/users/<int:user_id>")
@reading("admin")
def show_user(visit: Visit, user_id: int) -> dict[str, Any]:
    visit.require_admin()
    return _user(people.get_user(visit.connection, user_id))


@blueprint.patch("/users/<int:user_id>")
@writing("admin")
def change_user(visit: Visit, user_id: int) -> dict[str, Any]:
    visit.require_admin()
    people.update_user(visit.connection, user_id, _given())
    return _user(people.get_user(visit.connection, user_id))


@blueprint.get("/departments")
@reading()
def list_departments(visit: Visit) -> dict[str, Any]:
    """The whole tree, parents before children; everybody may see it, since people are chosen by it."""
    return {"items": departments.list_departments(visit.connection)}


@blueprint.post("/departments")
@writing("admin")
def create_department(visit: Visit) -> tuple[dict[str, Any], int]:
    visit.require_admin()
    return _department(visit, departments.create_department(visit.connection, read_body(request))), 201


@blueprint.patch("/departments/<int:department_id>")
@writing("admin")
def change_department(visit: Visit, department_id: int) -> dict[str, Any]:
    visit.require_admin()
    departments.update_department(visit.connection, department_id, read_body(request))
    return _department(visit, department_id)


@blueprint.delete("/departments/<int:department_id>")
@writing("admin")
def delete_department(visit: Visit, department_id: int) -> Response:
    visit.require_admin()
    departments.delete_department(visit.connection, department_id)
    return Response(status=204)


@blueprint.get("/tokens")
@reading()
def list_tokens(visit: Visit) -> dict[str, Any]:
    """One's own tokens, without what would let anybody use them."""
    return {"items": tokens.list_tokens(visit.connection, visit.actor.user_id)}


@blueprint.post("/tokens")
@writing()
def create_token(visit: Visit) -> tuple[dict[str, Any], int]:
    """A token for oneself, shown this once; by a token nobody gets more than that token may."""
    body = read_body(request)
    scopes: Any = body.get("scopes")
    name: Any = body.get("name")
    issues: list[Issue] = []
    if not isinstance(scopes, list) or not all(isinstance(scope, str) for scope in scopes):
        issues.append(Issue(code="given.list", path=("scopes",)))
    if not isinstance(name, str):
        issues.append(Issue(code="given.text", path=("name",)))
    expires = _instant(body.get("expires"), issues)
    if issues:
        raise Invalid(issues)
    if more := sorted((set(scopes) & SCOPES) - visit.actor.scopes):
        raise Forbidden(Issue(code="access.scope", arguments={"scope": more[0]}))
    made, text = tokens.create_token(
        visit.connection, user_id=visit.actor.user_id, name=name, scopes=scopes, expires_at=expires, now=visit.now
    )
    return {"id": made, "name": name, "scopes": sorted(set(scopes)), "expires_at": expires, "token": text}, 201


@blueprint.delete("/tokens/<int:token_id>")
@writing()
def delete_token(visit: Visit, token_id: int) -> Response:
    """Ends one's own token at once; an administrator may end anybody's."""
    whose = None if visit.actor.is_admin and "admin" in visit.actor.scopes else visit.actor.user_id
    tokens.delete_token(visit.connection, token_id, whose)
    return Response(status=204)


def _given() -> dict[str, Any]:
    """A user's values; the department may be given as {id} as well as by `department_id`."""
    body = read_body(request)
    if "department" in body:
        chosen = body.pop("department")
        body["department_id"] = chosen.get("id") if isinstance(chosen, dict) else chosen
    return body


def _user(row: dict[str, Any]) -> dict[str, Any]:
    shown = dict(row)
    department_id, label = shown.pop("department_id"), shown.pop("department_label")
    return {**shown, "department": None if department_id is None else {"id": department_id, "label": label}}


def _department(visit: Visit, department_id: int) -> dict[str, Any]:
    return next(row for row in departments.list_departments(visit.connection) if row["id"] == department_id)


def _number(name: str, default: int) -> int:
    text = request.args.get(name, "")
    if not text:
        return default
    if not text.isdigit() or len(text) > 15:
        raise Invalid(Issue(code="given.integer", path=(name,)))
    return int(text)


def _instant(value: Any, issues: list[Issue]) -> datetime | None:
    if value is None:
        return None
    try:
        instant = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        issues.append(Issue(code="given.instant", path=("expires",)))
        return None
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)
