"""Every trigger end to end: what starts a rule, and what does not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from engines.database import Workspace
from engines.records import store
from engines.records.history import Told
from engines.rules import log
from engines.rules.listen import rules_of
from engines.rules.timetable import next_times
from engines.runtime import events, outbox, write
from engines.runtime.events import as_one
from engines.runtime.timers import Timers
from metamodel.application import SORTS
from metamodel.errors import Invalid, Refused
from tests.desk import sight
from tests.engines.rules.ground import NOON, at, change, delete, firings, install, make, read, rule, sets, states, work

COUNT = sets(count="{count} + 1")


def fired(workspace: Workspace) -> list[int]:
    return [number for _, number, state in states(workspace) if state == "done"]


def _restore(workspace: Workspace, number: int) -> None:
    with workspace.write() as connection:
        write.restore_record(connection, sight(workspace, connection), "desk.ticket", number)


def _enter(workspace: Workspace, number: int, happening: str = "enter") -> None:
    packed = {"entity": "desk.ticket", "number": number, "happening": happening, "fields": {}, "about": "desk.late", "cause": ""}
    with workspace.write() as connection:
        outbox.enqueue(connection, events.QUEUE, {"events": [packed], "by": None, "at": NOON.isoformat()}, now=NOON)


Deed = Callable[[Workspace, int], Any]
#: trigger, what is done to a fresh ticket, how often the rule fires for that
CASES: list[tuple[str, dict[str, Any], Deed, int]] = [
    ("created", {"type": "created"}, lambda w, n: None, 1),
    ("created_restored", {"type": "created"}, lambda w, n: (delete(w, n), _restore(w, n)), 2),
    ("created_not_changed", {"type": "created"}, lambda w, n: change(w, n, note="x"), 1),
    ("changed_any", {"type": "changed"}, lambda w, n: change(w, n, note="x"), 1),
    ("changed_not_created", {"type": "changed"}, lambda w, n: None, 0),
    ("changed_named", {"type": "changed", "fields": ["cost"]}, lambda w, n: change(w, n, cost="5"), 1),
    ("changed_other", {"type": "changed", "fields": ["cost"]}, lambda w, n: change(w, n, note="x"), 0),
    ("changed_to", {"type": "changed", "fields": ["urgency"], "becomes": "high"}, lambda w, n: change(w, n, urgency="high"), 1),
    ("changed_from", {"type": "changed", "fields": ["urgency"], "was": "high"}, lambda w, n: change(w, n, urgency="high"), 0),
    ("changed_from_to", {"type": "changed", "fields": ["urgency"], "was": "low", "becomes": "high"}, lambda w, n: (change(w, n, urgency="high"), change(w, n, urgency="low")), 1),
    ("changed_second_field", {"type": "changed", "fields": ["urgency", "cost"], "becomes": "high"}, lambda w, n: change(w, n, cost="3"), 0),
    ("changed_computed", {"type": "changed", "fields": ["double"]}, lambda w, n: change(w, n, cost="5"), 1),
    ("changed_money_to", {"type": "changed", "fields": ["cost"], "becomes": "5.00"}, lambda w, n: change(w, n, cost="5"), 1),
    ("deleted", {"type": "deleted"}, lambda w, n: delete(w, n), 1),
    ("threshold_up", {"type": "threshold", "field": "cost", "limit": "10"}, lambda w, n: (change(w, n, cost="9"), change(w, n, cost="10"), change(w, n, cost="11")), 1),
    ("threshold_down", {"type": "threshold", "field": "cost", "limit": "10", "way": "down"}, lambda w, n: (change(w, n, cost="10"), change(w, n, cost="9.99"), change(w, n, cost="1")), 1),
    ("threshold_computed", {"type": "threshold", "field": "double", "limit": "10"}, lambda w, n: (change(w, n, cost="4"), change(w, n, cost="5")), 1),
    ("segment_enters", {"type": "segment", "segment": "late"}, lambda w, n: (_enter(w, n), _enter(w, n, "leave")), 1),
    ("segment_leaves", {"type": "segment", "segment": "late", "way": "leaves"}, lambda w, n: (_enter(w, n), _enter(w, n, "leave")), 1),
]
CASES = [case for case in CASES if case[1]["type"] != "segment" or "segment" in SORTS]


@pytest.mark.parametrize(("trigger", "deed", "times"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_what_starts_a_rule(workspace: Workspace, trigger: dict[str, Any], deed: Deed, times: int) -> None:
    # Booked in another table, so that the rule can't set itself off and what is deleted can be booked too.
    install(workspace, rule("r", trigger, {"type": "make_record", "entity": "diary", "values": [{"field": "what", "value": "{subject}"}]}))
    number = make(workspace)
    deed(workspace, number)
    work(workspace)
    work(workspace)
    assert fired(workspace) == [number] * times


#: what a team's tickets cost, one tuple a transaction (ticket, cost), and what its rollup is told to have crossed
CROSSINGS = [
    ("within_one", [(("a", 6), ("b", 6))], ["up"]),
    ("across_two", [(("a", 6),), (("b", 6),)], ["up"]),
    ("each_way_across_two", [(("a", 6),), (("b", 6),), (("b", 7),), (("a", 0),), (("b", 1),)], ["up", "down"]),
    ("each_way_within_one", [(("a", 12), ("a", 0))], []),
    ("back_within_the_second", [(("a", 12),), (("a", 0), ("b", 11)), (("a", 1), ("b", 1))], ["up", "down"]),
    ("again", [(("a", 12),), (("a", 1),), (("a", 10),), (("b", 5),)], ["up", "down", "up"]),
]


@pytest.mark.parametrize(("transactions", "told"), [case[1:] for case in CROSSINGS], ids=[case[0] for case in CROSSINGS])
def test_a_rollup_that_crosses_is_told_of_once_each_way(workspace: Workspace, transactions: Any, told: list[str]) -> None:
    book = {"type": "make_record", "entity": "diary", "values": [{"field": "what", "value": "{name}"}]}
    ways = [{**rule(way, {"type": "threshold", "field": "effort", "limit": "10", "way": way}, book), "entity": "team"} for way in ("up", "down")]
    install(workspace, *ways)
    team = make(workspace, "team", name="North")
    tickets = {name: make(workspace, team=team, cost="0") for name in "ab"}
    for writes in transactions:
        with workspace.write() as connection:
            seen = sight(workspace, connection)
            cause = write.cause_of(seen)
            for name, cost in writes:
                store.update(connection, seen, seen.live.model.entities["desk.ticket"], tickets[name], {"cost": str(cost)}, cause)
            events.happened(connection, seen, cause)
    work(workspace)
    assert states(workspace) == [(way, team, "done") for way in told]


def test_before_saving_sets_and_refuses(workspace: Workspace) -> None:
    refuse = {"type": "reject", "message": "Stays closed", "field": "urgency"}
    install(
        workspace,
        rule("stay", {"type": "before_save", "on": "update", "fields": ["urgency"], "was": "high"}, refuse),
        rule("price", {"type": "before_save", "fields": ["cost"]}, sets(note='"dear"'), condition="{cost} >= 100"),
        rule("told", {"type": "changed", "fields": ["note"]}, sets(count="{count} + 1")),
    )
    number = make(workspace, cost="250")
    assert read(workspace, number)["note"] == "dear"
    work(workspace)
    assert [row for row in states(workspace) if row[0] == "told"] == [], "what is set while it is made was made so"
    change(workspace, number, urgency="high", note="cheap")
    with pytest.raises(Invalid) as refused:
        change(workspace, number, urgency="low")
    assert [(issue.path, issue.to_json("en")["message"]) for issue in refused.value.issues] == [(("urgency",), "Stays closed")]
    assert read(workspace, number)["urgency"]["value"] == "high" if isinstance(read(workspace, number)["urgency"], dict) else read(workspace, number)["urgency"] == "high"
    work(workspace)
    assert [row for row in states(workspace) if row[0] == "told"] == [("told", number, "done")]


def test_a_rule_before_saving_does_not_start_itself(workspace: Workspace) -> None:
    install(workspace, rule("once", {"type": "before_save"}, sets(count="{count} + 1")))
    number = make(workspace)
    assert read(workspace, number)["count"] == 1
    change(workspace, number, note="x")
    assert read(workspace, number)["count"] == 2


def test_rules_before_saving_that_never_rest_are_refused_by_name(workspace: Workspace) -> None:
    install(
        workspace,
        rule("restless", {"type": "before_save", "fields": ["cost"], "on": "update"}, sets(count="{count} + 1")),
        rule("uneasy", {"type": "before_save", "fields": ["count"], "on": "update"}, sets(cost="{cost} + 1")),
    )
    number = make(workspace)
    with pytest.raises(Refused) as refused:
        change(workspace, number, cost="1")
    assert "Restless" in refused.value.issues[0].to_json("en")["message"] or "Uneasy" in refused.value.issues[0].to_json("en")["message"]
    assert firings(workspace) == []


def test_rules_that_set_one_another_off_are_stopped_and_named(workspace: Workspace) -> None:
    install(
        workspace,
        rule("ping", {"type": "changed", "fields": ["count"]}, sets(cost="{count}")),
        rule("pong", {"type": "changed", "fields": ["double"]}, sets(count="{count} + 1")),
    )
    number = make(workspace)
    change(workspace, number, count=1)
    work(workspace)
    found = firings(workspace)
    assert [row.state for row in found] == ["done"] * (outbox.DEEPEST) + ["failed"]
    assert max(row.depth for row in found) == outbox.DEEPEST
    assert "Ping" in found[-1].error and "Pong" in found[-1].error, found[-1].error
    assert work(workspace) == 0


#: field, days before, yearly, birthday, the days (month, day) of 2026-2028 on which it is due
DATES = [
    ("plain", 0, False, "2026-12-01", [(2026, 12, 1)]),
    ("before", 3, False, "2026-12-01", [(2026, 11, 28)]),
    ("after", -2, False, "2026-12-01", [(2026, 12, 3)]),
    ("yearly", 0, True, "1990-12-01", [(2026, 12, 1), (2027, 12, 1)]),
    ("yearly_before", 7, True, "1990-01-03", [(2026, 12, 27), (2027, 12, 27)]),
    ("leap", 0, True, "2000-02-29", [(2027, 2, 28), (2028, 2, 29)]),
    ("leap_before", 1, True, "2000-02-29", [(2027, 2, 27), (2028, 2, 28)]),
    ("not_leap", 0, True, "2001-02-28", [(2027, 2, 28), (2028, 2, 28)]),
]


@pytest.mark.parametrize(("days", "yearly", "born", "due"), [case[1:] for case in DATES], ids=[case[0] for case in DATES])
def test_dates_that_come_near(workspace: Workspace, days: int, yearly: bool, born: str, due: list[tuple[int, int, int]]) -> None:
    trigger = {"type": "date", "field": "born", "days": days, "yearly": yearly, "at": "09:00"}
    install(workspace, rule("r", trigger, COUNT))
    number, other = make(workspace, born=born), make(workspace)
    clock = Timers(workspace)
    clock.tick(NOON)
    # Only the days around those due are walked through, so that two years do not take minutes.
    days_ = sorted({datetime(*day, 1, 0, tzinfo=UTC) + timedelta(days=more) for day in due for more in (-1, 0, 1)})
    for day in days_:
        at(workspace, day - timedelta(minutes=1), day, day + timedelta(hours=1))
    fired_on = [(row.at.year, row.at.month, row.at.day) for row in firings(workspace)]
    assert fired_on == due
    assert (read(workspace, number)["count"], read(workspace, other)["count"]) == (len(due), None)


#: settings, the next times after Sunday noon, 22 November 2026, in the business zone
SCHEDULES = [
    ("daily", {"every": "daily", "at": "09:00"}, ["11-23", "11-24", "11-25", "11-26", "11-27", "11-28", "11-29"]),
    ("weekly", {"every": "weekly", "weekdays": [1, 5]}, ["11-23", "11-27", "11-30", "12-04", "12-07", "12-11", "12-14"]),
    ("monthly_last", {"every": "monthly", "days": [-1]}, ["11-30", "12-31", "01-31", "02-28", "03-31", "04-30", "05-31"]),
    ("monthly_31st", {"every": "monthly", "days": [31]}, ["11-30", "12-31", "01-31", "02-28", "03-31", "04-30", "05-31"]),
    ("working_days", {"every": "working_days"}, ["11-23", "11-24", "11-25", "11-26", "11-27", "11-30", "12-01"]),
]


@pytest.mark.parametrize(("config", "days"), [case[1:] for case in SCHEDULES], ids=[case[0] for case in SCHEDULES])
def test_the_next_times_of_a_schedule(workspace: Workspace, config: dict[str, Any], days: list[str]) -> None:
    install(workspace, rule("r", {"type": "schedule", "at": "09:00", **config}, COUNT))
    with workspace.read() as connection:
        live = sight(workspace, connection).live
        (heard,) = rules_of(live)["desk.ticket"]
        found = next_times(heard, live.zone, NOON)
    assert [(day + timedelta(hours=8)).strftime("%m-%d %H:%M") for day in found] == [f"{day} 09:00" for day in days]


def test_working_days_follow_the_calendar_of_holidays(workspace: Workspace) -> None:
    install(workspace, rule("r", {"type": "schedule", "every": "working_days", "at": "09:00"}, COUNT))
    with workspace.read() as connection:
        live = sight(workspace, connection).live
        (heard,) = rules_of(live)["desk.ticket"]
        found = next_times(heard, live.zone, datetime(2026, 9, 30, 4, tzinfo=UTC), 3)
    # The week of National Day is free; Saturday the 10th makes up for it.
    assert [day.strftime("%m-%d") for day in found] == ["10-08", "10-09", "10-10"]


def test_the_clock_fires_once_and_never_for_what_was_before(workspace: Workspace) -> None:
    install(workspace, rule("r", {"type": "schedule", "every": "daily", "at": "12:00"}, COUNT))
    number = make(workspace)
    first, second = Timers(workspace), Timers(workspace)
    assert first.tick(NOON + timedelta(hours=1)) == 0, "what came before it was known is not made up for"
    due = NOON + timedelta(days=1)
    assert [first.tick(due - timedelta(seconds=1)), first.tick(due), second.tick(due)] == [0, 1, 0]
    work(workspace, due)
    at(workspace, due, due + timedelta(minutes=5))
    assert read(workspace, number)["count"] == 1
    # A worker that was away for two days makes up for both.
    at(workspace, due + timedelta(days=2, hours=1))
    assert read(workspace, number)["count"] == 3
    # A clock that jumps ahead makes up for three days at most, and set back it goes on.
    at(workspace, due + timedelta(days=300))
    assert read(workspace, number)["count"] == 6
    at(workspace, due + timedelta(days=2, hours=2), due + timedelta(days=3))
    assert read(workspace, number)["count"] == 7


def test_switched_off_the_clock_starts_nothing_and_makes_up_for_nothing(workspace: Workspace) -> None:
    install(workspace, rule("r", {"type": "schedule", "every": "daily", "at": "12:00"}, COUNT), rule("s", {"type": "created"}, COUNT))
    number = make(workspace)
    work(workspace)
    at(workspace, NOON)

    def switch(name: str, active: bool, moment: datetime) -> None:
        with workspace.write() as connection:
            log.switch(connection, "desk", name, active, by=None, at=moment)

    switch("r", False, NOON)
    switch("s", False, NOON)
    at(workspace, NOON + timedelta(days=1))
    make(workspace)
    work(workspace)
    assert len(firings(workspace)) == 1
    switch("r", True, NOON + timedelta(days=2, hours=1))
    at(workspace, NOON + timedelta(days=2, hours=2))
    assert read(workspace, number)["count"] == 1
    at(workspace, NOON + timedelta(days=3))
    assert read(workspace, number)["count"] == 2


def test_the_times_of_a_rule_that_is_edited_begin_anew(workspace: Workspace) -> None:
    install(workspace, rule("r", {"type": "schedule", "every": "monthly", "days": [1], "at": "12:00"}, COUNT))
    number = make(workspace)
    at(workspace, NOON)
    install(workspace, rule("r", {"type": "schedule", "every": "daily", "at": "11:00"}, COUNT))
    at(workspace, NOON + timedelta(days=2))
    assert read(workspace, number)["count"] is None, "the days before the edit are not made up for"
    at(workspace, NOON + timedelta(days=3))
    assert read(workspace, number)["count"] == 1


def test_again_once_and_after_some_days(workspace: Workspace) -> None:
    trigger = {"type": "schedule", "every": "daily", "at": "12:00"}
    install(workspace, rule("once", trigger, COUNT, again="once"), rule("after", trigger, sets(cost="{cost} + 1"), again="after", days=2))
    number = make(workspace)
    at(workspace, *(NOON + timedelta(days=day) for day in range(6)))
    shown = read(workspace, number)
    assert (shown["count"], shown["cost"]) == (1, "3.00")


def test_changes_of_one_transaction_are_heard_as_one() -> None:
    def told(action: Any, number: int, change: int, **fields: Any) -> Told:
        return Told(entity="e", number=number, action=action, fields=fields, change=change)

    heard = as_one([
        told("create", 1, 1), told("update", 1, 2, a=[None, 1]),
        told("update", 2, 3, a=[1, 2], b=[1, 2]), told("update", 2, 4, a=[2, 3], b=[2, 1]),
        told("update", 3, 5, a=[1, 2]), told("update", 3, 6, a=[2, 1]), told("derive", 2, 0, c=[1, 2]),
    ])
    assert [(item.action, item.number, item.change, dict(item.fields)) for item in heard] == [
        ("create", 1, 1, {}), ("update", 2, 3, {"a": [1, 3]}), ("derive", 2, 0, {"c": [1, 2]}),
    ]


def test_a_lost_event_is_none_when_the_write_is_undone(workspace: Workspace) -> None:
    install(workspace, rule("r", {"type": "created"}, COUNT))
    with pytest.raises(ZeroDivisionError), workspace.write() as connection:
        write.create_record(connection, sight(workspace, connection), "desk.ticket", {"subject": "x"})
        raise ZeroDivisionError
    assert work(workspace) == 0
