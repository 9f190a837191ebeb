"""Reading views: what people see beside what is stored, following every publish, on both databases."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from engines.access.people import create_user
from engines.database import Workspace
from engines.publisher import views
from engines.publisher.purge import purge
from engines.runtime import write
from engines.runtime.release import Releases
from metamodel.definition import Json
from tests.desk import NOW, desk, entity, field, release, sight

COLOURS = [{"value": "r", "label": {"zh-CN": "红色%", "en": "Red"}}, {"value": "g", "label": "It's green"}]


def document(fee: str = "fee", name: str = "name") -> Any:
    made = desk()
    place = {"name": "place", "label": "Place", "title": name, "fields": [{**field(name, "text"), "id": "name"}]}
    made["entities"].append(place)
    entity(made, "ticket")["fields"] += [
        field("colour", "choice", options=COLOURS),
        field("colours", "choice", options=COLOURS, multiple=True),
        field("born", "date"),
        field("share", "percent"),
        {**field(fee, "money"), "id": "fee"},
        field("place", "reference", entity="place"),
    ]
    return made


def row(workspace: Workspace, name: str, number: int) -> dict[str, Any]:
    with workspace.read() as connection:
        found = connection.execute(sa.text(f'SELECT * FROM "_desk__{name}" WHERE id = {number}')).mappings().one()
        return dict(found)


def make(workspace: Workspace, name: str, /, **values: Json) -> int:
    with workspace.write() as connection:
        return write.create_record(connection, sight(workspace, connection), f"desk.{name}", values)


def names(workspace: Workspace) -> set[str]:
    with workspace.read() as connection:
        return set(views.present(connection))


def kept(workspace: Workspace) -> dict[str, str]:
    """The views as they ought to be."""
    with workspace.read() as connection:
        live = Releases(workspace).live(connection)
        made = views.views(live.model, live.metadata, live.zone, connection.dialect)
        return {name: view.text for name, view in made.items()}


def test_people_read_labels_decimals_and_the_clock_on_the_wall(workspace: Workspace) -> None:
    release(workspace, document())
    with workspace.write() as connection:
        owner = create_user(connection, {"login": "zhang", "name": "张三", "password": "correct horse battery"}, NOW)
    team = make(workspace, "team", name="North")
    number = make(workspace, "ticket", subject="Lamp", team=team, owner=owner, cost="12.50", urgency="high", colour="r", colours=["g", "r"], closed_at="2026-11-22T20:30:00Z", born="2026-01-31", share="0.125")
    found = row(workspace, "ticket", number)
    assert (found["team"], found["team_id"], found["owner"]) == ("North", team, "张三")
    assert (found["urgency"], found["colour"], found["colours"]) == ("紧急", "红色%", "红色%、It's green")
    assert Decimal(str(found["cost"])) == Decimal("12.5")
    assert Decimal(str(found["share"])) == Decimal("0.125")
    assert str(found["closed_at"]) == "2026-11-23 04:30:00", "in Shanghai it is the next day"
    assert found["born"] in ("2026-01-31", date(2026, 1, 31))
    if workspace.dialect == "postgresql":
        assert isinstance(found["cost"], Decimal)
        assert isinstance(found["closed_at"], datetime)


def test_blank_stays_blank_and_the_bin_is_left_out(workspace: Workspace) -> None:
    release(workspace, document())
    number, other = make(workspace, "ticket", subject="Lamp"), make(workspace, "ticket", subject="Bin")
    with workspace.write() as connection:
        write.delete_record(connection, sight(workspace, connection), "desk.ticket", other)
    found = row(workspace, "ticket", number)
    assert {found[name] for name in ("team", "cost", "colour", "closed_at")} == {None}
    with workspace.read() as connection:
        assert connection.scalar(sa.text('SELECT count(*) FROM "_desk__ticket"')) == 1


def test_they_follow_every_publish(workspace: Workspace) -> None:
    release(workspace, document())
    number = make(workspace, "ticket", subject="Lamp", fee="3.00", place=make(workspace, "place", name="North"))
    made = document("price", "called")
    entity(made, "ticket")["fields"] = [one for one in entity(made, "ticket")["fields"] if one["name"] != "colour"]
    release(workspace, made)
    found = row(workspace, "ticket", number)
    assert (Decimal(str(found["price"])), found["place"]) == (3, "North")
    assert not {"colour", "fee"} & set(found)
    assert row(workspace, "place", 1)["called"] == "North"
    release(workspace, document())
    assert {"colour", "fee"} <= set(row(workspace, "ticket", number))


def test_a_field_of_another_type_is_read_anew(workspace: Workspace) -> None:
    made = document()
    entity(made, "ticket")["fields"].append(field("sign", "text"))
    release(workspace, made)
    number = make(workspace, "ticket", subject="Lamp", sign="7")
    entity(made, "ticket")["fields"][-1] = field("sign", "integer")
    release(workspace, made)
    assert row(workspace, "ticket", number)["sign"] == 7


def test_there_is_one_for_every_entity_and_none_is_left_over(workspace: Workspace) -> None:
    release(workspace, document())
    assert names(workspace) == set(kept(workspace))
    made = document()
    made["entities"].append({"name": "note", "label": "Note", "fields": [field("what", "text")]})
    release(workspace, made)
    assert "_desk__note" in names(workspace)
    release(workspace, document())
    assert names(workspace) == set(kept(workspace))
    assert "_desk__note" not in names(workspace)
    with workspace.write() as connection:
        for name in views.present(connection):
            views.drop(connection, name)
    release(workspace, made)
    assert names(workspace) == set(kept(workspace)), "what is missing is made"


def test_purging_leaves_them_in_place(workspace: Workspace) -> None:
    made = document()
    entity(made, "ticket")["fields"].append(field("rival", "reference", entity="team"))
    release(workspace, made)
    number = make(workspace, "ticket", subject="Lamp")
    release(workspace, document())
    assert purge(workspace, "desk", 99)
    assert names(workspace) == set(kept(workspace))
    assert row(workspace, "ticket", number)["subject"] == "Lamp"


def test_their_names_are_nobodys(workspace: Workspace) -> None:
    release(workspace, document())
    with workspace.read() as connection:
        tables = set(sa.inspect(connection).get_table_names())
    assert not any(name.startswith(views.MARK) for name in tables)
    made = document()
    made["name"] = "_desk"
    with pytest.raises(AssertionError, match="name"):
        release(workspace, made)
