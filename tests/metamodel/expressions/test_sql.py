"""What the SQL looks like where it matters: bare columns, shared joins, rows that may not be seen."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from metamodel.expressions import sql
from metamodel.expressions.catalogue import catalogue
from metamodel.expressions.check import check
from metamodel.expressions.evaluate import evaluate
from metamodel.expressions.tables import Joins
from tests.metamodel.expressions.databases import NAMES, connect, fill, values
from tests.metamodel.expressions.world import TABLES, World, WorldTables, context

BROWSER = Path(__file__).parents[3] / "static" / "src" / "kernel" / "expressions" / "catalogue.json"


def condition(text: str) -> tuple[str, str, Joins]:
    node = check(text, World(), "desk.note").ast
    assert node is not None
    source, joins = TABLES["desk.note"].alias("n"), Joins(tables=WorldTables())
    found = sql.condition(node, WorldTables(), context(), source, joins)
    lite, full = (
        str(found.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
        for dialect in (sqlite.dialect(), postgresql.dialect())
    )
    return lite, full, joins


@pytest.mark.parametrize(
    ("text", "on_sqlite", "on_postgresql"),
    [
        ("{amount} = 5", "n.amount = 500", "n.amount = 500"),
        ("{amount} > 4.999", "n.amount > 499", "n.amount > 499"),
        ("4.999 <= {amount}", "n.amount >= 500", "n.amount >= 500"),
        ("{amount} <> 5", "n.amount IS NOT ?", "n.amount IS DISTINCT FROM 500"),
        ('{kind} = ""', "n.kind IS NULL", "n.kind IS NULL"),
        ('IN({kind}, "a", "b")', "n.kind IN ('a', 'b')", "n.kind IN ('a', 'b')"),
        ("{owner} = ME()", "n.owner = 7", "n.owner = 7"),
        ("{due} < TODAY() - 30", "n.due < '2026-10-23'", "n.due < '2026-10-23'"),
        ("IN({department}, MY_DEPARTMENTS())", "n.department IN (3, 4, 5)", "n.department IN (3, 4, 5)"),
        (
            'AND({done}, STARTS_WITH({title}, "ab"))',
            "n.done IS 1 AND n.title >= 'ab' AND n.title < 'ac'",
            "n.done IS true AND n.title >= ('ab' COLLATE \"C\") AND n.title < ('ac' COLLATE \"C\")",
        ),
    ],
)
def test_columns_stand_bare(text: str, on_sqlite: str, on_postgresql: str) -> None:
    lite, full, joins = condition(text)
    assert (lite, full) == (on_sqlite, on_postgresql)
    assert joins.hops == []


def test_paths_share_their_joins() -> None:
    _, _, joins = condition('OR({team.region.name} = "a", {team.name} = "b", {team.region.rank} > 1, {team.id} = 5)')
    assert list(joins.reached) == [("team",), ("team", "region")]


@pytest.fixture(params=NAMES)
def connection(request: pytest.FixtureRequest) -> Iterator[sa.Connection]:
    yield from connect(request.param)


def test_rows_that_may_not_be_seen_are_blank(connection: sa.Connection) -> None:
    lines = [{"amount": 1, "id": 10}, {"amount": 2, "id": 11}]
    fill(connection, [{"id": 1, "lines": lines, "team": {"id": 5, "name": "North"}}])
    connection.execute(sa.update(TABLES["desk.line"]).where(TABLES["desk.line"].c.id == 11).values(binned=True))
    connection.execute(sa.update(TABLES["desk.team"]).values(binned=True))
    connection.commit()
    for text, expected in (("COUNT({lines})", 1), ("{team.name}", None), ("ANY({lines.amount} = 2)", False)):
        node = check(text, World(), "desk.note").ast
        assert node is not None
        assert values(connection, node, context()) == {1: expected}


@pytest.mark.parametrize(
    "text", ["ROUND(ABS({} + {{qty}} * {{amount}}) / 3, 2)", "IF({{qty}} > 1, {}, 2)", "MAX(1, {})"]
)
def test_deep_expressions_work_and_do_not_double(connection: sa.Connection, text: str) -> None:
    """Each level names its operand several times; the statement must grow by the level, not by the power."""
    deep = "{qty}"
    for _ in range(9):
        deep = text.format(deep)
    note = {"id": 1, "qty": 7, "amount": 2}
    fill(connection, [note])
    node = check(deep, World(), "desk.note").ast
    assert node is not None
    source, joins = TABLES["desk.note"].alias("n"), Joins(tables=WorldTables())
    statement = sa.select(sql.compile(node, WorldTables(), context(), source, joins))
    assert len(str(statement.compile(connection))) < 60_000
    assert values(connection, node, context()) == {1: evaluate(node, note, context())}


def test_the_browser_has_the_catalogue() -> None:
    assert json.loads(BROWSER.read_text("utf-8")) == json.loads(json.dumps(catalogue()))
