"""Every rule of the arbiter, with its reason in the log; and that nothing goes around it side by side."""

import ast
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.database import Workspace
from engines.messages import policy
from engines.messages.arbiter import share
from engines.messages.policy import ContactPolicy
from metamodel.errors import Invalid
from metamodel.validate import validate
from tests.desk import release, sight
from tests.engines.messages.ground import (
    DAY,
    MORNING,
    NIGHT,
    NOON,
    asked,
    asks,
    change,
    decided,
    deliveries,
    kept,
    newest,
    sent,
    speaking,
    ticket,
)


def held(workspace: Workspace, **settings: object) -> None:
    with workspace.write() as connection:
        policy.change(connection, {"cap": 2, "days": 7, "rehearse": False, **settings}, by=None, at=NOON)


def checks(row) -> dict[str, object]:
    return {item.get("channel") or item["check"]: item.get("result") for item in row.trace}


def test_the_first_channel_that_reaches_the_person_is_taken(workspace: Workspace) -> None:
    row = asked(workspace, "reminder", ticket(workspace), "a")
    assert (row.state, row.channel, row.address, row.language) == ("sent", "sms", "13800000000", "zh-CN")
    assert row.text == "您的 Lamp 到期了 https://a.example/x"
    assert checks(row) == {"inbox": "no_address", "sms": "fine"}
    row = asked(workspace, "reminder", ticket(workspace, phone=None, email="a@b.example"), "b")
    assert (row.channel, checks(row)) == ("email", {"inbox": "no_address", "sms": "no_address", "email": "fine"})


def test_nobody_is_written_to_without_consent_not_even_as_a_service(workspace: Workspace) -> None:
    for name in ("once", "offer"):
        row = asked(workspace, name, ticket(workspace, agrees=False), name)
        assert (row.state, row.reason, checks(row)["sms"]) == ("suppressed", "no_consent", "no_consent")
        row = asked(workspace, name, ticket(workspace, agrees=None), f"{name} blank")
        assert (row.state, row.reason) == ("suppressed", "no_consent")
    assert kept(workspace) == []


def test_who_can_not_be_reached_is_told_so(workspace: Workspace) -> None:
    row = asked(workspace, "offer", ticket(workspace, phone=None), "a")
    assert (row.state, row.reason) == ("suppressed", "unreachable")


def test_the_cap_holds_for_a_person_over_all_marketing(workspace: Workspace) -> None:
    number = ticket(workspace)
    assert asked(workspace, "offer", number, "a").state == "sent"
    assert asked(workspace, "news", number, "b", NOON + DAY).state == "sent"
    row = asked(workspace, "offer", number, "c", NOON + 2 * DAY)
    assert (row.state, row.reason) == ("suppressed", "cap")
    assert row.trace[-1] == {"check": "cap", "sent": 2, "first": 0, "cap": 2, "days": 7}
    assert asked(workspace, "once", number, "service", NOON + 2 * DAY).state == "sent"
    assert asked(workspace, "offer", number, "d", NOON + 8 * DAY).state == "sent", "the first is older than seven days"
    assert asked(workspace, "offer", ticket(workspace), "e", NOON + 2 * DAY).state == "sent", "another person"


def test_a_person_is_who_the_message_says_not_the_record(workspace: Workspace) -> None:
    numbers = [ticket(workspace, contact=None) for _ in range(3)]
    with workspace.write() as connection:
        connection.exec_driver_sql("INSERT INTO desk__team (id, name, version, created_at, changed_at) VALUES (5, 'One', 1, '2026-01-01 00:00:00', '2026-01-01 00:00:00')")
    for number in numbers:
        change(workspace, number, contact=5)
    states = [asked(workspace, "team", number, f"c{number}").reason for number in numbers]
    assert states == [None, None, "cap"]
    assert newest(workspace).person == "desk.team:5"


def test_at_night_marketing_waits_for_the_morning_and_service_goes(workspace: Workspace) -> None:
    number = ticket(workspace)
    row = asked(workspace, "offer", number, "a", NIGHT)
    assert (row.state, row.reason, row.due_at) == ("deferred", "quiet", MORNING)
    assert asked(workspace, "once", number, "b", NIGHT).state == "sent"
    decided(workspace, MORNING - timedelta(seconds=1))
    assert deliveries(workspace)[1].state == "deferred"
    decided(workspace, MORNING)
    sent(workspace, MORNING)
    row = deliveries(workspace)[1]
    assert (row.state, row.reason, row.sent_at, row.at) == ("sent", None, MORNING, NIGHT)
    assert len(deliveries(workspace)) == 2


def test_consent_withdrawn_in_the_night_holds_in_the_morning(workspace: Workspace) -> None:
    number = ticket(workspace)
    asked(workspace, "offer", number, "a", NIGHT)
    change(workspace, number, agrees=False)
    decided(workspace, MORNING)
    (row,) = deliveries(workspace)
    assert (row.state, row.reason) == ("suppressed", "no_consent")


def test_of_those_that_wait_the_more_important_goes_first(workspace: Workspace) -> None:
    held(workspace, cap=1)
    number = ticket(workspace)
    asked(workspace, "offer", number, "a", NIGHT)
    asked(workspace, "news", number, "b", NIGHT)
    decided(workspace, MORNING)
    sent(workspace, MORNING)
    assert {row.message: (row.state, row.reason) for row in deliveries(workspace)} == {"news": ("sent", None), "offer": ("suppressed", "priority")}


def test_the_same_is_not_said_twice(workspace: Workspace) -> None:
    number = ticket(workspace, team=None)
    assert asked(workspace, "once", number, "a").state == "sent", "a blank key is no key"
    assert asked(workspace, "once", number, "b").state == "sent"
    with workspace.write() as connection:
        connection.exec_driver_sql("INSERT INTO desk__team (id, name, version, created_at, changed_at) VALUES (5, 'One', 1, '2026-01-01 00:00:00', '2026-01-01 00:00:00')")
    change(workspace, number, team=5)
    assert asked(workspace, "once", number, "c").state == "sent"
    row = asked(workspace, "once", number, "d", NOON + 9 * DAY)
    assert (row.state, row.reason) == ("suppressed", "duplicate")
    assert asked(workspace, "once", number, "e", NOON + 11 * DAY).state == "sent"


def test_a_cause_asks_once(workspace: Workspace) -> None:
    number = ticket(workspace)
    for _ in range(3):
        asked(workspace, "offer", number, "a")
    assert len(deliveries(workspace)) == len(kept(workspace)) == 1


def test_the_hold_out_is_never_written_to_and_stays_the_same(workspace: Workspace) -> None:
    held(workspace, holdout=50, cap=0)
    numbers = [ticket(workspace) for _ in range(40)]
    first = {number: asked(workspace, "offer", number, f"a{number}").state for number in numbers}
    again = {number: asked(workspace, "news", number, f"b{number}").state for number in numbers}
    assert first == again
    assert 8 <= sum(state == "suppressed" for state in first.values()) <= 32
    out = next(number for number, state in first.items() if state == "suppressed")
    assert newest(workspace) is not None
    assert asked(workspace, "once", out, "service").state == "sent"
    assert {row.reason for row in deliveries(workspace) if row.state == "suppressed"} == {"holdout"}


def test_shares_are_even() -> None:
    counted = [0] * 10
    for number in range(20_000):
        counted[share(f"desk.ticket:{number}") // 1000] += 1
    assert all(1_800 < count < 2_200 for count in counted)


@given(st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1)), st.integers(0, 1439), st.integers(0, 1439), st.sampled_from(["Asia/Shanghai", "America/New_York", "Europe/Berlin"]))  # noqa: DTZ001
def test_quiet_hours_end_at_their_end_and_are_over_then(at: datetime, begin: int, end: int, zone: str) -> None:
    rule = ContactPolicy(cap=1, days=1, holdout=0, quiet_from=f"{begin // 60:02}:{begin % 60:02}", quiet_to=f"{end // 60:02}:{end % 60:02}")
    now = at.replace(tzinfo=UTC)
    until = rule.until(now, zone)
    if until is not None:
        assert now < until <= now + timedelta(hours=26)
        assert rule.until(until, zone) is None


def test_two_at_once_do_not_pass_the_cap_together(workspace: Workspace) -> None:
    held(workspace, cap=1)
    number = ticket(workspace)
    for index in range(8):
        asks(workspace, "offer", number, f"c{index}")
    threads = [threading.Thread(target=decided, args=(workspace,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    states = sorted(row.state for row in deliveries(workspace))
    assert states == ["queued", *["suppressed"] * 7]


@pytest.mark.parametrize("wrong, place", [({"cap": -1}, "cap"), ({"quiet_from": "25:00"}, "quiet_from"), ({"address": "javascript:x"}, "address"), ({"caps": 1}, "caps"), ({"holdout": 80}, "holdout")])
def test_a_wrong_policy_is_refused_at_its_place(workspace: Workspace, wrong, place) -> None:
    with workspace.write() as connection, pytest.raises(Invalid) as refused:
        policy.change(connection, wrong, by=None, at=NOON)
    assert [issue.path for issue in refused.value.issues] == [(place,)]


@pytest.mark.parametrize("zone, at, until", [
    ("Asia/Shanghai", "2026-11-22 12:59:59", None),
    ("Asia/Shanghai", "2026-11-22 13:00:00", "2026-11-23 00:00:00"),
    ("Asia/Shanghai", "2026-11-22 16:00:00", "2026-11-23 00:00:00"),
    ("Asia/Shanghai", "2026-11-22 23:59:59", "2026-11-23 00:00:00"),
    ("Asia/Shanghai", "2026-11-23 00:00:00", None),
    # the night loses an hour, and the night that gains one
    ("Europe/Berlin", "2026-03-28 20:00:00", "2026-03-29 06:00:00"),
    ("Europe/Berlin", "2026-03-29 00:59:00", "2026-03-29 06:00:00"),
    ("Europe/Berlin", "2026-03-29 06:00:00", None),
    ("Europe/Berlin", "2026-10-24 19:00:00", "2026-10-25 07:00:00"),
    ("Europe/Berlin", "2026-10-25 01:30:00", "2026-10-25 07:00:00"),
    ("America/New_York", "2026-11-01 05:30:00", "2026-11-01 13:00:00"),
])  # fmt: skip
def test_quiet_hours_across_midnight_and_where_clocks_change(zone: str, at: str, until: str | None) -> None:
    """From nine in the evening to eight in the morning, by the wall clock; instants in UTC."""
    found = ContactPolicy().until(datetime.fromisoformat(at).replace(tzinfo=UTC), zone)
    assert (found and f"{found.astimezone(UTC):%Y-%m-%d %H:%M:%S}") == until


def test_what_is_gone_by_the_morning_is_not_spoken_of(workspace: Workspace) -> None:
    first, second = ticket(workspace), ticket(workspace)
    asked(workspace, "offer", first, "a", NIGHT)
    asked(workspace, "news", second, "b", NIGHT)
    with workspace.write() as connection:
        connection.exec_driver_sql(f"UPDATE desk__ticket SET deleted_at = '2026-11-22 15:00:00' WHERE id = {first}")
    document = speaking()
    document["messages"] = [item for item in document["messages"] if item["name"] != "news"]
    release(workspace, document)
    decided(workspace, MORNING)
    assert {row.record_id: (row.state, row.reason) for row in deliveries(workspace)} == {first: ("suppressed", "gone"), second: ("suppressed", "no_message")}
    assert kept(workspace) == []


@pytest.mark.parametrize("text, code", [("Dear {nobody}", "expressions.unknown_name"), ("Dear {subject", "template.brace"), ("{team.nothing}", "expressions.unknown_name"), ("{subject + }", "")])
def test_a_message_that_names_a_missing_field_is_refused_at_its_place(workspace: Workspace, text: str, code: str) -> None:
    document = speaking()
    document["messages"].append({"name": "wrong", "label": "Wrong", "entity": "ticket", "channels": [{"type": "sms", "to": "{phone}", "text": {"zh-CN": "您好", "en": text}}]})
    with workspace.read() as connection:
        found = validate(document, sight(workspace, connection).live.model.catalog, {})
    place = ("messages", len(document["messages"]) - 1, "channels", "sms", "text", "en")
    told = [issue for issue in found.issues if issue.severity == "error"]
    assert told and not found.sound
    assert {issue.path for issue in told} == {place}
    assert not code or code in {issue.code for issue in told}


def test_nothing_leaves_past_the_arbiter() -> None:
    """What hands over, and what puts into the queue of what is handed over, stands in few places: the arbiter's own
    line, a person's trying again, and an administrator's test to themselves."""
    said: dict[str, set[str]] = {"hand_over": set(), "SENDING": set()}
    root = Path(__file__).resolve().parents[3]
    for file in [*root.glob("engines/**/*.py"), *root.glob("app/**/*.py")]:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                if name == "hand_over" or (name == "send" and getattr(getattr(node.func, "value", None), "id", "") == "kind"):
                    said["hand_over"].add(file.stem)
                if any(isinstance(part, ast.Name) and part.id == "SENDING" for part in ast.walk(node)) and name.startswith("enqueue"):
                    said["SENDING"].add(file.stem)
    assert said == {"hand_over": {"message_out"}, "SENDING": {"message_out", "resending", "rehearse"}}
