"""Users and departments through HTTP, as an administrator keeps them and as others may not."""

from __future__ import annotations

from collections.abc import Callable

from engines.database import Workspace
from engines.runtime.jobs import start_job
from tests.conftest import Browser, make_user
from tests.engines.test_outbox import NOW


def test_an_administrator_keeps_users(admin: Browser) -> None:
    department = admin.post("/api/departments", {"label": "Desk", "code": "D1"}).json
    body = {"login": "kim", "name": "Kim", "password": "a long enough one", "department": {"id": department["id"]}}
    made = admin.post("/api/users", {**body, "roles": [{"application": "notes", "id": "writer"}]})
    assert made.status_code == 201
    assert made.json["department"] == {"id": department["id"], "label": "Desk"}
    assert "password" not in made.text
    assert admin.post("/api/users", body).status_code == 409
    changed = admin.patch(f"/api/users/{made.json['id']}", {"roles": [], "department": None})
    assert (changed.json["roles"], changed.json["department"]) == ([], None)
    listed = admin.get("/api/users?limit=1").json
    assert (len(listed["items"]), listed["next"]) == (1, listed["items"][0]["id"])
    assert admin.get(f"/api/users?after={listed['next']}").json["items"][0]["login"] == "kim"


def test_the_tree_of_departments(admin: Browser) -> None:
    top = admin.post("/api/departments", {"label": "Office"}).json["id"]
    low = admin.post("/api/departments", {"label": "Desk", "parent_id": top}).json["id"]
    assert [row["id"] for row in admin.get("/api/departments").json["items"]] == [top, low]
    circle = admin.patch(f"/api/departments/{top}", {"parent_id": low})
    assert circle.json["issues"][0]["code"] == "department.below_itself"
    assert admin.delete(f"/api/departments/{top}").status_code == 409
    assert admin.patch(f"/api/departments/{low}", {"parent_id": None}).json["parent_id"] is None
    assert admin.delete(f"/api/departments/{top}").status_code == 204


def test_others_keep_nobody(workspace: Workspace, client: Browser) -> None:
    user_id = make_user(workspace, "kim")
    client.sign_in("kim")
    calls = [
        client.get("/api/users"),
        client.get(f"/api/users/{user_id}"),
        client.post("/api/users", {"login": "x", "name": "x"}),
        client.patch(f"/api/users/{user_id}", {"is_admin": True}),
        client.post("/api/departments", {"label": "x"}),
    ]
    assert {answer.status_code for answer in calls} == {403}


def test_others_jobs_are_not_known(workspace: Workspace, admin: Browser, open_browser: Callable[[], Browser]) -> None:
    kim, lee = make_user(workspace, "kim"), make_user(workspace, "lee")
    with workspace.write() as connection:
        job_id = start_job(workspace, connection, "count", {}, label="Count", user_id=kim, now=NOW)
    assert lee
    for login, status in (("kim", 200), ("lee", 404), ("admin", 200)):
        browser = open_browser()
        browser.sign_in(login)
        assert browser.get(f"/api/jobs/{job_id}").status_code == status
        assert len(browser.get("/api/jobs").json["items"]) == (status == 200)
    assert admin.post(f"/api/jobs/{job_id}/cancel").json["state"] == "cancelled"
