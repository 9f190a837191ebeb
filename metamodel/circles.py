"""Computed fields that wait for one another, and those that may: what adds up a tree from below."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from metamodel.application import Application
from metamodel.expressions.ast import Aggregate, Ref, walk
from metamodel.expressions.check import check
from metamodel.issues import Issue
from metamodel.model import EntityModel, Model, qualified

#: how a field is read where it is neither the record's own nor that of the records below it in a tree
ELSEWHERE = "?"
Reads = Mapping[str, set[tuple[str, str]]]
#: a field, after its entity
Key = tuple[str, str]


def circles(model: Model, entity: EntityModel) -> Iterator[Issue]:
    """Fields whose formulas lead back to themselves, but for those that do so one step down the same tree each time."""
    reads = {
        item.name: _reads(model, entity, item.type.expression(item.config))
        for item in entity.fields.values()
        if item.type.expression(item.config)
    }
    onward = {name: _reached(reads, name) for name in reads}
    for at, field in enumerate(entity.definition.fields):
        name = field.name
        if name not in onward.get(name, ()):
            continue
        group = {other for other in onward[name] if other in onward and name in onward[other]}
        ways = {way for one in group for target, way in reads[one] if target in group and way}
        falls = len(ways) == 1 and ELSEWHERE not in ways
        if not falls or name in _reached(reads, name, own=True):
            yield Issue(code="field.circle", path=("fields", at), arguments={"label": field.label})


def circles_across(model: Model, application: Application) -> Iterator[Issue]:
    """Fields whose formulas lead back to themselves through those of other entities."""
    places = {
        (qualified(application.name, entity.name), field.name): (at, index)
        for at, entity in enumerate(application.entities)
        for index, field in enumerate(entity.fields)
    }
    reads: dict[Key, set[Key]] = {}
    waiting = list(places)
    while waiting:
        key = waiting.pop()
        if key not in reads:
            reads[key] = _read(model, *key)
            waiting += reads[key]
    for key, (at, index) in places.items():
        onward = _onward(reads, key)
        if key in onward and any(other[0] != key[0] and key in _onward(reads, other) for other in onward):
            label = application.entities[at].fields[index].label
            yield Issue(code="field.circle", path=("entities", at, "fields", index), arguments={"label": label})


def _read(model: Model, entity: str, name: str) -> set[Key]:
    """The fields that an expression of a field reads, of whatever entity."""
    holder = model.entity(entity)
    item = holder.fields.get(name) if holder is not None else None
    text = item.type.expression(item.config) if item is not None else ""
    node = check(text, model, entity).ast if text else None
    found: set[Key] = set()
    for part in walk(node) if node is not None else ():
        if isinstance(part, Ref):
            found |= set(zip(part.entities, part.path, strict=False))
        elif isinstance(part, Aggregate):
            found |= set(zip(part.entities, part.rows, strict=False))
    return found


def _onward(reads: Mapping[Key, set[Key]], start: Key) -> set[Key]:
    found: set[Key] = set()
    waiting = [start]
    while waiting:
        for key in reads[waiting.pop()] - found:
            found.add(key)
            waiting.append(key)
    return found


def _reads(model: Model, entity: EntityModel, text: str) -> set[tuple[str, str]]:
    """The fields of its own entity that an expression reads, each with its way: none for the record itself, the
    relation for the records below it."""
    node = check(text, model, entity.name).ast
    found: set[tuple[str, str]] = set()
    for part in walk(node) if node is not None else ():
        if isinstance(part, Aggregate):
            steps = zip(part.rows, part.entities, strict=False)
            found |= {(step, ELSEWHERE) for step, about in steps if about == entity.name}
        elif isinstance(part, Ref):
            for at, (step, about) in enumerate(zip(part.path, part.entities, strict=False)):
                if about == entity.name:
                    found.add((step, _way(entity, part, at)))
    return found


def _way(entity: EntityModel, ref: Ref, at: int) -> str:
    if not at:
        return ""
    relation = entity.relations.get(ref.path[0])
    if at == 1 == ref.bound and relation is not None and relation.way == "rows" and relation.entity == entity.name:
        via = entity.fields.get(relation.via)
        if via is not None and getattr(via.config, "tree", False):
            return ref.path[0]
    return ELSEWHERE


def _reached(reads: Reads, start: str, *, own: bool = False) -> set[str]:
    found: set[str] = set()
    waiting = [start]
    while waiting:
        for name, way in reads.get(waiting.pop(), ()):
            if name not in found and not (own and way):
                found.add(name)
                waiting.append(name)
    return found
