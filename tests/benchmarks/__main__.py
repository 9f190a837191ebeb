"""make bench: every figure of the product beside the raw limit of the same run."""

from __future__ import annotations

import argparse
import copy
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from app.parent import settle
from engines.access.actor import Principals
from engines.access.tokens import digest_of
from engines.database import Workspace
from engines.publisher.releases import newest
from engines.records.query import Asked, entity_of, page
from engines.reports.run import ask
from engines.runtime.release import Releases
from metamodel.definition import load
from metamodel.report import Report
from tests.benchmarks import decisions, flows, ground, reports, rules, sets
from tests.benchmarks.board import Figures
from tests.benchmarks.bring import bring
from tests.benchmarks.load import free_port, rate, served, weight
from tests.benchmarks.lock import waits
from tests.benchmarks.page import first_page
from tests.conftest import scratch_database
from tests.desk import field, release

ROUNDS = 3


def interleaved(ours, limit) -> tuple[float, float]:
    """Medians of rounds in turn, so that a busy moment hits both."""
    pairs = [(ours(), limit()) for _ in range(ROUNDS)]
    return statistics.median(one for one, _ in pairs), statistics.median(two for _, two in pairs)


def timed(work) -> float:
    """Milliseconds of one call."""
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000


def web(figures: Figures, workspace: Workspace, token: str) -> None:
    """Reads, lists and writes over HTTP against a bare view on the same server."""
    folder = workspace.data_dir
    environment = {
        "DATA_DIR": str(folder),
        "SECRET_KEY": ground.SECRET,
        "LIMIT_DATABASE": str(folder / "dougong.sqlite"),
    }
    script = folder / "create.lua"
    script.write_text("""
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = '{"name":"New Person","phone":"13800000000","mail":"new@example.com","city":"City 1","level":"l1","score":5,"place":1}'
""")
    wide = "fields=name,code,phone,mail,born,city,level,score,balance,share,active,joined,note,place,friend"
    pairs = {
        "read_by_id": ("/api/records/bench/person/51", "/person/51", None),
        "list_indexed": (
            f"/api/records/bench/person?{wide}&filter=%7Bcity%7D%20%3D%20%22City%2050%22&sort=-score&limit=50",
            "/person?city=City%2050",
            None,
        ),
        "list_by_relation": (
            "/api/records/bench/visit?fields=person,place,at,amount,items,state,remark"
            "&filter=%7Bperson%7D%20%3D%2051&sort=-at&limit=50",
            "/visits?person=51",
            None,
        ),
        "list_expression_filter": (
            f"/api/records/bench/person?{wide}&filter=%7Bbalance%7D%20*%202%20%3E%20195000&sort=-score&limit=50",
            "/expression",
            None,
        ),
        "create": ("/api/records/bench/person", "/person", script),
    }
    with (
        served("app.web:build", environment) as ours,
        served("tests.benchmarks.limit:build", environment, "/x") as limit,
    ):
        for name, (path, bare, body) in pairs.items():
            mine, theirs = interleaved(
                lambda path=path, body=body: rate(ours + path, token, script=body),
                lambda bare=bare, body=body: rate(limit + bare, token, script=body),
            )
            figures.rate(name, mine, theirs)


def aggregate(figures: Figures, workspace: Workspace, token: str) -> None:
    """A sum by month and place over a million rows against the plain statement."""
    with workspace.read() as connection:
        actor = Principals().by_token(connection, digest_of(token), datetime.now(UTC))
        seen = Releases(workspace).sight(connection, actor, datetime.now(UTC))
        report, _ = load(
            Report,
            {
                "name": "x",
                "label": "",
                "dataset": "visits",
                "measures": ["amount"],
                "rows": [{"dimension": "at", "grain": "month"}, {"dimension": "place"}],
            },
            seen.live.model.catalog,
        )
        application = seen.live.model.applications["bench"]
        plain = sa.text(
            "SELECT substr(datetime(substr(at, 1, 19), '+28800 seconds'), 1, 7) AS month, place, sum(amount) "
            "FROM bench__visit WHERE deleted_at IS NULL "
            "AND place IN (SELECT id FROM bench__place WHERE department IN (1)) GROUP BY 1, 2 ORDER BY 1, 2"
        )
        mine, theirs = interleaved(
            lambda: timed(lambda: ask(connection, seen, application, report, {})),
            lambda: timed(lambda: connection.execute(plain).fetchall()),
        )
    figures.time("aggregate_month_store", mine, theirs)


READER = """
import sqlite3, sys, time
import psycopg
if "://" in sys.argv[1]:
    raw = psycopg.connect(sys.argv[1], autocommit=True)
else:
    raw = sqlite3.connect(sys.argv[1], isolation_level=None)
    raw.execute("PRAGMA journal_mode=WAL")
slowest = 0.0
print("ready", flush=True)
while time.time() < float(sys.argv[2]):
    begun = time.perf_counter()
    raw.execute("SELECT id, amount FROM bench__visit WHERE id = 500000").fetchall()
    slowest = max(slowest, time.perf_counter() - begun)
print(slowest * 1000)
"""


def schema(figures: Figures, workspace: Workspace, mark: str = "") -> None:
    """A field added to a million rows, and the slowest read of another process meanwhile."""
    document = copy.deepcopy(ground.BENCH)
    with workspace.read() as connection:
        kept = next(item for item in newest(connection)["bench"]["entities"] if item["name"] == "visit")["fields"]
    document["entities"][2]["fields"] = [*kept, field(f"extra{len(kept)}", "text")]
    path = str(workspace.data_dir / "dougong.sqlite") if workspace.dialect == "sqlite" else _plain(workspace.url)
    reader = subprocess.Popen(
        [sys.executable, "-c", READER, path, str(time.time() + 4)], stdout=subprocess.PIPE, text=True
    )
    assert reader.stdout is not None
    reader.stdout.readline()
    took = timed(lambda: release(workspace, document))
    slowest = float(reader.stdout.readline())
    reader.wait()
    figures.time(f"add_field_1m{mark}_ms", took, None)
    figures.amount(f"add_field{mark}_slowest_read_ms", slowest, "ms", 20)


def _plain(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://")


def schema_pg(figures: Figures, folder: Path, url: str) -> None:
    """The same on PostgreSQL, in a database of its own."""
    if not url:
        print("add_field_1m_pg_ms: passed over, no PostgreSQL (DOUGONG_TEST_PG)", flush=True)
        return
    admin = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with scratch_database(admin, "dougong_bench") as address:
        workspace = ground.workspace_in(folder / "pg", address)
        ground.make(workspace)
        schema(figures, workspace, "_pg")
        sets.measured(figures, workspace, "_pg")
        rules.million(figures, workspace, "_pg")
        workspace.close()
    admin.dispose()


def start(figures: Figures, folder: Path) -> None:
    """From the command to the first good answer on an existing database, and the weight of the idle tree."""
    port = free_port()
    begun = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "app", "serve"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PORT": str(port), "DATA_DIR": str(folder), "SECRET_KEY": ground.SECRET},
    )
    try:
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1)
                break
            except OSError:
                time.sleep(0.02)
        figures.time("cold_start_s", time.perf_counter() - begun, None, "s")
        time.sleep(6)
        figures.amount("memory_idle_mb", weight(process.pid), "MB", 200)
    finally:
        process.terminate()
        process.wait(15)


def lists(figures: Figures, workspace: Workspace) -> None:
    """In one process: what a list costs without HTTP, against sqlite3."""
    raw = sqlite3.connect(workspace.data_dir / "dougong.sqlite")
    with workspace.read() as connection:
        from_boss = Principals().by_user(connection, 1)
        seen = Releases(workspace).sight(connection, from_boss, datetime.now(UTC))
        person = entity_of(seen, "bench.person")
        asked = Asked(fields=("name", "city", "score"), sorts=(("score", True),), limit=50)
        mine, theirs = interleaved(
            lambda: timed(lambda: [page(connection, seen, person, asked) for _ in range(50)]),
            lambda: timed(
                lambda: [
                    raw.execute(
                        "SELECT id, version, name, city, score FROM bench__person WHERE deleted_at IS NULL "
                        "ORDER BY score DESC, id DESC LIMIT 51"
                    ).fetchall()
                    for _ in range(50)
                ]
            ),
        )
    figures.time("list_in_process", mine / 50, theirs / 50)


def main() -> None:
    """All figures, or those named."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", type=Path, help="keep the data here and use it again")
    parser.add_argument("--only", default="", help="names of parts, with commas")
    chosen = parser.parse_args()
    settle()  # as every process of an installation does
    figures = Figures()
    with tempfile.TemporaryDirectory() as scratch:
        folder = chosen.folder or Path(scratch)
        kept = folder / "token"
        workspace = ground.workspace_in(folder)
        if not kept.exists():
            begun = time.perf_counter()
            kept.write_text(ground.make(workspace))
            print(f"data made in {time.perf_counter() - begun:.0f} s", flush=True)
        token = kept.read_text()
        parts = {
            "lists": lambda: lists(figures, workspace),
            "web": lambda: web(figures, workspace, token),
            "reports": lambda: reports.measured(figures, workspace),
            "aggregate": lambda: aggregate(figures, workspace, token),
            "start": lambda: start(figures, folder),
            "schema": lambda: schema(figures, workspace),
            "schema_pg": lambda: schema_pg(figures, folder, os.environ.get("DOUGONG_TEST_PG", "")),
            "rules": lambda: rules.measured(figures, workspace),
            "decisions": lambda: decisions.measured(figures),
            "sets": lambda: sets.measured(figures, workspace),
            "flows": lambda: flows.measured(figures),
            "page": lambda: first_page(figures, workspace),
            "import": lambda: bring(figures, os.environ.get("DOUGONG_TEST_PG", "")),
            "import_lock": lambda: waits(figures),
        }
        for name in chosen.only.split(",") if chosen.only else parts:
            parts[name]()
        workspace.close()


if __name__ == "__main__":
    main()
