"""What every test may ask for: a fresh workspace on either database, and a client of the web application in it."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from hypothesis import settings as hypothesis_settings
from werkzeug.test import TestResponse

from app.config import Settings
from app.web import create_app
from engines.access.people import create_user
from engines.database import Workspace, open_workspace
from engines.publisher.platform import upgrade

PG = os.environ.get("DOUGONG_TEST_PG", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")
CI = os.environ.get("CI") == "true"
SOAK = bool(os.environ.get("SOAK"))
SECRET = "a secret of tests, long enough to sign with"
PASSWORD = "correct horse battery"

hypothesis_settings.register_profile("quick", max_examples=30, deadline=None)
hypothesis_settings.register_profile("soak", max_examples=1000, deadline=None)
hypothesis_settings.load_profile("soak" if SOAK else "quick")


@pytest.fixture(scope="session")
def worker_name(worker_id: str) -> str:
    return f"dougong_{os.getpid()}_{worker_id}"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the platform's tables made, copied for every test."""
    folder = tmp_path_factory.mktemp("template")
    workspace = open_workspace(name="template", data_dir=folder, url="", secret=SECRET)
    upgrade(workspace)
    workspace.close()
    return folder


@pytest.fixture(scope="session")
def pg_admin() -> Iterator[sa.Engine]:
    """A connection that may create databases; without PostgreSQL its tests are skipped, in CI they fail."""
    engine = sa.create_engine(PG, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 3})
    try:
        engine.connect().close()
    except sa.exc.OperationalError as error:
        if CI or "DOUGONG_TEST_PG" in os.environ:
            pytest.fail(f"PostgreSQL does not answer: {error.orig}")
        pytest.skip("PostgreSQL does not answer on 127.0.0.1:5432; DOUGONG_TEST_PG names another one")
    yield engine
    engine.dispose()


@contextlib.contextmanager
def scratch_database(admin: sa.Engine, name: str, template: str = "template1") -> Iterator[str]:
    """A database for a while; the address to reach it."""
    with admin.connect() as connection:
        connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.exec_driver_sql(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        yield admin.url.set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def pg_template(pg_admin: sa.Engine, worker_name: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The name of a database with the platform's tables made, copied for every test."""
    name = f"{worker_name}_template"
    with scratch_database(pg_admin, name) as url:
        workspace = open_workspace(
            name="template", data_dir=tmp_path_factory.mktemp("pg_template"), url=url, secret=SECRET
        )
        upgrade(workspace)
        workspace.close()
        yield name


@pytest.fixture
def sqlite_workspace(sqlite_template: Path, tmp_path: Path) -> Iterator[Workspace]:
    folder = tmp_path / "data"
    shutil.copytree(sqlite_template, folder)
    workspace = open_workspace(name="test", data_dir=folder, url="", secret=SECRET)
    yield workspace
    workspace.close()


@pytest.fixture
def pg_workspace(pg_admin: sa.Engine, pg_template: str, worker_name: str, tmp_path: Path) -> Iterator[Workspace]:
    with scratch_database(pg_admin, f"{worker_name}_test", pg_template) as url:
        workspace = open_workspace(name="test", data_dir=tmp_path / "data", url=url, secret=SECRET)
        yield workspace
        workspace.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def workspace(request: pytest.FixtureRequest) -> Workspace:
    """A fresh workspace; the test runs once on each database."""
    found: Workspace = request.getfixturevalue("sqlite_workspace" if request.param == "sqlite" else "pg_workspace")
    return found


@dataclass(slots=True, kw_only=True)
class Browser:
    """A client as a browser is: keeps its cookies and sends the CSRF word of its session."""

    client: FlaskClient
    csrf: str = ""

    def call(self, method: str, path: str, json: Any = None, **options: Any) -> TestResponse:
        headers = dict(options.pop("headers", {}))
        if self.csrf:
            headers.setdefault("X-CSRF-Token", self.csrf)
        if json is not None:
            options["json"] = json
        return self.client.open(path, method=method, headers=headers, **options)

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.call("GET", path, **options)

    def post(self, path: str, json: Any = None, **options: Any) -> TestResponse:
        return self.call("POST", path, json, **options)

    def put(self, path: str, json: Any = None, **options: Any) -> TestResponse:
        return self.call("PUT", path, json, **options)

    def patch(self, path: str, json: Any = None, **options: Any) -> TestResponse:
        return self.call("PATCH", path, json, **options)

    def delete(self, path: str, **options: Any) -> TestResponse:
        return self.call("DELETE", path, **options)

    def sign_in(self, login: str, password: str = PASSWORD) -> TestResponse:
        self.csrf = self.get("/api/session").json["csrf"]
        answer = self.post("/api/session", {"login": login, "password": password})
        if answer.status_code == 200:
            self.csrf = answer.json["csrf"]
        return answer


@pytest.fixture
def open_browser(workspace: Workspace) -> Callable[[], Browser]:
    """Opens as many separate browsers on the same workspace as a test needs."""
    flask = create_app(workspace, Settings(demo=False))
    flask.testing = True
    return lambda: Browser(client=flask.test_client())


@pytest.fixture
def client(open_browser: Callable[[], Browser]) -> Browser:
    """A browser in which nobody is signed in."""
    return open_browser()


@pytest.fixture
def admin(workspace: Workspace, open_browser: Callable[[], Browser]) -> Browser:
    """A browser in which an administrator is signed in."""
    make_user(workspace, "admin", is_admin=True)
    browser = open_browser()
    assert browser.sign_in("admin").status_code == 200
    return browser


def make_user(workspace: Workspace, login: str, **values: Any) -> int:
    """A user with the tests' password; their id."""
    with workspace.write() as connection:
        return create_user(
            connection, {"login": login, "name": login.title(), "password": PASSWORD, **values}, datetime.now(UTC)
        )
