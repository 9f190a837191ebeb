"""A desk, and a way to bring a file into it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from engines.database import Workspace, open_workspace
from engines.exchange import run as running
from engines.exchange.run import carry_out, dry_run, keep_import, load_import
from engines.exchange.undo import undo_run
from engines.publisher.platform import upgrade
from engines.records.bulk import run
from engines.records.derive import derivations, drift
from engines.runtime.imports import reader_of
from tests.conftest import SECRET, scratch_database
from tests.desk import ADMIN, NOW, desk, release, sight


def _prepare(folder: Path, url: str = "") -> None:
    workspace = open_workspace(name="template", data_dir=folder, url=url, secret=SECRET)
    upgrade(workspace)
    release(workspace, desk())
    workspace.close()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the desk released in it, copied for every test."""
    folder = tmp_path_factory.mktemp("exchange_template")
    _prepare(folder)
    return folder


@pytest.fixture(scope="session")
def pg_template(pg_admin: sa.Engine, worker_name: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The name of a database with the desk released in it."""
    name = f"{worker_name}_exchange"
    with scratch_database(pg_admin, name) as url:
        _prepare(tmp_path_factory.mktemp("pg_exchange_template"), url)
        yield name


def quiet(done: int, total: int | None, phase: str) -> None:
    """Tells nobody."""


@dataclass(slots=True, kw_only=True)
class Desk:
    """The desk, and what is asked of it. `number` is that of the last run."""

    workspace: Workspace
    folder: Path
    number: int = 0

    def sight_of(self, connection: Any) -> Any:
        return sight(self.workspace, connection, ADMIN)

    def keep(self, content: str | bytes, fields: dict[str, str], entity: str = "ticket", name: str = "a.csv", **more: Any) -> int:
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        format = reader_of(name).examine(path)
        options = more.pop("options", {})
        columns = [{"column": column, "field": field, **options.get(column, {})} for column, field in fields.items()]
        mapping = {"entity": f"desk.{entity}", "columns": columns, **more}
        with self.workspace.write() as connection:
            self.number = keep_import(connection, "desk", path, name, format, mapping, by=1, now=NOW)
        return self.number

    def bring(self, *given: Any, **more: Any) -> dict[str, int]:
        """Import; the counts that aren't zero."""
        return self.go(self.keep(*given, **more))

    def go(self, number: int, tell: Callable[..., None] = quiet) -> dict[str, int]:
        return {name: count for name, count in carry_out(self.workspace, self.sight_of, number, tell).items() if count}

    def dry(self, *given: Any, **more: Any) -> tuple[dict[str, int], list[tuple[int, list[str]]]]:
        found = dry_run(self.workspace, self.sight_of, self.keep(*given, **more), quiet)
        return {name: count for name, count in found["counts"].items() if count}, _codes(found["faults"])

    def faults(self) -> list[tuple[int, list[str]]]:
        """Row numbers with the codes of what is wrong."""
        with self.workspace.read() as connection:
            return _codes(load_import(connection, self.number).faults)

    def undo(self, number: int, keep_changed: bool = False) -> dict[str, int]:
        return dict(undo_run(
            self.workspace, self.sight_of, number, keep_changed=keep_changed, by=1, now=NOW, tell=quiet))

    def rows(self, entity: str, *columns: str) -> list[Any]:
        with self.workspace.read() as connection:
            table = self.sight_of(connection).live.tables[f"desk.{entity}"]
            query = sa.select(*(table.c[name] for name in columns)).where(table.c.deleted_at.is_(None))
            found = [tuple(row) for row in connection.execute(query.order_by(table.c.id))]
        return [row[0] for row in found] if len(columns) == 1 else found

    def state(self) -> str:
        with self.workspace.read() as connection:
            return connection.execute(sa.select(run.c.state).where(run.c.id == self.number)).scalar_one()

    def drifting(self) -> list[Any]:
        """Computed values that aren't what they should be."""
        with self.workspace.read() as connection:
            seen = self.sight_of(connection)
            return [key for key in derivations(seen.live).nodes if drift(connection, seen.live, *key, seen.context)]


def _codes(faults: Sequence[Any]) -> list[tuple[int, list[str]]]:
    return [(one["row"], [issue["code"].split(".")[1] for issue in one["issues"]]) for one in faults]


@pytest.fixture
def here(workspace: Workspace, tmp_path: Path) -> Desk:
    return Desk(workspace=workspace, folder=tmp_path)


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunks of three rows."""
    monkeypatch.setattr(running, "CHUNK", 3)
