"""Publishing with rows in the tables: nothing is lost, everything can be undone, and a failure leaves no trace."""

import pytest
import sqlalchemy as sa

from engines.database import Workspace
from engines.publisher import migrate
from engines.publisher import publish as publishing
from engines.publisher.publish import current_number, planned
from engines.publisher.purge import purge
from engines.publisher.releases import newest
from engines.publisher.words import lines
from engines.records import store
from engines.records.history import Cause
from engines.records.query import Asked, entity_of, page
from engines.runtime.release import Releases
from metamodel.changes import Add, Node, Set
from metamodel.errors import Conflict, Refused
from tests.desk import NOW, desk, entity, field, release, sight

CAUSE = Cause(at=NOW, by=1)


def fill(workspace: Workspace, count: int = 5) -> list[int]:
    with workspace.write() as connection:
        seen = sight(workspace, connection)
        team = store.create(connection, seen, entity_of(seen, "desk.team"), {"name": "North"}, CAUSE)
        return [
            store.create(
                connection,
                seen,
                entity_of(seen, "desk.ticket"),
                {
                    "subject": f"s{n}",
                    "team": team,
                    "cost": f"{n}.50",
                    "note": "12" if n % 2 else f"text {n}",
                    "labels": ["a"],
                    "due": f"2026-01-0{n + 1}",
                    "urgency": "high" if n % 2 else "low",
                },
                CAUSE,
            )
            for n in range(count)
        ]


def rows(workspace: Workspace, *fields: str) -> list[dict]:
    with workspace.read() as connection:
        seen = sight(workspace, connection)
        asked = Asked(fields=fields, sorts=(("id", False),), limit=100)
        items = page(connection, seen, entity_of(seen, "desk.ticket"), asked).items
        return [{name: item[name] for name in fields} for item in items]


def shape(workspace: Workspace) -> dict:
    """Every record table with its columns and indexes."""
    with workspace.read() as connection:
        inspector = sa.inspect(connection)
        return {
            name: (
                sorted(column["name"] for column in inspector.get_columns(name)),
                sorted(index["name"] for index in inspector.get_indexes(name)),
            )
            for name in inspector.get_table_names()
            if "__" in name
        }


def ticket(document, name: str):
    return next(item for item in entity(document, "ticket")["fields"] if item["name"] == name)


def test_add_rename_retype_retire_and_back(workspace: Workspace) -> None:
    first = release(workspace, desk()).number
    fill(workspace)
    before = rows(workspace, "subject", "cost", "note", "labels", "team", "due")
    document = desk()
    entity(document, "ticket")["fields"].append(field("extra", "integer", indexed=True))
    ticket(document, "subject").update(id="subject", name="title")
    entity(document, "ticket").update(title="title", search=["title", "code"])
    document["forms"][0]["components"][0]["components"][0]["field"] = "title"
    document["views"][0]["columns"][0]["field"] = "title"
    ticket(document, "note").update(type="integer")
    entity(document, "ticket")["fields"] = [
        item for item in entity(document, "ticket")["fields"] if item["name"] not in ("phone", "labels")
    ]
    for role in document["roles"]:
        for grant in role["grants"]:
            grant["fields"] = [one for one in grant.get("fields", []) if one["field"] != "phone"]
    document["entities"][1]["label"] = "Case"
    release(workspace, document)
    assert rows(workspace, "title", "note", "extra") == [
        {"title": f"s{n}", "note": 12 if n % 2 else None, "extra": None} for n in range(5)
    ]
    with workspace.read() as connection:
        kept = connection.execute(sa.text("SELECT record_id, value FROM quarantine ORDER BY record_id")).all()
    assert [row.value for row in kept] == ["text 0", "text 2", "text 4"]
    release(workspace, desk())
    assert rows(workspace, "subject", "cost", "note", "labels", "team", "due") == before
    with workspace.read() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM quarantine")).scalar() == 0
    assert current(workspace) == first + 2


def current(workspace: Workspace) -> int:
    with workspace.read() as connection:
        return current_number(connection)


def test_a_rename_of_an_entity_keeps_rows_history_and_links(workspace: Workspace) -> None:
    release(workspace, desk())
    numbers = fill(workspace)
    with workspace.write() as connection:
        seen = sight(workspace, connection)
        store.update(connection, seen, entity_of(seen, "desk.ticket"), numbers[0], {"related": numbers[1:3]}, CAUSE)
    document = desk()
    text = __import__("json").dumps(document).replace('"entity": "ticket"', '"entity": "case"')
    document = __import__("json").loads(text)
    item = next(one for one in document["entities"] if one["name"] == "ticket")
    item.update(id="ticket", name="case")
    release(workspace, document)
    with workspace.read() as connection:
        seen = sight(workspace, connection)
        case = entity_of(seen, "desk.case")
        assert len(page(connection, seen, case, Asked()).items) == 5
        assert connection.execute(sa.text("SELECT count(*) FROM desk__case__related")).scalar() == 2
        told = connection.execute(sa.text("SELECT count(*) FROM change WHERE entity = 'desk.case'")).scalar()
        assert told == 6


def test_an_entity_that_goes_comes_back_with_its_rows(workspace: Workspace) -> None:
    release(workspace, desk())
    fill(workspace)
    document = desk()
    document["entities"] = [item for item in document["entities"] if not item["name"].startswith("claim")]
    for role in document["roles"]:
        role["grants"] = [one for one in role["grants"] if not one["entity"].startswith("claim")]
    with workspace.write() as connection:
        seen = sight(workspace, connection)
        store.create(
            connection,
            seen,
            entity_of(seen, "desk.claim"),
            {"title": "c", "lines": [{"what": "w", "amount": "3.00"}]},
            CAUSE,
        )
    release(workspace, document)
    assert not any(name.startswith("desk__claim") and "__r" not in name for name in shape(workspace))
    release(workspace, desk())
    with workspace.read() as connection:
        seen = sight(workspace, connection)
        assert page(connection, seen, entity_of(seen, "desk.claim"), Asked()).items[0]["total"] == "3.00"


def test_risks_are_told_and_asked_for(workspace: Workspace) -> None:
    release(workspace, desk())
    fill(workspace)
    document = desk()
    ticket(document, "urgency").update(unique=True)
    with pytest.raises(Refused) as refused:
        release(workspace, document)
    assert refused.value.issues[0].code == "publish.blocked"
    document = desk()
    entity(document, "ticket")["fields"] = [
        item for item in entity(document, "ticket")["fields"] if item["name"] != "closed_at"
    ]
    document["datasets"][0]["dimensions"] = [
        item for item in document["datasets"][0]["dimensions"] if item["name"] != "closed"
    ]
    release(workspace, document, accept=False)
    document = desk()
    ticket(document, "note").update(type="date")
    with pytest.raises(Refused) as refused:
        release(workspace, document, accept=False)
    assert refused.value.issues[0].code == "publish.unaccepted"


def test_what_changes_within_a_definition_is_named() -> None:
    large = {"id": "large", "label": "Large", "condition": "{cost} > 60"}
    flow = {"id": "check", "name": "check", "label": "Check", "steps": [{"id": "size", "branches": [large, {"id": "rest"}]}]}
    root: Node = {"name": "desk", "flows": [flow]}
    place = ("flows", "check", "steps", "size", "branches")
    said = [
        Set(path=(*place, "large"), property="condition", before="{cost} > 50", after="{cost} > 60"),
        Set(path=(*place, "rest"), property="condition", before="", after="TRUE"),
        Set(path=("flows", "check"), property="condition", before="", after="TRUE"),
        Add(path=(*place, "large"), node=large),
    ]
    (line,) = lines(said, root, root)
    # A part without a label is told as the property that changed.
    assert line.verb == "change" and line.details == [{"label": "Large"}, "condition"] and line.changes == 4


def test_a_stale_plan_is_refused(workspace: Workspace) -> None:
    release(workspace, desk())
    document = desk()
    document["label"] = "Other"
    with workspace.write() as connection:
        publishing.drafts.replace(connection, "desk", newest(connection)["desk"], document, by=None, now=NOW)
    with workspace.read() as connection:
        plan, _ = planned(connection, Releases(workspace).live(connection), "desk")
    document["label"] = "Third"
    with workspace.write() as connection:
        publishing.drafts.replace(connection, "desk", newest(connection)["desk"], document, by=None, now=NOW)
    with pytest.raises(Conflict):
        publishing.publish(workspace, Releases(workspace).live, "desk", hash=plan.hash, accepted=frozenset(), by=None, now=NOW)


class Killed(BaseException):
    """The process ends here."""


def test_killed_at_any_step_the_old_release_stands(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    release(workspace, desk())
    fill(workspace)
    before, told = shape(workspace), rows(workspace, "subject", "cost", "note", "labels")
    document = desk()
    ticket(document, "cost").update(id="cost", name="price")
    text = (
        __import__("json").dumps(document).replace("{cost}", "{price}").replace('"field": "cost"', '"field": "price"')
    )
    document = __import__("json").loads(text)
    ticket(document, "note").update(type="integer")
    entity(document, "ticket")["fields"].append(field("extra", "text", indexed=True))
    entity(document, "ticket")["fields"] = [
        item for item in entity(document, "ticket")["fields"] if item["name"] != "labels"
    ]
    real = migrate._remember
    for place in range(50):
        count = 0

        def remember(*arguments, place: int = place) -> None:
            nonlocal count
            if count == place:
                raise Killed
            count += 1
            real(*arguments)

        monkeypatch.setattr(migrate, "_remember", remember)
        try:
            release(workspace, document)
            break
        except Killed:
            assert shape(workspace) == before and current(workspace) == 1
            assert rows(workspace, "subject", "cost", "note", "labels") == told
    assert place >= 5 and current(workspace) == 2


def test_purge_drops_only_what_was_retired_before(workspace: Workspace) -> None:
    release(workspace, desk())
    fill(workspace)
    document = desk()
    entity(document, "ticket")["fields"] = [
        item for item in entity(document, "ticket")["fields"] if item["name"] != "labels"
    ]
    release(workspace, document)
    assert purge(workspace, "desk", 2) == []
    assert purge(workspace, "desk", 3) == ["desk__ticket.labels__r2"]
    release(workspace, desk())
    assert {row["labels"] for row in ({"labels": str(row["labels"])} for row in rows(workspace, "labels"))} == {
        "None"
    }
