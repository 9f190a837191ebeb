"""The live applications as the request's actor sees them."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask import current_app

from app.auth import Visit
from engines.records import query
from engines.records.query import entity_of
from engines.records.sight import Sight
from engines.runtime.house import as_house
from engines.runtime.release import Releases
from metamodel.errors import Forbidden, Invalid
from metamodel.issues import Issue, wording
from metamodel.model import EntityModel, qualified


def releases() -> Releases:
    """What this process knows of the workspace's releases."""
    found: Releases = current_app.extensions["releases"]
    return found


def sight_of(visit: Visit) -> Sight:
    """The release of the request's own snapshot."""
    return releases().sight(visit.connection, visit.actor, visit.now, visit.counters)


def house_of(visit: Visit) -> Sight:
    """The house, acting for whoever asks."""
    return as_house(visit.connection, releases(), visit.actor.user_id, visit.now)


def record_of(visit: Visit, application: str, entity: str, number: int) -> tuple[Sight, EntityModel]:
    """The entity of a record that the reader must be allowed to read, as they see it."""
    sight = sight_of(visit)
    model = entity_of(sight, qualified(application, entity))
    query.one(visit.connection, sight, model, number)
    return sight, model


def key_of(body: dict[str, Any], longest: int) -> str:
    """The key under which a thing asked for twice is done once."""
    key = body.get("key")
    if not isinstance(key, str) or not 8 <= len(key) <= longest:
        raise Invalid(Issue(code="given.text", path=("key",)))
    return key


def require_design(
    visit: Visit, application: str, *sorts: str, connection: sa.Connection | None = None
) -> frozenset[str] | None:
    """Refuse who may design none of these sorts in an application (none named: nothing at all). The sorts they may,
    None for every one. A view that opens its own transactions gives one."""
    given = visit.connection if connection is None else connection
    may = releases().sight(given, visit.actor, visit.now, visit.counters).policy.designs(application)
    if may is None or (may.intersection(sorts) if sorts else may):
        return may
    if not may or not sorts:
        raise Forbidden(Issue(code="access.no_designs"))
    words = [wording(Issue(code=f"sort.{sort}"), visit.locale)[0] for sort in sorts]
    raise Forbidden(Issue(code="access.not_designed", arguments={"sort": words[0]}))


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


def day_of(sight: Sight, said: Any, name: str, after: int = 0) -> datetime | None:
    """The beginning of a day of the business zone, or of one so many days `after`."""
    if not said:
        return None
    try:
        day = datetime.strptime(str(said), "%Y-%m-%d").date() + timedelta(days=after)  # noqa: DTZ007
    except (ValueError, OverflowError):
        raise Invalid(Issue(code="given.date", path=(name,))) from None
    return datetime.combine(day, time(), ZoneInfo(sight.live.zone)).astimezone(UTC)
