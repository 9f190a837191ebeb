"""What measure fields ask and read: one plan a release, in the order in which they feed one another."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from engines.records.live import Live
from metamodel.application import Application
from metamodel.dataset import Dataset
from metamodel.definition import dump
from metamodel.expressions.ast import Call, walk
from metamodel.expressions.check import check
from metamodel.expressions.scope import SEGMENT
from metamodel.expressions.types import Type
from metamodel.issues import errors
from metamodel.measured import OF_ROWS, dataset_of, dimension_of, measure_of, parts
from metamodel.measured import texts as texts_of
from metamodel.model import EntityModel, FieldModel, Model, qualified

Key = tuple[str, str]
#: functions by which a value moves from minute to minute though nothing is written; TODAY() does from day to day
BY_MINUTE = frozenset({"NOW", "IN_SEGMENT"})
#: measures that say the same of a group whatever else is asked with it
ALONE = OF_ROWS | {"ratio", "expression"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """A dimension and the expression over the record that says what it must be."""

    dimension: str
    value: str
    type: Type
    given: Type


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """One source of a field with every name resolved; `alone` says that its groups may be asked for by themselves."""

    index: int
    application: Application
    dataset: Dataset
    measure: str
    when: str
    bounds: tuple[Bound, ...]
    time: str
    first: str
    last: str
    alone: bool
    #: the entities whose changes may move its answers
    reads: frozenset[str]

    @property
    def about(self) -> str:
        """The entity whose records are counted."""
        return qualified(self.application.name, self.dataset.entity)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A measure field. `reads` are the entities whose changes may move its values, `inputs` those of them, its own
    entity apart, that say what its records ask; `clocked` how often it moves with the clock or with what the log does
    not tell of."""

    entity: EntityModel
    item: FieldModel
    origins: tuple[Origin, ...]
    reads: frozenset[str]
    inputs: frozenset[str]
    clocked: Literal["", "day", "minute"]
    meaning: str
    #: the fields that are measured from this one
    feeds: tuple[Key, ...] = ()

    @property
    def key(self) -> Key:
        """The entity and the field's name."""
        return self.entity.name, self.item.name


def figures(live: Live) -> Mapping[Key, Figure]:
    """The measure fields of a release, each after those it is measured from."""
    return live.once("figures", lambda: (_figures(live.model),))[0]


def _figures(model: Model) -> dict[Key, Figure]:
    found: dict[Key, Figure] = {}
    for entity in model.entities.values():
        for item in entity.fields.values():
            if item.type.kind == "measure":
                found[(entity.name, item.name)] = _figure(model, entity, item)
    fed = {key: frozenset(model.sources(*key)) & found.keys() for key in found}
    ordered: dict[Key, Figure] = {}
    waiting = dict(found)
    while waiting:
        # What runs in a circle comes as it may; validation has said so.
        ready = [key for key in waiting if not (fed[key] - {key}) & waiting.keys()] or list(waiting)[:1]
        for key in ready:
            one = waiting.pop(key)
            feeds = tuple(other for other, by in fed.items() if key in by and other != key)
            ordered[key] = replace(one, feeds=feeds)
    return ordered


def _figure(model: Model, entity: EntityModel, item: FieldModel) -> Figure:
    config = item.config
    home = entity.application
    origins = []
    for index, source in enumerate(config.sources):
        origin = _origin(model, home, entity.name, index, source)
        if origin is not None:
            origins.append(origin)
    texts = list(model.texts(entity.name, item))
    inputs = _entities(model, [(entity.name, text) for text in _near(config) if text]) - {entity.name}
    reads = inputs.union(*(one.reads for one in origins))
    nodes = [check(text, model, about).ast for about, text in _deep(model, texts)]
    calls = {each.name.upper() for node in nodes if node is not None for each in walk(node) if isinstance(each, Call)}
    kinds = {part.aggregate for one in origins for part in parts(one.dataset, one.measure)}
    unlogged = any(name not in model.entities for name in reads)
    told = json.dumps(
        [dump(config), sorted(texts), [dump(one.dataset) for one in origins]], sort_keys=True, default=str
    )
    return Figure(
        entity=entity,
        item=item,
        origins=tuple(origins),
        reads=frozenset(reads | {entity.name}),
        inputs=frozenset(inputs),
        clocked="minute" if calls & BY_MINUTE or "previous" in kinds or unlogged else "day" if "TODAY" in calls else "",
        meaning=hashlib.sha256(told.encode()).hexdigest(),
    )


def _origin(model: Model, home: str, entity: str, index: int, source: Any) -> Origin | None:
    """A source that can be asked; None where validation has found it wanting."""
    known = dataset_of(model.applications, home, source.dataset)
    if known is None or measure_of(known[1], source.measure) is None:
        return None
    owner, dataset = known
    about = qualified(owner, dataset.entity)
    bounds = []
    for binding in source.bindings:
        dimension = dimension_of(dataset, binding.dimension)
        wanted = check(dimension.expression, model, about) if dimension else None
        given = check(binding.value, model, entity)
        if wanted is None or list(errors(wanted.issues)) or list(errors(given.issues)):
            return None
        bounds.append(Bound(dimension=binding.dimension, value=binding.value, type=wanted.type, given=given.type))
    for text in (source.when, source.first, source.last):
        if text and list(errors(check(text, model, entity).issues)):
            return None
    asked = [*(bound.dimension for bound in bounds), source.time]
    far = [(about, text) for text in texts_of(dataset, source.measure, asked) if text]
    return Origin(
        index=index,
        application=model.applications[owner],
        dataset=dataset,
        measure=source.measure,
        when=source.when,
        bounds=tuple(bounds),
        time=source.time,
        first=source.first,
        last=source.last,
        reads=frozenset({about} | _entities(model, far)),
        alone=all(part.aggregate in ALONE for part in parts(dataset, source.measure)),
    )


def _near(config: Any) -> Iterator[str]:
    """What a field's settings say over its own record."""
    yield config.until
    for source in config.sources:
        yield from (source.when, source.first, source.last, *(binding.value for binding in source.bindings))


def _deep(model: Model, texts: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The texts, and those of the computed fields they read, however deep."""
    found: list[tuple[str, str]] = []
    seen: set[Key] = set()
    waiting = list(texts)
    while waiting:
        about, text = waiting.pop()
        found.append((about, text))
        for one in check(text, model, about).references:
            holder = model.entity(one.entity)
            item = holder.fields.get(one.name) if holder else None
            if item is not None and item.derived and (one.entity, one.name) not in seen:
                seen.add((one.entity, one.name))
                waiting += model.texts(one.entity, item)
    return found


def _entities(model: Model, texts: Iterable[tuple[str, str]]) -> set[str]:
    """The entities that texts read, through computed fields too; of relations also the entity of their rows."""
    found: set[str] = set()
    for about, text in _deep(model, texts):
        for one in check(text, model, about).references:
            found.add(one.entity)
            facts = model.field(one.entity, one.name)
            if facts is not None and facts.many and facts.target:
                found.add(facts.target)
    return {name for name in found if name != SEGMENT}
