"""What inspectors are drawn from: the JSON Schemas of all definitions and kinds, and the tables the platform keeps."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from app.auth import Visit, reading
from app.sight import sight_of
from engines.catalog import CATALOG
from metamodel.application import SORTS, Application
from metamodel.issues import say
from metamodel.model import FACTS, worded
from metamodel.schema import Schemas

blueprint = Blueprint("schemas", __name__, url_prefix="/api/designer")


@blueprint.get("/schemas")
@reading()
def show_schemas(visit: Visit) -> Any:
    """The JSON Schemas of all definitions and kinds, titles in the reader's language: for inspectors."""
    schemas = Schemas(CATALOG, visit.locale)
    roots = {sort: schemas.reference(cls) for sort, (_, cls) in SORTS.items()}
    roots["application"] = schemas.reference(Application)
    kinds = {
        category: {
            name: {
                "icon": kind.icon,
                "group": kind.group,
                "schema": schemas.config(kind.Config, category),
                **{
                    word: getattr(kind, word)
                    for word in ("accepts", "places", "derived", "operators")
                    if hasattr(kind, word) and not callable(getattr(kind, word))
                },
            }
            for name, kind in registry.items()
        }
        for category, registry in CATALOG.items()
    }
    return {"definitions": roots, "kinds": kinds, "$defs": schemas.defs, "facts": _facts(visit)}


def _facts(visit: Visit) -> dict[str, Any]:
    """What the platform keeps account of, as tables that datasets may be about and roles may grant."""
    model = sight_of(visit).live.model
    return {
        name: {
            "label": say(worded(name), visit.locale),
            "fields": [
                {
                    "name": word,
                    "label": say(facts.label, visit.locale),
                    "type": str(facts.type),
                    "options": [
                        {"value": one.value, "label": say(one.label, visit.locale)} for one in model.choices(name, word)
                    ],
                }
                for word in model.names(name)
                if word != "id" and (facts := model.field(name, word)) is not None
            ],
        }
        for name in FACTS
    }
