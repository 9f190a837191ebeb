"""People and departments: the tree's closure, the actor in two statements, tokens, and the memory of both."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from engines.access.actor import Principals, load_actor
from engines.access.departments import (
    below,
    create_department,
    delete_department,
    list_departments,
    update_department,
)
from engines.access.passwords import hash_password, note_attempt, verify_password
from engines.access.people import create_user, find_login, get_user, list_users, update_user
from engines.access.tables import department_below
from engines.access.tokens import create_token, delete_token, digest_of, list_tokens
from engines.database import Workspace
from metamodel.errors import Conflict, Invalid, NotFound, Refused
from tests.conftest import PASSWORD, SOAK, make_user

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)


def tree(connection: sa.Connection) -> dict[str, int]:
    made: dict[str, int] = {}
    for label, parent in (
        ("office", None),
        ("north", "office"),
        ("south", "office"),
        ("desk", "north"),
        ("lab", "desk"),
    ):
        made[label] = create_department(connection, {"label": label, "parent_id": made.get(parent or "")})
    return made


def codes(refusal: pytest.ExceptionInfo[Any]) -> list[str]:
    return [issue.code for issue in refusal.value.issues]


def test_all_below_is_kept_when_a_department_moves(workspace: Workspace) -> None:
    with workspace.write() as connection:
        made = tree(connection)
        assert set(below(connection, made["north"])) == {made["north"], made["desk"], made["lab"]}
        update_department(connection, made["desk"], {"parent_id": made["south"]})
        assert set(below(connection, made["north"])) == {made["north"]}
        assert set(below(connection, made["south"])) == {made["south"], made["desk"], made["lab"]}
        assert set(below(connection, made["office"])) == set(made.values())
        with pytest.raises(Invalid) as refused:
            update_department(connection, made["south"], {"parent_id": made["lab"]})
        assert codes(refused) == ["department.below_itself"]


def test_the_closure_equals_the_tree_after_any_moves(workspace: Workspace) -> None:
    chance = random.Random(7)
    with workspace.write() as connection:
        ids: list[int] = []
        for number in range(25):
            parent = chance.choice([None, *ids])
            ids.append(create_department(connection, {"label": str(number), "parent_id": parent}))
        for _ in range(400 if SOAK else 40):
            one, parent = chance.choice(ids), chance.choice([None, *ids])
            try:
                update_department(connection, one, {"parent_id": parent})
            except Invalid:
                assert parent in below(connection, one)
        parents = {row["id"]: row["parent_id"] for row in list_departments(connection)}
        expected = set()
        for one in ids:
            above, steps = one, 0
            while above is not None:
                expected.add((above, one, steps))
                above, steps = parents[above], steps + 1
        assert {tuple(row) for row in connection.execute(sa.select(department_below))} == expected


def test_a_department_in_use_is_not_deleted(workspace: Workspace) -> None:
    with workspace.write() as connection:
        made = tree(connection)
    make_user(workspace, "kim", department_id=made["lab"])
    with workspace.write() as connection:
        for label in ("north", "lab"):
            with pytest.raises(Conflict):
                delete_department(connection, made[label])
        delete_department(connection, made["south"])
        with pytest.raises(NotFound):
            delete_department(connection, made["south"])
        assert [row["label"] for row in list_departments(connection)] == ["office", "north", "desk", "lab"]


def test_a_department_tells_who_leads_it(workspace: Workspace) -> None:
    kim = make_user(workspace, "kim")
    with workspace.write() as connection:
        made = tree(connection)
        update_department(connection, made["lab"], {"head_id": kim})
        with pytest.raises(Invalid):
            update_department(connection, made["lab"], {"head_id": kim + 99})
        led = {row["label"]: (row["head_id"], row["head"]) for row in list_departments(connection)}
    assert led["lab"] == (kim, "Kim") and led["office"] == (None, None)


def test_an_actor_is_loaded_in_two_statements(workspace: Workspace) -> None:
    with workspace.write() as connection:
        made = tree(connection)
    roles = [{"application": "notes", "id": "writer"}, {"application": "tickets", "id": "reader"}]
    user_id = make_user(workspace, "kim", department_id=made["north"], roles=roles)
    statements: list[str] = []
    with workspace.read() as connection:
        sa.event.listen(connection, "before_cursor_execute", lambda _c, _cursor, text, *_: statements.append(text))
        actor = load_actor(connection, user_id)
    assert actor is not None
    assert len(statements) == 2
    assert actor.departments == (made["north"], made["desk"], made["lab"])
    assert actor.roles_in("notes") == {"writer"}
    assert not actor.is_admin


def test_an_actor_is_remembered_until_people_change(workspace: Workspace) -> None:
    user_id = make_user(workspace, "kim")
    make_user(workspace, "root", is_admin=True)
    principals = Principals()

    def seen() -> Any:
        with workspace.read() as connection:
            return principals.by_user(connection, user_id)

    assert seen() is seen()
    with workspace.write() as connection:
        update_user(connection, user_id, {"name": "Kim Lee"})
    assert seen().name == "Kim Lee"
    with workspace.write() as connection:
        update_user(connection, user_id, {"is_active": False})
    assert seen() is None


def test_a_token_ends_when_deleted_expired_or_its_user_gone(workspace: Workspace) -> None:
    user_id = make_user(workspace, "kim")
    make_user(workspace, "root", is_admin=True)
    principals = Principals()
    with workspace.write() as connection:
        token_id, text = create_token(
            connection, user_id=user_id, name="script", scopes=["read"], expires_at=NOW + timedelta(days=1), now=NOW
        )

    def holder(now: datetime = NOW, given: str = text) -> Any:
        with workspace.read() as connection:
            return principals.by_token(connection, digest_of(given), now)

    assert holder().user_id == user_id
    assert holder().scopes == {"read"}
    assert holder(given="dg_guessed") is None
    assert holder(NOW + timedelta(days=2)) is None
    with workspace.read() as connection:
        (listed,) = list_tokens(connection, user_id)
    assert text not in str(listed)
    with workspace.write() as connection:
        delete_token(connection, token_id, user_id)
    assert holder() is None


def test_a_token_with_wrong_scopes_names_each(workspace: Workspace) -> None:
    user_id = make_user(workspace, "kim")
    with workspace.write() as connection, pytest.raises(Invalid) as refused:
        create_token(connection, user_id=user_id, name="", scopes=["raed"], expires_at=NOW, now=NOW)
    assert codes(refused) == ["token.scope", "given.length", "token.past"]
    assert refused.value.issues[0].arguments["nearest"] == "read"


def test_every_fault_of_a_user_is_told_at_once(workspace: Workspace) -> None:
    with workspace.write() as connection, pytest.raises(Invalid) as refused:
        create_user(
            connection,
            {"login": "a b", "password": "short", "is_admin": 1, "department_id": 99, "roles": ["x"], "nmae": "x"},
            NOW,
        )
    assert set(codes(refused)) == {
        "user.login_form",
        "user.password_length",
        "given.boolean",
        "department.unknown",
        "user.role_form",
        "given.unknown_word",
    }


def test_logins_differ_not_in_case(workspace: Workspace) -> None:
    user_id = make_user(workspace, "Kim")
    with workspace.write() as connection:
        with pytest.raises(Conflict):
            create_user(connection, {"login": " KIM ", "name": "Other"}, NOW)
        found = find_login(connection, "kIm")
        assert found is not None
        assert found.id == user_id


def test_the_last_administrator_stays(workspace: Workspace) -> None:
    user_id = make_user(workspace, "root", is_admin=True)
    for change in ({"is_admin": False}, {"is_active": False}):
        with pytest.raises(Conflict), workspace.write() as connection:
            update_user(connection, user_id, change)
    with workspace.read() as connection:
        assert get_user(connection, user_id)["is_admin"]


def test_users_are_paged_and_searched(workspace: Workspace) -> None:
    for number in range(5):
        make_user(workspace, f"kim{number}", name=f"王{number}%")
    with workspace.read() as connection:
        first = list_users(connection, limit=2)
        assert [row["login"] for row in list_users(connection, after=first[-1]["id"], limit=2)] == ["kim2", "kim3"]
        assert [row["login"] for row in list_users(connection, search="王3")] == ["kim3"]
        assert list_users(connection, search="%%") == []


def test_passwords_are_hashed_and_checked() -> None:
    stored = hash_password(PASSWORD)
    assert PASSWORD not in stored
    assert verify_password(stored, PASSWORD)
    assert not verify_password(stored, PASSWORD + " ")
    assert not verify_password(None, PASSWORD)
    assert not verify_password("not a hash", PASSWORD)


def test_guessing_is_locked_out_for_the_guesser_alone(workspace: Workspace) -> None:
    with workspace.write() as connection:
        for second in range(5):
            note_attempt(connection, "kim", "10.0.0.1", NOW + timedelta(seconds=second))
        with pytest.raises(Refused):
            note_attempt(connection, "kim", "10.0.0.1", NOW + timedelta(seconds=9))
        note_attempt(connection, "kim", "10.0.0.2", NOW + timedelta(seconds=10))
        note_attempt(connection, "kim", "10.0.0.1", NOW + timedelta(minutes=16))


def test_an_address_that_guesses_everybody_is_locked_out(workspace: Workspace) -> None:
    with workspace.write() as connection:
        for number in range(100):
            note_attempt(connection, f"kim{number}", "10.0.0.1", NOW)
        with pytest.raises(Refused):
            note_attempt(connection, "somebody", "10.0.0.1", NOW)
