"""Users as the administrator keeps them: create, change, list, and the roles each holds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engines.access.passwords import hash_password
from engines.access.tables import department, user, user_role
from engines.database import insert, touch
from metamodel.errors import Conflict, Invalid, NotFound
from metamodel.issues import Issue, nearest

LOGIN = re.compile(r"[\w.@+-]{2,80}")
LOCALES = ("zh-CN", "en")
# What may be given for a user, with its greatest length where it is text.
TEXTS = {"login": 80, "name": 80, "email": 200, "phone": 40, "locale": 10}
WORDS = frozenset({*TEXTS, "password", "is_admin", "is_active", "department_id", "roles"})
SHOWN = (
    user.c.id,
    user.c.login,
    user.c.name,
    user.c.email,
    user.c.phone,
    user.c.locale,
    user.c.is_admin,
    user.c.is_active,
    user.c.department_id,
    user.c.created_at,
)


def normal_login(login: str) -> str:
    """Logins differ neither in case nor in blanks around them."""
    return login.strip().casefold()


def create_user(connection: sa.Connection, values: Mapping[str, Any], now: datetime, locale: str = "zh-CN") -> int:
    """A new user; `login` and `name` are needed, without `password` they cannot sign in yet. Their id."""
    given = _checked(connection, values)
    missing = [Issue(code="given.required", path=(word,)) for word in ("login", "name") if not given.get(word)]
    if missing:
        raise Invalid(missing)
    roles = given.pop("roles", ())
    row = {"locale": locale, "is_admin": False, "is_active": True, "epoch": 0, "created_at": now, **given}
    _require_free(connection, row["login"], None)
    made = insert(connection, user, row)
    _give_roles(connection, made, roles)
    touch(connection, "principals")
    return made


def update_user(connection: sa.Connection, user_id: int, values: Mapping[str, Any]) -> None:
    """Changes what is given and nothing else; a new password, or an end of activity, ends the user's sessions.

    The last active administrator can be neither demoted nor deactivated: nobody could undo it.
    """
    given = _checked(connection, values)
    emptied = [
        Issue(code="given.required", path=(word,))
        for word in ("login", "name", "locale")
        if word in given and not given[word]
    ]
    if emptied:
        raise Invalid(emptied)
    if "login" in given:
        _require_free(connection, given["login"], user_id)
    roles = given.pop("roles", None)
    if "password_hash" in given or given.get("is_active") is False:
        given["epoch"] = user.c.epoch + 1
    # Locked, so that two administrators cannot demote each other at the same moment.
    admins = connection.scalars(sa.select(user.c.id).where(user.c.is_admin, user.c.is_active).with_for_update()).all()
    if given and connection.execute(sa.update(user).where(user.c.id == user_id).values(given)).rowcount == 0:
        raise NotFound(Issue(code="user.unknown", arguments={"id": user_id}))
    if not given:
        get_user(connection, user_id)
    if (given.get("is_admin") is False or given.get("is_active") is False) and admins == [user_id]:
        raise Conflict(Issue(code="user.last_admin"))
    if roles is not None:
        connection.execute(sa.delete(user_role).where(user_role.c.user_id == user_id))
        _give_roles(connection, user_id, roles)
    touch(connection, "principals")


def give_roles(connection: sa.Connection, people: Iterable[int], application: str, roles: Iterable[str]) -> None:
    """Roles of an application that people hold from now on, beside those they have."""
    people, roles = list(people), list(roles)
    if not people or not roles:
        return
    held = {
        (row.user_id, row.role)
        for row in connection.execute(
            sa.select(user_role.c.user_id, user_role.c.role).where(
                user_role.c.application == application, user_role.c.user_id.in_(people)
            )
        )
    }
    rows = [
        {"user_id": person, "application": application, "role": role}
        for person in people
        for role in dict.fromkeys(roles)
        if (person, role) not in held
    ]
    if rows:
        connection.execute(sa.insert(user_role), rows)
        touch(connection, "principals")


def get_user(connection: sa.Connection, user_id: int) -> dict[str, Any]:
    """One user with roles, without the password."""
    found = _users(connection, user.c.id == user_id)
    if not found:
        raise NotFound(Issue(code="user.unknown", arguments={"id": user_id}))
    return found[0]


def list_users(
    connection: sa.Connection, *, search: str = "", after: int = 0, limit: int = 100, role: str = ""
) -> list[dict[str, Any]]:
    """Users in the order of their ids, those after `after`; `search` looks into login and name, `role`
    ("desk.lead") keeps those who hold it."""
    conditions: list[sa.ColumnElement[bool]] = [user.c.id > after]
    if search:
        conditions.append(
            sa.or_(
                user.c.login.contains(search.casefold(), autoescape=True), user.c.name.contains(search, autoescape=True)
            )
        )
    if role:
        application, _, held = role.partition(".")
        holding = sa.select(user_role.c.user_id).where(user_role.c.application == application, user_role.c.role == held)
        conditions.append(user.c.id.in_(holding))
    return _users(connection, *conditions, limit=limit)


def find_login(connection: sa.Connection, login: str) -> sa.Row[int, str | None, bool, int] | None:
    """Id, password hash, activity and epoch of a login, for signing in."""
    return connection.execute(
        sa.select(user.c.id, user.c.password_hash, user.c.is_active, user.c.epoch).where(
            user.c.login == normal_login(login)
        )
    ).first()


def _users(connection: sa.Connection, *conditions: sa.ColumnElement[bool], limit: int = 1) -> list[dict[str, Any]]:
    rows = connection.execute(
        sa.select(*SHOWN, department.c.label.label("department_label"))
        .select_from(user.outerjoin(department, department.c.id == user.c.department_id))
        .where(*conditions)
        .order_by(user.c.id)
        .limit(limit)
    ).mappings()
    found = {row["id"]: {**row, "roles": []} for row in rows}
    if found:
        held = connection.execute(
            sa.select(user_role)
            .where(user_role.c.user_id.in_(found))
            .order_by(user_role.c.application, user_role.c.role)
        )
        for row in held:
            found[row.user_id]["roles"].append({"application": row.application, "id": row.role})
    return list(found.values())


def _require_free(connection: sa.Connection, login: str, own: int | None) -> None:
    holder = connection.scalar(sa.select(user.c.id).where(user.c.login == login))
    if holder is not None and holder != own:
        raise Conflict(Issue(code="user.login_taken", path=("login",), arguments={"login": login}))


def _give_roles(connection: sa.Connection, user_id: int, roles: Iterable[tuple[str, str]]) -> None:
    rows = [{"user_id": user_id, "application": application, "role": role} for application, role in sorted(set(roles))]
    if rows:
        connection.execute(sa.insert(user_role), rows)


def _checked(connection: sa.Connection, values: Mapping[str, Any]) -> dict[str, Any]:
    """What is to be stored, or every issue at once."""
    issues: list[Issue] = []
    given: dict[str, Any] = {}
    for word, value in values.items():
        if word not in WORDS:
            arguments = {"word": word, "nearest": nearest(word, WORDS)}
            issues.append(Issue(code="given.unknown_word", path=(word,), arguments=arguments))
        elif word in TEXTS:
            text = value.strip() if isinstance(value, str) else value
            if text is not None and (not isinstance(text, str) or len(text) > TEXTS[word]):
                issues.append(
                    Issue(code="given.length", path=(word,), arguments={"shortest": 0, "longest": TEXTS[word]})
                )
            else:
                given[word] = text or None
        elif word in ("is_admin", "is_active"):
            given[word] = value
            if not isinstance(value, bool):
                issues.append(Issue(code="given.boolean", path=(word,)))
        elif word == "password":
            if isinstance(value, str):
                try:
                    given["password_hash"] = hash_password(value)
                except Invalid as refusal:
                    issues.extend(refusal.issues)
            else:
                issues.append(Issue(code="given.text", path=(word,)))
        elif word == "department_id":
            given[word] = value
            known = (isinstance(value, int) and not isinstance(value, bool)) and connection.scalar(
                sa.select(department.c.id).where(department.c.id == value)
            )
            if value is not None and not known:
                issues.append(Issue(code="department.unknown", path=(word,), arguments={"id": value}))
        else:
            given[word] = _roles(value, issues)
    if given.get("login"):
        given["login"] = normal_login(given["login"])
        if not LOGIN.fullmatch(given["login"]):
            issues.append(Issue(code="user.login_form", path=("login",)))
    if given.get("locale") and given["locale"] not in LOCALES:
        issues.append(Issue(code="user.locale", path=("locale",), arguments={"known": LOCALES}))
    if issues:
        raise Invalid(issues)
    return given


def _roles(value: Any, issues: list[Issue]) -> list[tuple[str, str]]:
    held: list[tuple[str, str]] = []
    for index, entry in enumerate(value if isinstance(value, list) else [None]):
        match entry:
            case {"application": str(application), "id": str(role)} if (
                0 < len(application) <= 60 and 0 < len(role) <= 60
            ):
                held.append((application, role))
            case _:
                issues.append(Issue(code="user.role_form", path=("roles", index)))
    return held


def names_of(connection: sa.Connection, numbers: Iterable[int]) -> dict[int, str]:
    """What users are called, by id."""
    wanted = list(numbers)
    if not wanted:
        return {}
    rows = connection.execute(sa.select(user.c.id, user.c.name).where(user.c.id.in_(wanted)))
    return {row.id: row.name for row in rows}


def holders(connection: sa.Connection, application: str, roles: Iterable[str], limit: int) -> list[dict[str, Any]]:
    """Active people who hold one of some roles of an application: {id, label, lines: [department]}."""
    of_these = sa.and_(user_role.c.application == application, user_role.c.role.in_(set(roles)))
    held = sa.select(user_role.c.user_id).where(of_these)
    query = (
        sa.select(user.c.id, user.c.name, department.c.label)
        .outerjoin_from(user, department, department.c.id == user.c.department_id)
        .where(user.c.is_active, user.c.id.in_(held))
        .order_by(user.c.name, user.c.id)
        .limit(limit)
    )
    return [
        {"id": row.id, "label": row.name, "lines": [row.label] if row.label else []}
        for row in connection.execute(query)
    ]


def choose(connection: sa.Connection, search: str, limit: int) -> list[dict[str, Any]]:
    """Active people whose name or login holds the words: {id, label, lines: [department]}."""
    query = (
        sa.select(user.c.id, user.c.name, department.c.label)
        .outerjoin_from(user, department, department.c.id == user.c.department_id)
        .where(user.c.is_active)
        .order_by(user.c.name, user.c.id)
        .limit(limit)
    )
    if search.strip():
        words = search.strip()
        query = query.where(
            sa.or_(
                user.c.name.contains(words, autoescape=True), user.c.login.contains(words.casefold(), autoescape=True)
            )
        )
    return [
        {"id": row.id, "label": row.name, "lines": [row.label] if row.label else []}
        for row in connection.execute(query)
    ]
