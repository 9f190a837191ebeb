"""`make tpch`: the 22 questions of TPC-H asked as reports on both databases, against the specification's SQL in DuckDB."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import sqlalchemy as sa

from engines.catalog import CATALOG
from engines.database import Workspace, open_workspace
from engines.publisher.platform import upgrade
from engines.reports.run import ask
from metamodel.dataset import Dataset
from metamodel.definition import load
from metamodel.report import Report
from tests.benchmarks.tpch_data import fill, made, to_duckdb
from tests.benchmarks.tpch_questions import QUESTIONS, UNSAID
from tests.conftest import SECRET, scratch_database
from tests.desk import sight


def answered(workspace: Workspace, number: int) -> list[list[Any]]:
    """A question's rows, as the product answers it."""
    asked = QUESTIONS[number]
    dataset, wrong = load(Dataset, asked["dataset"], CATALOG)
    measures = asked["report"]["measures"] or [asked["dataset"]["measures"][0]["name"]]
    report, issues = load(Report, {"name": f"q{number}", "label": "", **asked["report"], "measures": measures}, CATALOG)
    assert dataset is not None and report is not None and not wrong and not issues, (number, wrong, issues)
    with workspace.read() as connection:
        seen = sight(workspace, connection)
        application = replace(seen.live.model.applications["tpch"], datasets=(dataset,))
        rows = ask(connection, seen, application, report, {}).rows
    return rows if asked["report"]["measures"] else [row[:-1] for row in rows]


def wanted(connection: Any, number: int) -> list[list[Any]]:
    """What the specification's SQL says."""
    return [list(row) for row in connection.execute(QUESTIONS[number]["sql"]).fetchall()]


def same(found: list[list[Any]], known: list[list[Any]]) -> str:
    """Nothing where two answers are the same, whatever their order; else the first rows that differ."""
    a, b = sorted(map(_plain, found), key=str), sorted(map(_plain, known), key=str)
    if len(a) != len(b):
        return f"{len(a)} rows, {len(b)} wanted"
    return next((f"{one} is not {other}" for one, other in zip(a, b, strict=True) if not _alike(one, other)), "")


def _plain(row: list[Any]) -> list[Any]:
    return [_cell(value) for value in row]


def _cell(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (int, float, Decimal)):
        return round(float(value), 3)
    try:
        return value if value is None or len(str(value)) == 4 else round(float(value), 3)
    except ValueError:
        return value


def _alike(one: list[Any], other: list[Any]) -> bool:
    return all(
        abs(a - b) <= 0.002 + 1e-9 * abs(b) if isinstance(a, float) and isinstance(b, float) else str(a) == str(b)
        for a, b in zip(one, other, strict=True)
    )


@contextmanager
def houses(folder: Path) -> Iterator[dict[str, Workspace]]:
    """A house on each database that is there."""
    found = {"SQLite": open_workspace(name="tpch", data_dir=folder / "lite", url="", secret=SECRET)}
    url = os.environ.get("DOUGONG_TEST_PG", "")
    if not url:
        yield found
        return
    admin = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with scratch_database(admin, f"dougong_tpch_{os.getpid()}") as address:
        found["PostgreSQL"] = open_workspace(name="tpch", data_dir=folder / "pg", url=address, secret=SECRET)
        yield found
        for workspace in found.values():
            workspace.close()


def main() -> int:
    """The table, and how many of the 22 are right on every database."""
    scale = int(os.environ.get("SCALE", "1"))
    rows = made(scale)
    oracle = duckdb.connect()
    to_duckdb(oracle, rows)
    right = 0
    with tempfile.TemporaryDirectory() as scratch, houses(Path(scratch)) as all_:
        for workspace in all_.values():
            upgrade(workspace)
            fill(workspace, rows)
        print(f"{len(rows['item'])} lines of {len(rows['purchase'])} orders\n")
        print(f"{'':4}{'rows':>6}  " + "".join(f"{name:>14}" for name in all_))
        for number in range(1, 23):
            if number in UNSAID:
                print(f"Q{number:<3}{'–':>6}  not said: {UNSAID[number]}")
                continue
            known = wanted(oracle, number)
            told, good = "", True
            for name, workspace in all_.items():
                begun = time.perf_counter()
                wrong = same(answered(workspace, number), known)
                took = (time.perf_counter() - begun) * 1000
                good = good and not wrong
                told += f"{took:11.0f} ms" if not wrong else f"{name}: {wrong}"
            right += good
            print(f"Q{number:<3}{len(known):>6}  {told}")
    print(f"\n{right} of 22")
    return 0 if right == len(QUESTIONS) else 1


if __name__ == "__main__":
    sys.exit(main())
