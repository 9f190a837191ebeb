"""Reports over a million rows against plain SQL, small ones and kept ones by themselves, and a board of twelve tiles."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from engines.access.actor import Principals
from engines.catalog import CATALOG
from engines.database import Workspace
from engines.records.history import Cause
from engines.records.query import entity_of
from engines.records.store import create
from engines.reports.cache import ask_kept
from engines.reports.run import ask
from engines.runtime.release import Releases
from metamodel.dataset import Dataset
from metamodel.definition import load
from metamodel.report import Report
from tests.benchmarks.board import Figures

ROUNDS = 3
FACTS = {
    "name": "facts",
    "label": "Facts",
    "entity": "visit",
    "dimensions": [
        {"name": "at", "label": "At", "expression": "{at}"},
        {"name": "place", "label": "Place", "expression": "{place.name}"},
        {"name": "state", "label": "State", "expression": "{state}"},
        {"name": "size", "label": "Size", "expression": "{items}", "step": 3},
    ],
    "measures": [
        {"name": "amount", "label": "Amount", "aggregate": "sum", "expression": "{amount}"},
        {"name": "visits", "label": "Visits", "aggregate": "count"},
        {"name": "people", "label": "People", "aggregate": "count_distinct", "expression": "{person}"},
        {"name": "mean", "label": "Mean", "aggregate": "average", "expression": "{amount}"},
        {"name": "share", "label": "Share", "aggregate": "share", "of": "amount"},
        {"name": "grown", "label": "Grown", "aggregate": "previous", "of": "amount"},
    ],
}
FEW = {"name": "few", "label": "Few", "entity": "place", "dimensions": [{"name": "name", "label": "Name", "expression": "{name}"}], "measures": [{"name": "places", "label": "Places", "aggregate": "count"}]}  # fmt: skip
MONTH = {"dimension": "at", "grain": "month"}
WEEK = [{"dimension": "at", "period": "last_7_days"}]
TILES: list[dict[str, Any]] = [
    {"measures": ["amount", "grown"]},
    {"measures": ["visits"]},
    {"measures": ["people"]},
    {"measures": ["mean"]},
    {"rows": [{"dimension": "at", "grain": "day"}], "measures": ["amount"]},
    {"rows": [{"dimension": "place"}], "measures": ["amount"], "limit": 10},
    {"rows": [{"dimension": "place"}], "measures": ["share", "amount"], "limit": 10},
    {"rows": [{"dimension": "state"}], "measures": ["visits"]},
    {"rows": [{"dimension": "at", "grain": "weekday"}], "columns": [{"dimension": "at", "grain": "hour"}], "measures": ["visits"]},
    {"rows": [{"dimension": "size"}], "measures": ["visits"]},
    {"rows": [{"dimension": "place"}], "columns": [{"dimension": "state"}], "measures": ["amount"], "chart": {"type": "pivot"}},
    {"rows": [{"dimension": "at", "grain": "day"}], "color": [{"dimension": "state"}], "measures": ["people"]},
]  # fmt: skip


def measured(figures: Figures, workspace: Workspace) -> None:
    """All of them, on SQLite, as an administrator, by whom every row is seen."""
    releases = Releases(workspace)
    with workspace.read() as connection:
        seen = releases.sight(connection, Principals().by_user(connection, 1), datetime.now(UTC))
        facts = [load(Dataset, document, CATALOG)[0] for document in (FACTS, FEW)]
        application = replace(seen.live.model.applications["bench"], datasets=tuple(filter(None, facts)))

        def report(**document: Any) -> Report:
            found, issues = load(Report, {"name": "x", "label": "", "dataset": "facts", **document}, CATALOG)
            assert found is not None, issues
            return found

        pairs = {
            "report_month_region": (
                report(rows=[MONTH, {"dimension": "place"}], measures=["amount", "visits"]),
                "SELECT substr(datetime(substr(v.at, 1, 19), '+28800 seconds'), 1, 7), p.name, sum(v.amount), count(*) "
                "FROM bench__visit v LEFT JOIN bench__place p ON p.id = v.place AND p.deleted_at IS NULL "
                "WHERE v.deleted_at IS NULL GROUP BY 1, 2 ORDER BY 1, 2",
            ),
            "report_distinct": (
                report(rows=[{"dimension": "place"}], measures=["people"]),
                "SELECT p.name, count(DISTINCT v.person) FROM bench__visit v LEFT JOIN bench__place p ON p.id = v.place "
                "AND p.deleted_at IS NULL WHERE v.deleted_at IS NULL GROUP BY 1 ORDER BY 2 DESC, 1",
            ),
        }
        for name, (asked, plain) in pairs.items():
            rows = ask(connection, seen, application, asked, {}).rows
            wanted = connection.execute(sa.text(plain)).fetchall()
            assert len(rows) == len(wanted) and [row[-1] for row in rows] == [row[-1] for row in wanted], name
            mine, theirs = _turns(
                lambda asked=asked: ask(connection, seen, application, asked, {}),
                lambda plain=plain: connection.execute(sa.text(plain)).fetchall(),
            )
            figures.time(name, mine, theirs)
        small = report(dataset="few", rows=[{"dimension": "name"}], measures=["places"])
        figures.time("report_small_ms", _median(lambda: ask(connection, seen, application, small, {}), 30), None)
        large = pairs["report_month_region"][0]
        first = ask_kept(connection, seen, application, large, {})
        figures.time("report_cached_ms", _median(lambda: ask_kept(connection, seen, application, large, {}), 30), None)
        assert ask_kept(connection, seen, application, large, {}) is first
        tiles = [report(filters=WEEK, **tile) for tile in TILES]
        board = _median(lambda: [ask(connection, seen, application, tile, {}) for tile in tiles], ROUNDS)
        figures.time("board_12_tiles_ms", board, None)
    with workspace.write() as connection:
        fresh = releases.sight(connection, seen.actor, datetime.now(UTC))
        create(
            connection, fresh, entity_of(fresh, "bench.visit"), {"place": 1, "amount": "1"}, Cause(at=seen.now, by=1)
        )
    with workspace.read() as connection:
        seen = releases.sight(connection, seen.actor, datetime.now(UTC))
        again = ask_kept(connection, seen, application, large, {})
        assert sum(row[-1] for row in again.rows) == sum(row[-1] for row in first.rows) + 1


def _timed(work: Callable[[], Any]) -> float:
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000


def _median(work: Callable[[], Any], rounds: int) -> float:
    return statistics.median(_timed(work) for _ in range(rounds))


def _turns(ours: Callable[[], Any], limit: Callable[[], Any]) -> tuple[float, float]:
    """Medians of rounds in turn, so that a busy moment hits both."""
    pairs = [(_timed(ours), _timed(limit)) for _ in range(ROUNDS)]
    return statistics.median(one for one, _ in pairs), statistics.median(two for _, two in pairs)
