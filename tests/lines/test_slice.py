"""A small year through the product, on both databases: imported over HTTP as a job, asked of the report API, to the cent."""

from __future__ import annotations

import io
from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from engines.runtime.jobs import run_job
from engines.runtime.work import JOBS
from tests.lines.test_imports import bug

ROWS = 3_000
BEGIN = datetime(2026, 1, 1, 0, 30, tzinfo=UTC)


def rows() -> list[tuple[str, str, Decimal, datetime]]:
    """Made by arithmetic alone: subject, team, cost and moment."""
    return [
        (f"T{n}", f"Team {n * 7 % 12}", Decimal(n * n % 100_003) / 100, BEGIN + timedelta(minutes=n * 175)) for n in range(ROWS)
    ]


@pytest.fixture
def filled(workspace, desked):
    lines = ["subject,team,cost,closed_at"]
    lines += [f"{subject},{team},{cost},{at:%Y-%m-%d %H:%M:%S}" for subject, team, cost, at in rows()]
    content = io.BytesIO("\n".join([*lines, "wrong,Team 1,x,2026-01-01 00:00:00"]).encode())
    data = {"file": (content, "year.csv"), "application": "desk", "entity": "ticket"}
    found = desked.post("/api/imports", data=data, content_type="multipart/form-data").json
    mapping = found["mapping"]
    fields = {"subject": "subject", "team": "team.name", "cost": "cost", "closed_at": "closed_at"}
    mapping |= {"mode": "insert", "match": [], "zone": "UTC"}
    mapping["columns"] = [{"column": name, "field": path, "zone": "UTC" if name == "closed_at" else "", "unknown": "stub" if name == "team" else "reject"} for name, path in fields.items()]
    assert desked.put(f"/api/imports/{found['id']}", {"mapping": mapping}).json["issues"] == []
    run_job(workspace, desked.post(f"/api/imports/{found['id']}/start").json["job"], JOBS, bug)
    counts = desked.get(f"/api/imports/{found['id']}").json["counts"]
    assert (counts["insert"], counts["stub"], counts["reject"]) == (ROWS, 12, 1)
    return desked


def asked(browser, **report) -> dict:
    zone = report.pop("zone", "")
    answer = browser.post("/api/reports/desk/query", {"report": {"dataset": "tickets", "measures": ["cost", "tickets"], **report}, "zone": zone})
    assert answer.status_code == 200, answer.json
    return {row[0]: (Decimal(str(row[1])), row[2]) for row in answer.json["rows"]}


def expected(key) -> dict:
    sums, counts = Counter(), Counter()
    for row in rows():
        sums[key(row)] += row[2]
        counts[key(row)] += 1
    return {name: (sums[name], counts[name]) for name in sums}


def test_the_totals_are_true(filled) -> None:
    assert asked(filled, rows=[{"dimension": "team"}]) == expected(lambda row: row[1])
    for zone in ("UTC", "America/New_York", "Asia/Shanghai"):
        found = asked(filled, rows=[{"dimension": "closed", "grain": "month"}], zone=zone)
        wanted = expected(lambda row, zone=zone: f"{row[3].astimezone(ZoneInfo(zone)):%Y-%m}")
        assert {str(name)[:7]: told for name, told in found.items()} == wanted
    # What the teams keep themselves is the same sum.
    teams = filled.get("/api/records/desk/team?fields=name,effort,ticket_count").json["items"]
    assert {item["name"]: (Decimal(item["effort"]), item["ticket_count"]) for item in teams} == expected(lambda row: row[1])
