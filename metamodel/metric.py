"""Measures made of other measures: what each needs, in which order they are computed, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from metamodel.application import Application
from metamodel.dataset import Dataset, Dimension, Measure
from metamodel.definition import Path
from metamodel.expressions.check import Checked, check
from metamodel.expressions.scope import FieldFacts, Scope
from metamodel.expressions.types import INTEGER, REAL, Type
from metamodel.issues import Issue
from metamodel.measured import OF_NUMBERS, OF_ONE, circle
from metamodel.model import Model, qualified
from metamodel.report import Report

MEASURES = "measures"


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureScope:
    """The measures of a dataset as the fields of one record: what a formula names in braces."""

    types: Mapping[str, Type]

    def field(self, entity: str, name: str) -> FieldFacts | None:
        """A measure by its name."""
        return FieldFacts(type=self.types[name]) if entity == MEASURES and name in self.types else None

    def names(self, entity: str) -> Iterable[str]:
        """All measures."""
        return self.types if entity == MEASURES else ()


def scope_of(dataset: Dataset | None) -> MeasureScope:
    """The measures of a dataset by name alone, for places where types do not matter."""
    return MeasureScope(types={item.name: REAL for item in dataset.measures} if dataset else {})


def type_of(scope: Scope, entity: str, item: Measure) -> Type:
    """What a measure is: whole numbers are counted, sums keep their digits, quotients are real."""
    if item.aggregate in ("count", "count_distinct", "rank"):
        return INTEGER
    if item.aggregate in ("sum", "min", "max"):
        return check(item.expression, scope, entity).type if item.expression else REAL
    return REAL


def types_of(scope: Scope, entity: str, dataset: Dataset) -> dict[str, Type]:
    """The types of all measures of a dataset; a sum so far is what its measure is."""
    found = {item.name: type_of(scope, entity, item) for item in dataset.measures}
    for item in dataset.measures:
        if item.aggregate == "cumulative" or (item.aggregate == "previous" and item.shown != "growth"):
            found[item.name] = found.get(item.of, REAL)
    return found


def formula(text: str, types: Mapping[str, Type]) -> Checked:
    """A formula checked as one over the measures."""
    return check(text, MeasureScope(types=types), MEASURES)


def issues(model: Model, application: Application, dataset: Dataset) -> Iterator[Issue]:
    """Sums are of numbers, a ratio is one measure over another, and nothing is made of itself."""
    entity = qualified(application.name, dataset.entity)
    known = {item.name: item for item in dataset.measures}
    types = types_of(model, entity, dataset)
    for index, item in enumerate(dataset.measures):
        path: Path = ("measures", index)
        yield from (issue.under(*path) for issue in _measure(model, entity, item, types))
        way = circle(known, item.name)
        if way:
            arguments = {"label": item.label, "way": [known[name].label for name in way]}
            yield Issue(code="measure.circle", path=path, arguments=arguments)
    for index, dimension in enumerate(dataset.dimensions):
        yield from (issue.under("dimensions", index) for issue in _dimension(model, entity, dimension))
    names = {item.name for item in dataset.dimensions}
    for index, way_down in enumerate(dataset.hierarchies):
        if len(way_down.dimensions) < 2 and names:
            yield Issue(code="hierarchy.short", path=("hierarchies", index), arguments={"label": way_down.label})


def _measure(model: Model, entity: str, item: Measure, types: Mapping[str, Type]) -> Iterator[Issue]:
    told = {"label": item.label}
    if item.aggregate == "ratio":
        for part in ("numerator", "denominator"):
            if not getattr(item, part):
                yield Issue(code="measure.no_part", path=(part,), arguments=told)
    elif item.aggregate in OF_ONE:
        if not item.of:
            yield Issue(code="measure.no_of", path=("of",), arguments=told)
        if item.aggregate == "concentration" and not item.by:
            yield Issue(code="measure.no_by", path=("by",), arguments=told)
    elif item.aggregate == "expression":
        if not item.formula:
            yield Issue(code="measure.no_formula", path=("formula",), arguments=told)
        else:
            yield from (issue.under("formula") for issue in formula(item.formula, types).issues)
    elif item.aggregate != "count" or item.expression:
        if not item.expression:
            yield Issue(code="measure.of_nothing", path=("expression",), arguments=told)
            return
        checked = check(item.expression, model, entity)
        if item.aggregate in OF_NUMBERS and not checked.issues and not checked.type.numeric:
            yield Issue(code="measure.not_number", path=("expression",), arguments=told)


def _dimension(model: Model, entity: str, item: Dimension) -> Iterator[Issue]:
    if not item.bands and not item.step:
        return
    checked = check(item.expression, model, entity)
    kind = checked.type.kind
    if not checked.issues and (not checked.type.numeric or (item.step and kind != "number")):
        yield Issue(code="dimension.not_number", path=("expression",), arguments={"label": item.label})
    bounds = [band.below for band in item.bands]
    inner = [bound for bound in bounds[:-1] if bound is not None]
    rising = all(a < b for a, b in zip(inner, [*inner[1:], *(b for b in bounds[-1:] if b is not None)], strict=False))
    if len(inner) < len(bounds) - 1 or not rising:
        yield Issue(code="dimension.bands", path=("bands",), arguments={"label": item.label})


def having(model: Model, application: Application, report: Report) -> Iterator[Issue]:
    """The condition by which a report shows rows is one over the measures of its dataset."""
    home, _, local = qualified(application.name, report.dataset).partition(".")
    owner = model.applications.get(home)
    dataset = owner.find("dataset", local) if owner else None
    if not report.having or dataset is None:
        return
    checked = formula(report.having, types_of(model, qualified(home, dataset.entity), dataset))
    yield from checked.issues
    if not checked.issues and checked.type.kind != "boolean":
        yield Issue(code="expression.not_condition", arguments={"text": report.having})
