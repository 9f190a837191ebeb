"""How fast a CSV file becomes people with their places, beside csv.reader + executemany, and beside COPY."""

from __future__ import annotations

import csv
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from itertools import islice
from pathlib import Path

import sqlalchemy as sa

from engines.database import Workspace
from engines.exchange.run import carry_out, keep_import
from engines.publisher.platform import upgrade
from engines.records.bulk import insert_rows, roomy
from engines.records.query import entity_of
from engines.runtime.imports import reader_of
from tests.benchmarks import ground
from tests.benchmarks.board import Figures
from tests.desk import release, sight

ROWS = 200_000
FIELDS = [
    "name",
    "code",
    "phone",
    "mail",
    "born",
    "city",
    "level",
    "score",
    "balance",
    "share",
    "active",
    "joined",
    "note",
    "place",
]


def files(folder: Path, rows: int = ROWS) -> tuple[Path, Path]:
    """The same people twice: as a business writes them, and as the table holds them, for the limit."""
    chance = random.Random(3)
    ours, bare = folder / "people.csv", folder / "bare.csv"
    with ours.open("w", newline="") as one, bare.open("w", newline="") as two:
        said, stored = csv.writer(one), csv.writer(two)
        said.writerow(FIELDS)
        for n in range(rows):
            at = (ground.NOW - timedelta(seconds=chance.randrange(10**8))).strftime("%Y-%m-%d %H:%M:%S")
            head = [
                f"Person {n}",
                f"C{n:07d}",
                f"13{n:09d}",
                f"p{n}@example.com",
                f"{1950 + n % 60}-03-0{n % 9 + 1}",
                f"City {n % 300}",
                f"l{n % 5}",
                chance.randrange(10_000),
            ]
            money, share, place = chance.randrange(10**7), chance.randrange(10_000), n % ground.PLACES
            said.writerow(
                [*head, f"{money / 100:.2f}", f"{share / 100:.2f}%", "yes", at, f"Note {n}", f"Place {place}"]
            )
            stored.writerow([*head, money, share, 1, f"{at}.000000", f"Note {n}", place + 1])
    return ours, bare


def prepared(folder: Path, url: str = "") -> Workspace:
    """An empty workspace with places in it."""
    workspace = ground.workspace_in(folder, url)
    upgrade(workspace)
    release(workspace, ground.BENCH)
    with workspace.write() as connection:
        seen = sight(workspace, connection)
        rows = [[f"Place {n}"] for n in range(ground.PLACES)]
        insert_rows(connection, seen.live, entity_of(seen, "bench.place"), ["name"], rows, ground.CAUSE)
    return workspace


def product(workspace: Workspace, file: Path, rows: int = ROWS) -> float:
    """Rows a second through the product, computed fields and checks included."""
    mapping = {
        "entity": "bench.person",
        "zone": "UTC",
        "columns": [{"column": name, "field": "place.name" if name == "place" else name} for name in FIELDS],
    }
    format = reader_of(file.name).examine(file)
    with workspace.write() as connection:
        number = keep_import(connection, "bench", file, file.name, format, mapping, by=1, now=ground.NOW)
    begun = time.perf_counter()
    counts = carry_out(workspace, lambda connection: sight(workspace, connection), number, lambda *told: None)
    seconds = time.perf_counter() - begun
    assert counts["insert"] == rows, counts
    return rows / seconds


HEAD = "version, created_at, created_by, changed_at, changed_by, run_id"


def bare_sqlite(workspace: Workspace, file: Path) -> float:
    """csv.reader and executemany into the same table with the same indexes."""
    with workspace.write() as connection:
        connection.exec_driver_sql("DELETE FROM bench__person")
    now = "2026-11-22 04:00:00.000000"
    marks = ", ".join("?" * (6 + len(FIELDS)))
    begun = time.perf_counter()
    with file.open(newline="") as opened:
        rows = ((1, now, 1, now, 1, 1, *row) for row in csv.reader(opened))
        while some := list(islice(rows, 50_000)):
            with workspace.write() as connection, roomy(connection):
                connection.connection.driver_connection.executemany(
                    f"INSERT INTO bench__person ({HEAD}, {', '.join(FIELDS)}) VALUES ({marks})", some
                )
    return ROWS / (time.perf_counter() - begun)


def bare_postgresql(workspace: Workspace, file: Path) -> float:
    """COPY of the file into the same table with the same indexes and foreign keys."""
    with workspace.write() as connection:
        connection.exec_driver_sql("DELETE FROM bench__person")
    begun = time.perf_counter()
    with workspace.write() as connection:
        for name, value in (("created_at", "now()"), ("changed_at", "now()"), ("version", "1"), ("run_id", "1")):
            connection.exec_driver_sql(f"ALTER TABLE bench__person ALTER {name} SET DEFAULT {value}")
        driver = connection.connection.driver_connection
        with (
            driver.cursor() as cursor,
            cursor.copy(f"COPY bench__person ({', '.join(FIELDS)}) FROM STDIN (FORMAT csv)") as copy,
            file.open("rb") as opened,
        ):
            while block := opened.read(1 << 16):
                copy.write(block)
    return ROWS / (time.perf_counter() - begun)


def compared(folder: Path, url: str, bare: Callable[[Workspace, Path], float]) -> tuple[float, float]:
    """Ours and the limit, each in a fresh workspace of the same run."""
    ours, stored = files(folder)
    results = []
    for work, file in ((product, ours), (bare, stored)):
        target = scratch(url) if url else ""
        workspace = prepared(folder / work.__name__, target)
        results.append(work(workspace, file))
        workspace.close()
    return results[0], results[1]


def scratch(url: str) -> str:
    """A fresh database of this name beside the one given."""
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql("DROP DATABASE IF EXISTS dougong_bring WITH (FORCE)")
        connection.exec_driver_sql("CREATE DATABASE dougong_bring")
    engine.dispose()
    return sa.make_url(url).set(database="dougong_bring").render_as_string(hide_password=False)


def bring(figures: Figures, url: str) -> None:
    """The figures of imports; PostgreSQL's only where it answers."""
    with tempfile.TemporaryDirectory() as folder:
        figures.rate("import_csv", *compared(Path(folder), "", bare_sqlite))
    if url:
        with tempfile.TemporaryDirectory() as folder:
            figures.rate("import_csv_pg", *compared(Path(folder), url, bare_postgresql))
    # A process of its own, whose peak is that of the import alone.
    told = subprocess.run([sys.executable, "-m", "tests.benchmarks.bring"], capture_output=True, text=True, check=True)
    figures.amount("import_peak_mb", float(told.stdout), "MB", 600)


def peak() -> None:
    """Import once on SQLite and print the most memory this process ever held, in megabytes."""
    with tempfile.TemporaryDirectory() as folder:
        ours, _ = files(Path(folder))
        workspace = prepared(Path(folder) / "data")
        product(workspace, ours)
        workspace.close()
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


if __name__ == "__main__":
    peak()
