"""Deliveries as facts: reports count them, each reader those about records they may see."""

import pytest

from engines.access.actor import SCOPES, Actor
from engines.database import Workspace
from engines.reports.narrow import narrowing
from engines.reports.run import ask
from metamodel.board import BoardFilter
from metamodel.definition import load
from metamodel.errors import Forbidden
from metamodel.report import Report
from tests.conftest import make_user
from tests.desk import ADMIN, release, sight
from tests.engines.messages.ground import asks, decided, sent, speaking, ticket

FACTS = {
    "name": "sent",
    "label": "Sent",
    "entity": "platform.delivery",
    "dimensions": [
        {"name": "message", "label": "Message", "expression": "{message}"},
        {"name": "channel", "label": "Channel", "expression": "{channel}"},
        {"name": "state", "label": "State", "expression": "{state}"},
        {"name": "day", "label": "Day", "expression": "{at}"},
    ],
    "measures": [
        {"name": "all", "label": "All", "aggregate": "count"},
        {"name": "went", "label": "Went", "aggregate": "count", "filter": "NOT(ISBLANK({sent_at}))"},
        {"name": "opened", "label": "Opened", "aggregate": "count", "filter": "NOT(ISBLANK({opened_at}))"},
        {"name": "rate", "label": "Rate", "aggregate": "ratio", "numerator": "opened", "denominator": "went"},
    ],
}


def counting(workspace: Workspace) -> None:
    document = speaking()
    document["datasets"].append(FACTS)
    for role in document["roles"]:
        if role["name"] in ("agent", "reader"):
            role["grants"].append({"entity": "platform.delivery", **({"condition": '{channel} = "sms"'} if role["name"] == "reader" else {})})
    release(workspace, document)


def answer(workspace: Workspace, actor: Actor, rows: list[dict[str, str]], measures: list[str]) -> list[list[object]]:
    report, issues = load(Report, {"name": "r", "label": "", "dataset": "sent", "rows": rows, "measures": measures, "chart": {"type": "table"}}, sight_catalog(workspace))
    assert report is not None and not issues
    with workspace.read() as connection:
        seen = sight(workspace, connection, actor)
        return ask(connection, seen, seen.live.model.applications["desk"], report, {}).rows


def sight_catalog(workspace: Workspace):
    with workspace.read() as connection:
        return sight(workspace, connection).live.model.catalog


def person(number: int, role: str) -> Actor:
    return Actor(user_id=number, login=role, name=role, locale="en", is_admin=False, roles=frozenset({("desk", role)}), scopes=SCOPES)


def test_a_report_counts_deliveries_of_records_its_reader_may_see(workspace: Workspace) -> None:
    counting(workspace)
    ann = make_user(workspace, "ann")
    mine = ticket(workspace, owner=ann, urgency="high", email="a@b.example")
    other = ticket(workspace, urgency="low", agrees=False)
    for number in (mine, other):
        for name in ("once", "letter"):
            asks(workspace, name, number, f"{name} {number}")
    decided(workspace)
    sent(workspace)
    by = [{"dimension": "message"}, {"dimension": "state"}]
    everything = [("Letter", "Not sent", 1), ("Letter", "Sent", 1), ("Once", "Not sent", 1), ("Once", "Sent", 1)]
    assert sorted(map(tuple, answer(workspace, ADMIN, by, ["all"]))) == everything
    assert sorted(map(tuple, answer(workspace, person(ann, "agent"), by, ["all"]))) == [("Letter", "Sent", 1), ("Once", "Sent", 1)]
    assert answer(workspace, person(ann, "reader"), [], ["all", "went", "rate"]) == [[0, 0, None]], "the grant is for what went by SMS"
    assert answer(workspace, ADMIN, [], ["all", "went", "opened", "rate"]) == [[4, 2, 0, "0"]]
    assert answer(workspace, ADMIN, [{"dimension": "day", "grain": "day"}], ["all"]) == [["2026-11-22", 4]]
    with pytest.raises(Forbidden):
        answer(workspace, person(ann, "lead"), [], ["all"])


def test_a_filter_offers_the_words_people_know(workspace: Workspace) -> None:
    counting(workspace)
    with workspace.read() as connection:
        seen = sight(workspace, connection)
        home = seen.live.model.applications["desk"]
        said = {name: narrowing(seen, home, BoardFilter(name=name, label="", dataset="sent", dimension=name)) for name in ("message", "state", "day")}
    assert said["day"]["sort"] == "period"
    assert {"value": "desk.once", "label": "Once"}.items() <= next(item for item in said["message"]["options"] if item["value"] == "desk.once").items()
    assert [item["label"]["en"] for item in said["state"]["options"]][-2:] == ["Failed", "Not sent"]


def test_only_datasets_and_roles_may_name_what_the_platform_keeps(workspace: Workspace) -> None:
    document = speaking()
    document["views"].append({"name": "v", "label": "V", "entity": "platform.delivery"})
    with pytest.raises(AssertionError, match=r"platform\.delivery"):
        release(workspace, document)
