"""Computed fields that read nothing but their own record, worked out for new records before they are written.

The same expressions in their Python back end, once for equal inputs: writing a million rows and then changing each of
them costs PostgreSQL three times as much, and leaves the table twice as large.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from engines.records.derive import derivations
from engines.records.live import Live
from metamodel.expressions import evaluate
from metamodel.expressions.ast import Aggregate, Ref, walk
from metamodel.expressions.context import Context
from metamodel.expressions.storage import from_database, to_database
from metamodel.expressions.types import Type
from metamodel.model import EntityModel


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """One such field: the fields it reads with their types, and the function of a record and a context."""

    name: str
    type: Type
    reads: tuple[tuple[str, Type], ...]
    value: Callable[[Mapping[str, Any], Context], Any]


def own_fields(live: Live, entity: EntityModel) -> tuple[Own, ...]:
    """The fields of an entity that its own values decide, in the order in which they need one another."""
    return live.once(("own fields", entity.name), lambda: _own_fields(live, entity))


def _own_fields(live: Live, entity: EntityModel) -> tuple[Own, ...]:
    plan = derivations(live)
    found: dict[str, Own] = {}
    derived = [item for item in entity.fields.values() if (entity.name, item.name) in plan.nodes]
    for item in sorted(derived, key=lambda one: plan.ranks[(entity.name, one.name)]):
        node = plan.nodes[(entity.name, item.name)]
        parts = list(walk(node))
        reads = {part.path: part for part in parts if isinstance(part, Ref)}
        if any(isinstance(part, Aggregate) for part in parts) or any(len(path) != 1 for path in reads):
            continue
        sources = [entity.fields.get(path[0]) for path in reads]
        if not all(
            source is not None
            and source.storage == "column"
            and source.expression_type.kind != "texts"
            and (not source.derived or source.name in found)
            for source in sources
        ):
            continue
        found[item.name] = Own(
            name=item.name,
            type=item.expression_type,
            reads=tuple((source.name, source.expression_type) for source in sources if source is not None),
            value=evaluate.compile(node),
        )
    return tuple(found.values())


def compute(
    fields: Sequence[Own], columns: Mapping[str, Sequence[Any]], count: int, context: Context
) -> dict[str, list[Any]]:
    """The columns of such fields for new records whose other columns are these, in stored form."""
    context = replace(context, issues=[])
    blank: Sequence[Any] = [None] * count
    made: dict[str, list[Any]] = {}
    for own in fields:
        inputs = [made.get(name) or columns.get(name, blank) for name, _ in own.reads]
        known: dict[tuple[Any, ...], Any] = {}
        cells: list[Any] = []
        for row in zip(*inputs, strict=True) if inputs else ((),) * count:
            if row not in known:
                record = {
                    name: from_database(type_, cell) for (name, type_), cell in zip(own.reads, row, strict=True)
                }
                known[row] = to_database(own.type, own.value(record, context))
            cells.append(known[row])
        made[own.name] = cells
    return made
