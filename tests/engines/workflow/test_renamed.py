"""What runs goes on where a release gives its record, its fields and its roles other names, on either database."""

from __future__ import annotations

from engines.database import EntityName, Workspace, platform
from engines.publisher.publish import planned, publish
from engines.records import comments, history
from engines.runtime import design, write
from engines.runtime.release import Releases
from tests.engines.workflow.house import House, approve, flow, sets, who


def renamed(house: House, *names: tuple[str, str, str, str]) -> None:
    """A release with other names: (sort, entity, id, new name)."""
    releases = Releases(house.workspace)
    with house.workspace.write() as connection:
        live = releases.live(connection)
        for sort, entity, identity, name in names:
            design.rename(
                connection, live, "desk", sort, entity, identity, name, by=house.people["boss"], now=house.now
            )
    with house.workspace.read() as connection:
        plan, validated = planned(connection, releases.live(connection), "desk")
    assert plan is not None, [issue.to_json("en") for issue in validated.issues]
    accepted = frozenset(item.line.id for item in plan.planned)
    publish(house.workspace, releases.live, "desk", hash=plan.hash, accepted=accepted, by=None, now=house.now)
    house.releases = Releases(house.workspace)


def test_a_running_flow_and_all_that_is_kept_about_its_record_follow(workspace: Workspace) -> None:
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
                        "condition": "{cost} > 100",
                        "steps": [approve("second", {"type": "role", "role": "lead", "within": "above"})],
                    },
                    {"id": "small", "steps": []},
                ],
            },
            reactions=[{"on": "approved", "actions": [sets(note='{subject} & " yes"')]}],
        ),
    )
    number = house.ticket(cost="150")
    code = house.read(number)["code"]
    with workspace.write() as connection:
        comments.add(connection, "desk.ticket", number, "hm", by=house.people["ann"], at=house.now)
    one = house.start(number)
    before = house.instance(one).version_id
    renamed(
        house,
        ("field", "ticket", "cost", "price"),
        ("field", "ticket", "note", "remark"),
        ("entity", "", "ticket", "matter"),
        ("role", "", "lead", "chief"),
    )
    assert house.instance(one).version_id != before and house.instance(one).entity == "desk.matter"
    house.act("keeper", "approve")
    assert house.tasks() == [("keeper", "second", "approve"), ("bob", "second", "approve")]
    house.act("bob", "approve")
    assert house.outcome(one) == "approved", house.instance(one).error
    with workspace.write() as connection:
        sight = house.sight(connection, "boss", house=True)
        made = write.create_record(connection, sight, "desk.matter", {"subject": "Paper"})
        table = sight.live.tables["desk.matter"]
        told = {row.id: row for row in connection.execute(table.select())}
        assert told[number].remark == "Ink yes"
        assert told[made].code == code[:-1] + str(int(code[-1]) + 1)
        assert [row.text for row in comments.listed(connection, "desk.matter", number)] == ["hm"]
        assert history.entries(connection, "desk.matter", number)


def test_what_waits_for_the_worker_is_carried_under_the_new_names(workspace: Workspace) -> None:
    rules = [
        {
            "name": "dear",
            "label": "Dear",
            "entity": "ticket",
            "trigger": {"type": "changed", "fields": ["cost"]},
            "condition": "{cost} > 100",
            "actions": [sets(note='"dear"'), {"type": "start_flow", "flow": "check"}],
        }
    ]
    house = House(workspace, flow(approve("first", who("keeper"))), more={"rules": rules})
    number = house.ticket(cost="1")
    house.work()
    house.change(number, cost="150")
    renamed(
        house, ("field", "ticket", "cost", "price"), ("entity", "", "ticket", "matter"), ("flow", "", "check", "look")
    )
    house.work()
    with workspace.read() as connection:
        table = house.releases.live(connection).tables["desk.matter"]
        assert connection.execute(table.select()).one().note == "dear"
    assert [step for _, step, _ in house.tasks()] == ["first"]


def test_two_that_change_names_keep_what_is_theirs(workspace: Workspace) -> None:
    house = House(workspace)
    number = house.ticket()
    with workspace.write() as connection:
        comments.add(connection, "desk.ticket", number, "of the ticket", by=house.people["ann"], at=house.now)
        comments.add(connection, "desk.team", number, "of the team", by=house.people["ann"], at=house.now)
    renamed(
        house,
        ("entity", "", "ticket", "between"),
        ("entity", "", "team", "ticket"),
        ("entity", "", "ticket", "team"),
    )
    with workspace.read() as connection:
        assert [row.text for row in comments.listed(connection, "desk.team", number)] == ["of the ticket"]
        assert [row.text for row in comments.listed(connection, "desk.ticket", number)] == ["of the team"]


def test_every_table_that_keeps_an_entity_says_so() -> None:
    by_id = {"retired", "quarantine"}
    for table in platform.tables.values():
        if "entity" in table.c and table.name not in by_id:
            assert isinstance(table.c.entity.type, EntityName), table.name

