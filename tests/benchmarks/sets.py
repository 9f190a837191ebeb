"""Segments and analyses over a million facts, against the SQL that somebody would write by hand for the same."""

from __future__ import annotations

import copy
import statistics
import time
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from engines.database import Workspace
from engines.runtime.analysing import analyse
from engines.runtime.jobs import Progress
from engines.runtime.release import Releases
from engines.runtime.segment_pages import drafted
from engines.runtime.segmenting import follow
from tests.benchmarks import ground
from tests.benchmarks.board import Figures
from tests.desk import ADMIN, field, release

ROUNDS = 3
FIELDS = ("r", "f", "m", "days", "times")
RFM = {
    "name": "rfm", "label": "RFM", "entity": "person", "facts": "visits", "date": "at", "amount": "amount",
    "r_field": "r", "f_field": "f", "m_field": "m", "days_field": "days", "times_field": "times",
}
DRAFTED = {
    "name": "recent", "label": "Recent", "entity": "person",
    "condition": "SUM({visits.amount}, {visits.at} >= TODAY() - 30) >= 500",
}


def furnished(workspace: Workspace) -> None:
    """The fields that scores go to, and an analysis."""
    with workspace.read() as connection:
        if "r" in Releases(workspace).live(connection).model.entities["bench.person"].fields:
            return
    document: Any = copy.deepcopy(ground.BENCH)
    person = next(item for item in document["entities"] if item["name"] == "person")
    person["fields"] += [field(name, "integer") for name in FIELDS]
    document["analyses"] = [RFM]
    release(workspace, document)
    follow(workspace, Releases(workspace), ground.NOW)


def timed(work: Any) -> float:
    """Milliseconds of one call."""
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000


def rfm(figures: Figures, workspace: Workspace, mark: str = "") -> None:
    """Grades of 100,000 people from 1,000,000 visits, the first time: every record is written and leaves an entry."""
    arguments = {"application": "bench", "analysis": "rfm", "by": None, "at": ground.NOW.isoformat()}
    ours: list[float] = []
    limit: list[float] = []
    for _ in range(ROUNDS):
        _blank(workspace)
        ours.append(timed(lambda: analyse(workspace, arguments, Progress(workspace=workspace, job_id="none"))))
        mine = _held(workspace)
        _blank(workspace)
        limit.append(timed(lambda: _by_hand(workspace)))
        assert mine == _held(workspace), "both give the same grades"
    figures.time(f"rfm_1m_orders{mark}", statistics.median(ours), statistics.median(limit))


def _blank(workspace: Workspace) -> None:
    sets = ", ".join(f"{name} = NULL" for name in FIELDS)
    with workspace.write() as connection:
        connection.exec_driver_sql(f"UPDATE bench__person SET {sets}")


def _held(workspace: Workspace) -> list[Any]:
    with workspace.read() as connection:
        return list(connection.exec_driver_sql(f"SELECT id, {', '.join(FIELDS)} FROM bench__person ORDER BY id"))


def _by_hand(workspace: Workspace) -> None:
    """The statements of somebody who knows SQL: groups, cuts, grades, the update, and what was there before."""
    lite = workspace.dialect == "sqlite"
    end = "2026-11-22 16:00:00"
    days = (
        f"(CAST(strftime('%s', '{end}') AS INTEGER) - CAST(strftime('%s', substr(max(at), 1, 19)) AS INTEGER)) / 86400"
        if lite
        else f"floor(extract(epoch FROM TIMESTAMPTZ '{end}+00' - max(at)) / 86400)::bigint"
    )
    told = ", ".join(f"'{name}', {'json_array' if lite else 'jsonb_build_array'}(o.{name}, n.{name})" for name in FIELDS)
    build = f"json_object({told})" if lite else f"jsonb_build_object({told})"
    now = "2026-11-22 04:00:00.000000" if lite else "2026-11-22 04:00:00+00"
    with workspace.write() as connection:
        run = connection.exec_driver_sql
        run(
            f"CREATE TEMP TABLE g AS SELECT person AS id, {days} AS days, count(*) AS times, sum(amount) AS total "
            f"FROM bench__visit WHERE deleted_at IS NULL AND person IS NOT NULL AND at < '{end}' GROUP BY person"
        )
        cuts = {name: _cuts(connection, name) for name in ("days", "times", "total")}

        def grade(name: str, falling: bool = False) -> str:
            whens = " ".join(
                f"WHEN {name} <= {cut} THEN {5 - place if falling else place + 1}" for place, cut in enumerate(cuts[name])
            )
            return f"CASE {whens} ELSE {1 if falling else 5} END"

        run(
            f"CREATE TEMP TABLE n AS SELECT id, {grade('days', True)} AS r, {grade('times')} AS f, "
            f"{grade('total')} AS m, days, times FROM g"
        )
        same = " OR ".join(f"o.{name} IS DISTINCT FROM n.{name}" for name in FIELDS)
        run(
            "INSERT INTO change (entity, record_id, action, fields, at, depth) "
            f"SELECT 'bench.person', o.id, 'update', {build}, '{now}', 0 "
            f"FROM bench__person o JOIN n ON n.id = o.id WHERE {same}"
        )
        sets = ", ".join(f"{name} = n.{name}" for name in FIELDS)
        same = " OR ".join(f"bench__person.{name} IS DISTINCT FROM n.{name}" for name in FIELDS)
        run(
            f"UPDATE bench__person SET {sets}, version = version + 1, changed_at = '{now}' FROM n "
            f"WHERE n.id = bench__person.id AND ({same})"
        )
        run("DROP TABLE g")
        run("DROP TABLE n")


def _cuts(connection: sa.Connection, name: str) -> list[int]:
    count = connection.exec_driver_sql("SELECT count(*) FROM g").scalar_one()
    places = [divmod((count - 1) * part, 5) for part in range(1, 5)]
    wanted = {place + more + 1 for place, _ in places for more in (0, 1)}
    rows = connection.exec_driver_sql(
        f"SELECT place, value FROM (SELECT {name} AS value, row_number() OVER (ORDER BY {name}) AS place FROM g) x "
        f"WHERE place IN ({', '.join(map(str, sorted(wanted)))})"
    )
    found = {place: int(value) for place, value in rows}
    return [(found[place + 1] * (5 - rest) + found.get(place + 2, 0) * rest) // 5 for place, rest in places]


def segment(figures: Figures, workspace: Workspace, mark: str = "") -> None:
    """How many people spent so much in thirty days, counted while somebody edits the condition."""
    since = ground.NOW.astimezone().date()
    lite = workspace.dialect == "sqlite"
    day = str(since - timedelta(days=30))
    bound = f"'{since - timedelta(days=31)} 16:00:00.000000'" if lite else f"TIMESTAMPTZ '{day} 00:00+08'"
    plain = (
        "SELECT count(*) FROM bench__person p WHERE p.deleted_at IS NULL AND (SELECT coalesce(sum(v.amount), 0) "
        f"FROM bench__visit v WHERE v.person = p.id AND v.deleted_at IS NULL AND v.at >= {bound}) >= 50000"
    )
    ours: list[float] = []
    limit: list[float] = []
    for _ in range(ROUNDS):
        with workspace.read() as connection:
            seen = Releases(workspace).sight(connection, ADMIN, ground.NOW)
            found: list[Any] = []
            ours.append(timed(lambda: found.append(drafted(connection, seen, "bench", DRAFTED, []))))  # noqa: B023
            limit.append(timed(lambda: found.append(connection.exec_driver_sql(plain).scalar_one())))  # noqa: B023
            assert found[0]["count"] == found[1], (found[0]["count"], found[1])
    figures.time(f"segment_count_1m_ms{mark}", statistics.median(ours), statistics.median(limit))


def measured(figures: Figures, workspace: Workspace, mark: str = "") -> None:
    """Both figures over a ground that is filled."""
    furnished(workspace)
    segment(figures, workspace, mark)
    rfm(figures, workspace, mark)
