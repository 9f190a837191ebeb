"""What somebody has done is listed by when they did it, page by page, served by an index of its own."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from engines.database import Workspace
from engines.runtime import flow_pages
from engines.workflow.tables import flow_task
from tests.engines.workflow.house import MONDAY, House, approve, flow, who


def listed(house: House, login: str) -> list[list[str]]:
    """The titles of what somebody has done, page by page."""
    pages: list[list[str]] = []
    after: Any = 0
    while after is not None:
        with house.workspace.read() as connection:
            as_house = house.sight(connection, login, house=True)
            page: Any = flow_pages.tasks(connection, house.sight(connection, login), as_house, "done", "", after, "en")
        pages.append([item["title"] for item in page["items"]])
        after = page["next"]
    return pages


def test_what_was_done_last_stands_first(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flow_pages, "PAGE", 2)
    house = House(workspace, flow(approve("first", who("bob"))))
    tasks: dict[str, int] = {}
    for name in "abcde":
        house.start(house.ticket(subject=name))
        with workspace.read() as connection:
            tasks[name] = int(connection.scalar(sa.select(sa.func.max(flow_task.c.id))) or 0)
    for hour, names in enumerate(("c", "e", "ab", "d")):
        house.at(MONDAY + timedelta(hours=hour))
        for name in names:
            house.act("bob", "approve", task=tasks[name])
    assert listed(house, "bob") == [["d", "b"], ["a", "e"], ["c"]], "what was done at once by number"
    assert listed(house, "cy") == [[]]


def test_an_index_serves_the_list(workspace: Workspace) -> None:
    house = House(workspace, flow(approve("first", who("bob"))))
    asked: list[tuple[str, Any]] = []

    def note(_: Any, __: Any, statement: str, parameters: Any, *___: Any) -> None:
        if "ORDER BY flow_task.done_at" in statement:
            asked.append((statement, parameters))

    with workspace.read() as connection:
        sa.event.listen(connection, "before_cursor_execute", note)
        as_house = house.sight(connection, "bob", house=True)
        flow_pages.tasks(connection, house.sight(connection, "bob"), as_house, "done", "", 7, "en")
        ((statement, parameters),) = asked
        sqlite = connection.dialect.name == "sqlite"
        if not sqlite:
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        rows = connection.exec_driver_sql(f"EXPLAIN {'QUERY PLAN ' if sqlite else ''}{statement}", parameters).all()
    plan = "\n".join(" ".join(map(str, row)) for row in rows)
    assert "ix_flow_task_done" in plan and "TEMP B-TREE" not in plan and "Sort" not in plan, plan
