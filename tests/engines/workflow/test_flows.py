"""Flows run on either database: who is asked in which order, what they may do, and how it ends."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engines.database import Workspace
from engines.runtime import flow_tasks
from metamodel.errors import Conflict, Invalid, NotFound, Refused
from tests.engines.workflow.house import House, approve, flow, sets, who

DAY = timedelta(days=1)


def test_three_levels_by_amount_and_a_record_that_says_how_it_ended(workspace: Workspace) -> None:
    house = House(
        workspace,
        flow(
            approve("first", {"type": "head"}),
            {
                "id": "size",
                "type": "branch",
                "branches": [
                    {
                        "id": "large",
                        "label": "Large",
                        "condition": "{cost} > 100",
                        "steps": [approve("second", {"type": "head", "levels": 2})],
                    },
                    {"id": "small", "steps": []},
                ],
            },
            reactions=[
                {"on": "approved", "actions": [sets(note='"yes"')]},
                {"on": "rejected", "actions": [sets(note='"no"')]},
            ],
        ),
    )
    small, large = house.ticket(cost="50"), house.ticket(cost="150")
    one, two = house.start(small), house.start(large)
    assert house.tasks() == [("keeper", "first", "approve")] * 2
    house.act("keeper", "approve")
    assert house.tasks() == [("keeper", "first", "approve"), ("east", "second", "approve")]
    house.act("keeper", "approve")
    assert house.outcome(one) == "approved" and house.read(small)["note"] == "yes"
    house.act("east", "reject", comment="too much")
    assert house.outcome(two) == "rejected" and house.read(large)["note"] == "no"
    assert house.history(two) == [
        "started @start ann",
        "approved first keeper",
        "branched size",
        "rejected size/large/second east",
        "did @start",
        "ended @start",
    ]
    assert house.tasks() == []


@pytest.mark.parametrize(
    ("mode", "deeds", "outcome"),
    [
        ({"mode": "any"}, [("bob", "approve")], "approved"),
        ({"mode": "any"}, [("bob", "reject")], "rejected"),
        ({"mode": "all"}, [("bob", "approve")], "running"),
        ({"mode": "all"}, [("bob", "approve"), ("cy", "approve"), ("di", "approve")], "approved"),
        ({"mode": "all"}, [("bob", "approve"), ("cy", "reject")], "rejected"),
        ({"mode": "turn"}, [("bob", "approve"), ("cy", "approve"), ("di", "approve")], "approved"),
        ({"mode": "turn"}, [("bob", "approve"), ("cy", "reject")], "rejected"),
        ({"mode": "ratio", "percent": 60}, [("bob", "approve"), ("cy", "approve")], "approved"),
        ({"mode": "ratio", "percent": 60}, [("bob", "approve"), ("cy", "reject"), ("di", "approve")], "approved"),
        ({"mode": "ratio", "percent": 60}, [("bob", "reject")], "running"),
        ({"mode": "ratio", "percent": 60}, [("bob", "reject"), ("cy", "reject")], "rejected"),
    ],
)
def test_one_of_them_all_of_them_in_turn_or_a_share(
    sqlite_workspace: Workspace, mode: dict[str, object], deeds: list[tuple[str, str]], outcome: str
) -> None:
    house = House(sqlite_workspace, flow(approve("ask", who("bob", "cy", "di"), **mode)))
    number = house.start(house.ticket())
    if mode["mode"] == "turn":
        assert house.tasks() == [("bob", "ask", "approve")]
    for login, deed in deeds:
        house.act(login, deed)
    assert house.outcome(number) == outcome
    assert (house.tasks() == []) == (outcome != "running")


def test_policies_for_nobody_the_same_person_and_the_starter(sqlite_workspace: Workspace) -> None:
    house = House(
        sqlite_workspace,
        flow(
            approve("none", who("ghost"), nobody="pass"),
            approve("stand", who("ghost"), nobody="stand_in", stand_in=[who("bob")]),
            approve("again", who("bob", "ann"), same="pass", starter="pass", mode="all"),
            approve("own", {"type": "starter"}, starter="head"),
            approve("chain", {"type": "chain"}, same="pass"),
        ),
    )
    number = house.start(house.ticket())
    assert house.tasks() == [("bob", "stand", "approve")]
    house.act("bob", "approve")
    # Bob agreed already and Ann is the starter; her own approval goes to her head.
    assert house.tasks() == [("keeper", "own", "approve")]
    house.act("keeper", "approve")
    # The chain passes the keeper over, who agreed, and asks upwards one after the other.
    assert house.tasks() == [("east", "chain", "approve")]
    house.act("east", "approve")
    house.act("boss", "approve")
    assert house.outcome(number) == "approved"


def test_nobody_is_stuck_until_an_administrator_helps(workspace: Workspace) -> None:
    house = House(workspace, flow(approve("none", who("ghost"))))
    number = house.start(house.ticket())
    assert house.outcome(number) == "stuck" and house.instance(number).error == "flow.nobody"
    house.join("ghost", house.shop)
    with workspace.write() as connection:
        flow_tasks.retry(
            connection, house.sight(connection, "boss"), house.sight(connection, "boss", house=True), number
        )
    assert house.tasks() == [("ghost", "none", "approve")] and house.outcome(number) == "running"


def test_given_back_sent_again_handed_on_and_others_added(workspace: Workspace) -> None:
    house = House(
        workspace,
        flow(
            approve("first", who("bob")),
            approve("second", who("cy"), resumes="here", comment="reject"),
            approve("third", who("di")),
            reactions=[{"on": "returned", "actions": [sets(note='"back"')]}],
        ),
    )
    ticket = house.ticket()
    number = house.start(ticket)
    house.act("bob", "approve")
    with pytest.raises(Invalid):
        house.act("cy", "return")
    house.act("cy", "return", comment="which ink?")
    assert house.tasks() == [("ann", "@start", "resubmit")] and house.read(ticket)["note"] == "back"
    house.act("ann", "submit", values={"subject": "Blue ink"})
    assert house.read(ticket)["subject"] == "Blue ink"
    # Straight back to whoever gave it back, who now lets another look too.
    assert house.tasks() == [("cy", "second", "approve")]
    house.act("cy", "add", to=("east",))
    house.act("cy", "approve")
    assert house.outcome(number) == "running" and house.tasks() == [("east", "second", "approve")]
    house.act("east", "transfer", to=("boss",))
    house.act("boss", "approve")
    assert house.tasks() == [("di", "third", "approve")]
    house.act("di", "return", target="first")
    assert house.tasks() == [("bob", "first", "approve")]
    for login in ("bob", "cy", "di"):
        house.act(login, "approve")
    assert house.outcome(number) == "approved"
    with workspace.read() as connection:
        worded = {one.value for one in house.sight(connection, "boss").live.model.choices("platform.task", "step")}
    assert {step for _, step, _ in house.tasks("done")} <= worded, "reports name every step that a task lay at"


def test_parallel_ways_are_joined_and_the_rest_is_given_up(sqlite_workspace: Workspace) -> None:
    branches = [{"id": name, "steps": [approve(f"ask_{name}", who(name))]} for name in ("bob", "cy", "di")]
    joins = {"all": ({"join": "all"}, 3), "any": ({"join": "any"}, 1), "count": ({"join": "count", "count": 2}, 2)}
    house = House(
        sqlite_workspace,
        *(
            flow({"id": "ways", "type": "parallel", "branches": branches, **join}, name=f"join_{name}")
            for name, (join, _) in joins.items()
        ),
    )
    for name, (_, needed) in joins.items():
        number = house.start(house.ticket(), name=f"join_{name}")
        for login in ("di", "bob", "cy")[:needed]:
            assert house.outcome(number) == "running"
            house.act(login, "approve")
        assert house.outcome(number) == "approved" and house.tasks() == []


def test_waits_for_time_for_a_date_and_for_a_change(workspace: Workspace) -> None:
    house = House(
        workspace,
        flow(
            {"id": "rest", "type": "wait", "until": "duration", "amount": 2, "unit": "hours"},
            {"id": "day", "type": "wait", "until": "date", "field": "due", "offset": -1, "at": "09:00"},
            {
                "id": "paid",
                "type": "wait",
                "until": "event",
                "condition": "{cost} > 10",
                "timeout": 3,
                "timed_out": "end",
            },
            {"id": "mark", "type": "act", "actions": [sets(note='"through"')]},
            locks=False,
        ),
    )
    ticket, other = house.ticket(due="2026-11-26"), house.ticket(due="2026-11-26")
    one, two = house.start(ticket), house.start(other, key="another one")
    house.at(house.now + timedelta(hours=2))
    assert house.history(one)[-1] == "waited rest"
    house.at(house.now + 2 * DAY)
    assert house.history(one)[-1] == "waited day"
    house.change(ticket, cost="20")
    house.work()
    assert house.outcome(one) == "ended" and house.read(ticket)["note"] == "through"
    house.at(house.now + 3 * DAY)
    assert house.outcome(two) == "ended" and house.read(other)["note"] is None


def test_deadlines_in_working_time_remind_and_decide(workspace: Workspace) -> None:
    late = {"amount": 12, "unit": "hours", "working": True, "remind": 4}
    house = House(
        workspace,
        flow(approve("ask", who("bob"), deadline={**late, "then": "head"}), name="up"),
        flow(approve("ask", who("bob"), deadline={**late, "then": "pass"}), name="pass"),
        flow(approve("ask", who("bob"), deadline={**late, "then": "reject"}), name="reject"),
    )
    numbers = {name: house.start(house.ticket(), name=name) for name in ("up", "pass", "reject")}
    # Monday 10:00 and 12 working hours of nine a day: 8 until 18:00 on Monday, 4 until 13:00 on Tuesday.
    house.at(house.now + timedelta(hours=26, minutes=59))
    assert [house.outcome(number) for number in numbers.values()] == ["running"] * 3
    house.at(house.now + timedelta(minutes=1))
    assert house.outcome(numbers["pass"]) == "approved" and house.outcome(numbers["reject"]) == "rejected"
    assert house.tasks() == [("keeper", "ask", "approve")]


def test_what_a_step_may_change_and_needs(workspace: Workspace) -> None:
    house = House(
        workspace,
        flow({"id": "price", "type": "fill", "people": [who("bob", "cy")], "edits": ["note"], "needs": ["cost"]}),
    )
    ticket = house.ticket()
    number = house.start(ticket)
    with pytest.raises(Refused):
        house.change(ticket, subject="other")
    with pytest.raises(Invalid) as wrong:
        house.act("bob", "submit", values={"subject": "x"})
    assert wrong.value.issues[0].code == "task.not_editable"
    with pytest.raises(Invalid) as wrong:
        house.act("bob", "submit", values={"note": "x"})
    assert wrong.value.issues[0].code == "task.needed"
    with pytest.raises(Invalid):
        house.act("bob", "submit", values={"cost": "-1"})
    assert house.read(ticket)["note"] is None, "nothing of a refused deed is kept"
    house.act("bob", "submit", values={"cost": "7", "note": "ok"})
    assert house.outcome(number) == "approved" and house.read(ticket)["cost"] == "7.00"
    house.change(ticket, subject="free again")


def test_whoever_comes_second_learns_who_was_first(workspace: Workspace) -> None:
    house = House(workspace, flow(approve("ask", who("bob", "cy"))))
    number = house.start(house.ticket())
    late = house.task("cy")
    house.act("bob", "approve")
    with pytest.raises(Conflict) as told:
        house.act("cy", "approve", task=late)
    assert "Bob" in str(told.value.issues[0].arguments)
    with pytest.raises(NotFound):
        house.act("di", "approve", task=late)
    with pytest.raises(Refused), workspace.write() as connection:
        flow_tasks.withdraw(
            connection, house.sight(connection, "ann"), house.sight(connection, "ann", house=True), number, ""
        )


def test_started_by_a_rule_once_and_flows_call_flows(workspace: Workspace) -> None:
    inner = flow(approve("deep", who("cy")), name="inner", trigger={"type": "button"})
    outer = flow(
        {"id": "sub", "type": "call", "flow": "inner"},
        {"id": "mark", "type": "act", "actions": [sets(note='"after"')]},
        trigger={"type": "created"},
        condition="{cost} > 5",
        locks=False,
    )
    house = House(workspace, outer, inner)
    ticket = house.ticket(cost="9")
    house.ticket(cost="1")
    house.work()
    assert house.tasks() == [("cy", "deep", "approve")]
    house.act("cy", "approve")
    house.work()
    assert (house.read(ticket)["note"] == "after" and house.outcome(1) == "approved") or house.outcome(1) == "ended"
