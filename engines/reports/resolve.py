"""Report and parameters become a query: every name bound to its expression, every filter a condition or a window."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from engines.records.sight import Sight
from engines.reports.narrowing import narrowed
from engines.reports.query import MOST_ROWS, Measured, Query, Split, Window
from metamodel import measured, metric
from metamodel.application import Application
from metamodel.dataset import Dataset, Dimension, Measure
from metamodel.definition import Json
from metamodel.errors import Forbidden, Invalid, NotFound
from metamodel.expressions.ast import Ref
from metamodel.expressions.types import REAL, Type
from metamodel.issues import Issue, nearest
from metamodel.model import EntityModel, qualified
from metamodel.option import Option
from metamodel.report import Report


def find_dataset(sight: Sight, application: Application, name: str) -> tuple[Application, Dataset]:
    """A dataset by name, its own application's or another's; the one asked may hold drafted ones."""
    home, _, local = qualified(application.name, name).partition(".")
    owner = application if home == application.name else sight.live.model.applications.get(home)
    dataset = owner.find("dataset", local) if owner else None
    if owner is None or dataset is None:
        known = [item.name for item in application.datasets]
        raise NotFound(Issue(code="reference.dataset", arguments={"word": name, "nearest": nearest(name, known)}))
    return owner, dataset


def subject(sight: Sight, owner: Application, dataset: Dataset) -> EntityModel:
    """What a dataset counts: records of an entity, or what the platform keeps account of."""
    found = sight.live.model.facts(qualified(owner.name, dataset.entity))
    if found is None:
        raise NotFound(Issue(code="reference.entity", arguments={"word": dataset.entity, "nearest": ""}))
    return found


def readable(sight: Sight, application: Application, report: Report) -> bool:
    """Whether the asker may read what a report counts at all; a dataset that is gone is the report's own trouble."""
    try:
        counted = subject(sight, *find_dataset(sight, application, report.dataset))
    except NotFound:
        return True
    return sight.policy.may(counted.name, "read")


def resolve(
    sight: Sight, application: Application, report: Report, filters: Mapping[str, Json], zone: str = ""
) -> Query:
    """The query of a report. `filters` maps dimensions to what the reader narrowed them to; those the dataset does
    not have are passed over, since a board's filters reach only the tiles they fit."""
    owner, dataset = find_dataset(sight, application, report.dataset)
    entity = subject(sight, owner, dataset)
    if not sight.policy.may(entity.name, "read"):
        raise Forbidden(Issue(code="report.forbidden", arguments={"label": report.label}))
    _check_zone(zone)
    dimensions = {item.name: item for item in dataset.dimensions}
    axes = [(axis, place) for place in ("rows", "columns", "color") for axis in getattr(report, place)]
    splits = tuple(
        _split(sight, entity, _known(dimensions, axis.dimension, "dimension"), axis.id, axis.grain, zone, place)
        for axis, place in axes
    )
    if len({item.name for item in splits}) < len(splits):
        raise Invalid(Issue(code="report.split_twice", arguments={"label": report.label}))
    measures = _measures(sight, entity, dataset, report.measures, measured.named_in(report.having))
    if report.having:
        checked = metric.formula(report.having, {item.name: item.result for item in measures})
        if checked.issues or checked.type.kind != "boolean":
            wrong = Issue(code="expression.not_condition", arguments={"text": report.having})
            raise Invalid(checked.issues or (wrong,))
    conditions, windows = _filters(sight, entity, dimensions, report, filters, zone)
    deeper = {
        item.definition.by: _split(
            sight,
            entity,
            _known(dimensions, item.definition.by, "dimension"),
            f"{item.definition.by} ",
            "",
            zone,
            "deeper",
        )
        for item in measures
        if item.aggregate == "concentration"
    }
    names = {item.name for item in splits} | {item.name for item in measures if item.shown}
    for item in report.order:
        if item.by not in names:
            raise Invalid(Issue(code="report.order", arguments={"word": item.by, "nearest": nearest(item.by, names)}))
    return Query(
        entity=entity,
        splits=splits,
        measures=measures,
        filters=tuple(text for text in (dataset.filter, report.filter) if text) + conditions,
        windows=windows,
        order=tuple((item.by, item.descending) for item in report.order) or _natural(splits, report.measures),
        limit=min(report.limit or MOST_ROWS, MOST_ROWS),
        capped=not 0 < report.limit <= MOST_ROWS,
        named=tuple(dict.fromkeys(report.measures)),
        having=report.having,
        deeper=deeper,
        levels=_levels(sight, report, splits, measures),
        zone=zone or sight.live.zone,
    )


def _filters(
    sight: Sight,
    entity: EntityModel,
    dimensions: Mapping[str, Dimension],
    report: Report,
    filters: Mapping[str, Json],
    zone: str,
) -> tuple[tuple[str, ...], tuple[Window, ...]]:
    """What the report narrows by itself, save what its reader chose otherwise, and what the reader narrows."""
    chosen = {name: value for name, value in filters.items() if name in dimensions and value not in (None, "", [])}
    told: list[tuple[str, Json]] = []
    for item in report.filters:
        _known(dimensions, item.dimension, "dimension")
        value: Json = (
            item.period
            or list(item.values)
            or ({"from": item.first, "to": item.last} if item.first or item.last else None)
        )
        if value and not (item.asked and item.dimension in filters):
            told.append((item.dimension, value))
    conditions: list[str] = []
    windows: dict[str, Window] = {}
    for name, value in [*told, *chosen.items()]:
        dimension = dimensions[name]
        found = narrowed(sight, entity, dimension, value, zone or dimension.zone or sight.live.zone)
        if found.window is None:
            conditions.append(found.condition)
        else:
            windows[name] = _both(windows.get(name), found.window)
    return tuple(conditions), tuple(windows.values())


def _both(one: Window | None, other: Window) -> Window:
    """Days that lie in both windows; a period keeps its name where the other takes nothing from it."""
    if one is None:
        return other
    first = max((day for day in (one.first, other.first) if day), default=None)
    last = min((day for day in (one.last, other.last) if day), default=None)
    for whole in (one, other):
        if (whole.first, whole.last) == (first, last):
            return whole
    return replace(other, first=first, last=last, word="")


def _natural(splits: Sequence[Split], measures: Sequence[str]) -> tuple[tuple[str, bool], ...]:
    """Time and stretches of numbers run upward; other things come by size."""
    if splits and (splits[0].type.kind in ("date", "datetime") or splits[0].bands or splits[0].step):
        return tuple((item.name, False) for item in splits)
    return ((measures[0], True),) if measures and splits else ()


def _levels(
    sight: Sight, report: Report, splits: Sequence[Split], measures: Sequence[Measured]
) -> tuple[tuple[int, ...], ...]:
    """The subtotals that the chart shows, and the wholes that shares are of."""
    everything = tuple(range(len(splits)))
    sizes = (len(report.rows), len(report.columns) + len(report.color))
    kind = sight.live.model.catalog["charts"][report.chart.type]
    shown = set(kind.levels(*sizes, report.chart.config or kind.Config()))
    for item in measures:
        if item.aggregate == "share":
            kept = {at for at, split in enumerate(splits) if split.dimension in item.definition.within}
            shown |= {tuple(at for at in level if at in kept) for level in (*shown, everything)}
    return tuple(sorted(shown - {everything}, key=lambda level: (-len(level), level)))


def _check_zone(zone: str) -> None:
    try:
        ZoneInfo(zone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        raise Invalid(Issue(code="report.zone", arguments={"zone": zone})) from None


def _known(items: Mapping[str, Any], name: str, sort: str) -> Any:
    if name not in items:
        raise Invalid(Issue(code=f"reference.{sort}", arguments={"word": name, "nearest": nearest(name, items)}))
    return items[name]


def _split(sight: Sight, entity: EntityModel, item: Dimension, name: str, grain: str, zone: str, axis: str) -> Split:
    node = sight.sound(item.expression, entity.name, True)
    return Split(
        name=name,
        dimension=item.name,
        label=item.label,
        text=item.expression,
        type=node.type,
        axis=axis,
        grain=grain,
        zone=zone or item.zone or sight.live.zone,
        step=item.step if node.type.kind == "number" else 0,
        bands=item.bands if node.type.numeric else (),
        options=options_of(sight, entity, node),
    )


def options_of(sight: Sight, entity: EntityModel, node: Any) -> tuple[Option, ...]:
    """The choices of the field that an expression simply names, for their labels."""
    if not isinstance(node, Ref):
        return ()
    holder = sight.live.model.entity(node.entities[-1]) if node.entities else entity
    known = sight.live.model.choices(node.entities[-1] if node.entities else entity.name, node.path[-1])
    if known:
        return known
    item = holder.fields.get(node.path[-1]) if holder else None
    return getattr(item.config, "options", ()) if item else ()


def _measures(
    sight: Sight, entity: EntityModel, dataset: Dataset, names: Sequence[str], others: Sequence[str]
) -> tuple[Measured, ...]:
    """What a report measures, each after what it is made of; `others` are asked for and not shown."""
    known = {item.name: item for item in dataset.measures}
    types = metric.types_of(sight, entity.name, dataset)
    found: dict[str, Measured] = {}
    for name in (*names, *others):
        for part in _parts(known, name):
            found.setdefault(part, _measured(sight, entity, known[part], types, shown=part in names))
    return tuple(found.values())


def _parts(known: Mapping[str, Measure], name: str) -> Iterator[str]:
    """A measure after all that it is made of, however deep."""
    item: Measure = _known(known, name, "measure")
    if way := measured.circle(known, name):
        arguments = {"label": item.label, "way": [known[part].label for part in way]}
        raise Invalid(Issue(code="measure.circle", arguments=arguments))
    for part in measured.needed(item):
        yield from _parts(known, part)
    yield name


def _measured(sight: Sight, entity: EntityModel, item: Measure, types: Mapping[str, Type], *, shown: bool) -> Measured:
    told = {"label": item.label}
    of_rows = item.aggregate in measured.OF_ROWS
    lacking = {
        "measure.of_nothing": of_rows and item.aggregate != "count" and not item.expression,
        "measure.no_part": item.aggregate == "ratio" and not (item.numerator and item.denominator),
        "measure.no_of": item.aggregate in measured.OF_ONE and not item.of,
        "measure.no_by": item.aggregate == "concentration" and not item.by,
        "measure.no_formula": item.aggregate == "expression" and not item.formula,
    }
    for code, lacks in lacking.items():
        if lacks:
            raise Invalid(Issue(code=code, arguments=told))
    type, result = REAL, types[item.name]
    if of_rows:
        type = sight.sound(item.expression or "{id}", entity.name, True).type
        if item.aggregate in measured.OF_NUMBERS and not type.numeric:
            raise Invalid(Issue(code="measure.not_number", arguments=told))
    elif item.aggregate == "expression":
        checked = metric.formula(item.formula, types)
        if checked.issues or checked.ast is None:
            raise Invalid(checked.issues)
        result = checked.type
    return Measured(
        name=item.name,
        label=item.label,
        definition=item,
        text=item.expression or ("{id}" if of_rows else ""),
        filter=item.filter if of_rows else "",
        type=type,
        result=result,
        format=item.format,
        shown=shown,
    )
