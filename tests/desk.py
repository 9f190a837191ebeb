"""A small application for tests: a desk with tickets, expenses with lines, and people in teams."""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from typing import Any

from engines.access.actor import Actor, load_actor
from engines.catalog import CATALOG
from engines.database import Workspace
from engines.publisher import drafts
from engines.publisher.publish import Published, planned, publish
from engines.publisher.releases import newest
from engines.records.sight import Sight
from engines.runtime.release import Releases
from metamodel.application import Application
from metamodel.definition import Json, load

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
ADMIN = Actor(user_id=1, login="admin", name="Admin", locale="en", is_admin=True)


def field(name: str, type: str, **more: Any) -> Json:
    """A field whose label is its name in capitals."""
    return {"name": name, "label": name.title(), "type": type, **more}


DESK: Json = {
    "name": "desk",
    "label": {"zh-CN": "服务台", "en": "Desk"},
    "option_sets": [
        {
            "name": "urgency",
            "label": "Urgency",
            "options": [{"value": "low", "label": "Low"}, {"value": "high", "label": {"zh-CN": "紧急", "en": "High"}}],
        },
    ],
    "entities": [
        {
            "name": "team",
            "label": "Team",
            "title": "name",
            "search": ["name"],
            "fields": [
                field("name", "text", required=True, unique=True),
                field("department", "department"),
                field("ticket_count", "rollup", relation="tickets", aggregate="count", result="integer"),
                field("effort", "rollup", relation="tickets", aggregate="sum", field="cost", result="money"),
            ],
        },
        {
            "name": "ticket",
            "label": "Ticket",
            "title": "subject",
            "search": ["subject", "code"],
            "fields": [
                field("subject", "text", required=True),
                field("code", "sequence", pattern="T-{0000}", unique=True),
                field("team", "reference", entity="team", inverse="tickets"),
                field("owner", "user"),
                field("urgency", "choice", option_set="urgency", default="low", indexed=True),
                field(
                    "labels",
                    "choice",
                    multiple=True,
                    options=[{"value": "a", "label": "A"}, {"value": "b", "label": "B"}],
                ),
                field("due", "date", indexed=True),
                field("closed_at", "datetime"),
                field("cost", "money"),
                field("secret", "text"),
                field("phone", "phone"),
                field("note", "long_text"),
                field("team_name", "lookup", path="team.name"),
                field("double", "formula", expression="{cost} * 2", result="money"),
                field("third", "formula", expression="{cost} / 3", result="money"),
                field("related", "reference", entity="ticket", multiple=True),
            ],
            "validations": [{"condition": "OR(ISBLANK({cost}), {cost} >= 0)", "message": "Never below zero"}],
            "indexes": [{"id": "team_due", "fields": ["team", "due"]}],
        },
        {
            "name": "claim",
            "label": "Claim",
            "title": "title",
            "fields": [
                field("title", "text", required=True),
                field("ticket", "reference", entity="ticket", inverse="claims"),
                field("lines", "lines", entity="claim_line", parent="claim", least=0),
                field("total", "rollup", relation="lines", aggregate="sum", field="amount", result="money"),
            ],
        },
        {
            "name": "claim_line",
            "label": "Claim line",
            "fields": [
                field("claim", "reference", entity="claim", on_delete="cascade", required=True),
                field("what", "text", required=True),
                field("amount", "money", required=True),
            ],
        },
    ],
    "forms": [
        {
            "name": "ticket",
            "label": "Ticket",
            "entity": "ticket",
            "components": [
                {
                    "type": "section",
                    "label": "Main",
                    "components": [
                        {"type": "field", "field": "subject"},
                        {"type": "field", "field": "cost", "visible": '{urgency} = "high"'},
                    ],
                }
            ],
        },
    ],
    "views": [
        {
            "name": "tickets",
            "label": "Tickets",
            "entity": "ticket",
            "columns": [{"field": "subject"}, {"field": "team.name"}],
            "filter": "{cost} > 5",
            "sorts": [{"field": "due", "descending": True}],
            "form": "ticket",
        },
    ],
    "datasets": [
        {
            "name": "tickets",
            "label": "Tickets",
            "entity": "ticket",
            "dimensions": [
                {"name": "team", "label": "Team", "expression": "{team.name}"},
                {"name": "due", "label": "Due", "expression": "{due}"},
                {"name": "closed", "label": "Closed", "expression": "{closed_at}"},
                {"name": "urgency", "label": "Urgency", "expression": "{urgency}"},
                {"name": "secret", "label": "Secret", "expression": "{secret}"},
            ],
            "measures": [
                {"name": "tickets", "label": "Tickets", "aggregate": "count"},
                {"name": "cost", "label": "Cost", "aggregate": "sum", "expression": "{cost}"},
                {"name": "mean", "label": "Mean", "aggregate": "average", "expression": "{cost}"},
                {"name": "teams", "label": "Teams", "aggregate": "count_distinct", "expression": "{team}"},
                {
                    "name": "share",
                    "label": "Share",
                    "aggregate": "ratio",
                    "numerator": "cost",
                    "denominator": "tickets",
                },
            ],
        },
    ],
    "reports": [
        {
            "name": "by_team",
            "label": "By team",
            "dataset": "tickets",
            "rows": [{"dimension": "team"}],
            "measures": ["cost", "tickets"],
            "chart": {"type": "bar"},
        },
    ],
    "boards": [
        {
            "name": "main",
            "label": "Main",
            "filters": [{"name": "due", "label": "Due", "dataset": "tickets", "dimension": "due"}],
            "tiles": [{"id": "a", "report": "by_team"}],
        },
    ],
    "roles": [
        {
            "name": "lead",
            "label": "Lead",
            "grants": [
                {"entity": "team", "others": "read"},
                {
                    "entity": "ticket",
                    "create": True,
                    "update": True,
                    "delete": True,
                    "export": True,
                    "condition": "IN({team.department}, MY_DEPARTMENTS())",
                },
                {"entity": "claim", "create": True, "update": True, "delete": True},
                {"entity": "claim_line", "create": True, "update": True, "delete": True},
            ],
        },
        {
            "name": "agent",
            "label": "Agent",
            "grants": [
                {"entity": "team", "others": "read"},
                {
                    "entity": "ticket",
                    "create": True,
                    "update": True,
                    "condition": "{owner} = ME()",
                    "fields": [
                        {"field": "secret", "access": "hidden"},
                        {"field": "phone", "access": "masked"},
                        {"field": "urgency", "access": "read"},
                    ],
                },
            ],
        },
        {
            "name": "reader",
            "label": "Reader",
            "grants": [
                {
                    "entity": "ticket",
                    "others": "read",
                    "condition": '{urgency} = "low"',
                    "fields": [{"field": "cost", "access": "hidden"}],
                }
            ],
        },
    ],
    "menus": [
        {
            "name": "main",
            "label": "Menu",
            "items": [{"id": "tickets", "label": "Tickets", "target": "view", "view": "tickets"}],
        }
    ],
}


def desk() -> Json:
    """A copy to change."""
    return copy.deepcopy(DESK)


def entity(document: Json, name: str) -> Json:
    """An entity of a document."""
    return next(item for item in document["entities"] if item["name"] == name)


def loaded(document: Json) -> Application:
    """The application a sound document says."""
    application, issues = load(Application, document, CATALOG)
    assert application is not None and not issues, issues
    return application


def release(workspace: Workspace, document: Json, *, accept: bool = True) -> Published:
    """Put a document into the draft and publish it."""
    name, house = document["name"], Releases(workspace)
    with workspace.write() as connection:
        drafts.replace(connection, name, newest(connection).get(name), document, by=None, now=NOW)
    with workspace.read() as connection:
        plan, validated = planned(connection, house.live(connection), name)
    assert plan is not None, [issue.to_json("en") for issue in validated.issues]
    accepted = frozenset(item.line.id for item in plan.planned) if accept else frozenset()
    return publish(workspace, house.live, name, hash=plan.hash, accepted=accepted, by=None, now=NOW)


def sight(workspace: Workspace, connection: Any, actor: Actor = ADMIN) -> Sight:
    """What an actor sees of what is live."""
    return Releases(workspace).sight(connection, actor, NOW)


def actor_of(workspace: Workspace, user_id: int) -> Actor:
    """The actor of a user."""
    with workspace.read() as connection:
        found = load_actor(connection, user_id)
    assert found is not None
    return found
