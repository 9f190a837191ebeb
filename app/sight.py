"""The live applications as the request's actor sees them."""

from __future__ import annotations

from typing import Any

from flask import current_app

from app.auth import Visit
from engines.records.sight import Sight
from engines.runtime.release import Releases
from metamodel.errors import Invalid
from metamodel.issues import Issue


def releases() -> Releases:
    """What this process knows of the workspace's releases."""
    found: Releases = current_app.extensions["releases"]
    return found


def sight_of(visit: Visit) -> Sight:
    """The release of the request's own snapshot."""
    return releases().sight(visit.connection, visit.actor, visit.now, visit.counters)


def number_of(text: str | None, name: str, default: int) -> int:
    """A whole number from the address; anything else is refused at its name."""
    if not text:
        return default
    if not text.isdigit() or len(text) > 15:
        raise Invalid(Issue(code="given.integer", path=(name,)))
    return int(text)


def object_of(value: Any, name: str) -> dict[str, Any]:
    """A JSON object given under a name."""
    if not isinstance(value, dict):
        raise Invalid(Issue(code="request.not_object", path=(name,)))
    return value
