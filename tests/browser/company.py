"""The sample people at their assessments: the shipped applications with a small part of what the demo company has, made in seconds."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from engines.database import open_workspace
from engines.publisher.platform import upgrade
from engines.runtime.load import fill
from tests.conftest import SECRET

SHIPPED = Path(__file__).resolve().parents[2] / "seed_apps"
#: of the CRM's recipes the organisation with its people, the products, and of some others these records, so many times fewer
KEPT: dict[str, tuple[tuple[str, ...], int]] = {
    "01_organisation.json": ((), 1), "02_products.json": ((), 1), "03_members.json": (("member",), 60),
    "04_orders.json": (("order",), 30), "08_catchment.json": (("staff",), 1),
}  # fmt: skip


def furnish(folder: Path) -> None:
    """A workspace in `folder` with the CRM and the sales assessment, and everybody who may sign in to them."""
    recipes = folder / "recipes"
    for name in ("crm", "sales_assessment"):
        shutil.copytree(SHIPPED / name, recipes / name, ignore=shutil.ignore_patterns("tests"))
    for file in (recipes / "crm" / "data").iterdir():
        if file.name in KEPT:
            file.write_text(json.dumps(_fewer(json.loads(file.read_text("utf-8")), *KEPT[file.name]), ensure_ascii=False), "utf-8")
        else:
            file.unlink()
    _shorter(recipes / "sales_assessment" / "data")
    workspace = open_workspace(name="demo", data_dir=folder, url="", secret=SECRET)
    upgrade(workspace)
    fill(workspace, recipes, datetime.now(UTC), demo=True, say=lambda text: None)
    workspace.close()


def _shorter(data: Path) -> None:
    """Of the reviews that the demo company begins only some: nobody here looks at the rest."""
    for file in data.iterdir():
        recipe = json.loads(file.read_text("utf-8"))
        for flow in recipe.get("run", {}).get("flows", ()):
            flow["most"] = min(flow["most"], 15)
        file.write_text(json.dumps(recipe, ensure_ascii=False), "utf-8")


def _fewer(recipe: dict[str, Any], kept: tuple[str, ...], times: int) -> dict[str, Any]:
    made = [item for item in recipe["entities"] if not kept or item["entity"] in kept]
    entities = [{**item, "count": max(1, item["count"] // times)} if "count" in item else item for item in made]
    return {**{key: value for key, value in recipe.items() if key != "run"}, "entities": entities}
