"""The true figures of a real year, imported through the product by `make year`, against those known from elsewhere."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
KNOWN = json.loads((ROOT / "tests" / "cases" / "year.json").read_text("utf-8"))
FOUND = ROOT / "build" / "year.json"


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    if not FOUND.exists():
        pytest.skip("build/year.json is not there: make year imports the year")
    told: dict[str, Any] = json.loads(FOUND.read_text("utf-8"))
    return told


@pytest.mark.parametrize("name", ["sales", "baskets", "members_with_sales", "redemptions_by_month"])
def test_totals(found: dict[str, Any], name: str) -> None:
    assert found[name] == KNOWN[name]


@pytest.mark.parametrize("zone", ["America/New_York", "UTC"])
def test_months_in_both_zones(found: dict[str, Any], zone: str) -> None:
    months, known = found["sales_by_month"][zone], KNOWN["sales_by_month"][zone]
    assert len(months) == len(known)
    for month, wanted in zip(months, known, strict=True):
        assert {name: month[name] for name in wanted} == wanted


def test_departments(found: dict[str, Any]) -> None:
    known = KNOWN["sales_by_department"]
    assert {name: found["sales_by_department"].get(name) for name in known} == known


@pytest.mark.parametrize("name", ["members_who_came_again", "sales_by_brand", "sales_by_age", "lines_without_product"])
def test_what_other_measures_say(found: dict[str, Any], name: str) -> None:
    assert found[name] == KNOWN[name]


def test_baskets_and_what_the_best_hold(found: dict[str, Any]) -> None:
    assert found["basket"] == KNOWN["basket"]
    assert {count: f"{float(share):.4f}" for count, share in found["share_of_the_best"].items()} == KNOWN["share_of_the_best"]


def test_redemptions_of_campaigns(found: dict[str, Any]) -> None:
    assert {code: found["campaigns"].get(code) for code in KNOWN["campaigns"]} == KNOWN["campaigns"]


@pytest.mark.parametrize("name", ["best_stores", "best_members"])
def test_the_best(found: dict[str, Any], name: str) -> None:
    assert len(found[name]) == 5
    for one, wanted in zip(found[name], KNOWN[name], strict=False):
        assert {key: str(one[key]) if key == "id" else one[key] for key in wanted} == wanted
