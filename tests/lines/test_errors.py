"""One shape for every error, whatever was sent; what is not foreseen gives a number and nothing else."""

from __future__ import annotations

import logging

import pytest

from app.auth import public
from engines.database import Workspace
from tests.conftest import Browser, make_user

SHAPE = {"type", "title", "status", "detail", "instance", "issues"}


@pytest.mark.parametrize(
    ("method", "path", "options", "status"),
    [
        ("GET", "/api/nothing", {}, 404),
        ("GET", "/api/jobs/none", {}, 404),
        ("POST", "/api/healthz", {}, 405),
        ("POST", "/api/users", {"data": b"{", "content_type": "application/json"}, 400),
        ("POST", "/api/users", {"data": b"[" * 100_000, "content_type": "application/json"}, 400),
        ("POST", "/api/users", {"data": b"\xff\xfe", "content_type": "application/json"}, 400),
        ("POST", "/api/users", {"data": b"[1]", "content_type": "application/json"}, 422),
        ("POST", "/api/users", {"data": b"a=b"}, 422),
        ("POST", "/api/users", {"json": {"login": "a\0b"}}, 422),
        ("POST", "/api/users", {"data": b" " * (2 * 1024 * 1024 + 1), "content_type": "application/json"}, 413),
        ("GET", "/api/users?search=%00", {}, 422),
        ("GET", "/api/users?after=-1", {}, 422),
        ("GET", "/api/users?after=999999999999999999999", {}, 422),
        ("PATCH", "/api/users/999", {"json": {}}, 404),
        ("POST", "/api/users", {"json": {}}, 422),
        ("PATCH", "/api/departments/1", {"json": {"parent_id": 10**30}}, 404),
        ("POST", "/api/departments", {"json": {"label": "x", "parent_id": 10**30}}, 422),
        ("POST", "/api/departments", {"json": {"label": {"a": 1}, "position": "x"}}, 422),
    ],
)
def test_bad_input_is_a_problem(admin: Browser, method: str, path: str, options: dict, status: int) -> None:
    answer = admin.call(method, path, **options)
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    assert answer.json.keys() >= SHAPE
    assert answer.json["status"] == status
    for issue in answer.json["issues"]:
        assert issue.keys() == {"code", "path", "severity", "message", "hint"}
        assert issue["message"] != issue["code"]


def test_two_megabytes_are_let_in_and_not_more(admin: Browser) -> None:
    big = {"login": "kim", "name": "x" * (2 * 1024 * 1024 - 100)}
    assert admin.post("/api/users", big).json["issues"][0]["code"] == "given.length"


def test_a_bug_shows_its_number_only(workspace: Workspace, client: Browser, caplog: pytest.LogCaptureFixture) -> None:
    @public
    def broken() -> None:
        raise ZeroDivisionError("the secret of the house")

    client.client.application.add_url_rule("/api/broken", view_func=broken)
    with caplog.at_level(logging.ERROR):
        answer = client.get("/api/broken")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert answer.json["number"] in answer.json["detail"]
    assert answer.json["number"] in caplog.text
    assert "the secret of the house" in caplog.text


def test_html_in_a_name_stays_text(workspace: Workspace, admin: Browser) -> None:
    script = "<script>alert(1)</script>"
    user_id = make_user(workspace, "kim", name=script)
    answer = admin.get(f"/api/users/{user_id}")
    assert answer.json["name"] == script
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]


def test_health(client: Browser) -> None:
    assert client.get("/healthz").json == {"status": "ok"}
