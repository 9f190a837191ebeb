"""The tree of departments, kept together with who is below whom."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from engines.access.tables import department, department_below, user
from engines.database import insert, touch
from metamodel.errors import Conflict, Invalid, NotFound
from metamodel.issues import Issue, nearest

WORDS = frozenset({"label", "code", "parent_id", "position", "head_id"})
DEEPEST = 30


def create_department(connection: sa.Connection, values: Mapping[str, Any]) -> int:
    """A new department below `parent_id`, or a root; `label` is needed. Its id."""
    given = _checked(connection, values, None)
    if not given.get("label"):
        raise Invalid(Issue(code="given.required", path=("label",)))
    made = insert(connection, department, given)
    connection.execute(sa.insert(department_below).values(above_id=made, below_id=made, steps=0))
    if given.get("parent_id") is not None:
        _hang(connection, made, given["parent_id"])
    touch(connection, "principals")
    return made


def update_department(connection: sa.Connection, department_id: int, values: Mapping[str, Any]) -> None:
    """Changes what is given; a new `parent_id` moves it with all below. Never below itself."""
    before = connection.execute(sa.select(department).where(department.c.id == department_id)).first()
    if before is None:
        raise NotFound(Issue(code="department.unknown", arguments={"id": department_id}))
    given = _checked(connection, values, department_id)
    if "label" in given and not given["label"]:
        raise Invalid(Issue(code="given.required", path=("label",)))
    if given:
        connection.execute(sa.update(department).where(department.c.id == department_id).values(given))
    if "parent_id" in given and given["parent_id"] != before.parent_id:
        _cut(connection, department_id)
        if given["parent_id"] is not None:
            _hang(connection, department_id, given["parent_id"])
    touch(connection, "principals")


def delete_department(connection: sa.Connection, department_id: int) -> None:
    """Removes an empty leaf; one with departments or people in it is refused, with their number."""
    inside = {
        "departments": sa.select(sa.func.count()).where(department.c.parent_id == department_id),
        "people": sa.select(sa.func.count()).where(user.c.department_id == department_id),
    }
    counts = {what: connection.scalar(statement) or 0 for what, statement in inside.items()}
    if any(counts.values()):
        raise Conflict(Issue(code="department.not_empty", arguments=counts))
    if connection.execute(sa.delete(department).where(department.c.id == department_id)).rowcount == 0:
        raise NotFound(Issue(code="department.unknown", arguments={"id": department_id}))
    touch(connection, "principals")


def list_departments(connection: sa.Connection) -> list[dict[str, Any]]:
    """All of them with who leads them and the number of active people, parents before children, siblings in order."""
    people = (
        sa.select(user.c.department_id, sa.func.count().label("people"))
        .where(user.c.is_active)
        .group_by(user.c.department_id)
        .subquery()
    )
    head = user.alias("head")
    found = department.outerjoin(people, people.c.department_id == department.c.id)
    rows = connection.execute(
        sa.select(department, sa.func.coalesce(people.c.people, 0).label("people"), head.c.name.label("head"))
        .select_from(found.outerjoin(head, head.c.id == department.c.head_id))
        .order_by(department.c.position, department.c.id)
    ).mappings()
    children: dict[int | None, list[dict[str, Any]]] = {}
    for row in rows:
        children.setdefault(row["parent_id"], []).append(dict(row))
    ordered: list[dict[str, Any]] = []
    waiting = list(reversed(children.get(None, [])))
    while waiting:
        one = waiting.pop()
        ordered.append(one)
        waiting.extend(reversed(children.get(one["id"], [])))
    return ordered


def below(connection: sa.Connection, department_id: int) -> tuple[int, ...]:
    """A department with all below it: one range of one index."""
    return tuple(
        connection.scalars(sa.select(department_below.c.below_id).where(department_below.c.above_id == department_id))
    )


def _hang(connection: sa.Connection, department_id: int, parent_id: int) -> None:
    above, under = department_below.alias(), department_below.alias()
    connection.execute(
        sa.insert(department_below).from_select(
            ["above_id", "below_id", "steps"],
            # Everything above the parent gets everything below the moved one: a product that is meant.
            sa.select(above.c.above_id, under.c.below_id, above.c.steps + under.c.steps + 1)
            .select_from(above.join(under, sa.true()))
            .where(above.c.below_id == parent_id, under.c.above_id == department_id),
        )
    )
    if (connection.scalar(sa.select(sa.func.max(department_below.c.steps))) or 0) > DEEPEST:
        raise Invalid(Issue(code="department.too_deep", path=("parent_id",), arguments={"deepest": DEEPEST}))


def _cut(connection: sa.Connection, department_id: int) -> None:
    inside = sa.select(department_below.c.below_id).where(department_below.c.above_id == department_id)
    connection.execute(
        sa.delete(department_below).where(
            department_below.c.below_id.in_(inside), department_below.c.above_id.not_in(inside)
        )
    )


def _checked(connection: sa.Connection, values: Mapping[str, Any], own: int | None) -> dict[str, Any]:
    issues: list[Issue] = []
    given: dict[str, Any] = {}
    for word, value in values.items():
        given[word] = value
        if word not in WORDS:
            arguments = {"word": word, "nearest": nearest(word, WORDS)}
            issues.append(Issue(code="given.unknown_word", path=(word,), arguments=arguments))
        elif word in ("label", "code"):
            longest = 120 if word == "label" else 60
            if value is not None and (not isinstance(value, str) or len(value) > longest):
                issues.append(Issue(code="given.length", path=(word,), arguments={"shortest": 1, "longest": longest}))
            else:
                given[word] = (value or "").strip() or None
        elif value is not None and (not isinstance(value, int) or isinstance(value, bool) or abs(value) >= 2**31):
            issues.append(Issue(code="given.integer", path=(word,)))
    if issues:
        raise Invalid(issues)
    if given.get("position", 0) is None:
        given["position"] = 0
    issues.extend(_known(connection, given, own))
    if issues:
        raise Invalid(issues)
    if given.get("code"):
        holder = connection.scalar(sa.select(department.c.id).where(department.c.code == given["code"]))
        if holder is not None and holder != own:
            raise Conflict(Issue(code="department.code_taken", path=("code",), arguments={"code": given["code"]}))
    return given


def _known(connection: sa.Connection, given: Mapping[str, Any], own: int | None) -> list[Issue]:
    issues: list[Issue] = []
    parent, head = given.get("parent_id"), given.get("head_id")
    if parent is not None:
        if connection.scalar(sa.select(department.c.id).where(department.c.id == parent)) is None:
            issues.append(Issue(code="department.unknown", path=("parent_id",), arguments={"id": parent}))
        elif own is not None and parent in below(connection, own):
            issues.append(Issue(code="department.below_itself", path=("parent_id",)))
    if head is not None and connection.scalar(sa.select(user.c.id).where(user.c.id == head)) is None:
        issues.append(Issue(code="user.unknown", path=("head_id",), arguments={"id": head}))
    return issues
