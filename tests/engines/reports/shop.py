"""A stall for tests of reports: sales of two years by people in areas, every other one of them an oracle's too."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from engines.database import Workspace
from engines.records.bulk import insert_rows
from engines.records.history import Cause
from engines.records.query import entity_of
from engines.reports.run import Result, ask
from metamodel.definition import Json, load
from metamodel.report import Report
from tests.desk import ADMIN, NOW, field, release, sight

ZONE = ZoneInfo("Asia/Shanghai")
CAUSE = Cause(at=NOW, by=1)


def measure(name: str, aggregate: str, **more: Any) -> Json:
    return {"name": name, "label": name.title(), "aggregate": aggregate, **more}


SHOP: Json = {
    "name": "shop",
    "label": "Shop",
    "entities": [
        {"name": "area", "label": "Area", "title": "name", "fields": [field("name", "text")]},
        {"name": "person", "label": "Person", "title": "name", "fields": [
            field("name", "text"), field("area", "reference", entity="area", inverse="people"),
        ]},
        {"name": "sale", "label": "Sale", "fields": [
            field("person", "reference", entity="person", inverse="sales"),
            field("at", "datetime", indexed=True), field("on", "date"), field("amount", "money"), field("items", "integer"),
            field("kind", "choice", options=[{"value": "b", "label": {"zh-CN": "乙", "en": "B"}}, {"value": "a", "label": "A"}]),
            field("lines", "lines", entity="line", parent="sale", least=0),
        ]},
        {"name": "line", "label": "Line", "fields": [
            field("sale", "reference", entity="sale", on_delete="cascade", required=True), field("count", "integer"),
        ]},
    ],
    "datasets": [{
        "name": "sales", "label": "Sales", "entity": "sale",
        "dimensions": [
            {"name": "at", "label": "At", "expression": "{at}"},
            {"name": "on", "label": "On", "expression": "{on}"},
            {"name": "person", "label": "Person", "expression": "{person.name}"},
            {"name": "area", "label": "Area", "expression": "{person.area.name}"},
            {"name": "buyer", "label": "Buyer", "expression": "{person}"},
            {"name": "kind", "label": "Kind", "expression": "{kind}"},
            {"name": "size", "label": "Size", "expression": "{amount}", "bands": [
                {"name": "s", "label": {"zh-CN": "小", "en": "small"}, "below": 10},
                {"name": "m", "label": "middle", "below": 50.5}, {"name": "l", "label": "large"},
            ]},
            {"name": "fives", "label": "Fives", "expression": "{items}", "step": 5},
        ],
        "measures": [
            measure("sum", "sum", expression="{amount}"), measure("sales", "count"),
            measure("people", "count_distinct", expression="{person}"), measure("mean", "average", expression="{amount}"),
            measure("least", "min", expression="{amount}"), measure("last", "max", expression="{on}"),
            measure("middle", "median", expression="{amount}"), measure("middle_items", "median", expression="{items}"),
            measure("of_a", "sum", expression="{amount}", filter='{kind} = "a"'),
            measure("a_share", "ratio", numerator="of_a", denominator="sum", format="percent"),
            measure("each", "expression", formula="{sum} / {people}"),
            measure("double", "expression", formula="IF({sum} > 100, {each} * 2, 0)"),
            measure("of_all", "share", of="sum"), measure("of_area", "share", of="sum", within=["area"]),
            measure("place", "rank", of="sum"), measure("so_far", "cumulative", of="sum"),
            measure("this_year", "cumulative", of="sum", restart="year"),
            measure("before", "previous", of="sum", shown="value"), measure("grown", "previous", of="sum"),
            measure("year_before", "previous", of="sum", offset="year", shown="value"),
            measure("each_before", "previous", of="each", shown="value"),
            measure("lines", "sum", expression="COUNT({lines})"), measure("counted", "sum", expression="SUM({lines.count})"),
            measure("nothing", "expression", formula="{sum} / ({sales} - {sales})"),
            measure("over_nothing", "ratio", numerator="sum", denominator="none"),
            measure("none", "sum", expression="{items}", filter="FALSE"),
        ],
        "hierarchies": [{"name": "where", "label": "Where", "dimensions": ["area", "person"]}],
    }],
    "boards": [{"name": "board", "label": "Board", "filters": [{"name": "buyer", "label": "Buyer", "dataset": "sales", "dimension": "buyer"}]}],
    "reports": [{"name": "by_area", "label": "By area", "dataset": "sales", "rows": [{"dimension": "area"}], "measures": ["sum"]}],
    "roles": [
        {"name": "north", "label": "North", "grants": [
            {"entity": "area", "others": "read"}, {"entity": "person", "others": "read"},
            {"entity": "sale", "others": "read", "condition": '{person.area.name} = "north"'}, {"entity": "line", "others": "read"},
        ]},
        {"name": "kinds", "label": "Kinds", "grants": [
            {"entity": "area", "others": "read"}, {"entity": "person", "others": "read", "condition": '{area.name} = "south"'},
            {"entity": "sale", "others": "read", "condition": '{kind} = "a"'}, {"entity": "line", "others": "read"},
        ]},
        {"name": "large", "label": "Large", "grants": [
            {"entity": "person", "others": "read"},
            {"entity": "sale", "others": "read", "condition": "{amount} > 20", "fields": [{"field": "items", "access": "hidden"}]},
        ]},
    ],
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale:
    """A row as the oracle has it."""

    person: str
    area: str | None
    at: datetime
    amount: Decimal
    items: int
    kind: str | None


def fill(
    workspace: Workspace,
    count: int = 400,
    application: Json = SHOP,
    keep: Callable[[Sale], bool] = lambda sale: True,
    known: Callable[[str | None], bool] = lambda area: True,
) -> list[Sale]:
    """The stall with its sales; the same whenever it is made. `keep` leaves sales out, `known` says of which areas
    anything is told about people: a stall that holds only what somebody may see."""
    release(workspace, application)
    chance = random.Random(7)
    areas = ["north", "south", "west"]
    people = [(f"P{n}", areas[n % 3] if n % 7 else None) for n in range(20)]
    rows: list[list[Any]] = []
    lines: list[list[Any]] = []
    told: list[Sale] = []
    for number in range(count):
        who = chance.randrange(20)
        at = NOW - timedelta(minutes=chance.randrange(60 * 24 * 700))
        amount, items, kind = chance.randrange(-500, 9000), chance.randrange(-7, 30), chance.choice(["a", "b", None])
        counts = [chance.randrange(5) for _ in range(number % 4)]
        person, area = people[who]
        one = Sale(
            person=person, area=area, at=at.astimezone(ZONE), amount=Decimal(amount) / 100, items=items, kind=kind
        )
        if not keep(one):
            continue
        rows.append([who + 1, at, at.astimezone(ZONE).date(), amount, items, kind])
        lines += [[len(rows), each] for each in counts]
        told.append(one)
    with workspace.write() as connection:
        seen = sight(workspace, connection)

        def put(name: str, fields: list[str], values: list[list[Any]]) -> None:
            insert_rows(connection, seen.live, entity_of(seen, f"shop.{name}"), fields, values, CAUSE)

        put("area", ["name"], [[name] for name in areas])
        told_of = [(name, area) if known(area) else (None, None) for name, area in people]
        put("person", ["name", "area"], [[name, areas.index(area) + 1 if area else None] for name, area in told_of])
        put("sale", ["person", "at", "on", "amount", "items", "kind"], rows)
        put("line", ["sale", "count"], lines)
    return told


def answer(
    workspace: Workspace, filters: Json = None, now: datetime = NOW, actor: Any = ADMIN, **report: Any
) -> Result:
    """A question to the stall's dataset."""
    with workspace.read() as connection:
        seen = sight(workspace, connection, actor)
        if now != NOW:
            seen = type(seen)(live=seen.live, policy=seen.policy, now=now.astimezone(UTC))
        document = {"name": "x", "label": "X", "dataset": "sales", **report}
        found, issues = load(Report, document, seen.live.model.catalog)
        assert found is not None and not issues, issues
        return ask(connection, seen, seen.live.model.applications["shop"], found, filters or {})
