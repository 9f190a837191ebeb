"""A draft's grants tried on before they are published: what a person would see, and who gains or loses."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request

from app.auth import Visit, reading
from app.sight import number_of, sight_of
from engines.runtime import design, perspective

blueprint = Blueprint("perspective", __name__, url_prefix="/api/designer")


@blueprint.get("/<application>/perspective")
@reading("design")
def show_perspective(visit: Visit, application: str) -> Any:
    """?entity=&user=|role=[&record=]: an entity through somebody's eyes."""
    visit.require_admin()
    design.require_known(visit.connection, application)
    given = request.args
    user, record = (number_of(given.get(word), word, 0) or None for word in ("user", "record"))
    actor = perspective.someone(visit.connection, application, given.get("role", ""), user, visit.locale)
    live = sight_of(visit).live
    return perspective.seen(visit.connection, live, application, given.get("entity", ""), actor, visit.now, record)


@blueprint.get("/<application>/perspective/people")
@reading("design")
def list_holders(visit: Visit, application: str) -> Any:
    """?role=: who holds it."""
    visit.require_admin()
    design.require_known(visit.connection, application)
    role = request.args.get("role", "")
    return {"items": perspective.candidates(visit.connection, sight_of(visit).live, application, role)}


@blueprint.get("/<application>/perspective/affected")
@reading("design")
def list_affected(visit: Visit, application: str) -> Any:
    """Who gains and who loses by the grants as they are drafted."""
    visit.require_admin()
    design.require_known(visit.connection, application)
    return perspective.affected(visit.connection, sight_of(visit).live, application, visit.now)
