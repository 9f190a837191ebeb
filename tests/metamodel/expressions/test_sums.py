"""Sums beyond what an integer of the database holds: exact while they fit, blank beyond, the same in all back ends."""

import pytest
import sqlalchemy as sa

from metamodel.expressions.functions.aggregates import over_rows, sql_over_rows
from metamodel.expressions.storage import BIGINT
from metamodel.expressions.types import EXACT_LIMIT, number
from tests.metamodel.expressions.databases import NAMES, connect
from tests.metamodel.expressions.world import context

BIG = EXACT_LIMIT
SUMS = [
    ([BIG] * 12 + [-BIG] * 11, BIG), ([-BIG] * 12 + [BIG] * 12 + [7], 7), ([BIG], BIG), ([-1, -1], -2), ([1_999_999_999, 1], 2_000_000_000),
    ([-1_999_999_999, 3], -1_999_999_996), ([BIG, 1], None), ([BIG] * 12, None), ([-BIG] * 40, None), ([], 0), ([None, 5], 5),
]


@pytest.fixture(scope="module", params=NAMES)
def connection(request: pytest.FixtureRequest):
    yield from connect(request.param)


@pytest.mark.parametrize(("values", "wanted"), SUMS)
def test_sums_are_exact_or_blank(connection: sa.Connection, values: list, wanted: int | None) -> None:
    assert over_rows("SUM", number(0), context("Asia/Shanghai"), values) == wanted
    rows = sa.union_all(*(sa.select(sa.literal(value, BIGINT).label("x")) for value in [*values, None])).subquery()
    columns, finish = sql_over_rows("SUM", number(0), rows.c.x)
    assert connection.execute(sa.select(finish(sa.select(*columns).scalar_subquery()))).scalar() == wanted
