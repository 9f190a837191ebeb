"""An application installed from files without a browser: what a release needs afterwards is done as well."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa

from engines.database import Workspace
from engines.runtime import write
from engines.runtime.install import install
from engines.runtime.publishing import publish_whole
from metamodel.bundle import Bundle
from tests.desk import desk, entity, field, release, sight

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)


def test_new_computed_fields_are_filled_and_new_indexes_made(workspace: Workspace) -> None:
    release(workspace, desk())
    with workspace.write() as connection:
        write.create_record(connection, sight(workspace, connection), "desk.ticket", {"subject": "Lamp", "cost": "2.50"})
    later = desk()
    entity(later, "ticket")["fields"] += [field("loud", "formula", expression="UPPER({subject})")]
    next(item for item in entity(later, "ticket")["fields"] if item["name"] == "note")["indexed"] = True
    install(workspace, Bundle(document=later, companions={}, origins={}), by=None, now=NOW)
    published = publish_whole(workspace, "desk", accept_losses=False, by=None, now=NOW)
    assert published is not None
    with workspace.read() as connection:
        table = sight(workspace, connection).live.tables["desk.ticket"]
        assert connection.scalar(sa.select(table.c.loud)) == "LAMP"
        made = {item["name"] for item in sa.inspect(connection).get_indexes(table.name)}
        assert {index.name for index in table.indexes} <= made
    assert publish_whole(workspace, "desk", accept_losses=False, by=None, now=NOW) is None
