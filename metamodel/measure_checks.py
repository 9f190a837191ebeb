"""What is wrong with a field that shows a measure, beside its references and expressions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from metamodel.application import Application
from metamodel.dataset import Dataset
from metamodel.expressions.ast import Call, walk
from metamodel.expressions.check import check
from metamodel.expressions.types import Type
from metamodel.issues import Issue
from metamodel.measured import dataset_of, dimension_of, measure_of
from metamodel.metric import types_of
from metamodel.model import FieldModel, Model, qualified

NUMBERS = frozenset({"integer", "decimal", "money", "percent"})
DAYS = frozenset({"date", "datetime"})
#: what asks who is looking; the house measures, for everybody alike
PERSONAL = frozenset({"ME", "MY_DEPARTMENT", "MY_DEPARTMENTS"})


def measures_checked(model: Model, application: Application) -> Iterator[Issue]:
    """Every finding about the measure fields of an application, with its path."""
    for place, entity in enumerate(application.entities):
        about = model.entities[qualified(application.name, entity.name)]
        for index, item in enumerate(entity.fields):
            if item.type == "measure" and item.name in about.fields:
                found = _field(model, about.name, about.fields[item.name])
                yield from (issue.under("entities", place, "fields", index) for issue in found)


def _field(model: Model, entity: str, item: FieldModel) -> Iterator[Issue]:
    config = item.config
    label = item.definition.label
    if not config.sources:
        yield Issue(code="measured.no_source", path=("sources",), severity="warning", arguments={"label": label})
    if (entity, item.name) in model.sources(entity, item.name):
        yield Issue(code="field.circle", arguments={"label": label})
    for about, text in model.texts(entity, item):
        if about == entity and _personal(model, entity, text):
            yield Issue(code="measured.personal", arguments={"label": label})
            break
    for index, source in enumerate(config.sources):
        yield from (issue.under("sources", index) for issue in _source(model, entity, item, source))


def _personal(model: Model, entity: str, text: str) -> bool:
    node = check(text, model, entity).ast
    return node is not None and any(isinstance(each, Call) and each.name in PERSONAL for each in walk(node))


def _source(model: Model, entity: str, item: FieldModel, source: Any) -> Iterator[Issue]:
    known = dataset_of(model.applications, entity.partition(".")[0], source.dataset)
    if known is None:
        return  # that the name leads nowhere is said already
    home, dataset = known
    about = qualified(home, dataset.entity)
    if model.facts(about) is None:
        return
    yield from _measure(model, about, dataset, item, source)
    for index, binding in enumerate(source.bindings):
        path = ("bindings", index)
        dimension = dimension_of(dataset, binding.dimension)
        value = check(binding.value, model, entity)
        if dimension is None or value.issues:
            continue
        wanted = check(dimension.expression, model, about).type
        told = {"label": dimension.label}
        if wanted.kind in DAYS or dimension.bands or dimension.step:
            yield Issue(code="measured.not_bound", path=(*path, "dimension"), arguments=told)
        elif not _alike(wanted, value.type):
            yield Issue(code="measured.unlike", path=(*path, "value"), arguments=told)
    time = dimension_of(dataset, source.time)
    if time is not None and check(time.expression, model, about).type.kind not in DAYS:
        yield Issue(code="measured.no_time", path=("time",), arguments={"label": time.label})
    for word in ("first", "last"):
        text = getattr(source, word)
        if text and not source.time:
            yield Issue(code="measured.which_time", path=("time",))
        day = check(text, model, entity) if text else None
        if day is not None and not day.issues and day.type.kind not in (*DAYS, "blank"):
            yield Issue(code="measured.no_day", path=(word,), arguments={"text": text})


def _measure(model: Model, about: str, dataset: Dataset, item: FieldModel, source: Any) -> Iterator[Issue]:
    measure = measure_of(dataset, source.measure)
    if measure is None:
        return
    if measure.aggregate in ("cumulative", "concentration"):
        yield Issue(code="measured.of_rows", path=("measure",), arguments={"label": measure.label})
        return
    type_ = types_of(model, about, dataset)[measure.name]
    result = item.config.result
    fits = result in NUMBERS if type_.numeric else result == type_.kind
    if type_.kind in DAYS:
        fits = result in DAYS
    if not fits:
        arguments = {"label": measure.label, "field": item.definition.label}
        yield Issue(code="measured.result", path=("measure",), arguments=arguments)


def _alike(wanted: Type, given: Type) -> bool:
    """Whether a dimension can be what the record says."""
    if wanted.numeric or given.numeric:
        return wanted.numeric and given.numeric
    return wanted.kind == given.kind and wanted.entity == given.entity
