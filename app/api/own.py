"""What everybody may ask: people to choose from, roles there are, one's own preferences."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from app.auth import Visit, reading, writing
from app.encoding import read_body
from app.openapi import describe
from app.sight import number_of, sight_of
from engines.access.people import choose
from engines.access.preferences import keep_preference, preferences

blueprint = Blueprint("own", __name__, url_prefix="/api")


@blueprint.get("/people")
@reading()
def list_people(visit: Visit) -> dict[str, Any]:
    """Active people by name or login, with their departments: what user fields choose from."""
    limit = min(number_of(request.args.get("limit"), "limit", 20), 50)
    return {"items": choose(visit.connection, request.args.get("search", "")[:80], limit)}


@blueprint.get("/roles")
@reading()
def list_roles(visit: Visit) -> dict[str, Any]:
    """The roles of the live applications."""
    applications = sight_of(visit).live.model.applications.values()
    return {
        "items": [
            {
                "application": application.name,
                "application_label": application.label,
                "id": role.id,
                "label": role.label,
                "description": role.description,
            }
            for application in applications
            for role in application.roles
        ]
    }


@blueprint.get("/preferences")
@reading()
def list_preferences(visit: Visit) -> dict[str, Any]:
    return {"items": preferences(visit.connection, visit.actor.user_id, request.args.get("prefix", "")[:120])}


@blueprint.put("/preferences/<path:key>")
@writing()
def put_preference(visit: Visit, key: str) -> Response:
    """{value}; null forgets it."""
    keep_preference(visit.connection, visit.actor.user_id, key, read_body(request).get("value"))
    return Response(status=204)


@blueprint.get("/openapi.json")
@reading()
def show_interface(visit: Visit) -> Any:
    """The interface of the live applications for this actor."""
    return describe(sight_of(visit), visit.workspace.name)
