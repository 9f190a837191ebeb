"""Why an actor may see or change a record: each grant, its condition, and whether it holds here."""

from __future__ import annotations

import sqlalchemy as sa

from engines.records.checks import covering
from engines.records.sight import Sight
from metamodel.definition import Json
from metamodel.model import EntityModel


def explain(connection: sa.Connection, sight: Sight, entity: EntityModel, number: int) -> Json:
    """The reasons, grant by grant; {"granted", "because": [{"role", "condition", "holds", "may"}]}."""
    if sight.actor.is_admin:
        return {"granted": True, "administrator": True, "because": []}
    holding = covering(connection, sight, entity, number, "read") or ()
    because = [
        {
            "role": held.label,
            "condition": held.condition,
            "holds": held in holding,
            "may": [word for word in ("read", "create", "update", "delete", "export") if getattr(held.grant, word)],
        }
        for held in sight.policy.held(entity.name)
    ]
    return {"granted": bool(holding), "administrator": False, "because": because}
