"""Two small applications for tests, of which the second is about records of the first."""

from __future__ import annotations

import copy
from pathlib import Path

from metamodel.bundle import files, write_folder
from metamodel.definition import Json
from tests.desk import desk, field
from tests.engines.workflow.house import approve

REPAIR: Json = {
    "name": "a_repair",
    "label": {"zh-CN": "维修", "en": "Repairs"},
    "requires": ["desk"],
    "entities": [
        {
            "name": "job",
            "label": "Job",
            "title": "title",
            "search": ["title"],
            "fields": [
                field("title", "text", required=True),
                field("ticket", "reference", entity="desk.ticket", inverse="jobs"),
                field("team", "reference", entity="desk.team", inverse="repairs"),
                field("by", "user"),
                field("hours", "integer"),
                field("status", "choice", options=[{"value": "open", "label": "Open"}, {"value": "done", "label": "Done"}], default="open"),
                field("cost", "lookup", path="ticket.cost"),
                field("twice", "formula", expression="{ticket.cost} * 2", result="money"),
            ],
        },
    ],
    "forms": [{"name": "job", "label": "Job", "entity": "job", "components": [{"type": "field", "field": name} for name in ("title", "ticket", "team", "by", "status")]}],
    "views": [
        {"name": "jobs", "label": "Jobs", "entity": "job", "columns": [{"field": "title"}, {"field": "ticket"}, {"field": "ticket.subject"}, {"field": "team.name"}], "form": "job"},
        {"name": "calls", "label": "Urgent tickets", "entity": "desk.ticket", "filter": '{urgency} = "high"', "columns": [{"field": "subject"}, {"field": "secret"}, {"field": "team.name"}]},
    ],
    "rules": [
        {
            "name": "call",
            "label": "An urgent ticket makes a job",
            "entity": "desk.ticket",
            "trigger": {"type": "created"},
            "condition": '{urgency} = "high"',
            "actions": [{"type": "make_record", "entity": "job", "values": [{"field": "title", "value": "{subject}"}, {"field": "ticket", "value": "{id}"}, {"field": "team", "value": "{team}"}]}],
        },
        {
            "name": "mended",
            "label": "A job done closes its ticket",
            "entity": "job",
            "trigger": {"type": "changed", "fields": ["status"]},
            "condition": '{status} = "done"',
            "actions": [{"type": "change_related", "relation": "ticket", "values": [{"field": "note", "value": '"mended"'}]}],
        },
    ],
    "flows": [
        {
            "name": "check",
            "label": "Check",
            "entity": "job",
            "steps": [approve("look", {"type": "role", "role": "desk.lead"})],
            "reactions": [{"on": "approved", "actions": [{"type": "set_values", "values": [{"field": "status", "value": '"done"'}]}]}],
        },
    ],
    "datasets": [
        {
            "name": "jobs",
            "label": "Jobs",
            "entity": "job",
            "dimensions": [{"name": "team", "label": "Team", "expression": "{ticket.team.name}"}, {"name": "urgency", "label": "Urgency", "expression": "{ticket.urgency}"}],
            "measures": [{"name": "jobs", "label": "Jobs", "aggregate": "count"}, {"name": "cost", "label": "Cost", "aggregate": "sum", "expression": "{ticket.cost}"}],
        },
        {
            "name": "calls",
            "label": "Tickets",
            "entity": "desk.ticket",
            "dimensions": [{"name": "team", "label": "Team", "expression": "{team.name}"}],
            "measures": [{"name": "calls", "label": "Tickets", "aggregate": "count"}, {"name": "mended", "label": "With a job", "aggregate": "count", "filter": "COUNT({jobs}) > 0"}],
        },
    ],
    "reports": [
        {"name": "by_team", "label": "Jobs by team", "dataset": "jobs", "rows": [{"dimension": "team"}], "measures": ["jobs", "cost"], "chart": {"type": "table"}},
        {"name": "calls", "label": "Tickets by team", "dataset": "calls", "rows": [{"dimension": "team"}], "measures": ["calls", "mended"], "chart": {"type": "table"}},
    ],
    "boards": [{"name": "shop", "label": "Workshop", "tiles": [{"id": "teams", "report": "by_team", "x": 0, "y": 0, "width": 6, "height": 4}]}],
    "roles": [
        {
            "name": "mender",
            "label": {"zh-CN": "修理工", "en": "Mender"},
            "home": "shop",
            "grants": [
                {"entity": "job", "create": True, "update": True, "condition": "IN({team.department}, MY_DEPARTMENTS())"},
                {"entity": "desk.ticket", "export": True, "others": "read", "condition": "IN({team.department}, MY_DEPARTMENTS())", "fields": [{"field": "secret", "access": "hidden"}]},
                {"entity": "desk.team", "others": "read"},
            ],
        },
    ],
    "menus": [{"name": "main", "label": "Menu", "items": [{"id": "jobs", "label": "Jobs", "target": "view", "view": "jobs"}, {"id": "calls", "label": "Calls", "target": "view", "view": "calls"}]}],
}  # fmt: skip

DESK_DATA: Json = {
    "departments": [{"code": "hq", "label": "HQ"}, {"code": "north", "label": "North", "parent": "hq"}, {"code": "south", "label": "South", "parent": "hq"}],
    "people": [
        {"login": "ann", "name": "Ann", "department": "north", "roles": ["agent"], "sample": True},
        {"login": "bob", "name": "Bob", "department": "hq", "roles": ["lead"], "sample": True},
        {"login": "cy", "name": "Cy", "department": "north", "roles": ["agent"], "sample": True},
    ],
    "entities": [
        {"entity": "team", "rows": [{"name": "North", "department": {"department": "north"}}, {"name": "South", "department": {"department": "south"}}]},
        {"entity": "ticket", "count": 40, "values": {
            "subject": {"running": "Call {}"}, "team": {"record": "team", "each": True}, "urgency": {"choice": {"low": 1, "high": 3}}, "cost": {"number": [1, 90]}, "owner": {"user": "ann"},
        }},
    ],
}  # fmt: skip

REPAIR_DATA: Json = {
    "people": [
        {"login": "ann", "name": "Ann", "roles": ["mender"]},
        {"login": "di", "name": "Di", "department": "south", "roles": ["mender"], "sample": True},
    ],
    "holders": {"desk.lead": ["mender"]},
    "entities": [
        {"entity": "job", "count": 30, "values": {
            "ticket": {"record": "desk.ticket", "where": {"urgency": "high"}, "each": True},
            "title": {"of": "desk.ticket", "take": "subject"},
            "team": {"of": "desk.ticket", "take": "team"},
            "by": {"of": "desk.ticket", "take": "owner"},
            "hours": {"number": [1, 8]},
        }},
        {"entity": "job", "rows": [{"title": "The door", "team": {"record": "desk.team", "where": {"department": {"department": "south"}}}}]},
    ],
}  # fmt: skip


def repair() -> Json:
    """The second application, for a test of its own to change."""
    return copy.deepcopy(REPAIR)


def shop(folder: Path) -> Path:
    """Both applications as folders with their recipes, the later one first by its name."""
    write_folder(folder / "desk", files(desk(), {"data/01.json": DESK_DATA}))
    write_folder(folder / "a_repair", files(repair(), {"data/01.json": REPAIR_DATA}))
    return folder
