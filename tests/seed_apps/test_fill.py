"""A first filling that was broken off goes on at the next start, and makes nothing twice."""

from __future__ import annotations

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa

from engines.database import Workspace
from engines.publisher.releases import newest
from engines.runtime.load import alone, fill, is_unfilled
from engines.runtime.release import Releases
from metamodel.bundle import files, write_folder
from tests.conftest import SECRET
from tests.desk import NOW, desk, field

#: fills, and is killed as soon as so many applications have said that they are done
CHILD = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
from engines.database import open_workspace
from engines.runtime.load import fill

folder, data, url, secret, now, most = sys.argv[1:]
said = []
def say(line):
    said.append(line)
    if len(said) == int(most):
        os.kill(os.getpid(), signal.SIGKILL)
workspace = open_workspace(name="test", data_dir=Path(data), url=url, secret=secret)
fill(workspace, Path(folder), datetime.fromisoformat(now), demo=True, say=say)
"""
#: records of each application
COUNT = 30
NAMES = ("one", "three", "two")


def shipped(folder: Path) -> Path:
    """Three small applications with demo data and a person each."""
    for name in NAMES:
        document = desk()
        document |= {"name": name, "label": name.title()}
        document["entities"] = [{"name": "team", "label": "Team", "fields": [field("name", "text")]}]
        for sort in ("forms", "views", "datasets", "reports", "boards", "roles", "menus", "option_sets"):
            document[sort] = []
        recipe = {
            "people": [{"login": name, "name": name.title(), "sample": True}],
            "entities": [{"entity": "team", "rows": [{"name": f"{name} {at}"} for at in range(COUNT)]}],
        }
        write_folder(folder / name, files(document, {"data/01.json": recipe}))
    return folder


def counted(workspace: Workspace) -> dict[str, int]:
    with workspace.read() as connection:
        tables = Releases(workspace).live(connection).tables
        query = {name: sa.select(sa.func.count()).select_from(tables[f"{name}.team"]) for name in newest(connection)}
        return {name: int(connection.scalar(one) or 0) for name, one in query.items()}


@pytest.mark.parametrize("done", [1, 2])
def test_one_killed_between_two_applications_goes_on(workspace: Workspace, tmp_path: Path, done: int) -> None:
    folder = shipped(tmp_path / "apps")
    assert is_unfilled(workspace)
    arguments = [str(folder), str(workspace.data_dir), workspace.url, SECRET, NOW.isoformat(), str(done)]
    ended = subprocess.run([sys.executable, "-c", CHILD, *arguments], capture_output=True, check=False, timeout=100)
    assert ended.returncode == -9, ended.stderr.decode()
    assert counted(workspace) == dict.fromkeys(NAMES[:done], COUNT) and is_unfilled(workspace)
    said: list[str] = []
    fill(workspace, folder, NOW, demo=True, say=said.append)
    assert counted(workspace) == dict.fromkeys(NAMES, COUNT)
    assert not is_unfilled(workspace)
    assert [line.partition(":")[0] for line in said] == list(NAMES[done:])


def test_of_two_that_start_at_once_one_fills(workspace: Workspace, tmp_path: Path) -> None:
    folder = shipped(tmp_path / "apps")
    both, filled = threading.Barrier(2), []

    def start() -> None:
        both.wait()
        with alone(workspace):
            if is_unfilled(workspace):
                fill(workspace, folder, NOW, demo=True, say=lambda line: None)
                filled.append(threading.get_ident())

    with ThreadPoolExecutor(2) as pool:
        for one in [pool.submit(start) for _ in range(2)]:
            one.result(100)
    assert len(filled) == 1 and counted(workspace) == dict.fromkeys(NAMES, COUNT)
