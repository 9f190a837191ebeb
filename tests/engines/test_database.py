"""Transactions: one snapshot to read, one pen to write, foreign keys kept whole, a limit of time."""

from __future__ import annotations

import threading
import time

import pytest
import sqlalchemy as sa

from engines.database import Workspace, time_limit, touch, watch
from metamodel.errors import Refused

SLOW = {
    "sqlite": "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n",
    "postgresql": "SELECT pg_sleep(30)",
}


def test_a_reader_sees_one_snapshot(workspace: Workspace) -> None:
    with workspace.read() as reader:
        before = watch(reader)
        with workspace.write() as writer:
            touch(writer, "release")
        assert watch(reader) == before
    with workspace.read() as reader:
        assert watch(reader)["release"] == before.get("release", 0) + 1


def test_what_a_reader_writes_is_not_kept(workspace: Workspace) -> None:
    try:
        with workspace.read() as reader:
            touch(reader, "release")
    except sa.exc.InternalError:
        assert workspace.dialect == "postgresql"
    with workspace.read() as reader:
        assert "release" not in watch(reader)


def test_a_failure_undoes_everything(workspace: Workspace) -> None:
    with pytest.raises(ZeroDivisionError), workspace.write() as connection:
        touch(connection, "release")
        raise ZeroDivisionError
    with workspace.read() as connection:
        assert "release" not in watch(connection)


def test_writers_side_by_side_lose_nothing(workspace: Workspace) -> None:
    with workspace.write() as connection:
        touch(connection, "release")

    def add() -> None:
        for _ in range(25):
            with workspace.write() as connection:
                touch(connection, "release")

    threads = [threading.Thread(target=add) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with workspace.read() as connection:
        assert watch(connection)["release"] == 151


def test_a_statement_that_takes_too_long_is_refused_and_the_connection_stays_good(workspace: Workspace) -> None:
    with pytest.raises(Refused), workspace.read() as connection, time_limit(connection, 0.3):
        connection.exec_driver_sql(SLOW[workspace.dialect])
    with workspace.read() as connection:
        assert connection.exec_driver_sql("SELECT 1").scalar() == 1


def test_rebuilding_a_parent_keeps_its_cascading_children(sqlite_workspace: Workspace) -> None:
    with sqlite_workspace.change() as connection:
        connection.exec_driver_sql("CREATE TABLE parent (id INTEGER PRIMARY KEY)")
        connection.exec_driver_sql(
            "CREATE TABLE child (id INTEGER PRIMARY KEY, parent_id INTEGER REFERENCES parent ON DELETE CASCADE)"
        )
        connection.exec_driver_sql("INSERT INTO parent VALUES (1)")
        connection.exec_driver_sql("INSERT INTO child VALUES (1, 1)")
    with sqlite_workspace.change() as connection:
        connection.exec_driver_sql("CREATE TABLE parent_new (id INTEGER PRIMARY KEY, note TEXT)")
        connection.exec_driver_sql("INSERT INTO parent_new (id) SELECT id FROM parent")
        connection.exec_driver_sql("DROP TABLE parent")
        connection.exec_driver_sql("ALTER TABLE parent_new RENAME TO parent")
    with sqlite_workspace.write() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM child").scalar() == 1
        # The same connection enforces foreign keys again.
        with pytest.raises(sa.exc.IntegrityError):
            connection.exec_driver_sql("INSERT INTO child VALUES (2, 77)")


def test_a_change_that_breaks_foreign_keys_is_undone(sqlite_workspace: Workspace) -> None:
    with sqlite_workspace.change() as connection:
        connection.exec_driver_sql("CREATE TABLE parent (id INTEGER PRIMARY KEY)")
        connection.exec_driver_sql("CREATE TABLE child (id INTEGER PRIMARY KEY, parent_id INTEGER REFERENCES parent)")
    with pytest.raises(RuntimeError), sqlite_workspace.change() as connection:
        connection.exec_driver_sql("INSERT INTO child VALUES (1, 77)")
    with sqlite_workspace.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM child").scalar() == 0


def test_the_secret_is_not_shown(workspace: Workspace) -> None:
    assert workspace.secret not in repr(workspace)


def test_a_reader_that_failed_leaves_no_limit_behind(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engines.database.READ_SECONDS", 0.05)
    with pytest.raises(Refused), workspace.read() as connection:
        watch(connection, limited=True)
        raise Refused(())
    time.sleep(0.1)
    many = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 200000) SELECT count(*) FROM n"
    for open_ in (workspace.change, workspace.write, workspace.read):
        with open_() as connection:
            assert connection.execute(sa.text(many)).scalar_one() == 200_000
