"""A small TPC-H: its eight tables as an application, and rows of our own making with the specification's words."""

from __future__ import annotations

import csv
import random
import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from engines.database import Workspace
from engines.records.bulk import insert_rows
from engines.records.history import Cause
from engines.records.query import entity_of
from tests.desk import NOW, field, release, sight

REGIONS = ["AFRICA", "AMERICA", "ASIA", "EUROPE", "MIDDLE EAST"]
NATIONS = (
    "ALGERIA 0,ARGENTINA 1,BRAZIL 1,CANADA 1,EGYPT 4,ETHIOPIA 0,FRANCE 3,GERMANY 3,INDIA 2,INDONESIA 2,IRAN 4,IRAQ 4,"
    "JAPAN 2,JORDAN 4,KENYA 0,MOROCCO 0,MOZAMBIQUE 0,PERU 1,CHINA 2,ROMANIA 3,SAUDI ARABIA 4,VIETNAM 2,RUSSIA 3,"
    "UNITED KINGDOM 3,UNITED STATES 1"
)
#: most suppliers and buyers are at home where the questions look
HOMES = ["BRAZIL", "CANADA", "FRANCE", "GERMANY", "CHINA", "INDIA", "SAUDI ARABIA", "JAPAN", "UNITED STATES", "KENYA"]
SEGMENTS = ["AUTOMOBILE", "BUILDING", "FURNITURE", "MACHINERY", "HOUSEHOLD"]
PRIORITIES = ["1-URGENT", "2-HIGH", "3-MEDIUM", "4-NOT SPECIFIED", "5-LOW"]
MODES = ["REG AIR", "AIR", "RAIL", "SHIP", "TRUCK", "MAIL", "FOB"]
INSTRUCTIONS = ["DELIVER IN PERSON", "COLLECT COD", "NONE", "TAKE BACK RETURN"]
CONTAINERS = ["SM CASE", "SM BOX", "MED BAG", "MED BOX", "LG CASE", "LG BOX", "MED PKG", "SM PACK"]
TYPES = ["ECONOMY ANODIZED STEEL", "PROMO BRUSHED BRASS", "STANDARD POLISHED BRASS", "MEDIUM POLISHED TIN", "SMALL PLATED COPPER", "LARGE BURNISHED BRASS"]  # fmt: skip
COLOURS = ["green", "forest", "azure", "blush", "khaki"]
BRANDS = ["Brand#12", "Brand#23", "Brand#34", "Brand#45"]
SIZES = [3, 9, 14, 15, 19, 23, 36, 45, 49, 4]


def decimal(name: str) -> dict[str, Any]:
    return field(name, "decimal", digits=2)


def to(name: str, entity: str, inverse: str) -> dict[str, Any]:
    return field(name, "reference", entity=entity, inverse=inverse)


TPCH: dict[str, Any] = {
    "name": "tpch",
    "label": "TPC-H",
    "entities": [
        {"name": "region", "label": "Region", "title": "name", "fields": [field("name", "text")]},
        {"name": "nation", "label": "Nation", "title": "name", "fields": [field("name", "text"), to("region", "region", "nations")]},
        {"name": "supplier", "label": "Supplier", "title": "name", "fields": [
            field("name", "text"), field("address", "text"), to("nation", "nation", "suppliers"), field("phone", "text"), decimal("balance"), field("comment", "text"),
        ]},
        {"name": "part", "label": "Part", "title": "name", "fields": [
            field("key", "integer"), field("name", "text"), field("maker", "text"), field("brand", "text"), field("type", "text"), field("size", "integer"), field("container", "text"), decimal("price"),
        ]},
        {"name": "offer", "label": "Part of a supplier", "fields": [
            to("part", "part", "offers"), to("supplier", "supplier", "offers"), field("available", "integer"), decimal("cost"),
        ]},
        {"name": "buyer", "label": "Customer", "title": "name", "fields": [
            field("key", "integer"), field("name", "text"), field("address", "text"), to("nation", "nation", "buyers"), field("phone", "text"), decimal("balance"), field("segment", "text"), field("comment", "text"),
        ]},
        {"name": "purchase", "label": "Order", "fields": [
            field("key", "integer"), to("buyer", "buyer", "purchases"), field("status", "text"), decimal("total"), field("day", "date"), field("priority", "text"), field("ship_priority", "integer"), field("comment", "text"),
        ]},
        {"name": "item", "label": "Line", "fields": [
            to("purchase", "purchase", "items"), to("part", "part", "items"), to("supplier", "supplier", "items"), to("offer", "offer", "items"),
            decimal("quantity"), decimal("price"), decimal("discount"), decimal("tax"), field("returned", "text"), field("status", "text"),
            field("shipped", "date"), field("committed", "date"), field("received", "date"), field("instruction", "text"), field("mode", "text"),
        ]},
    ],
}  # fmt: skip
Rows = dict[str, list[list[Any]]]


def made(scale: int = 1) -> Rows:
    """The rows, in the order of the entities' fields: whole cents, ids from one on; the same whenever made."""
    chance = random.Random(22)
    pick = chance.choice
    nations = [each.rsplit(" ", 1) for each in NATIONS.split(",")]
    names = [name for name, _ in nations]
    home = {name: at + 1 for at, name in enumerate(names)}

    def phone(nation: int) -> str:
        return f"{nation + 9}-{chance.randrange(1000):03d}-{chance.randrange(10000):04d}"

    suppliers, parts, buyers = 40 * scale, 120 * scale, 150 * scale
    rows: Rows = {
        "region": [[name] for name in REGIONS],
        "nation": [[name, int(region) + 1] for name, region in nations],
        "supplier": [],
        "part": [],
        "offer": [],
        "buyer": [],
        "purchase": [],
        "item": [],
    }
    for number in range(1, suppliers + 1):
        nation = home[HOMES[number % len(HOMES)]]
        comment = "Customer slow Complaints" if number % 9 == 0 else "quick deposits"
        rows["supplier"].append(
            [
                f"Supplier#{number:09d}",
                f"Way {number}",
                nation,
                phone(nation),
                chance.randrange(-99999, 999999),
                comment,
            ]
        )
    for number in range(1, parts + 1):
        name = f"{pick(COLOURS)} {pick(COLOURS)} {number}"
        rows["part"].append(
            [
                number,
                name,
                f"Maker#{number % 5}",
                BRANDS[number % 4],
                TYPES[number % 6],
                SIZES[number % 10],
                CONTAINERS[number // 4 % 8],
                90000 + number * 10,
            ]
        )
    offers: dict[int, list[tuple[int, int]]] = {}
    for part in range(1, parts + 1):
        for step in range(4):
            supplier = (part * 7 + step * 11) % suppliers + 1
            rows["offer"].append([part, supplier, chance.randrange(1, 400), chance.randrange(100, 100000)])
            offers.setdefault(part, []).append((len(rows["offer"]), supplier))
    for number in range(1, buyers + 1):
        nation = home[HOMES[number % len(HOMES)]]
        rows["buyer"].append(
            [
                number,
                f"Customer#{number:09d}",
                f"Road {number}",
                nation,
                phone(nation),
                chance.randrange(-99999, 999999),
                SEGMENTS[number % 5],
                f"words {number}",
            ]
        )
    for number in range(1, 1500 * scale + 1):
        buyer = chance.randrange(1, buyers + 1) // 3 * 3 + 1
        day = date(1992, 1, 1) + timedelta(days=chance.randrange(2405))
        comment = "special packages requests" if number % 5 == 0 else "even deposits"
        lines = chance.randrange(1, 8)
        total, late = 0, set()
        for _ in range(lines):
            part = chance.randrange(1, parts + 1)
            offer, supplier = pick(offers[part])
            quantity, price = chance.randrange(1, 51), rows["part"][part - 1][7]
            shipped = day + timedelta(days=chance.randrange(1, 122))
            committed = day + timedelta(days=chance.randrange(30, 91))
            received = shipped + timedelta(days=chance.randrange(1, 31))
            over = received <= date(1995, 6, 17)
            late.add(shipped > date(1995, 6, 17))
            total += quantity * price
            rows["item"].append(
                [
                    number,
                    part,
                    supplier,
                    offer,
                    quantity * 100,
                    quantity * price,
                    chance.randrange(11),
                    chance.randrange(9),
                    pick("RA") if over else "N",
                    "O" if shipped > date(1995, 6, 17) else "F",
                    shipped,
                    committed,
                    received,
                    pick(INSTRUCTIONS),
                    pick(MODES),
                ]
            )
        status = "P" if len(late) > 1 else "O" if late == {True} else "F"
        rows["purchase"].append([number, min(buyer, buyers), status, total, day, pick(PRIORITIES), 0, comment])
    return rows  # fmt: skip


def fill(workspace: Workspace, rows: Rows) -> None:
    """The application published and its tables filled."""
    release(workspace, TPCH)
    cause = Cause(at=NOW, by=1)
    with workspace.write() as connection:
        seen = sight(workspace, connection)
        for entity in TPCH["entities"]:
            fields = [one["name"] for one in entity["fields"]]
            insert_rows(
                connection, seen.live, entity_of(seen, f"tpch.{entity['name']}"), fields, rows[entity["name"]], cause
            )


def to_duckdb(connection: Any, rows: Rows) -> None:
    """The same rows in tables with the specification's names, money as DECIMAL(15,2)."""
    columns = {
        "region": "r_regionkey INT, r_name TEXT",
        "nation": "n_nationkey INT, n_name TEXT, n_regionkey INT",
        "supplier": "s_suppkey INT, s_name TEXT, s_address TEXT, s_nationkey INT, s_phone TEXT, s_acctbal M, s_comment TEXT",
        "part": "p_key INT, p_partkey INT, p_name TEXT, p_mfgr TEXT, p_brand TEXT, p_type TEXT, p_size INT, p_container TEXT, p_retailprice M",
        "offer": "ps_key INT, ps_partkey INT, ps_suppkey INT, ps_availqty INT, ps_supplycost M",
        "buyer": "c_key INT, c_custkey INT, c_name TEXT, c_address TEXT, c_nationkey INT, c_phone TEXT, c_acctbal M, c_mktsegment TEXT, c_comment TEXT",
        "purchase": "o_key INT, o_orderkey INT, o_custkey INT, o_orderstatus TEXT, o_totalprice M, o_orderdate DATE, o_orderpriority TEXT, o_shippriority INT, o_comment TEXT",
        "item": "l_key INT, l_orderkey INT, l_partkey INT, l_suppkey INT, l_offer INT, l_quantity M, l_extendedprice M, l_discount M, l_tax M, l_returnflag TEXT, l_linestatus TEXT, l_shipdate DATE, l_commitdate DATE, l_receiptdate DATE, l_shipinstruct TEXT, l_shipmode TEXT",
    }  # fmt: skip
    names = {"offer": "partsupp", "buyer": "customer", "purchase": "orders", "item": "lineitem"}
    for entity, said in columns.items():
        table = names.get(entity, entity)
        connection.execute(f"CREATE TABLE {table} ({said.replace(' M', ' DECIMAL(15,2)')})")
        money = [at for at, column in enumerate(said.split(", ")) if column.endswith(" M")]
        told = []
        for number, row in enumerate(rows[entity], 1):
            cells = [number, *row]
            for at in money:
                cells[at] = f"{cells[at] / 100:.2f}"
            told.append(cells)
        # As a file: row by row it takes half a minute.
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "rows.csv"
            with path.open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows(told)
            connection.execute(f"COPY {table} FROM '{path}' (HEADER false, NULLSTR '~')")
