"""Choices that are looked up: a computed field whose path ends at a choice has its words."""

from __future__ import annotations

import json
from dataclasses import dataclass

from metamodel.definition import Json
from metamodel.model import EntityModel, FieldModel, Model
from metamodel.option import Option


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """The options of a choice that is looked up, and whether it holds several."""

    options: tuple[Option, ...]
    multiple: bool


def looked_up(model: Model, entity: EntityModel, item: FieldModel) -> Looked | None:
    """The choice at the end of a lookup, by way of other lookups too; None for everything else."""
    seen: set[tuple[str, str]] = set()
    owner: EntityModel | None = entity
    while item.type.kind == "lookup" and item.config.result == "text" and owner is not None:
        if (owner.name, item.name) in seen:
            return None
        seen.add((owner.name, item.name))
        before, _, last = item.config.path.rpartition(".")
        facts = model.path(owner.name, before) if before else None
        owner = model.entity(facts.target) if facts else None if before else owner
        found = owner.fields.get(last) if owner else None
        if found is None:
            return None
        item = found
    if not seen or item.type.kind != "choice":
        return None
    return Looked(options=tuple(item.config.options), multiple=bool(item.config.multiple))


def chosen(value: Json) -> list[Json]:
    """The words of several choices, which a computed text holds as a list in JSON."""
    if not isinstance(value, str):
        return value if isinstance(value, list) else [value]
    try:
        found = json.loads(value)
    except ValueError:
        return [value]
    return found if isinstance(found, list) else [value]
