"""Every measure by every sort of dimension equals what plain Python makes of the same rows, on both databases."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from statistics import median
from typing import Any

import pytest

from engines.catalog import CATALOG
from engines.database import Workspace
from metamodel.definition import dump
from metamodel.errors import Invalid
from metamodel.validate import validate
from tests.desk import NOW, loaded, release
from tests.engines.reports.shop import SHOP, ZONE, Sale, answer, fill

#: dimensions, each with its key of a sale
BY: dict[str, tuple[Any, Callable[[Sale], Any]]] = {
    "area": ({"dimension": "area"}, lambda one: one.area),
    "kind": ({"dimension": "kind"}, lambda one: one.kind),
    "month": ({"dimension": "at", "grain": "month"}, lambda one: f"{one.at:%Y-%m}"),
    "day": ({"dimension": "on", "grain": "day"}, lambda one: f"{one.at:%Y-%m-%d}"),
    "hour": ({"dimension": "at", "grain": "hour"}, lambda one: f"{one.at:%H}"),
    "band": ({"dimension": "size"}, lambda one: 0 if one.amount < 10 else 1 if one.amount < Decimal("50.5") else 2),
    "step": ({"dimension": "fives"}, lambda one: one.items // 5 * 5),
}
#: measures, each of a group of sales
OF: dict[str, Callable[[list[Sale]], Any]] = {
    "sum": lambda rows: sum(one.amount for one in rows),
    "sales": len,
    "people": lambda rows: len({one.person for one in rows}),
    "mean": lambda rows: round(sum(one.amount for one in rows) / len(rows), 6),
    "least": lambda rows: min(one.amount for one in rows),
    "last": lambda rows: max(f"{one.at:%Y-%m-%d}" for one in rows),
    "middle": lambda rows: median(one.amount for one in rows),
    "middle_items": lambda rows: Decimal(str(median(one.items for one in rows))),
    "of_a": lambda rows: sum((one.amount for one in rows if one.kind == "a"), Decimal()),
    "each": lambda rows: sum(one.amount for one in rows) / len({one.person for one in rows}),
}


def close(found: Any, wanted: Any) -> bool:
    if isinstance(wanted, str) or found is None:
        return bool(found == wanted)
    return abs(Decimal(str(found)) - Decimal(wanted)) <= Decimal("0.000001") * max(1, abs(Decimal(wanted)))


@pytest.mark.parametrize("by", BY)
def test_measures_of_rows(workspace: Workspace, by: str) -> None:
    sales = fill(workspace)
    axis, key = BY[by]
    found = answer(workspace, rows=[axis], measures=list(OF))
    groups = defaultdict(list)
    for one in sales:
        groups[key(one)].append(one)
    assert {keys[0] for keys in found.keys} == set(groups) and len(found.keys) == len(groups)
    for keys, row in zip(found.keys, found.rows, strict=True):
        for value, (name, wanted) in zip(row[1:], OF.items(), strict=True):
            assert close(value, wanted(groups[keys[0]])), (keys, name, value)


def test_totals_are_counted_anew(workspace: Workspace) -> None:
    sales = fill(workspace)
    names = ["people", "mean", "middle", "a_share", "each", "of_all"]
    found = answer(workspace, rows=[{"dimension": "area"}, {"dimension": "kind"}], columns=[{"dimension": "at", "grain": "year"}], measures=names, chart={"type": "pivot"})  # fmt: skip
    assert {one.level for one in found.totals} == {(), (0,), (0, 1), (2,), (0, 2)}
    for total in found.totals:
        keys = dict(zip(total.level, total.keys, strict=True))
        rows = [
            one for one in sales if all(key == (one.area, one.kind, f"{one.at:%Y}")[at] for at, key in keys.items())
        ]
        whole, part = sum(one.amount for one in rows), sum((one.amount for one in rows if one.kind == "a"), Decimal())
        wanted = [
            OF["people"](rows),
            OF["mean"](rows),
            OF["middle"](rows),
            part / whole,
            OF["each"](rows),
            whole / sum(one.amount for one in sales),
        ]
        assert all(close(value, one) for value, one in zip(total.values, wanted, strict=True)), (total, wanted)


def test_shares_ranks_and_sums_so_far_look_at_all_rows(workspace: Workspace) -> None:
    sales = fill(workspace)
    sums: dict[Any, Decimal] = defaultdict(Decimal)
    areas: dict[Any, Decimal] = defaultdict(Decimal)
    for one in sales:
        sums[one.area, one.person] += one.amount
        areas[one.area] += one.amount
    order = sorted(sums.values(), reverse=True)
    found = answer(
        workspace,
        rows=[{"dimension": "area"}, {"dimension": "person"}],
        measures=["sum", "of_all", "of_area", "place", "so_far"],
        limit=5,
    )
    assert found.more and [Decimal(row[2]) for row in found.rows] == order[:5]
    so_far = Decimal()
    for area, person, sum_, share, of_area, place, far in found.rows:
        so_far += Decimal(sum_)
        assert close(share, sums[area, person] / sum(areas.values())) and close(
            of_area, sums[area, person] / areas[area]
        )
        assert place == order.index(Decimal(sum_)) + 1 and Decimal(far) == so_far


def test_sums_so_far_run_along_time_and_begin_anew(workspace: Workspace) -> None:
    sales = fill(workspace)
    found = answer(workspace, rows=[{"dimension": "at", "grain": "month"}], color=[{"dimension": "kind"}], measures=["so_far", "this_year"], order=[{"by": "at:month", "descending": True}])  # fmt: skip
    for (month, kind), row in zip(found.keys, found.rows, strict=True):
        until = [one for one in sales if one.kind == kind and f"{one.at:%Y-%m}" <= month]
        assert Decimal(row[2]) == sum(one.amount for one in until)
        assert Decimal(row[3]) == sum(one.amount for one in until if f"{one.at:%Y}" == month[:4])


@pytest.mark.parametrize("grain", ["month", "quarter", "year", "week"])
def test_a_period_that_is_not_over_is_compared_with_as_much_of_the_one_before(workspace: Workspace, grain: str) -> None:
    sales = fill(workspace, 1500)
    now = NOW.astimezone(ZONE)
    sales = [one for one in sales if one.at < now]
    found = answer(workspace, now=now, filters={"at": {"from": "2000-01-01", "to": "2026-11-22"}}, rows=[{"dimension": "at", "grain": grain}], measures=["sum", "before", "each_before", "year_before"])  # fmt: skip
    starts = [datetime.fromisoformat(_start(key, grain)).replace(tzinfo=ZONE) for (key,) in found.keys]
    assert any(one.code == "report.compared_until" for one in found.notes)
    for start, row in zip(starts, found.rows, strict=True):
        for place, back in ((2, grain), (4, "year" if grain != "week" else "52")):
            begin = _back(start, back)
            end = _back(_next(start, grain), back)
            if _next(start, grain) > now:
                end = _back(now, back)
            then = [one for one in sales if begin <= one.at < end]
            assert (row[place] is None and not then) or Decimal(row[place]) == sum(one.amount for one in then), (
                start,
                place,
            )
            if place == 2 and then:
                assert close(row[3], OF["each"](then))


def _start(key: str, grain: str) -> str:
    if grain == "quarter":
        return f"{key[:4]}-{int(key[-1]) * 3 - 2:02d}-01"
    return {"month": f"{key}-01", "year": f"{key}-01-01", "week": key}[grain]


def _months(at: datetime, count: int) -> datetime:
    months = at.year * 12 + at.month - 1 + count
    return at.replace(year=months // 12, month=months % 12 + 1)


def _next(at: datetime, grain: str) -> datetime:
    return at + timedelta(days=7) if grain == "week" else _months(at, {"month": 1, "quarter": 3, "year": 12}[grain])


def _back(at: datetime, grain: str) -> datetime:
    if grain in ("week", "52"):
        return at - timedelta(days=7 if grain == "week" else 364)
    return _months(at, -{"month": 1, "quarter": 3, "year": 12}[grain])


@pytest.mark.parametrize(
    ("period", "now", "then"),
    [
        ("this_month", ("2026-11-01", "2026-11-22 12:00"), ("2026-10-01", "2026-10-22 12:00")),
        ("last_month", ("2026-10-01", "2026-11-01"), ("2026-09-01", "2026-10-01")),
        ("last_30_days", ("2026-10-24", "2026-11-22 12:00"), ("2026-09-24", "2026-10-23 12:00")),
        ("last_12_months", ("2025-12-01", "2026-11-22 12:00"), ("2024-12-01", "2025-11-22 12:00")),
        ({"from": "2026-03-01", "to": "2026-04-30"}, ("2026-03-01", "2026-05-01"), ("2026-01-01", "2026-03-01")),
        ({"from": "2026-03-03", "to": "2026-03-09"}, ("2026-03-03", "2026-03-10"), ("2026-02-24", "2026-03-03")),
    ],
    ids=str,
)
def test_a_number_is_compared_with_the_period_before(workspace: Workspace, period: Any, now: Any, then: Any) -> None:
    moment = NOW.astimezone(ZONE)
    sales = [one for one in fill(workspace, 1500) if one.at < moment]
    found = answer(workspace, now=moment, filters={"at": period}, measures=["before", "grown"]).rows[0]

    def between(span: tuple[str, str]) -> Decimal:
        first, end = (datetime.fromisoformat(text).replace(tzinfo=ZONE) for text in span)
        return sum((one.amount for one in sales if first <= one.at < end), Decimal())

    assert Decimal(found[0]) == between(then)
    current = Decimal(answer(workspace, now=moment, filters={"at": {"from": now[0], "to": "2026-11-22"}} if "12:00" in now[1] else {"at": period}, measures=["sum"]).rows[0][0])  # fmt: skip
    assert close(found[1], (current - between(then)) / between(then))


def test_without_a_time_there_is_nothing_to_compare_with(workspace: Workspace) -> None:
    fill(workspace, 30)
    found = answer(workspace, rows=[{"dimension": "area"}], measures=["before"])
    assert {row[1] for row in found.rows} == {None} and [one.code for one in found.notes] == ["report.no_period"]


def test_what_is_divided_by_zero_is_blank_and_said(workspace: Workspace) -> None:
    fill(workspace, 30)
    found = answer(workspace, rows=[{"dimension": "area"}], measures=["nothing", "over_nothing"])
    assert {value for row in found.rows for value in row[1:]} == {None}
    assert [(one.code, one.arguments["label"]) for one in found.notes] == [
        ("report.by_zero", "Nothing"),
        ("report.by_zero", "Over_Nothing"),
    ]


def test_lines_do_not_multiply_what_they_belong_to(workspace: Workspace) -> None:
    sales = fill(workspace)
    found = answer(workspace, measures=["sum", "lines", "sales"]).rows[0]
    assert found == [f"{sum(one.amount for one in sales):.2f}", sum(number % 4 for number in range(400)), 400]
    document = {
        **SHOP,
        "datasets": [
            {**SHOP["datasets"][0], "dimensions": [{"name": "x", "label": "X", "expression": "{lines.count}"}]}
        ],
    }
    with pytest.raises(AssertionError, match=r"records|many|lines"):
        fill(workspace, 1, document)


@pytest.mark.parametrize(
    ("made", "code"), [({"formula": "{b}"}, "measure.circle"), ({"formula": "{gone}"}, "expressions.unknown_name")]
)
def test_a_measure_that_is_made_of_nothing_or_itself_is_refused(
    sqlite_workspace: Workspace, made: Any, code: str
) -> None:
    others = [
        {"name": "a", "label": "A", "aggregate": "expression", **made},
        {"name": "b", "label": "B", "aggregate": "expression", "formula": "{a} + 1"},
    ]
    document = {**SHOP, "datasets": [{**SHOP["datasets"][0], "measures": [*SHOP["datasets"][0]["measures"], *others]}]}
    codes = {issue.code for issue in validate(dump(loaded(document)), CATALOG, {}).issues}
    assert code in codes
    fill(sqlite_workspace, 3)
    with pytest.raises(Invalid):
        answer(sqlite_workspace, measures=["unknown"])


def test_the_share_of_the_largest(workspace: Workspace) -> None:
    sales = fill(workspace)
    more = {"name": "top", "label": "Top", "aggregate": "concentration", "of": "sum", "by": "person", "count": 3}
    document = {**SHOP, "datasets": [{**SHOP["datasets"][0], "measures": [*SHOP["datasets"][0]["measures"], more]}]}
    release(workspace, document)
    found = answer(
        workspace, rows=[{"dimension": "kind"}], measures=["top", "sum"], chart={"type": "table", "totals": True}
    )
    groups = {keys[0]: row[1] for keys, row in zip(found.keys, found.rows, strict=True)} | {
        "all": found.totals[0].values[0]
    }
    for key, value in groups.items():
        rows = [one for one in sales if key in ("all", one.kind)]
        sums: dict[str, Decimal] = defaultdict(Decimal)
        for one in rows:
            sums[one.person] += one.amount
        assert close(value, sum(sorted(sums.values())[-3:]) / sum(one.amount for one in rows))


def test_rows_are_shown_by_their_measures(workspace: Workspace) -> None:
    sales = fill(workspace)
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for one in sales:
        sums[one.person] += one.amount
    found = answer(workspace, rows=[{"dimension": "person"}], measures=["sum"], having="AND({sum} > 800, {place} > 1)")
    wanted = sorted((value for value in sums.values() if value > 800), reverse=True)[1:]
    assert [Decimal(row[1]) for row in found.rows] == wanted
    with pytest.raises(Invalid):
        answer(workspace, rows=[{"dimension": "person"}], measures=["sum"], having="{sum} + 1")
