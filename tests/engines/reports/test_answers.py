"""Answers kept are never stale; files hold the same numbers; figures lead to their records; each says how it is made."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from engines.access.actor import Actor
from engines.database import Workspace
from engines.records import store
from engines.records.called import names
from engines.records.query import entity_of
from engines.reports.behind import records
from engines.reports.cache import ask_kept
from engines.reports.explain import explain
from engines.reports.export import to_csv, to_xlsx
from engines.reports.narrow import chosen, narrowing, values
from engines.runtime.release import Releases
from metamodel.definition import load
from metamodel.errors import Invalid, Refusal
from metamodel.report import Report
from tests.conftest import make_user
from tests.desk import ADMIN, NOW, actor_of, release
from tests.engines.reports.shop import CAUSE, SHOP, answer, fill


def report(sight: Any, **document: Any) -> Report:
    found, issues = load(Report, {"name": "x", "label": "X", "dataset": "sales", **document}, sight.live.model.catalog)
    assert found is not None, issues
    return found


def north(workspace: Workspace) -> Actor:
    return actor_of(workspace, make_user(workspace, "north", roles=[{"application": "shop", "id": "north"}]))


def test_a_write_between_two_reads_is_seen(workspace: Workspace) -> None:
    fill(workspace, 50)
    releases = Releases(workspace)
    asked = {"rows": [{"dimension": "area"}], "measures": ["sales", "of_all"]}

    def read() -> Any:
        with workspace.read() as connection:
            seen = releases.sight(connection, ADMIN, NOW)
            return ask_kept(connection, seen, seen.live.model.applications["shop"], report(seen, **asked), {})

    first = read()
    assert read() is first
    with workspace.write() as connection:
        seen = releases.sight(connection, ADMIN, NOW)
        number = store.create(connection, seen, entity_of(seen, "shop.sale"), {"person": 1, "amount": "5"}, CAUSE)
    second = read()
    assert second is not first and sum(row[1] for row in second.rows) == sum(row[1] for row in first.rows) + 1
    with workspace.write() as connection:
        seen = releases.sight(connection, ADMIN, NOW)
        store.update(connection, seen, entity_of(seen, "shop.person"), 1, {"area": 3}, CAUSE)
        store.update(connection, seen, entity_of(seen, "shop.sale"), number, {"person": 2}, CAUSE)
    third = read()
    assert third.rows != second.rows
    document = {**SHOP, "datasets": [{**SHOP["datasets"][0], "filter": "{amount} > 10"}]}
    release(workspace, document)
    assert read().rows != third.rows


def test_what_another_may_see_is_not_what_is_kept_for_one(workspace: Workspace) -> None:
    fill(workspace)
    releases = Releases(workspace)
    someone = north(workspace)
    found = []
    for actor in (ADMIN, someone, ADMIN, someone):
        with workspace.read() as connection:
            seen = releases.sight(connection, actor, NOW)
            application = seen.live.model.applications["shop"]
            found.append(ask_kept(connection, seen, application, report(seen, measures=["sum", "people"]), {}).rows)
    assert found[0] == found[2] != found[1] == found[3]


def test_files_hold_what_the_screen_shows_with_its_totals(workspace: Workspace) -> None:
    fill(workspace)
    found = answer(workspace, rows=[{"dimension": "area"}, {"dimension": "kind"}], columns=[{"dimension": "at", "grain": "year"}], measures=["sum", "people", "mean"], chart={"type": "pivot"})  # fmt: skip
    rows = CalamineWorkbook.from_filelike(io.BytesIO(to_xlsx(found, "A/B"))).get_sheet_by_index(0).to_python()
    years = sorted({key[2] for key in found.keys})
    assert rows[0] == [
        "Area",
        "Kind",
        *[f"{year} · {name}" for year in [*years, "Total"] for name in ("Sum", "People", "Mean")],
    ]
    totals = {(one.level, tuple(one.keys)): one.values for one in found.totals}
    assert rows[-1][:2] == ["Total", ""]
    wanted = [*(value for year in years for value in totals[(2,), (year,)]), *totals[(), ()]]
    assert [Decimal(str(value)) for value in rows[-1][2:]] == [Decimal(value) for value in wanted]
    subtotal = next(row for row in rows if row[0] == "south" and row[1] == "Subtotal")
    assert Decimal(str(subtotal[-3])) == Decimal(totals[(0,), ("south",)][0])
    assert all(isinstance(value, float) or value == "" for row in rows[1:] for value in row[2:])
    assert to_csv(found).decode("utf-8-sig").splitlines()[0].startswith("Area,Kind,")


@pytest.mark.parametrize("falling", [False, True])
def test_choices_stand_as_their_list_has_them(workspace: Workspace, falling: bool) -> None:
    """Not by their codes: the list has b before a."""
    fill(workspace, 60)
    found = answer(workspace, rows=[{"dimension": "kind"}], measures=["sales"], order=[{"by": "kind", "descending": falling}])
    kinds = [row[0] for row in found.rows if row[0] is not None]
    assert sorted(kinds) != kinds or falling
    assert [kind for kind in kinds if kind in ("乙", "B")] and kinds.index("A") == (0 if falling else 1)


def test_records_that_split_are_shown_by_their_names(workspace: Workspace) -> None:
    fill(workspace)
    releases = Releases(workspace)
    with workspace.write() as connection:
        seen = releases.sight(connection, ADMIN, NOW)
        store.update(connection, seen, entity_of(seen, "shop.person"), 3, {"name": "P1"}, CAUSE)
    by_name = {row[0]: row[1] for row in answer(workspace, rows=[{"dimension": "person"}], measures=["sales"]).rows}
    found = answer(workspace, rows=[{"dimension": "buyer"}], measures=["sales"])
    told = dict(found.rows)
    assert told.keys() - {"P1", "P1 (2)"} == by_name.keys() - {"P1"} and told["P1"] + told["P1 (2)"] == by_name["P1"]
    someone = actor_of(workspace, make_user(workspace, "kinds", roles=[{"application": "shop", "id": "kinds"}]))
    with workspace.read() as connection:
        seen = releases.sight(connection, someone, NOW)
        shop = seen.live.model.applications["shop"]
        rows = ask_kept(
            connection, seen, shop, report(seen, rows=[{"dimension": "buyer"}], measures=["sales"]), {}
        ).rows
        named = {row[0] for row in rows if row[0] and not row[0].startswith("（无权查看）")}
        assert named and named <= {"P1", "P4", "P8", "P10", "P13", "P16", "P19"} and len(named) < len(rows)
        filter = shop.boards[0].filters[0]
        assert {item["label"] for item in values(connection, seen, shop, filter, "P1")} <= {
            "P1",
            "P10",
            "P13",
            "P16",
            "P19",
        }
        assert values(connection, seen, shop, filter, "P9") == []
    with workspace.read() as connection:
        seen = releases.sight(connection, ADMIN, NOW)
        assert [item["label"] for item in values(connection, seen, shop, filter, "P9")] == ["P9"]
        # However a record came to be chosen, it is told by its name, and by none to whom that is hidden.
        assert narrowing(seen, shop, filter) == {"sort": "value", "records": True}
        assert [item["label"] for item in chosen(connection, seen, shop, filter, ["3", "soon", "10"])] == ["P1", "P9"]
        told_of = explain(connection, seen, shop, report(seen, measures=["sales"]), {"buyer": [3, 10]})
        assert any("“P1”, “P9”" in text for text in told_of["conditions"])
        hidden = releases.sight(connection, someone, NOW)
        assert [item["label"] for item in chosen(connection, hidden, shop, filter, ["10"])] == ["（无权查看）"]
        # More numbers than either driver takes parameters.
        assert len(names(connection, seen, [("shop.person", number) for number in range(300_000)])) == 20
    with workspace.write() as connection:
        seen = releases.sight(connection, ADMIN, NOW)
        store.update(connection, seen, entity_of(seen, "shop.person"), 10, {"name": None}, CAUSE)
        assert [item["label"] for item in chosen(connection, seen, shop, filter, ["10"])] == ["(untitled)"]
    rows = answer(workspace, rows=[{"dimension": "buyer"}], measures=["sales"]).rows
    assert "(untitled)" in [row[0] for row in rows]


def test_nothing_in_a_file_is_run(workspace: Workspace) -> None:
    fill(workspace, 5)
    with workspace.write() as connection:
        seen = Releases(workspace).sight(connection, ADMIN, NOW)
        store.update(connection, seen, entity_of(seen, "shop.area"), 1, {"name": "=1+1"}, CAUSE)
    found = answer(workspace, rows=[{"dimension": "area"}], measures=["sales"])
    assert "'=1+1" in to_csv(found).decode()
    rows = CalamineWorkbook.from_filelike(io.BytesIO(to_xlsx(found, "x"))).get_sheet_by_index(0).to_python()
    assert ["=1+1"] in [row[:1] for row in rows]


@pytest.mark.parametrize(
    ("axis", "narrow"),
    [
        ({"dimension": "area"}, lambda key: {"blank": True} if key is None else key),
        ({"dimension": "kind"}, lambda key: {"blank": True} if key is None else key),
        ({"dimension": "at", "grain": "month"}, lambda key: {"grain": "month", "key": key}),
        ({"dimension": "at", "grain": "quarter"}, lambda key: {"grain": "quarter", "key": key}),
        ({"dimension": "at", "grain": "hour"}, lambda key: {"grain": "hour", "key": key}),
        ({"dimension": "on", "grain": "weekday"}, lambda key: {"grain": "weekday", "key": key}),
        ({"dimension": "at", "grain": "week"}, lambda key: {"grain": "week", "key": key}),
        ({"dimension": "size"}, lambda key: {"blank": True} if key is None else key),
        ({"dimension": "fives"}, lambda key: {"blank": True} if key is None else key),
    ],
    ids=lambda value: "-".join(value.values()) if isinstance(value, dict) else "",
)
def test_every_figure_leads_to_its_records(workspace: Workspace, axis: Any, narrow: Any) -> None:
    fill(workspace)
    found = answer(workspace, rows=[axis], measures=["sales", "sum"])
    with workspace.read() as connection:
        seen = Releases(workspace).sight(connection, ADMIN, NOW)
        application = seen.live.model.applications["shop"]
        for (key,), row in zip(found.keys, found.rows, strict=True):
            filters = {axis["dimension"]: narrow(key)}
            told = records(connection, seen, application, report(seen, measures=["sales"]), filters, ["amount"])
            assert told["total"] == row[1], (key, told["total"], row)
            items, after = list(told["items"]), told["next"]
            while after:
                more = records(
                    connection, seen, application, report(seen, measures=["sales"]), filters, ["amount"], after
                )
                items, after = [*items, *more["items"]], more["next"]
            assert len({item["id"] for item in items}) == row[1]
            assert sum(Decimal(item["amount"]) for item in items) == Decimal(row[2])


def test_a_number_says_how_it_is_made(workspace: Workspace) -> None:
    fill(workspace)
    someone = north(workspace)
    for actor, limited in ((ADMIN, False), (someone, True)):
        with workspace.read() as connection:
            seen = Releases(workspace).sight(connection, actor, NOW)
            asked = report(
                seen,
                measures=["a_share", "each"],
                filter='{kind} = "b"',
                filters=[{"dimension": "at", "period": "this_year"}],
            )
            told = explain(connection, seen, seen.live.model.applications["shop"], asked, {})
        assert told["limited"] is limited and ("statement" in told) is not limited
        assert told["conditions"] == ["Kind = “乙”" if actor.locale.startswith("zh") else "Kind = “B”"]
        assert told["windows"][0]["word"] == "this_year" and told["measures"][1]["formula"] == "Sum / People"
        assert told["measures"][0]["from"]["numerator"]["filter"].startswith("Kind = ")


def test_limits_are_said(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(workspace)
    monkeypatch.setattr("engines.reports.resolve.MOST_ROWS", 7)
    found = answer(workspace, rows=[{"dimension": "on"}], measures=["sales"])
    assert len(found.rows) == 7 and found.more and [one.code for one in found.notes] == ["report.more"]
    monkeypatch.setattr("engines.reports.gather.MOST_GROUPS", 20)
    with pytest.raises(Invalid) as refused:
        answer(workspace, rows=[{"dimension": "on"}], measures=["of_all"])
    assert [issue.code for issue in refused.value.issues] == ["report.too_wide"]


def test_a_field_that_is_gone_is_named(workspace: Workspace) -> None:
    fill(workspace, 5)
    document = {
        **SHOP,
        "entities": [
            {**one, "fields": [item for item in one["fields"] if item["name"] != "kind"]} for one in SHOP["entities"]
        ],
    }
    with pytest.raises(AssertionError, match="kind"):
        release(workspace, document)
    with workspace.read() as connection:
        seen = Releases(workspace).sight(connection, ADMIN, NOW)
        with pytest.raises(Refusal):
            explain(connection, seen, seen.live.model.applications["shop"], report(seen, measures=["gone"]), {})


def test_a_writer_that_commits_late_is_not_passed_over(pg_workspace: Workspace) -> None:
    """One takes its number in the log first and commits last: what was asked in between is not kept beyond that."""
    fill(pg_workspace, 20)
    releases = Releases(pg_workspace)

    def read() -> Any:
        with pg_workspace.read() as connection:
            seen = releases.sight(connection, ADMIN, NOW)
            return ask_kept(
                connection, seen, seen.live.model.applications["shop"], report(seen, measures=["sales"]), {}
            )

    with pg_workspace.writer.connect() as late:
        slow = late.begin()
        seen = releases.sight(late, ADMIN, NOW)
        store.create(late, seen, entity_of(seen, "shop.sale"), {"person": 1, "amount": "5"}, CAUSE)
        with pg_workspace.write() as connection:
            seen = releases.sight(connection, ADMIN, NOW)
            store.create(connection, seen, entity_of(seen, "shop.sale"), {"person": 1, "amount": "6"}, CAUSE)
        assert read().rows == [[21]] and read().rows == [[21]]
        slow.commit()
    assert read().rows == [[22]]
