"""Whom the year's campaigns reached, what was bought in their days, and who came back: figures of reports."""

from __future__ import annotations

from datetime import UTC
from typing import Any

import pytest

from engines.database import Workspace
from tests.desk import field, release
from tests.seed_apps.test_year_reports import KNOWN, PACKAGE, Data, answer, d, m, put

WHO, WHICH = {"dimension": "household"}, {"dimension": "campaign"}
YEAR: dict[str, Any] = {
    "name": "year", "label": "Year",
    "entities": [
        {"name": "household", "label": "Household", "title": "code", "fields": [field("code", "text")]},
        {"name": "campaign", "label": "Campaign", "title": "code", "fields": [
            field("code", "text"), field("first", "date"), field("last", "date"),
        ]},
        {"name": "basket", "label": "Basket", "fields": [
            field("household", "reference", entity="household", inverse="baskets", indexed=True), field("at", "datetime"), field("amount", "money"),
        ]},
        {"name": "target", "label": "Target", "fields": [
            field("campaign", "reference", entity="campaign", inverse="targets"), field("household", "reference", entity="household", inverse="targets", indexed=True),
        ]},
        {"name": "redemption", "label": "Redemption", "fields": [
            field("campaign", "reference", entity="campaign", inverse="redemptions"), field("household", "reference", entity="household", inverse="redemptions", indexed=True),
            field("on", "date"),
        ]},
    ],
    "datasets": [
        {"name": "targets", "label": "Targets", "entity": "target", "dimensions": [d("campaign", "{campaign.code}")], "measures": [m("targeted", "count")]},
        {"name": "redemptions", "label": "Redemptions", "entity": "redemption", "dimensions": [d("campaign", "{campaign.code}"), d("on", "{on}")], "measures": [
            m("redemptions", "count"), m("redeemers", "count_distinct", "{household}"),
            m("astray", "count", filter="OR({on} < {campaign.first}, {on} > {campaign.last}, COUNT({household.targets}, {household.targets.campaign} = {campaign}) = 0)"),
        ]},
        {"name": "baskets", "label": "Baskets", "entity": "basket", "dimensions": [
            d("at", "{at}"), d("first", "MIN({household.baskets.at})"),
        ], "measures": [
            m("sales", "sum", "{amount}"), m("households", "count_distinct", "{household}"),
            m("of_targeted", "sum", "{amount}", filter='COUNT({household.targets}, {household.targets.campaign.code} = "18") > 0'),
            m("targeted", "count_distinct", "{household}", filter='COUNT({household.targets}, {household.targets.campaign.code} = "18") > 0'),
            m("of_redeemers", "sum", "{amount}", filter='COUNT({household.redemptions}, {household.redemptions.campaign.code} = "18") > 0'),
        ]},
    ],
}  # fmt: skip


@pytest.mark.skipif(PACKAGE is None, reason="the year is not installed")
def test_the_figures_of_campaigns(workspace: Workspace) -> None:
    data = Data(duckdb=pytest.importorskip("duckdb"))
    release(workspace, YEAR)
    baskets = data.rows(
        "SELECT household_id, max(transaction_timestamp), sum(round(sales_value * 100))::bigint "
        "FROM 'DATA/transactions.parquet' GROUP BY household_id, store_id, basket_id ORDER BY 1, 2"
    )
    campaigns = data.rows(
        "SELECT campaign_id, start_date::date, end_date::date FROM 'DATA/campaign_descriptions.parquet' ORDER BY 1"
    )
    targets = data.rows("SELECT campaign_id, household_id FROM 'DATA/campaigns.parquet'")
    redemptions = data.rows(
        "SELECT campaign_id, household_id, redemption_date::date FROM 'DATA/coupon_redemptions.parquet'"
    )
    households = sorted({row[0] for row in baskets} | {row[1] for row in targets})
    who = {one: at + 1 for at, one in enumerate(households)}
    which = {row[0]: at + 1 for at, row in enumerate(campaigns)}
    put(workspace, "household", {"code": [str(one) for one in households]})
    put(workspace, "campaign", {
        "code": [str(row[0]) for row in campaigns], "first": [row[1] for row in campaigns], "last": [row[2] for row in campaigns],
    })  # fmt: skip
    put(workspace, "basket", {
        "household": [who[row[0]] for row in baskets], "at": [row[1].replace(tzinfo=UTC) for row in baskets], "amount": [row[2] for row in baskets],
    })  # fmt: skip
    put(
        workspace,
        "target",
        {"campaign": [which[row[0]] for row in targets], "household": [who[row[1]] for row in targets]},
    )
    put(workspace, "redemption", {
        "campaign": [which[row[0]] for row in redemptions], "household": [who[row[1]] for row in redemptions], "on": [row[2] for row in redemptions],
    })  # fmt: skip

    targeted = dict(answer(workspace, "targets", ["targeted"], rows=[WHICH]))
    redeemed = {
        row[0]: row[1:3] for row in answer(workspace, "redemptions", ["redemptions", "redeemers"], rows=[WHICH])
    }
    told = {name: [targeted[name], *redeemed.get(name, [0, 0])] for name in KNOWN["reached"]}
    assert told == KNOWN["reached"]
    assert sum(targeted.values()) == 6589 and answer(workspace, "redemptions", ["astray"]) == [[0]]
    months = answer(workspace, "redemptions", ["redemptions"], rows=[{"dimension": "on", "grain": "month"}])
    assert dict(months) == KNOWN["redemptions_by_month"]

    days = next(row[1:] for row in campaigns if str(row[0]) == "18")
    within = [{"dimension": "at", "first": str(days[0]), "last": str(days[1])}]
    found = answer(workspace, "baskets", ["sales", "of_targeted", "targeted", "of_redeemers"], filters=within)[0]
    assert dict(zip(KNOWN["campaign_18"], found, strict=True)) == KNOWN["campaign_18"]

    month = {"grain": "month"}
    cells = answer(
        workspace, "baskets", ["households"], rows=[{"dimension": "first", **month}, {"dimension": "at", **month}]
    )
    active = {(row[0], row[1]): row[2] for row in cells}
    for first, wanted in KNOWN["cohorts"].items():
        number = int(first[-2:])
        assert [active[first, f"2017-{number + later:02d}"] for later in (0, 1, 6)] == wanted, first
