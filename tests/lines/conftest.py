"""Lines are tried in workspaces in which the desk is released already: copied, not made anew for every test."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from engines.database import open_workspace
from engines.publisher.platform import upgrade
from tests.conftest import SECRET, Browser, scratch_database
from tests.desk import desk, release


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the platform's tables and the desk."""
    folder = tmp_path_factory.mktemp("desk_template")
    workspace = open_workspace(name="template", data_dir=folder, url="", secret=SECRET)
    upgrade(workspace)
    release(workspace, desk())
    workspace.close()
    return folder


@pytest.fixture(scope="session")
def pg_template(pg_admin: sa.Engine, worker_name: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The name of a database with the platform's tables and the desk."""
    name = f"{worker_name}_desk"
    with scratch_database(pg_admin, name) as url:
        folder = tmp_path_factory.mktemp("pg_desk_template")
        workspace = open_workspace(name="template", data_dir=folder, url=url, secret=SECRET)
        upgrade(workspace)
        release(workspace, desk())
        workspace.close()
        yield name
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def desked(admin: Browser) -> Browser:
    """A browser in which an administrator of the desk is signed in."""
    return admin
