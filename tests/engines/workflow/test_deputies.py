"""Deputies: what is given to somebody away is open to whoever stands in for them, for as long as they said, and told."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from engines.database import Workspace
from engines.runtime import flow_pages
from engines.workflow import deputies
from engines.workflow.tables import flow_entry, flow_task
from metamodel.errors import Conflict, Invalid, NotFound
from tests.engines.workflow.house import MONDAY, House, approve, flow, who

DAY = timedelta(days=1)


def away(house: House, login: str, deputy: str, since: datetime, until: datetime, *, open_too: bool = False) -> int:
    """Somebody names a deputy."""
    people = house.people
    with house.workspace.write() as connection:
        return deputies.name(connection, people[login], people[deputy], (since, until), house.now, open_too=open_too)


def todo(house: House, login: str) -> list[tuple[str, str | None]]:
    """Somebody's list: the title of each task's record, and for whom it is."""
    with house.workspace.read() as connection:
        sight = house.sight(connection, login)
        answer: Any = flow_pages.tasks(
            connection, sight, house.sight(connection, login, house=True), "todo", "", 0, "en"
        )
        count = flow_pages.counts(connection, house.people[login], house.now)["todo"]
    assert count == len(answer["items"])
    return [(item["title"], item["for"] and item["for"]["name"]) for item in answer["items"]]


def story(house: House) -> list[tuple[str, str, str, list[str]]]:
    """The history: what, by whom, for whom, to whom."""
    names = {number: login for login, number in house.people.items()} | {None: ""}
    with house.workspace.read() as connection:
        rows = connection.execute(sa.select(flow_entry).order_by(flow_entry.c.id)).all()
    return [(row.what, names[row.by_id], names[row.for_id], [names[one] for one in row.to_ids or ()]) for row in rows]


def test_a_deputy_acts_for_whoever_is_away_and_the_history_says_so(workspace: Workspace) -> None:
    house = House(workspace, flow(approve("first", who("bob", "keeper"), mode="all")))
    before = house.ticket(subject="Before")
    house.start(before)
    house.at(house.now + timedelta(hours=1))
    away(house, "bob", "cy", house.now, house.now + 2 * DAY)
    assert todo(house, "cy") == [], "what was open before stays with them unless they said otherwise"
    house.at(house.now + timedelta(hours=1))
    house.start(house.ticket(subject="Ink"))
    assert todo(house, "cy") == [("Ink", "Bob")]
    assert ("Ink", None) in todo(house, "bob"), "it stays theirs as well"
    with workspace.read() as connection:
        query = sa.select(flow_task.c.id).where(flow_task.c.user_id == house.people["bob"])
        number = connection.scalar(query.order_by(flow_task.c.id.desc()).limit(1))
    house.act("cy", "approve", task=number, comment="Fine")
    with pytest.raises(Conflict) as refused:
        house.act("bob", "approve", task=number)
    assert refused.value.issues[0].arguments["who"] == "Cy"
    house.act("keeper", "approve")
    told = story(house)
    assert ("lent", "bob", "", ["cy"]) in told
    assert ("approved", "cy", "bob", []) in told and ("approved", "keeper", "", []) in told
    with workspace.read() as connection:
        sight, as_house = house.sight(connection, "cy"), house.sight(connection, "cy", house=True)
        past: Any = flow_pages.tasks(connection, sight, as_house, "done", "", 0, "en")
    assert [(item["title"], item["for"]["name"]) for item in past["items"]] == [("Ink", "Bob")]


def test_a_period_ends_by_itself_or_at_once(workspace: Workspace) -> None:
    house = House(workspace, flow(approve("first", who("bob"))))
    house.start(house.ticket(subject="Ink"))
    period = away(house, "bob", "cy", house.now, house.now + DAY, open_too=True)
    assert todo(house, "cy") == [("Ink", "Bob")] and ("lent", "bob", "", ["cy"]) in story(house)
    with workspace.write() as connection:
        deputies.end(connection, house.people["bob"], period, house.now + timedelta(hours=1))
    house.at(house.now + timedelta(hours=2))
    assert todo(house, "cy") == []
    away(house, "bob", "cy", house.now + DAY, house.now + 2 * DAY, open_too=True)
    assert todo(house, "cy") == [], "it has not begun"
    house.at(house.now + DAY)
    assert todo(house, "cy") == [("Ink", "Bob")]
    number = house.task("bob")
    house.at(house.now + DAY)
    assert todo(house, "cy") == []
    with pytest.raises(NotFound):
        house.act("cy", "approve", task=number)
    with pytest.raises(NotFound), workspace.write() as connection:
        deputies.end(connection, house.people["bob"], period, house.now)
    house.act("bob", "approve")


def test_nobody_approves_for_another_what_they_began(workspace: Workspace) -> None:
    house = House(workspace, flow(approve("first", who("bob"))))
    away(house, "bob", "ann", house.now, house.now + DAY)
    house.start(house.ticket(subject="Ink"))
    assert todo(house, "ann") == [] and "lent" not in [line[0] for line in story(house)]
    with pytest.raises(NotFound):
        house.act("ann", "approve", task=house.task("bob"))


@pytest.mark.parametrize(
    ("deputy", "since", "until", "code"),
    [
        ("bob", 0, 1, "deputy.self"),
        ("cy", -3, 0, "deputy.over"),
        ("cy", 2, 1, "deputy.over"),
        ("di", 5, 7, "deputy.twice"),
    ],
)
def test_periods_that_make_no_sense_are_refused(
    sqlite_workspace: Workspace, deputy: str, since: int, until: int, code: str
) -> None:
    house = House(sqlite_workspace, flow(approve("first", who("bob"))))
    away(house, "bob", "cy", MONDAY + 4 * DAY, MONDAY + 6 * DAY)
    with pytest.raises(Invalid) as refused:
        away(house, "bob", deputy, MONDAY + since * DAY, MONDAY + until * DAY)
    assert [issue.code for issue in refused.value.issues] == [code]
