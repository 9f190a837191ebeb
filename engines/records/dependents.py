"""Values that stand outside the tables, segments and figures, among the computed fields that they read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from engines.records.climb import Derivations, Need, plan_of
from engines.records.derive import derivations
from engines.records.live import Live
from metamodel.expressions.ast import Node

Key = tuple[str, str]


def dependents(live: Live, own: Mapping[Key, Node], wanted: Iterable[Need]) -> Derivations:
    """A plan of some values and of the computed fields that they read, directly or not; `wanted` is what they read
    themselves."""
    known = derivations(live)
    by_owner: dict[Key, list[Need]] = {}
    for found in known.needs.values():
        for need in found:
            by_owner.setdefault((need.owner, need.field), []).append(need)
    trees: dict[Key, Node] = dict(own)
    needs: dict[Key, dict[Need, None]] = {}
    waiting = list(wanted)
    while waiting:
        need = waiting.pop()
        source = (need.entity, need.name)
        held = needs.setdefault(source, {})
        if need in held:
            continue
        held[need] = None
        if source in known.nodes and source not in trees:
            trees[source] = known.nodes[source]
            waiting += by_owner.get(source, ())
    return plan_of(trees, {key: tuple(held) for key, held in needs.items()})
