"""Uploads that nobody used go after a time; what is used, at work or just being attached stays."""

from __future__ import annotations

import io
import threading
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from engines.database import Workspace
from engines.exchange.reader import Format
from engines.exchange.run import keep_import
from engines.records import files, store
from engines.records.bulk import run
from engines.records.history import Cause
from engines.records.query import entity_of
from engines.runtime.imports import forget_uploads
from tests.desk import NOW, desk, entity, field, release, sight

LATER = NOW + timedelta(days=7, seconds=1)
BEFORE = LATER - timedelta(days=7)


def handed_in(workspace: Workspace, content: bytes, at=NOW) -> dict:
    with workspace.write() as connection:
        return files.keep(workspace, connection, io.BytesIO(content), "a.txt", by=1, at=at, largest=10**6)


def attach(workspace: Workspace, connection: sa.Connection, made: dict) -> None:
    seen = sight(workspace, connection)
    values = {"subject": "s", "scan": [made]}
    store.create(connection, seen, entity_of(seen, "desk.ticket"), values, Cause(at=NOW, by=1))


@pytest.fixture
def here(workspace: Workspace) -> Workspace:
    document = desk()
    entity(document, "ticket")["fields"].append(field("scan", "file"))
    release(workspace, document)
    return workspace


def contents(workspace: Workspace) -> int:
    return sum(path.is_file() for path in (workspace.data_dir / "files").rglob("*"))


def test_files_that_no_record_held_go(here: Workspace) -> None:
    used, twin, lonely = (handed_in(here, content) for content in (b"one", b"one", b"two"))
    late = handed_in(here, b"three", at=LATER)
    with here.write() as connection:
        attach(here, connection, used)
    assert contents(here) == 3
    assert files.forget_unused(here, BEFORE) == 2 and files.forget_unused(here, BEFORE) == 0
    with here.read() as connection:
        assert sorted(connection.scalars(sa.select(files.file.c.id))) == [used["id"], late["id"]]
        assert {twin["id"], lonely["id"]}.isdisjoint(connection.scalars(sa.select(files.file.c.id)))
    # The content that a used file shares with a forgotten one is still there.
    assert contents(here) == 2


def test_a_file_being_attached_stays(here: Workspace) -> None:
    made = handed_in(here, b"one")
    gone: list[int] = []
    sweep = threading.Thread(target=lambda: gone.append(files.forget_unused(here, BEFORE)))
    with here.write() as connection:
        attach(here, connection, made)
        sweep.start()
        sweep.join(0.3)
        assert sweep.is_alive()
    sweep.join()
    assert gone == [0] and contents(here) == 1


def test_a_save_that_fails_leaves_a_file_unused(here: Workspace) -> None:
    made = handed_in(here, b"one")
    with pytest.raises(RuntimeError), here.write() as connection:
        attach(here, connection, made)
        raise RuntimeError
    assert files.forget_unused(here, BEFORE) == 1 and contents(here) == 0


def test_imports_nobody_ran_go(here: Workspace, tmp_path: Path) -> None:
    folder = here.data_dir / "imports"
    folder.mkdir(parents=True)
    own = tmp_path / "own.csv"
    own.write_text("a")

    def keep(state: str, at=NOW, path: Path | None = None) -> int:
        with here.write() as connection:
            format = Format(kind="csv", columns=("a",))
            number = keep_import(connection, "desk", path or folder, "a.csv", format, None, by=1, now=at, state=state)
        if path is None:
            for ending in ("csv", "rejected.csv"):
                (folder / f"{number}.{ending}").write_text("a")
        return number

    draft, running, done, fresh, theirs = keep("draft"), keep("running"), keep("done"), keep("draft", LATER), keep("draft", path=own)
    # A number that begins like another one's.
    (folder / f"{draft}0.csv").write_text("a")
    assert forget_uploads(here, BEFORE) == 3 and forget_uploads(here, BEFORE) == 0
    with here.read() as connection:
        assert sorted(connection.scalars(sa.select(run.c.id))) == [running, done, fresh]
    assert own.is_file() and theirs
    left = {path.name for path in folder.iterdir() if "rejected" not in path.name}
    assert left == {f"{running}.csv", f"{fresh}.csv", f"{draft}0.csv"}
    assert (folder / f"{done}.rejected.csv").is_file()
