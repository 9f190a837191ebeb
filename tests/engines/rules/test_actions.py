"""Every action end to end: what it does, that a refusal undoes all of a firing, and that a try performs nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from engines.catalog import CATALOG
from engines.database import Workspace, platform
from engines.messages.inbox import note
from engines.rules import run
from engines.rules.listen import find
from engines.rules.run import Why, attempt, fire
from engines.runtime import outbox
from engines.runtime.react import press, retry
from metamodel.errors import Invalid
from tests.desk import sight
from tests.engines.rules.ground import (
    NOON,
    change,
    diary,
    firings,
    install,
    make,
    person,
    read,
    rule,
    sets,
    states,
    work,
)

BUTTON = {"type": "button", "caption": "Go"}


def pressed(workspace: Workspace, number: int, name: str = "r", cause: str = "press:1") -> Any:
    with workspace.write() as connection:
        seen = sight(workspace, connection)
        heard = find(seen.live, "desk", name)
        assert heard is not None
        return press(connection, seen, heard, number, Why(cause=cause, at=NOON, by=None, depth=0))


def plain(value: Any) -> Any:
    """A value without the words that come with it."""
    if isinstance(value, dict):
        return value.get("id", value.get("value", value))
    return [plain(item) for item in value] if isinstance(value, list) else value


def notes(workspace: Workspace) -> list[tuple[int, Any]]:
    with workspace.read() as connection:
        return [(row.user_id, row.title) for row in connection.execute(sa.select(note).order_by(note.c.id))]


def queued(workspace: Workspace, queue: str) -> list[Any]:
    with workspace.read() as connection:
        return list(connection.scalars(sa.select(outbox.outbox.c.payload).where(outbox.outbox.c.queue == queue)))


def _shared_setting(workspace: Workspace) -> dict[str, int]:
    team = make(workspace, "team", name="North")
    ann, bob = person(workspace, "ann", "agent"), person(workspace, "bob", "agent")
    made = {"team": team, "ann": ann, "bob": bob}
    made["busy"] = make(workspace, subject="Busy", owner=ann, team=team)
    made["ticket"] = make(workspace, subject="Chair", cost="10.00", team=team, owner=bob, labels=["a"])
    return made


Check = Callable[[Workspace, dict[str, int]], Any]
#: the action's settings (names in capitals stand for records), what is looked at, what is there then
CASES: list[tuple[str, dict[str, Any], Check, Any]] = [
    ("set_values", sets(cost="{cost} * 1.333", note='UPPER("ok")'), lambda w, s: [read(w, s["ticket"])[name] for name in ("cost", "note", "double")], ["13.33", "OK", "26.66"]),
    ("set_values", sets(due="TODAY() + 3", owner="{owner}"), lambda w, s: read(w, s["ticket"])["due"], "2026-11-25"),
    ("make_record", {"type": "make_record", "entity": "diary", "values": [{"field": "what", "value": 'CONCAT("on ", {subject})'}, {"field": "amount", "value": "{cost} / 3"}]}, lambda w, s: diary(w), [("on Chair", 333)]),
    ("change_related", {"type": "change_related", "relation": "team", "condition": "", "values": []}, None, None),
    ("append_to_ledger", {"type": "append_to_ledger", "entity": "diary", "account": "{id}", "amount": "{cost}", "account_field": "ticket", "amount_field": "amount", "values": [{"field": "what", "value": '"booked"'}]}, lambda w, s: diary(w), [("booked", 1000)]),
    ("append_to_ledger", {"type": "append_to_ledger", "entity": "diary", "account": "{id}", "amount": "{count}", "account_field": "ticket", "amount_field": "amount"}, lambda w, s: diary(w), []),
    ("append_to_ledger", {"type": "append_to_ledger", "entity": "diary", "account": "{id}", "amount": "{cost} - 10", "account_field": "ticket", "amount_field": "amount"}, lambda w, s: diary(w), []),
    ("add_tag", {"type": "add_tag", "field": "labels", "value": "b"}, lambda w, s: plain(read(w, s["ticket"])["labels"]), ["a", "b"]),
    ("add_tag", {"type": "add_tag", "field": "labels", "value": "a"}, lambda w, s: plain(read(w, s["ticket"])["labels"]), ["a"]),
    ("remove_tag", {"type": "remove_tag", "field": "labels", "value": "a"}, lambda w, s: plain(read(w, s["ticket"])["labels"]) or [], []),
    ("assign", {"type": "assign", "field": "owner", "by": "value", "value": "ME()"}, lambda w, s: plain(read(w, s["ticket"])["owner"]), 1),
    ("assign", {"type": "assign", "field": "owner", "by": "least", "among": '{login} <> "admin"'}, lambda w, s: plain(read(w, s["ticket"])["owner"]), "ann"),
    ("assign", {"type": "assign", "field": "owner", "by": "turn", "among": '{login} <> "admin"'}, lambda w, s: plain(read(w, s["ticket"])["owner"]), "ann"),
    ("notify", {"type": "notify", "to": ["{owner}"], "roles": ["agent"], "title": {"zh-CN": "看 {subject}", "en": "See {subject}"}}, lambda w, s: notes(w), [("bob", {"zh-CN": "看 Chair", "en": "See Chair"}), ("ann", {"zh-CN": "看 Chair", "en": "See Chair"})]),
    ("send_message", {"type": "send_message", "message": "hello"}, lambda w, s: [item["message"] for item in queued(w, "message")], ["desk.hello"]),
    ("call_webhook", {"type": "call_webhook", "url": "https://a.example/x", "values": [{"name": "cost", "value": "{cost}"}]}, lambda w, s: [(item["url"], item["body"]["cost"]) for item in queued(w, "webhook")], [("https://a.example/x", "10.00")]),
]
CASES = [case for case in CASES if case[2] is not None]


def _settled(found: Any, setting: dict[str, int]) -> Any:
    """People by their word in place of their number."""
    if isinstance(found, list):
        return [_settled(item, setting) for item in found]
    if isinstance(found, tuple):
        return tuple(_settled(item, setting) for item in found)
    words = {number: word for word, number in setting.items() if word in ("ann", "bob")}
    return words.get(found, found) if isinstance(found, int) else found


@pytest.mark.parametrize(("action", "check", "wanted"), [case[1:] for case in CASES], ids=[f"{at}_{case[0]}" for at, case in enumerate(CASES)])
def test_what_an_action_does(workspace: Workspace, action: dict[str, Any], check: Check, wanted: Any) -> None:
    install(workspace, rule("r", BUTTON, action))
    admin = person(workspace, "admin")
    setting = _shared_setting(workspace)
    before = _everything(workspace)
    with workspace.write() as connection:
        seen = sight(workspace, connection)
        heard = find(seen.live, "desk", "r")
        assert heard is not None
        first, second = (attempt(connection, seen, heard, setting["ticket"]) for _ in range(2))
        assert first is not None and second is not None and first.effects == second.effects
    assert _everything(workspace) == before, "a try performs nothing"
    assert admin == 1
    pressed(workspace, setting["ticket"])
    found = _settled(check(workspace, setting), setting)
    assert [tuple(item) if isinstance(item, sa.Row) else item for item in found] == wanted if isinstance(found, list) else found == wanted
    after = _everything(workspace)
    assert pressed(workspace, setting["ticket"]) is None, "for the same cause it does nothing"
    assert _everything(workspace) == after


def _everything(workspace: Workspace) -> dict[str, int]:
    """How many rows every table has, and the versions of the records."""
    with workspace.read() as connection:
        live = sight(workspace, connection).live
        tables = {table.name: table for table in [*platform.tables.values(), *live.tables.values()] if table.info.get("database", "main") == "main"}
        return {
            name: connection.scalar(sa.select(sa.func.count() if "__" not in name or "version" not in table.c else sa.func.coalesce(sa.func.sum(table.c.version), 0)).select_from(table))
            for name, table in tables.items()
        }


def test_every_action_has_a_case() -> None:
    tested = {case[0] for case in CASES} | {"reject", "change_related", "decide", "start_flow", "instantiate_template", "freeze", "thaw"}  # the last two: tests/engines/workflow, test_template, test_frozen
    assert set(CATALOG["actions"]) <= tested


def test_many_records_that_belong_to_one_are_changed_by_a_condition(workspace: Workspace) -> None:
    action = {"type": "change_related", "relation": "tickets", "condition": '{urgency} = "low"', "values": [{"field": "note", "value": '"moved"'}]}
    document_rule = {"name": "r", "label": "R", "entity": "team", "trigger": {"type": "changed", "fields": ["name"]}, "actions": [action]}
    install(workspace, document_rule)
    team = make(workspace, "team", name="North")
    inside = [make(workspace, team=team) for _ in range(3)]
    high, outside = make(workspace, team=team, urgency="high"), make(workspace)
    change(workspace, team, "team", name="South")
    work(workspace)
    assert [read(workspace, number)["note"] for number in (*inside, high, outside)] == ["moved"] * 3 + [None] * 2
    (firing,) = firings(workspace)
    assert firing.trace["effects"][0]["result"] == {"changed": 3}


def test_a_refusal_undoes_all_of_a_firing_and_can_be_tried_again(workspace: Workspace) -> None:
    install(
        workspace,
        rule("r", {"type": "changed", "fields": ["note"]}, sets(count="{count} + 1"), {"type": "make_record", "entity": "claim_line", "values": [{"field": "what", "value": "{phone}"}, {"field": "amount", "value": "1"}, {"field": "claim", "value": "1"}]}),
        rule("other", {"type": "changed", "fields": ["note"]}, sets(secret='"seen"')),
    )
    number = make(workspace)
    make(workspace, "claim", title="C")
    change(workspace, number, note="x")
    work(workspace)
    assert states(workspace) == [("r", number, "failed"), ("other", number, "done")]
    assert (read(workspace, number)["count"], read(workspace, number)["secret"]) == (None, "seen")
    failed = firings(workspace)[0]
    assert failed.error and failed.trace["effects"]
    with workspace.write() as connection:
        assert not retry(connection, sight(workspace, connection), failed.id, by=1, at=NOON + timedelta(hours=1))
    change(workspace, number, phone="13800000000")
    with workspace.write() as connection:
        assert retry(connection, sight(workspace, connection), failed.id, by=1, at=NOON + timedelta(hours=2))
    assert read(workspace, number)["count"] == 1
    again = next(row for row in firings(workspace) if row.id == failed.id)
    assert (again.state, again.error, len(again.trace["retried"])) == ("done", None, 2)
    with workspace.write() as connection, pytest.raises(Invalid):
        retry(connection, sight(workspace, connection), failed.id, by=1, at=NOON)
    assert read(workspace, number)["count"] == 1, "what was done is not done again"


def test_a_button_refuses_and_everything_stays(workspace: Workspace) -> None:
    install(workspace, rule("r", BUTTON, sets(count="1"), {"type": "reject", "message": "Not now", "field": "cost"}, condition="{cost} > 5"))
    number = make(workspace, cost="6")
    with pytest.raises(Invalid):
        pressed(workspace, number)
    assert read(workspace, number)["count"] is None and firings(workspace) == []
    assert pressed(workspace, make(workspace, cost="4")) is None


def test_the_trace_says_what_held_and_with_which_values(workspace: Workspace) -> None:
    install(workspace, rule("r", {"type": "created"}, sets(count="1"), condition='AND({cost} >= 5, {team.name} = "North", SUM({team.tickets.cost}) > 7)'))
    team = make(workspace, "team", name="North")
    number = make(workspace, cost="8", team=team)
    make(workspace, cost="4", team=team)
    work(workspace)
    (firing,) = firings(workspace)
    assert (firing.record_id, firing.cause.partition(":")[0], firing.release) == (number, "change", 1)
    assert [(part["holds"], part["values"]) for part in firing.trace["condition"]] == [(True, ["8.00"]), (True, ["North"]), (True, ["12.00"])]


def test_turns_go_round(workspace: Workspace) -> None:
    install(workspace, rule("r", {"type": "created"}, {"type": "assign", "field": "owner", "by": "turn", "among": '{login} <> "admin"'}))
    people = [person(workspace, login) for login in ("admin", "ann", "bob")][1:]
    tickets = [make(workspace) for _ in range(5)]
    work(workspace)
    assert [plain(read(workspace, number)["owner"]) for number in tickets] == [*people, *people, people[0]]


def test_the_same_record_and_cause_fires_once_whoever_asks(workspace: Workspace) -> None:
    install(workspace, rule("r", BUTTON, sets(count="{count} + 1")))
    number = make(workspace)
    with workspace.write() as connection:
        seen = sight(workspace, connection)
        heard = find(seen.live, "desk", "r")
        assert heard is not None
        why = Why(cause="x:1", at=NOON, by=None, depth=0)
        assert [len(fire(connection, seen, heard, [number, number], why)) for _ in range(2)] == [1, 0]
    assert run.BETWEEN == "\n"
