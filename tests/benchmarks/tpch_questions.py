"""The questions of TPC-H as datasets and reports in JSON, each beside the specification's own SQL."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


def dim(name: str, expression: str, **more: Any) -> Json:
    return {"name": name, "label": name, "expression": expression, **more}


def m(name: str, aggregate: str, expression: str = "", **more: Any) -> Json:
    return {"name": name, "label": name, "aggregate": aggregate, **({"expression": expression} if expression else {}), **more}


def day(name: str) -> Json:
    return {"dimension": name, "grain": "day"}


def year(name: str) -> Json:
    return {"dimension": name, "grain": "year"}


def q(entity: str, dimensions: list[Json], measures: list[Json], rows: list[Any], shown: list[str], sql: str, **more: Any) -> Json:
    """One question: `rows` are names of dimensions or axes, `shown` the measures that are compared with the SQL."""
    dataset = {"name": "facts", "label": "Facts", "entity": entity, "dimensions": dimensions, "measures": measures}
    if "filter" in more:
        dataset["filter"] = more.pop("filter")
    axes = [{"dimension": axis} if isinstance(axis, str) else axis for axis in rows]
    return {"dataset": dataset, "report": {"dataset": "facts", "rows": axes, "measures": shown, **more}, "sql": sql}


def by(name: str, descending: bool = True) -> Json:
    return {"by": name, "descending": descending}


REVENUE = "{price} * (1 - {discount})"
SOLD = "l_extendedprice * (1 - l_discount)"
DATE95 = "DATE(1995, 3, 15)"

QUESTIONS: dict[int, Json] = {
    1: q("item", [dim("flag", "{returned}"), dim("status", "{status}")],
         [m("q", "sum", "{quantity}"), m("p", "sum", "{price}"), m("d", "sum", REVENUE), m("c", "sum", REVENUE + " * (1 + {tax})"), m("aq", "average", "{quantity}"), m("ap", "average", "{price}"), m("ad", "average", "{discount}"), m("n", "count")],
         ["flag", "status"], ["q", "p", "d", "c", "aq", "ap", "ad", "n"],
         f"SELECT l_returnflag, l_linestatus, sum(l_quantity), sum(l_extendedprice), sum({SOLD}), sum({SOLD} * (1 + l_tax)), avg(l_quantity), avg(l_extendedprice), avg(l_discount), count(*) FROM lineitem WHERE l_shipdate <= DATE '1998-09-02' GROUP BY 1, 2",
         filter="{shipped} <= DATE(1998, 9, 2)"),
    2: q("offer", [dim("balance", "{supplier.balance}"), dim("supplier", "{supplier.name}"), dim("nation", "{supplier.nation.name}"), dim("part", "{part.key}"), dim("maker", "{part.maker}"), dim("address", "{supplier.address}"), dim("phone", "{supplier.phone}"), dim("comment", "{supplier.comment}")],
         [m("cost", "min", "{cost}"), m("place", "rank", of="cost", within=["part"], ascending=True)],
         ["balance", "supplier", "nation", "part", "maker", "address", "phone", "comment"], [],
         "SELECT s_acctbal, s_name, n_name, p_partkey, p_mfgr, s_address, s_phone, s_comment FROM part, supplier, partsupp, nation, region WHERE p_partkey = ps_partkey AND s_suppkey = ps_suppkey AND p_size = 15 AND p_type LIKE '%BRASS' AND s_nationkey = n_nationkey AND n_regionkey = r_regionkey AND r_name = 'EUROPE' AND ps_supplycost = (SELECT min(ps_supplycost) FROM partsupp, supplier, nation, region WHERE p_partkey = ps_partkey AND s_suppkey = ps_suppkey AND s_nationkey = n_nationkey AND n_regionkey = r_regionkey AND r_name = 'EUROPE') ORDER BY 1 DESC, 3, 2, 4 LIMIT 100",
         filter='AND({supplier.nation.region.name} = "EUROPE", {part.size} = 15, RIGHT({part.type}, 5) = "BRASS")', having="{place} = 1", limit=100, order=[by("balance"), by("nation", False), by("supplier", False), by("part", False)]),
    3: q("item", [dim("key", "{purchase.key}"), dim("day", "{purchase.day}"), dim("priority", "{purchase.ship_priority}")], [m("revenue", "sum", REVENUE)],
         ["key", day("day"), "priority"], ["revenue"],
         f"SELECT o_orderkey, o_orderdate, o_shippriority, sum({SOLD}) FROM customer, orders, lineitem WHERE c_mktsegment = 'BUILDING' AND c_custkey = o_custkey AND l_orderkey = o_orderkey AND o_orderdate < DATE '1995-03-15' AND l_shipdate > DATE '1995-03-15' GROUP BY 1, 2, 3 ORDER BY 4 DESC, 2 LIMIT 10",
         filter=f'AND({{purchase.buyer.segment}} = "BUILDING", {{purchase.day}} < {DATE95}, {{shipped}} > {DATE95})', limit=10, order=[by("revenue"), by("day:day", False)]),
    4: q("purchase", [dim("priority", "{priority}")], [m("orders", "count")], ["priority"], ["orders"],
         "SELECT o_orderpriority, count(*) FROM orders WHERE o_orderdate >= DATE '1993-07-01' AND o_orderdate < DATE '1993-10-01' AND EXISTS (SELECT * FROM lineitem WHERE l_orderkey = o_orderkey AND l_commitdate < l_receiptdate) GROUP BY 1",
         filter="AND({day} >= DATE(1993, 7, 1), {day} < DATE(1993, 10, 1), ANY({items}, {items.committed} < {items.received}))"),
    5: q("item", [dim("nation", "{supplier.nation.name}")], [m("revenue", "sum", REVENUE)], ["nation"], ["revenue"],
         f"SELECT n_name, sum({SOLD}) FROM customer, orders, lineitem, supplier, nation, region WHERE c_custkey = o_custkey AND l_orderkey = o_orderkey AND l_suppkey = s_suppkey AND c_nationkey = s_nationkey AND s_nationkey = n_nationkey AND n_regionkey = r_regionkey AND r_name = 'ASIA' AND o_orderdate >= DATE '1994-01-01' AND o_orderdate < DATE '1995-01-01' GROUP BY 1",
         filter='AND({supplier.nation.region.name} = "ASIA", {purchase.buyer.nation} = {supplier.nation}, {purchase.day} >= DATE(1994, 1, 1), {purchase.day} < DATE(1995, 1, 1))'),
    6: q("item", [], [m("revenue", "sum", "{price} * {discount}")], [], ["revenue"],
         "SELECT sum(l_extendedprice * l_discount) FROM lineitem WHERE l_shipdate >= DATE '1994-01-01' AND l_shipdate < DATE '1995-01-01' AND l_discount BETWEEN 0.05 AND 0.07 AND l_quantity < 24",
         filter="AND({shipped} >= DATE(1994, 1, 1), {shipped} < DATE(1995, 1, 1), {discount} >= 0.05, {discount} <= 0.07, {quantity} < 24)"),
    7: q("item", [dim("from", "{supplier.nation.name}"), dim("to", "{purchase.buyer.nation.name}"), dim("shipped", "{shipped}")], [m("revenue", "sum", REVENUE)], ["from", "to", year("shipped")], ["revenue"],
         f"SELECT n1.n_name, n2.n_name, CAST(year(l_shipdate) AS TEXT), sum({SOLD}) FROM supplier, lineitem, orders, customer, nation n1, nation n2 WHERE s_suppkey = l_suppkey AND o_orderkey = l_orderkey AND c_custkey = o_custkey AND s_nationkey = n1.n_nationkey AND c_nationkey = n2.n_nationkey AND ((n1.n_name = 'FRANCE' AND n2.n_name = 'GERMANY') OR (n1.n_name = 'GERMANY' AND n2.n_name = 'FRANCE')) AND l_shipdate BETWEEN DATE '1995-01-01' AND DATE '1996-12-31' GROUP BY 1, 2, 3",
         filter='AND(OR(AND({supplier.nation.name} = "FRANCE", {purchase.buyer.nation.name} = "GERMANY"), AND({supplier.nation.name} = "GERMANY", {purchase.buyer.nation.name} = "FRANCE")), {shipped} >= DATE(1995, 1, 1), {shipped} <= DATE(1996, 12, 31))'),
    8: q("item", [dim("day", "{purchase.day}")], [m("all", "sum", REVENUE), m("one", "sum", REVENUE, filter='{supplier.nation.name} = "BRAZIL"'), m("share", "ratio", numerator="one", denominator="all")], [year("day")], ["share"],
         f"SELECT CAST(year(o_orderdate) AS TEXT), sum(CASE WHEN n2.n_name = 'BRAZIL' THEN {SOLD} ELSE 0 END) / sum({SOLD}) FROM part, supplier, lineitem, orders, customer, nation n1, nation n2, region WHERE p_partkey = l_partkey AND s_suppkey = l_suppkey AND l_orderkey = o_orderkey AND o_custkey = c_custkey AND c_nationkey = n1.n_nationkey AND n1.n_regionkey = r_regionkey AND r_name = 'AMERICA' AND s_nationkey = n2.n_nationkey AND o_orderdate BETWEEN DATE '1995-01-01' AND DATE '1996-12-31' AND p_type = 'ECONOMY ANODIZED STEEL' GROUP BY 1",
         filter='AND({purchase.buyer.nation.region.name} = "AMERICA", {purchase.day} >= DATE(1995, 1, 1), {purchase.day} <= DATE(1996, 12, 31), {part.type} = "ECONOMY ANODIZED STEEL")'),
    9: q("item", [dim("nation", "{supplier.nation.name}"), dim("day", "{purchase.day}")], [m("profit", "sum", REVENUE + " - {offer.cost} * {quantity}")], ["nation", year("day")], ["profit"],
         f"SELECT n_name, CAST(year(o_orderdate) AS TEXT), sum({SOLD} - ps_supplycost * l_quantity) FROM part, supplier, lineitem, partsupp, orders, nation WHERE s_suppkey = l_suppkey AND ps_key = l_offer AND p_partkey = l_partkey AND o_orderkey = l_orderkey AND s_nationkey = n_nationkey AND p_name LIKE '%green%' GROUP BY 1, 2",
         filter='CONTAINS({part.name}, "green")'),
    10: q("item", [dim("key", "{purchase.buyer.key}"), dim("name", "{purchase.buyer.name}"), dim("balance", "{purchase.buyer.balance}"), dim("nation", "{purchase.buyer.nation.name}"), dim("address", "{purchase.buyer.address}"), dim("phone", "{purchase.buyer.phone}"), dim("comment", "{purchase.buyer.comment}")], [m("revenue", "sum", REVENUE)],
          ["key", "name", "balance", "nation", "address", "phone", "comment"], ["revenue"],
          f"SELECT c_custkey, c_name, c_acctbal, n_name, c_address, c_phone, c_comment, sum({SOLD}) FROM customer, orders, lineitem, nation WHERE c_custkey = o_custkey AND l_orderkey = o_orderkey AND o_orderdate >= DATE '1993-10-01' AND o_orderdate < DATE '1994-01-01' AND l_returnflag = 'R' AND c_nationkey = n_nationkey GROUP BY ALL ORDER BY 8 DESC LIMIT 20",
          filter='AND({returned} = "R", {purchase.day} >= DATE(1993, 10, 1), {purchase.day} < DATE(1994, 1, 1))', limit=20, order=[by("revenue")]),
    11: q("offer", [dim("part", "{part.key}")], [m("value", "sum", "{cost} * {available}"), m("share", "share", of="value")], ["part"], ["value"],
          "SELECT ps_partkey, sum(ps_supplycost * ps_availqty) AS v FROM partsupp, supplier, nation WHERE ps_suppkey = s_suppkey AND s_nationkey = n_nationkey AND n_name = 'GERMANY' GROUP BY 1 HAVING v > (SELECT sum(ps_supplycost * ps_availqty) * 0.02 FROM partsupp, supplier, nation WHERE ps_suppkey = s_suppkey AND s_nationkey = n_nationkey AND n_name = 'GERMANY')",
          filter='{supplier.nation.name} = "GERMANY"', having="{share} > 0.02"),
    12: q("item", [dim("mode", "{mode}")], [m("high", "count", filter='IN({purchase.priority}, "1-URGENT", "2-HIGH")'), m("low", "count", filter='NOT(IN({purchase.priority}, "1-URGENT", "2-HIGH"))')], ["mode"], ["high", "low"],
          "SELECT l_shipmode, sum(CASE WHEN o_orderpriority IN ('1-URGENT', '2-HIGH') THEN 1 ELSE 0 END), sum(CASE WHEN o_orderpriority NOT IN ('1-URGENT', '2-HIGH') THEN 1 ELSE 0 END) FROM orders, lineitem WHERE o_orderkey = l_orderkey AND l_shipmode IN ('MAIL', 'SHIP') AND l_commitdate < l_receiptdate AND l_shipdate < l_commitdate AND l_receiptdate >= DATE '1994-01-01' AND l_receiptdate < DATE '1995-01-01' GROUP BY 1",
          filter='AND(IN({mode}, "MAIL", "SHIP"), {committed} < {received}, {shipped} < {committed}, {received} >= DATE(1994, 1, 1), {received} < DATE(1995, 1, 1))'),
    13: q("buyer", [dim("orders", 'COUNT({purchases}, NOT(AND(CONTAINS({purchases.comment}, "special"), CONTAINS({purchases.comment}, "requests"))))')], [m("buyers", "count")], ["orders"], ["buyers"],
          "SELECT n, count(*) FROM (SELECT c_custkey, count(o_orderkey) AS n FROM customer LEFT JOIN orders ON c_custkey = o_custkey AND o_comment NOT LIKE '%special%requests%' GROUP BY 1) GROUP BY 1"),
    14: q("item", [], [m("all", "sum", REVENUE), m("promo", "sum", REVENUE, filter='LEFT({part.type}, 5) = "PROMO"'), m("share", "expression", formula="100 * {promo} / {all}")], [], ["share"],
          f"SELECT 100.00 * sum(CASE WHEN p_type LIKE 'PROMO%' THEN {SOLD} ELSE 0 END) / sum({SOLD}) FROM lineitem, part WHERE l_partkey = p_partkey AND l_shipdate >= DATE '1995-09-01' AND l_shipdate < DATE '1995-10-01'",
          filter="AND({shipped} >= DATE(1995, 9, 1), {shipped} < DATE(1995, 10, 1))"),
    15: q("item", [dim("name", "{supplier.name}"), dim("address", "{supplier.address}"), dim("phone", "{supplier.phone}")], [m("revenue", "sum", REVENUE), m("place", "rank", of="revenue")], ["name", "address", "phone"], ["revenue"],
          f"WITH r AS (SELECT l_suppkey AS k, sum({SOLD}) AS t FROM lineitem WHERE l_shipdate >= DATE '1996-01-01' AND l_shipdate < DATE '1996-04-01' GROUP BY 1) SELECT s_name, s_address, s_phone, t FROM supplier, r WHERE s_suppkey = k AND t = (SELECT max(t) FROM r)",
          filter="AND({shipped} >= DATE(1996, 1, 1), {shipped} < DATE(1996, 4, 1))", having="{place} = 1"),
    16: q("offer", [dim("brand", "{part.brand}"), dim("type", "{part.type}"), dim("size", "{part.size}")], [m("suppliers", "count_distinct", "{supplier}")], ["brand", "type", "size"], ["suppliers"],
          "SELECT p_brand, p_type, p_size, count(DISTINCT ps_suppkey) FROM partsupp, part WHERE p_partkey = ps_partkey AND p_brand <> 'Brand#45' AND p_type NOT LIKE 'MEDIUM POLISHED%' AND p_size IN (49, 14, 23, 45, 19, 3, 36, 9) AND ps_suppkey NOT IN (SELECT s_suppkey FROM supplier WHERE s_comment LIKE '%Customer%Complaints%') GROUP BY 1, 2, 3",
          filter='AND({part.brand} <> "Brand#45", LEFT({part.type}, 15) <> "MEDIUM POLISHED", IN({part.size}, 49, 14, 23, 45, 19, 3, 36, 9), NOT(AND(CONTAINS({supplier.comment}, "Customer"), CONTAINS({supplier.comment}, "Complaints"))))'),
    17: q("item", [], [m("sold", "sum", "{price}"), m("yearly", "expression", formula="{sold} / 7")], [], ["yearly"],
          "SELECT sum(l_extendedprice) / 7.0 FROM lineitem, part WHERE p_partkey = l_partkey AND p_brand = 'Brand#23' AND p_container = 'MED BOX' AND l_quantity < (SELECT 0.2 * avg(l_quantity) FROM lineitem WHERE l_partkey = p_partkey)",
          filter='AND({part.brand} = "Brand#23", {part.container} = "MED BOX", {quantity} < 0.2 * AVERAGE({part.items.quantity}))'),
    18: q("item", [dim("name", "{purchase.buyer.name}"), dim("buyer", "{purchase.buyer.key}"), dim("key", "{purchase.key}"), dim("day", "{purchase.day}"), dim("total", "{purchase.total}")], [m("quantity", "sum", "{quantity}")], ["name", "buyer", "key", day("day"), "total"], ["quantity"],
          "SELECT c_name, c_custkey, o_orderkey, o_orderdate, o_totalprice, sum(l_quantity) FROM customer, orders, lineitem WHERE o_orderkey IN (SELECT l_orderkey FROM lineitem GROUP BY 1 HAVING sum(l_quantity) > 250) AND c_custkey = o_custkey AND o_orderkey = l_orderkey GROUP BY ALL ORDER BY 5 DESC, 4 LIMIT 100",
          having="{quantity} > 250", limit=100, order=[by("total"), by("day:day", False)]),
    19: q("item", [], [m("revenue", "sum", REVENUE)], [], ["revenue"],
          f"SELECT sum({SOLD}) FROM lineitem, part WHERE p_partkey = l_partkey AND l_shipmode IN ('AIR', 'REG AIR') AND l_shipinstruct = 'DELIVER IN PERSON' AND ((p_brand = 'Brand#12' AND p_container IN ('SM CASE', 'SM BOX', 'SM PACK') AND l_quantity BETWEEN 1 AND 31 AND p_size BETWEEN 1 AND 15) OR (p_brand = 'Brand#23' AND p_container IN ('MED BAG', 'MED BOX', 'MED PKG') AND l_quantity BETWEEN 10 AND 40 AND p_size BETWEEN 1 AND 50) OR (p_brand = 'Brand#34' AND p_container IN ('LG CASE', 'LG BOX') AND l_quantity BETWEEN 20 AND 50 AND p_size BETWEEN 1 AND 50))",
          filter='AND(IN({mode}, "AIR", "REG AIR"), {instruction} = "DELIVER IN PERSON", OR(AND({part.brand} = "Brand#12", IN({part.container}, "SM CASE", "SM BOX", "SM PACK"), {quantity} >= 1, {quantity} <= 31, {part.size} >= 1, {part.size} <= 15), AND({part.brand} = "Brand#23", IN({part.container}, "MED BAG", "MED BOX", "MED PKG"), {quantity} >= 10, {quantity} <= 40, {part.size} >= 1, {part.size} <= 50), AND({part.brand} = "Brand#34", IN({part.container}, "LG CASE", "LG BOX"), {quantity} >= 20, {quantity} <= 50, {part.size} >= 1, {part.size} <= 50)))'),
    20: q("offer", [dim("name", "{supplier.name}"), dim("address", "{supplier.address}")], [m("parts", "count")], ["name", "address"], [],
          "SELECT s_name, s_address FROM supplier, nation WHERE s_suppkey IN (SELECT ps_suppkey FROM partsupp WHERE ps_partkey IN (SELECT p_partkey FROM part WHERE p_name LIKE 'forest%') AND ps_availqty > (SELECT 0.5 * sum(l_quantity) FROM lineitem WHERE l_partkey = ps_partkey AND l_suppkey = ps_suppkey AND l_shipdate >= DATE '1994-01-01' AND l_shipdate < DATE '1995-01-01')) AND s_nationkey = n_nationkey AND n_name = 'CANADA'",
          filter='AND({supplier.nation.name} = "CANADA", LEFT({part.name}, 6) = "forest", ANY({items}, AND({items.shipped} >= DATE(1994, 1, 1), {items.shipped} < DATE(1995, 1, 1))), {available} > 0.5 * SUM({items.quantity}, AND({items.shipped} >= DATE(1994, 1, 1), {items.shipped} < DATE(1995, 1, 1))))'),
    21: q("item", [dim("name", "{supplier.name}")], [m("waiting", "count")], ["name"], ["waiting"],
          "SELECT s_name, count(*) FROM supplier, lineitem l1, orders, nation WHERE s_suppkey = l1.l_suppkey AND o_orderkey = l1.l_orderkey AND o_orderstatus = 'F' AND l1.l_receiptdate > l1.l_commitdate AND EXISTS (SELECT * FROM lineitem l2 WHERE l2.l_orderkey = l1.l_orderkey AND l2.l_suppkey <> l1.l_suppkey) AND NOT EXISTS (SELECT * FROM lineitem l3 WHERE l3.l_orderkey = l1.l_orderkey AND l3.l_suppkey <> l1.l_suppkey AND l3.l_receiptdate > l3.l_commitdate) AND s_nationkey = n_nationkey AND n_name = 'SAUDI ARABIA' GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 100",
          filter='AND({supplier.nation.name} = "SAUDI ARABIA", {purchase.status} = "F", {received} > {committed}, ANY({purchase.items}, {purchase.items.supplier} <> {supplier}), NOT(ANY({purchase.items}, AND({purchase.items.supplier} <> {supplier}, {purchase.items.received} > {purchase.items.committed}))))', limit=100, order=[by("waiting"), by("name", False)]),
}  # fmt: skip
#: what cannot be said, and why
UNSAID = {22: "compares with an average over all rows of another condition"}
