"""Where references lead: each step of a path looked up, and the fields met on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from metamodel.expressions.ast import Ref
from metamodel.expressions.scope import Scope
from metamodel.expressions.types import Type
from metamodel.issues import Issue, nearest


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """One field that an expression uses: the step `name`, looked up in `entity`."""

    entity: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """A resolved path: the entity of each step, the positions that lead to many, the type at its end and, if that
    is a record, its entity."""

    entities: tuple[str, ...]
    many: tuple[int, ...]
    type: Type
    target: str
    references: tuple[Reference, ...]


def resolve(ref: Ref, scope: Scope, entity: str) -> Path | Issue:
    """The path of a reference that starts at a record of `entity`, or what is wrong with it (without a place)."""
    entities: list[str] = []
    many: list[int] = []
    current = entity
    facts = None
    for position, name in enumerate(ref.path):
        if facts is not None:
            if not facts.target:
                arguments = {"name": ref.path[position - 1], "next": name}
                return Issue(code="not_a_reference", arguments=arguments)
            current = facts.target
        facts = scope.field(current, name)
        if facts is None:
            near = _near(scope, current, name)
            return Issue(
                code="unknown_name" if near else "no_such_name",
                arguments={"name": name, "near": near, "scope": current},
            )
        entities.append(current)
        if facts.many:
            many.append(position)
    assert facts is not None, "a path has at least one step"
    steps = zip(entities, ref.path, strict=True)
    return Path(
        entities=tuple(entities),
        many=tuple(many),
        type=facts.type,
        target=facts.target,
        references=tuple(Reference(entity=each, name=name) for each, name in steps),
    )


def _near(scope: Scope, entity: str, name: str) -> str:
    """The name that was probably meant: by its spelling, or by the label that people see."""
    by_label: dict[str, str] = {}
    for known in scope.names(entity):
        facts = scope.field(entity, known)
        label = facts.label if facts else ""
        for words in label.values() if isinstance(label, Mapping) else (label,):
            by_label[words] = known
        by_label[known] = known
    return by_label.get(nearest(name.lower(), by_label) or nearest(name, by_label), "")
