"""What the browser is told of fields: a choice that is looked up brings the words of its options."""

from __future__ import annotations

from typing import Any

from engines.database import Workspace
from engines.forms.present import runtime
from tests.desk import desk, field, release, sight


def test_a_choice_looked_up_brings_its_options(sqlite_workspace: Workspace) -> None:
    document = desk()
    document["entities"] += [
        {"name": "visit", "label": "Visit", "fields": [
            field("what", "text"), field("ticket", "reference", entity="ticket"),
            field("how", "lookup", path="ticket.urgency"), field("about", "lookup", path="ticket.subject"),
            field("tags", "lookup", path="ticket.labels"), field("cost", "lookup", path="ticket.cost", result="money"),
        ]},
    ]  # fmt: skip
    release(sqlite_workspace, document)
    with sqlite_workspace.write() as connection:
        seen = sight(sqlite_workspace, connection)
        told: dict[str, Any] = runtime(seen, seen.live.model.applications["desk"])
    fields = {item["name"]: [option["value"] for option in item.get("options", ())] for item in told["entities"]["visit"]["fields"]}
    assert fields["how"] == [option["value"] for option in next(item for item in desk()["option_sets"] if item["name"] == "urgency")["options"]]
    assert fields["about"] == fields["tags"] == fields["cost"] == []
