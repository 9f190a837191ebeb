"""Signing in and out, and what a person may change about themselves."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, current_app, request

from app.auth import Visit, asker_locale, csrf_word, find_actor, public, sign_in, sign_out, visiting, writing
from app.config import Settings
from app.encoding import read_body
from app.errors import NotSignedIn
from app.sight import releases
from engines.access.actor import Actor, load_actor
from engines.access.demo import sample_account, samples
from engines.access.passwords import attempt_succeeded, note_attempt, verify_password
from engines.access.people import find_login, normal_login, update_user
from engines.access.policy import Policy
from engines.access.tables import department, user
from engines.database import Workspace, watch
from engines.records.live import Live
from metamodel.errors import Invalid
from metamodel.expressions.scope import DELIVERY
from metamodel.issues import Issue, nearest, say, wording

blueprint = Blueprint("session", __name__, url_prefix="/api/session")
OWN = frozenset({"name", "locale", "email", "phone"})


@blueprint.get("")
@public
def show() -> dict[str, Any]:
    """Who is signed in, if anybody, and what the first page needs to know."""
    workspace: Workspace = current_app.extensions["workspace"]
    with workspace.read() as connection:
        counters = watch(connection)
        return _shown(connection, find_actor(connection, datetime.now(UTC), counters), counters)


@blueprint.post("")
@public
def enter() -> dict[str, Any]:
    """Signs in by login and password; what is wrong is not told apart, and too many failures are refused."""
    body = read_body(request)
    issues = [
        Issue(code="given.text", path=(word,))
        for word in ("login", "password")
        if not isinstance(body.get(word), str) or not body[word] or len(body[word]) > 200
    ]
    if issues:
        raise Invalid(issues)
    workspace: Workspace = current_app.extensions["workspace"]
    login = normal_login(body["login"])[:80]
    with workspace.write() as connection:
        attempt = note_attempt(connection, login, request.remote_addr or "", datetime.now(UTC))
        found = find_login(connection, login)
    # Outside any transaction: it takes tens of milliseconds on purpose.
    fits = verify_password(found.password_hash if found else None, body["password"])
    if found is None or not fits or not found.is_active:
        raise NotSignedIn(Issue(code="session.wrong"))
    with workspace.write() as connection:
        attempt_succeeded(connection, attempt)
    sign_in(found.id, found.epoch)
    with workspace.read() as connection:
        return _shown(connection, load_actor(connection, found.id), watch(connection))


@blueprint.delete("")
@public
def leave() -> Response:
    sign_out()
    return Response(status=204)


@blueprint.patch("")
@writing()
def change(visit: Visit) -> dict[str, Any]:
    """A person's own name, language, email and telephone; everything else is the administrator's."""
    body = read_body(request)
    issues = [
        Issue(code="given.unknown_word", path=(word,), arguments={"word": word, "nearest": nearest(word, OWN)})
        for word in body
        if word not in OWN
    ]
    if issues:
        raise Invalid(issues)
    update_user(visit.connection, visit.actor.user_id, body)
    return _shown(visit.connection, load_actor(visit.connection, visit.actor.user_id), visit.counters)


@blueprint.post("/password")
@visiting()
def new_password(visit: Visit) -> dict[str, Any]:
    """A new password needs the old one; it ends every other session of the same person."""
    body = read_body(request)
    address = request.remote_addr or ""
    with visit.workspace.write() as connection:
        attempt = note_attempt(connection, visit.actor.login, address, visit.now)
        found = find_login(connection, visit.actor.login)
    old = body.get("old")
    if found is None or not verify_password(found.password_hash, old if isinstance(old, str) else ""):
        raise Invalid(Issue(code="session.wrong_old", path=("old",)))
    with visit.workspace.write() as connection:
        attempt_succeeded(connection, attempt)
        update_user(connection, visit.actor.user_id, {"password": body.get("new")})
    with visit.workspace.read() as connection:
        actor = load_actor(connection, visit.actor.user_id)
        if actor is not None:
            sign_in(actor.user_id, actor.epoch)
        return _shown(connection, actor, watch(connection))


def _shown(connection: sa.Connection, actor: Actor | None, counters: dict[str, int]) -> dict[str, Any]:
    workspace: Workspace = current_app.extensions["workspace"]
    settings: Settings = current_app.config["SETTINGS"]
    return {
        "user": None if actor is None else _user(connection, actor),
        "csrf": csrf_word(),
        "workspace": {"name": workspace.name, "time_zone": workspace.time_zone, "currency": workspace.currency},
        "release": counters.get("release", 0),
        "demo": settings.demo,
        "people": _samples(connection, settings) if actor is None else [],
    }


def _one_click(settings: Settings) -> bool:
    """Signing in without a password is for a demo on one's own machine, never for an address that others reach."""
    return settings.demo and settings.host in ("127.0.0.1", "localhost", "::1")


def _samples(connection: sa.Connection, settings: Settings) -> list[dict[str, Any]]:
    """Whom one may sign in as with one click; their roles' labels come from the live applications."""
    if not _one_click(settings):
        return []
    live = releases().live(connection)
    people: list[dict[str, Any]] = samples(connection)
    for person in people:
        if person.pop("is_admin"):
            person["role"] = wording(Issue(code="role.administrator"), asker_locale())[0]
        elif person["role"]:
            person["role"] = _role_label(live, str(person["application"]), str(person["role"]), asker_locale())
    return people


def _role_label(live: Live, application: str, role: str, locale: str) -> str:
    """What a role is called; its id where the application is gone."""
    home = live.model.applications.get(application)
    found = home.find("role", role) if home else None
    return say(found.label, locale) if found else role


@blueprint.post("/demo")
@public
def enter_demo() -> dict[str, Any]:
    """Signs in as a sample person without a password; only in a demo installation."""
    workspace: Workspace = current_app.extensions["workspace"]
    settings: Settings = current_app.config["SETTINGS"]
    login = read_body(request).get("login")
    with workspace.read() as connection:
        found = sample_account(connection, login) if _one_click(settings) and isinstance(login, str) else None
    if found is None:
        raise NotSignedIn(Issue(code="session.wrong"))
    sign_in(found.id, found.epoch)
    with workspace.read() as connection:
        return _shown(connection, load_actor(connection, found.id), watch(connection))


def _user(connection: sa.Connection, actor: Actor) -> dict[str, Any]:
    own = connection.execute(
        sa.select(user.c.email, user.c.phone, department.c.label)
        .select_from(user.outerjoin(department, department.c.id == user.c.department_id))
        .where(user.c.id == actor.user_id)
    ).one()
    live = releases().live(connection)
    return {
        "id": actor.user_id,
        "name": actor.name,
        "login": actor.login,
        "locale": actor.locale,
        "is_admin": actor.is_admin,
        "sees_deliveries": Policy(live.model, actor).may(DELIVERY, "read"),
        "department": None if actor.department_id is None else {"id": actor.department_id, "label": own.label},
        "email": own.email,
        "phone": own.phone,
        "roles": [
            {"application": where, "id": role, "label": _role_label(live, where, role, actor.locale)}
            for where, role in sorted(actor.roles)
        ],
    }
