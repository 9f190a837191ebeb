"""What designers know of the other applications: which may be required, and what those that are can be named for."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from engines.publisher.proposal import proposed
from engines.records.live import Live
from metamodel.application import SORTS
from metamodel.definition import Json
from metamodel.required import all_required, borrowed

#: the sorts of another application that a definition may name, with what of them is told (None is all)
NAMEABLE: dict[str, tuple[str, ...] | None] = {
    "entity": None,
    "option_set": None,
    "dataset": None,
    "segment": ("id", "name", "label", "entity"),
    "role": ("id", "name", "label"),
}


def others(connection: sa.Connection, live: Live, application: str) -> Json:
    """The other live applications, whether the draft requires each and what of it is in the way of changing that; the
    definitions of those it requires."""
    proposal = proposed(connection, live, application)
    known = {name: document for name, document in live.documents.items() if name != application}
    given = proposal.document.get("requires")
    required = [name for name in given if isinstance(name, str) and name in known] if isinstance(given, list) else []
    model, drafted = proposal.validated.model, proposal.validated.application
    used = borrowed(model, drafted) if drafted is not None else {}
    return {
        "items": [
            {
                "name": name,
                "label": document.get("label", name),
                "icon": document.get("icon", ""),
                "color": document.get("color", ""),
                "required": name in required,
                "circle": application in all_required(name, model.applications),
                "used": [_place(sort, item) for (sort, _), item in used.get(name, {}).items()],
            }
            for name, document in known.items()
        ],
        "definitions": {name: _nameable(known[name]) for name in required},
    }


def _place(sort: str, item: Any) -> Json:
    return {"kind": sort, "id": item.id, "label": getattr(item, "label", "") or item.name}


def _nameable(document: Json) -> list[Json]:
    found = []
    for sort, told in NAMEABLE.items():
        for item in document.get(SORTS[sort][0], ()):
            part = item if told is None else {word: item[word] for word in told if word in item}
            found.append({"kind": sort, "id": item.get("id") or item["name"], "document": part})
    return found
