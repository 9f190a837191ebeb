"""Signing in through HTTP: sessions, CSRF, lock-out, tokens, and what ends them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from app.config import Settings
from app.web import create_app
from engines.access.demo import keep_samples
from engines.database import Workspace
from tests.conftest import PASSWORD, Browser, make_user

Open = Callable[[], Browser]


def test_nobody_is_signed_in_at_first(client: Browser) -> None:
    seen = client.get("/api/session")
    assert seen.status_code == 200
    assert seen.json["user"] is None
    assert seen.json["csrf"]
    assert client.get("/api/departments").status_code == 401


def test_signing_in_and_out(workspace: Workspace, client: Browser) -> None:
    make_user(workspace, "kim", roles=[{"application": "notes", "id": "writer"}])
    answer = client.sign_in("KIM ")
    assert answer.json["user"]["login"] == "kim"
    assert answer.json["user"]["roles"] == [{"application": "notes", "id": "writer", "label": "writer"}]
    assert client.get("/api/session").json["user"]["name"] == "Kim"
    assert client.get("/api/departments").status_code == 200
    assert client.delete("/api/session").status_code == 204
    client.csrf = ""
    assert client.get("/api/session").json["user"] is None


def test_wrong_and_unknown_are_answered_alike(workspace: Workspace, client: Browser) -> None:
    make_user(workspace, "kim")
    wrong, unknown = client.sign_in("kim", "wrong password"), client.sign_in("nobody", "wrong password")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json == unknown.json


def test_an_inactive_user_stays_outside(workspace: Workspace, admin: Browser, open_browser: Open) -> None:
    user_id = make_user(workspace, "kim")
    other = open_browser()
    assert other.sign_in("kim").status_code == 200
    assert admin.patch(f"/api/users/{user_id}", {"is_active": False}).status_code == 200
    assert other.get("/api/departments").status_code == 401
    assert open_browser().sign_in("kim").status_code == 401


def test_five_failures_lock_out(workspace: Workspace, client: Browser) -> None:
    make_user(workspace, "kim")
    assert [client.sign_in("kim", "wrong password").status_code for _ in range(6)] == [401] * 5 + [423]
    locked = client.sign_in("kim")
    assert locked.status_code == 423
    assert locked.headers["Retry-After"] == "900"
    assert "15" in locked.json["detail"]


def test_a_success_forgives_the_failures_before_it(workspace: Workspace, client: Browser) -> None:
    make_user(workspace, "kim")
    for _ in range(3):
        assert [client.sign_in("kim", "wrong password").status_code for _ in range(4)] == [401] * 4
        assert client.sign_in("kim").status_code == 200


@pytest.mark.parametrize("word", ["", "guessed", "…"])
def test_a_write_without_the_csrf_word_is_refused(admin: Browser, word: str) -> None:
    admin.csrf = word
    answer = admin.post("/api/users", {"login": "kim", "name": "Kim"})
    assert answer.status_code == 403
    assert answer.json["issues"][0]["code"] == "session.csrf"


def test_another_site_is_refused_even_before_a_session(workspace: Workspace, client: Browser) -> None:
    make_user(workspace, "kim")
    answer = client.post(
        "/api/session", {"login": "kim", "password": PASSWORD}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert answer.status_code == 403
    form = client.post("/api/session", data={"login": "kim", "password": PASSWORD})
    assert form.status_code == 422


def test_a_program_signs_in_without_a_cookie(workspace: Workspace, client: Browser) -> None:
    make_user(workspace, "kim")
    assert client.post("/api/session", {"login": "kim", "password": PASSWORD}).status_code == 200


def test_signing_in_changes_the_csrf_word(workspace: Workspace, client: Browser) -> None:
    make_user(workspace, "kim")
    before = client.get("/api/session").json["csrf"]
    assert client.sign_in("kim").json["csrf"] != before


def test_a_new_password_ends_the_other_sessions(workspace: Workspace, open_browser: Open) -> None:
    make_user(workspace, "kim")
    here, there = open_browser(), open_browser()
    here.sign_in("kim")
    there.sign_in("kim")
    wrong = here.post("/api/session/password", {"old": "wrong password", "new": "another long one"})
    assert wrong.status_code == 422
    short = here.post("/api/session/password", {"old": PASSWORD, "new": "short"})
    assert short.json["issues"][0]["path"] == ["password"]
    assert here.post("/api/session/password", {"old": PASSWORD, "new": "another long one"}).status_code == 200
    assert here.get("/api/departments").status_code == 200
    assert there.get("/api/departments").status_code == 401
    assert open_browser().sign_in("kim", "another long one").status_code == 200


def test_people_change_their_own_profile_and_nothing_else(workspace: Workspace, client: Browser) -> None:
    make_user(workspace, "kim")
    client.sign_in("kim")
    answer = client.patch("/api/session", {"locale": "en", "name": "Kim Lee"})
    assert (answer.json["user"]["locale"], answer.json["user"]["name"]) == ("en", "Kim Lee")
    refused = client.patch("/api/session", {"is_admin": True})
    assert refused.status_code == 422
    assert refused.json["title"] == "What was given is wrong"
    assert client.get("/api/users").status_code == 403


def test_the_browsers_language_counts_until_somebody_is_signed_in(client: Browser) -> None:
    titles = [
        client.get("/api/departments", headers={"Accept-Language": language}).json["title"]
        for language in ("en-GB,en;q=0.8", "zh-TW,zh;q=0.9", "fr")
    ]
    assert titles == ["Please sign in", "请先登录", "请先登录"]


def test_tokens_have_scopes(workspace: Workspace, admin: Browser, open_browser: Open) -> None:
    made = admin.post("/api/tokens", {"name": "script", "scopes": ["read"], "expires": None})
    assert made.status_code == 201
    bearer = {"Authorization": f"Bearer {made.json['token']}"}
    program = open_browser()
    assert program.get("/api/departments", headers=bearer).status_code == 200
    refused = program.post("/api/departments", {"label": "x"}, headers=bearer)
    assert refused.status_code == 403
    assert refused.json["issues"][0]["code"] == "access.scope"
    assert program.get("/api/users", headers=bearer).status_code == 403
    assert made.json["token"] not in admin.get("/api/tokens").text
    assert admin.delete(f"/api/tokens/{made.json['id']}").status_code == 204
    assert program.get("/api/departments", headers=bearer).status_code == 401
    assert program.get("/api/departments", headers={"Authorization": "Bearer dg_no"}).status_code == 401


def test_a_token_makes_no_token_that_may_more(admin: Browser, open_browser: Open) -> None:
    made = admin.post("/api/tokens", {"name": "script", "scopes": ["read", "write"]})
    bearer = {"Authorization": f"Bearer {made.json['token']}"}
    program = open_browser()
    assert program.post("/api/tokens", {"name": "x", "scopes": ["admin"]}, headers=bearer).status_code == 403
    assert program.post("/api/tokens", {"name": "x", "scopes": ["read"]}, headers=bearer).status_code == 201


def test_an_expired_token_is_not_good(admin: Browser) -> None:
    past = (datetime.now(UTC) - timedelta(days=1)).isoformat()
    answer = admin.post("/api/tokens", {"name": "x", "scopes": ["read"], "expires": past})
    assert answer.json["issues"][0]["code"] == "token.past"
    assert admin.post("/api/tokens", {"name": "x", "scopes": "read"}).status_code == 422


def test_a_cookie_is_fenced(workspace: Workspace, client: Browser) -> None:
    make_user(workspace, "kim")
    client.sign_in("kim")
    cookie = client.client.get_cookie("dougong_session")
    assert cookie is not None
    assert cookie.http_only
    assert cookie.same_site == "Lax"


@pytest.mark.parametrize(
    ("demo", "host", "let_in"),
    [(True, "127.0.0.1", True), (True, "localhost", True), (True, "0.0.0.0", False), (False, "127.0.0.1", False)],
)
def test_one_click_only_in_a_demo_on_ones_own_machine(
    workspace: Workspace, demo: bool, host: str, let_in: bool
) -> None:
    make_user(workspace, "kim")
    make_user(workspace, "lee")
    with workspace.write() as connection:
        keep_samples(connection, ["kim"])
    browser = Browser(client=create_app(workspace, Settings(demo=demo, host=host)).test_client())
    assert bool(browser.get("/api/session").json["people"]) is let_in
    browser.csrf = browser.get("/api/session").json["csrf"]
    assert browser.post("/api/session/demo", {"login": "lee"}).status_code == 401
    assert browser.post("/api/session/demo", {"login": "kim"}).status_code == (200 if let_in else 401)
