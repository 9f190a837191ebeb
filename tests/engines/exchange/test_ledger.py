"""Ledgers: nobody's balance goes below its floor: not by one entry, not by twenty at once, not by a file, not by undoing one."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from engines.records import store
from engines.records.history import Cause
from engines.records.query import entity_of
from metamodel.errors import Invalid
from metamodel.validate import validate
from tests.desk import CATALOG, desk, field, release, sight
from tests.engines.exchange.conftest import Desk

BALANCE = {"account": "team", "amount": "hours"}


def with_ledger(**balance: Any) -> Any:
    """The desk, whose teams have hours to spend and perhaps a credit."""
    document = desk()
    team = document["entities"][0]
    team["fields"] += [
        field("credit", "decimal", digits=1),
        field("left", "rollup", relation="bookings", aggregate="sum", field="hours", result="decimal", digits=1),
    ]
    document["entities"].append(
        {
            "name": "booking",
            "label": {"zh-CN": "工时", "en": "Booking"},
            "changes": "append",
            "balance": {**BALANCE, **balance},
            "fields": [
                field("team", "reference", entity="team", inverse="bookings", required=True),
                field("hours", "decimal", digits=1, required=True),
                field("what", "text"),
            ],
        }
    )
    return document


def book(here: Desk, hours: str, team: int = 1, what: str = "") -> None:
    with here.workspace.write() as connection:
        seen = sight(here.workspace, connection)
        values = {"team": team, "hours": hours, "what": what}
        store.create(connection, seen, entity_of(seen, "desk.booking"), values, Cause(at=datetime.now(UTC), by=1))


def team(here: Desk, **values: Any) -> int:
    with here.workspace.write() as connection:
        seen = sight(here.workspace, connection)
        return store.create(connection, seen, entity_of(seen, "desk.team"), values, Cause(at=datetime.now(UTC), by=1))


def left(here: Desk) -> list[str]:
    """What the teams have left, and what their entries add up to: the same."""
    with here.workspace.read() as connection:
        seen = sight(here.workspace, connection)
        teams, entries = (seen.live.tables[f"desk.{name}"] for name in ("team", "booking"))
        told = {row.id: row.left or 0 for row in connection.execute(sa.select(teams.c.id, teams.c.left))}
        sums = sa.select(entries.c.team, sa.func.sum(entries.c.hours)).where(entries.c.deleted_at.is_(None)).group_by(entries.c.team)
        booked = {row[0]: int(row[1]) for row in connection.execute(sums)}
        assert {number: value for number, value in told.items() if value} == {number: value for number, value in booked.items() if value}
        return [f"{told[number] / 10:.1f}" for number in sorted(told)]


@pytest.mark.parametrize(
    ("balance", "steps"),
    [
        ({}, [("5", True), ("-3.5", True), ("-1.6", False), ("-1.5", True), ("-0.1", False), ("0", True)]),
        ({"floor": ""}, [("-100", True), ("-0.1", True)]),
        ({"floor": "-{team.credit}"}, [("-2", True), ("-0.1", False), ("1", True), ("-1", True), ("-0.5", False)]),
        ({"floor": "3"}, [("2", False), ("3", True), ("4", True), ("-4.1", False), ("-4", True)]),
    ],
)
def test_an_entry_is_booked_only_if_the_balance_bears_it(here: Desk, balance: Any, steps: list[tuple[str, bool]]) -> None:
    release(here.workspace, with_ledger(**balance))
    first, other = team(here, name="Blue", credit="2"), team(here, name="Red", credit="0")
    book(here, "100", other)
    total = 0.0
    for hours, fine in steps:
        if fine:
            book(here, hours, first)
            total += float(hours)
        else:
            with pytest.raises(Invalid) as refused:
                book(here, hours, first)
            (issue,) = refused.value.issues
            assert (issue.code, issue.path) == ("ledger.below", ("hours",))
            assert "工时" in issue.to_json("zh-CN")["message"]
    assert left(here) == [f"{total:.1f}", "100.0"]


def test_what_is_missing_is_said(here: Desk) -> None:
    release(here.workspace, with_ledger())
    team(here, name="Blue")
    book(here, "1.5")
    with pytest.raises(Invalid) as refused:
        book(here, "-4")
    assert refused.value.issues[0].to_json("en")["message"] == "The balance of “Booking” is not enough: 2.5 is missing"


def at_once(count: int, deed: Callable[[int], None]) -> list[BaseException]:
    """The deed by many at the same moment; what they were refused."""
    start = threading.Barrier(count)
    refused: list[BaseException] = []

    def go(number: int) -> None:
        start.wait()
        try:
            deed(number)
        except BaseException as error:
            refused.append(error)

    threads = [threading.Thread(target=go, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused


def test_twenty_who_spend_at_once_spend_what_is_there(here: Desk) -> None:
    release(here.workspace, with_ledger())
    first, second = team(here, name="Blue"), team(here, name="Red")
    book(here, "7", first)
    book(here, "3.5", second)
    refused = at_once(20, lambda number: book(here, "-1", first if number % 2 else second))
    assert all(isinstance(error, Invalid) for error in refused), refused
    assert left(here) == ["0.0", "0.5"] and len(refused) == 10
    assert {error.issues[0].code for error in refused if isinstance(error, Invalid)} == {"ledger.below"}


def test_a_file_books_what_the_balance_bears_and_is_taken_back_as_far_as_it_is_not_spent(here: Desk) -> None:
    release(here.workspace, with_ledger())
    for name in ("Blue", "Red"):
        team(here, name=name)
    rows = "team,hours,what\nBlue,5,a\nBlue,-3,b\nRed,2,c\nRed,-4,d\nBlue,-3,e\n"
    here.bring(rows, {"team": "team", "hours": "hours", "what": "what"}, entity="booking")
    assert here.rows("booking", "what") == ["a", "b", "c"] and left(here) == ["2.0", "2.0"]
    assert here.faults() == [(5, ["below"]), (6, ["below"])]
    book(here, "-2", 2)
    assert here.undo(here.number) == {"removed": 2, "restored": 0, "kept": 1}
    assert left(here) == ["0.0", "0.0"] and here.rows("booking", "what") == ["c", None]


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ({"changes": "all"}, {"ledger.changeable"}),
        ({"balance": {"account": "what", "amount": "hours"}}, {"ledger.account"}),
        ({"balance": {"account": "team", "amount": "what"}}, {"ledger.amount"}),
        ({"balance": {**BALANCE, "floor": '"none"'}}, {"ledger.floor"}),
        ({"balance": {"account": "teem", "amount": "hours"}}, {"reference.field"}),
    ],
)
def test_a_ledger_that_cannot_be_kept_is_told(change: Any, codes: set[str]) -> None:

    document = with_ledger()
    document["entities"][-1] |= change
    found = validate(document, CATALOG, {})
    assert {issue.code for issue in found.issues} == codes
