"""How long small writes wait while a large file is imported into SQLite: another process writes beside the import."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import sqlalchemy as sa

from engines.database import Workspace
from tests.benchmarks import bring, ground
from tests.benchmarks.board import Figures

#: rows of the import beside which the small writes are made
ROWS = 300_000
PAUSE = 0.02


def waits(figures: Figures) -> None:
    """The figures: the median and the 99th of a hundred small writes, and the longest any of them waited."""
    with tempfile.TemporaryDirectory() as folder:
        file = bring.files(Path(folder), ROWS)[0]
        data = Path(folder) / "data"
        workspace = bring.prepared(data)
        arguments = [sys.executable, "-m", "tests.benchmarks.lock", str(data)]
        writer = subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert writer.stdout is not None and writer.stdout.readline() == "ready\n"
        bring.product(workspace, file, ROWS)
        told, _ = writer.communicate("")
        workspace.close()
    took = sorted(float(line) for line in told.split())
    for name, value in (("p50", took[len(took) // 2]), ("p99", took[int(len(took) * 0.99)]), ("max", took[-1])):
        figures.amount(f"import_lock_{name}_ms", round(value * 1000, 1), "ms", 500)


def write(folder: Path) -> None:
    """Write small things until the input ends, and print how many seconds each took."""
    workspace = ground.workspace_in(folder, "")
    took: list[float] = []
    over = subprocess.Popen(["cat"], stdin=sys.stdin, stdout=subprocess.DEVNULL)
    print("ready", flush=True)
    while over.poll() is None:
        took.append(_one(workspace))
        time.sleep(PAUSE)
    workspace.close()
    print("\n".join(map(str, took)))


def _one(workspace: Workspace) -> float:
    begun = time.perf_counter()
    with workspace.write() as connection:
        connection.execute(sa.text("UPDATE bench__place SET version = version + 1 WHERE id = 1"))
    return time.perf_counter() - begun


if __name__ == "__main__":
    write(Path(sys.argv[1]))
