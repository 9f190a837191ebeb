"""`make year`: a real shop's year through the product into a scratch workspace, and its figures read back by the API."""

from __future__ import annotations

import json
import logging
import os
import shutil
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from app.config import find_workspace, read_settings
from app.web import create_app
from engines.access.people import create_user
from engines.access.tokens import create_token
from engines.catalog import CATALOG
from engines.reports.run import ask
from engines.runtime.release import Releases
from metamodel.definition import load
from metamodel.report import Report
from tests.benchmarks.year_data import SHEETS, write_files
from tests.desk import ADMIN

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "build" / "year"
SCRATCH = "dougong_year"


def main() -> None:
    """Make the workspace, import everything, read the figures, write build/year.json."""
    begun = time.monotonic()
    files = write_files(FOLDER / "csv")
    shutil.rmtree(FOLDER / "data", ignore_errors=True)
    environment = {
        **os.environ,
        "DATA_DIR": str(FOLDER / "data"),
        "DEMO": "0",
        "LOG_LEVEL": "WARNING",
        "DATABASE_URL": _scratch(os.environ.get("DATABASE_URL", "")),
    }
    command = str(Path(sys.executable).with_name("dougong"))
    prepared = time.monotonic()
    subprocess.run([command, "install", str(ROOT / "seed_apps" / "crm"), "--publish"], env=environment, check=True)
    seconds: dict[str, float] = {}
    for sheet in SHEETS:
        mapping = FOLDER / f"{sheet.name}.json"
        mapping.write_text(json.dumps(sheet.mapping()), "utf-8")
        start = time.monotonic()
        arguments = ["import", "crm", sheet.entity, str(files[sheet.name]), "--mapping", str(mapping)]
        subprocess.run([command, *arguments], env=environment, check=True, stderr=subprocess.DEVNULL)
        seconds[sheet.name] = round(time.monotonic() - start, 1)
    os.environ.update(environment)
    imported = time.monotonic()
    found = _figures()
    found["seconds"] = {
        **seconds,
        "csv": round(prepared - begun, 1),
        "import": round(imported - prepared, 1),
        "read": round(time.monotonic() - imported, 1),
        "all": round(time.monotonic() - begun, 1),
    }
    found["database"] = "postgresql" if environment["DATABASE_URL"] else "sqlite"
    path = ROOT / "build" / "year.json"
    path.write_text(json.dumps(found, ensure_ascii=False, indent=2) + "\n", "utf-8")
    print(f"{path.relative_to(ROOT)}: sales {found['sales']}, baskets {found['baskets']}, {found['seconds']['all']} s")


def _scratch(url: str) -> str:
    """A fresh database beside the one named, or none for SQLite."""
    if not url:
        return ""
    address = sa.make_url(url.replace("postgres://", "postgresql://", 1)).set(drivername="postgresql+psycopg")
    engine = sa.create_engine(address, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{SCRATCH}" WITH (FORCE)')
        connection.exec_driver_sql(f'CREATE DATABASE "{SCRATCH}"')
    engine.dispose()
    return address.set(drivername="postgresql", database=SCRATCH).render_as_string(hide_password=False)


class Reader:
    """Asks the API as an administrator's program does: with a token."""

    def __init__(self) -> None:
        logging.basicConfig(level=logging.WARNING)
        settings = read_settings()
        workspace = find_workspace(settings)
        with workspace.write() as connection:
            now = datetime.now(UTC)
            user = create_user(connection, {"login": "year", "name": "Year", "is_admin": True}, now)
            made = create_token(connection, user_id=user, name="year", scopes=["read"], expires_at=None, now=now)
        self.workspace = workspace
        self.client = create_app(workspace, settings).test_client()
        self.headers = {"Authorization": f"Bearer {made[1]}"}

    def ask(
        self, dataset: str, measures: list[str], rows: list[dict[str, str]] | None = None, **more: Any
    ) -> list[list[Any]]:
        """The rows of a report given with the question."""
        zone = more.pop("zone", "")
        report = {"dataset": dataset, "measures": measures, "rows": rows or [], **more}
        answer = self.client.post("/api/reports/crm/query", json={"report": report, "zone": zone}, headers=self.headers)
        if answer.status_code != 200:
            raise SystemExit(f"{dataset} {measures}: {answer.get_data(as_text=True)}")
        found: list[list[Any]] = answer.get_json()["rows"]
        return found

    def best_share(self, count: int) -> str:
        """What so many of the best members hold of all sales: a measure of the dataset with another number."""
        with self.workspace.read() as connection:
            seen = Releases(self.workspace).sight(connection, ADMIN, datetime.now(UTC))
            known = seen.live.model.applications["crm"]
            facts = known.find("dataset", "sales")
            top = next(item for item in facts.measures if item.name == "top_ten")
            others = tuple(item for item in facts.measures if item.name != "top_ten")
            facts = replace(facts, measures=(*others, replace(top, count=count)))
            report, _ = load(Report, {"name": "x", "label": "", "dataset": "sales", "measures": ["top_ten"]}, CATALOG)
            datasets = (*(item for item in known.datasets if item.name != "sales"), facts)
            return str(ask(connection, seen, replace(known, datasets=datasets), report, {}).rows[0][0])


def _figures() -> dict[str, Any]:
    reader = Reader()
    sales, orders, members = reader.ask("sales", ["sales", "orders", "members"])[0]

    def months(zone: str) -> list[dict[str, Any]]:
        rows = reader.ask("sales", ["sales", "orders", "members"], [{"dimension": "day", "grain": "month"}], zone=zone)
        return [
            {"month": str(month)[:7], "sales": _money(amount), "baskets": baskets, "households": households}
            for month, amount, baskets, households in rows
        ]

    def best(dimension: str) -> list[dict[str, Any]]:
        rows = reader.ask(
            "sales",
            ["sales", "orders"],
            [{"dimension": dimension}],
            order=[{"by": "sales", "descending": True}],
            limit=5,
        )
        return [{"id": name, "sales": _money(amount), "baskets": baskets} for name, amount, baskets in rows]

    divisions = reader.ask("sales_lines", ["sales"], [{"dimension": "division"}])
    redemptions = reader.ask("redemptions", ["redemptions"], [{"dimension": "day", "grain": "month"}])
    return {
        "sales": _money(sales),
        "baskets": orders,
        "members_with_sales": members,
        "sales_by_month": {zone: months(zone) for zone in ("America/New_York", "UTC")},
        "sales_by_department": {name or "": _money(amount) for name, amount in divisions},
        "best_stores": best("store_code"),
        "best_members": best("member_number"),
        "redemptions_by_month": {str(month)[:7]: count for month, count in redemptions},
        **_more(reader),
    }


def _more(reader: Reader) -> dict[str, Any]:
    """What measures of other sorts say: means and medians, buyers who came again, what the best hold."""
    [mean, middle, largest, again] = reader.ask(
        "sales", ["basket", "median_basket", "largest_basket", "repeat_members"]
    )[0]
    brands = reader.ask("sales_lines", ["sales"], [{"dimension": "brand"}])
    ages = reader.ask("sales", ["sales"], [{"dimension": "age_band"}])
    campaigns = reader.ask("redemptions", ["redemptions", "redeemers"], [{"dimension": "campaign_code"}])
    unknown = reader.ask("sales_lines", ["lines"], filter="ISBLANK({product.brand})")
    return {
        "basket": {"mean": str(mean), "median": _money(middle), "largest": _money(largest)},
        "members_who_came_again": again,
        "sales_by_brand": {name: _money(amount) for name, amount in brands if name},
        "sales_by_age": {str(name): _money(amount) for name, amount in ages if name},
        "campaigns": {str(code): [redemptions, redeemers] for code, redemptions, redeemers in campaigns},
        "lines_without_product": unknown[0][0],
        "share_of_the_best": {str(count): reader.best_share(count) for count in (24, 493)},
    }


def _money(value: Any) -> str:
    return str(Decimal(str(value)).quantize(Decimal("0.01")))


if __name__ == "__main__":
    main()
