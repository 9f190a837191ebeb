"""Workspaces in which the desk speaks, copied for every test."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from engines.database import open_workspace
from engines.publisher.platform import upgrade
from tests.conftest import SECRET, scratch_database
from tests.engines.messages.ground import Receiver, receiver, speak


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("speaking_template")
    workspace = open_workspace(name="template", data_dir=folder, url="", secret=SECRET)
    upgrade(workspace)
    speak(workspace)
    workspace.close()
    return folder


@pytest.fixture(scope="session")
def pg_template(pg_admin: sa.Engine, worker_name: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    name = f"{worker_name}_speaking"
    with scratch_database(pg_admin, name) as url:
        folder = tmp_path_factory.mktemp("pg_speaking_template")
        workspace = open_workspace(name="template", data_dir=folder, url=url, secret=SECRET)
        upgrade(workspace)
        speak(workspace)
        workspace.close()
        yield name


@pytest.fixture
def receiver_() -> Iterator[Receiver]:
    with receiver() as found:
        yield found
