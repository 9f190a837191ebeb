"""What segments read: the dependencies that computed fields have, with segments as values that computed fields feed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engines.records.climb import Derivations, Need
from engines.records.dependents import dependents
from engines.records.derive import needs_of
from engines.records.live import Live
from metamodel.expressions.ast import Call, Node, Ref, walk
from metamodel.expressions.check import check
from metamodel.expressions.functions.entry import written
from metamodel.expressions.scope import SEGMENT
from metamodel.issues import errors
from metamodel.model import Model
from metamodel.nesting import asked

#: a segment stands among the fields of its entity under its name behind this, which no field begins with
MARK = "segment "
OF_THE_DAY = frozenset({"TODAY", "NOW"})
Key = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The segments of a release: `plan` says who is reached by what, `reads` which fields of an entity count at all,
    `order` names the segments so that each comes after those it asks for, `daily` those that the day moves, and
    `meanings` what each condition reads, in one word that changes when any of it does."""

    plan: Derivations
    reads: Mapping[str, frozenset[str]]
    order: tuple[str, ...]
    daily: frozenset[str]
    meanings: Mapping[str, str]


def reading(live: Live) -> Reading:
    """What the segments of a release read, computed once."""
    return live.once("segments", lambda: _reading(live))


def _reading(live: Live) -> Reading:
    model = live.model
    nodes: dict[str, Node] = {}
    for name, segment in model.segments.items():
        if segment.condition and segment.entity in model.entities:
            checked = check(segment.condition, model, segment.entity)
            if checked.ast is not None and not list(errors(checked.issues)):
                nodes[name] = checked.ast
    order = _ordered(nodes)
    plan = _plan(live, {name: nodes[name] for name in order})
    reads: dict[str, set[str]] = {}
    for entity, name in plan.needs:
        reads.setdefault(entity, set()).add(name)
    for name in order:
        reads.setdefault(model.segments[name].entity, set())
    daily: set[str] = set()
    meanings: dict[str, str] = {}
    for name in order:
        texts = sorted(_texts(model, name, nodes[name]))
        inner = sorted(meanings[one] for one in asked(nodes[name]))
        meanings[name] = hashlib.sha256("\n".join([*texts, *inner]).encode()).hexdigest()
        if any(word in text.upper() for text in texts for word in OF_THE_DAY) or asked(nodes[name]) & daily:
            daily.add(name)
    return Reading(
        plan=plan,
        reads={entity: frozenset(names) for entity, names in reads.items()},
        order=tuple(order),
        daily=frozenset(daily),
        meanings=meanings,
    )


def _ordered(nodes: Mapping[str, Node]) -> list[str]:
    """Those that others ask for first; what runs in a circle is left out, validation has said so."""
    found: list[str] = []
    waiting = dict(nodes)
    while ready := [name for name, node in waiting.items() if not asked(node) & waiting.keys()]:
        for name in ready:
            node = waiting.pop(name)
            if asked(node) <= set(found):
                found.append(name)
    return found


def _plan(live: Live, nodes: Mapping[str, Node]) -> Derivations:
    """The computed fields that segments read, directly or not, and the segments after them."""
    own: dict[Key, Node] = {}
    waiting: list[Need] = []
    for name, node in nodes.items():
        key = (live.model.segments[name].entity, MARK + name)
        own[key] = node
        waiting += needs_of(live.model, *key, node)
        waiting += _nested(live.model, *key, node)
    return dependents(live, own, waiting)


def _nested(model: Model, owner: str, field: str, node: Node) -> Iterator[Need]:
    """A segment that a condition asks for is read like a field of the record it is asked about."""
    for call in walk(node):
        if isinstance(call, Call) and call.name == "IN_SEGMENT" and isinstance(call.args[1], Ref):
            name, record = str(written(call.args[0])), call.args[1]
            steps = record.path[:-1] if record.path[-1] == "id" else record.path
            yield Need(
                owner=owner,
                field=field,
                entity=model.segments[name].entity,
                name=MARK + name,
                path=tuple(zip(record.entities[: len(steps)], steps, strict=True)),
            )


def _texts(model: Model, name: str, node: Node) -> Iterator[str]:
    """Everything written that decides who is in a segment, but for the segments it asks for."""
    segment = model.segments[name]
    yield f"{segment.entity}: {segment.condition}"
    seen: set[Key] = set()
    waiting = [(one.entity, one.name) for one in check(segment.condition, model, segment.entity).references]
    while waiting:
        key = waiting.pop()
        holder = model.entity(key[0])
        item = holder.fields.get(key[1]) if holder else None
        if key in seen or key[0] == SEGMENT or item is None or not item.derived:
            continue
        seen.add(key)
        text = item.type.expression(item.config)
        if not text:
            continue
        yield f"{key[0]}.{key[1]}: {text}"
        waiting += [(one.entity, one.name) for one in check(text, model, key[0]).references]
