"""What the browser is told of fields: a choice that is looked up brings the words of its options."""

from __future__ import annotations

from typing import Any

import pytest

from engines.database import Workspace
from engines.exchange.export import export
from engines.forms.present import runtime
from engines.records.query import Asked
from engines.runtime.write import create_record
from tests.desk import desk, entity, field, release, sight


def visits() -> Any:
    document = desk()
    next(one for one in entity(document, "ticket")["fields"] if one["name"] == "labels")["options"][0]["label"] = {
        "zh-CN": "标签A", "en": "Label A",
    }  # fmt: skip
    document["entities"] += [
        {"name": "visit", "label": "Visit", "fields": [
            field("what", "text"), field("ticket", "reference", entity="ticket"),
            field("how", "lookup", path="ticket.urgency"), field("about", "lookup", path="ticket.subject"),
            field("tags", "lookup", path="ticket.labels"), field("before", "reference", entity="visit"),
            field("far", "lookup", path="before.tags"), field("cost", "lookup", path="ticket.cost", result="money"),
        ]},
    ]  # fmt: skip
    return document


def test_a_choice_looked_up_brings_its_options(sqlite_workspace: Workspace) -> None:
    release(sqlite_workspace, visits())
    with sqlite_workspace.write() as connection:
        seen = sight(sqlite_workspace, connection)
        told: dict[str, Any] = runtime(seen, seen.live.model.applications["desk"])
    fields = {item["name"]: [option["value"] for option in item.get("options", ())] for item in told["entities"]["visit"]["fields"]}
    assert fields["how"] == [option["value"] for option in next(item for item in desk()["option_sets"] if item["name"] == "urgency")["options"]]
    assert fields["about"] == fields["cost"] == [] and fields["tags"] == fields["far"] == ["a", "b"]
    several = {item["name"] for item in told["entities"]["visit"]["fields"] if item.get("multiple")}
    assert several == {"tags", "far"}


@pytest.mark.parametrize("locale", ["en", "zh-CN"])
def test_choices_looked_up_are_exported_by_their_labels(workspace: Workspace, locale: str) -> None:
    release(workspace, visits())
    with workspace.write() as connection:
        seen = sight(workspace, connection)
        ticket = create_record(connection, seen, "desk.ticket", {"subject": "x", "urgency": "high", "labels": ["b", "a"]})
        other = create_record(connection, seen, "desk.ticket", {"subject": "y"})
        made = [create_record(connection, seen, "desk.visit", {"what": "v", "ticket": one}) for one in (ticket, other)]
        create_record(connection, seen, "desk.visit", {"what": "after", "before": made[0]})
    with workspace.read() as connection:
        seen = sight(workspace, connection)
        about = seen.live.model.entities["desk.visit"]
        asked = Asked(fields=("how", "tags", "far", "ticket.urgency"), sorts=(("id", False),))
        rows = export(connection, seen, about, asked, locale, {}).rows
        high, tags = ("High", "Label A") if locale == "en" else ("紧急", "标签A")
        cells = [[cell or "" for cell in row] for row in rows]
    low = "Low"
    assert cells[0] == [high, f"B, {tags}", "", high] or cells[0] == [high, f"{tags}, B", "", high]
    assert cells[1] == [low, "", "", low] and cells[2][:2] == ["", ""] and cells[2][2] == cells[0][1]
