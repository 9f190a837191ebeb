"""Report and parameters become a query: every name bound to its expression, every filter a condition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from engines.records.sight import Sight
from engines.reports.periods import PERIODS
from metamodel.application import Application
from metamodel.dataset import Dataset, Dimension, Measure
from metamodel.definition import Json, Label
from metamodel.errors import Forbidden, Invalid, NotFound
from metamodel.expressions.ast import Ref
from metamodel.expressions.types import Type
from metamodel.issues import Issue, nearest
from metamodel.model import EntityModel, qualified
from metamodel.option import Option
from metamodel.report import Report

MOST_ROWS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """One column that splits the answer: an expression, perhaps cut to a grain of time in a zone."""

    name: str
    label: Label
    text: str
    type: Type
    grain: str = ""
    zone: str = ""
    options: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One column that measures. A ratio names two others; hidden ones are computed but not shown."""

    name: str
    label: Label
    aggregate: str
    text: str
    filter: str
    type: Type
    format: str
    numerator: str = ""
    denominator: str = ""
    shown: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A question with every name bound; only `resolve` makes one."""

    entity: EntityModel
    splits: tuple[Split, ...]
    measures: tuple[Measured, ...]
    filters: tuple[str, ...]
    order: tuple[tuple[str, bool], ...]
    limit: int


def find_dataset(sight: Sight, application: Application, name: str) -> tuple[Application, Dataset]:
    """A dataset by name, its own application's or another's."""
    home, _, local = qualified(application.name, name).partition(".")
    owner = sight.live.model.applications.get(home)
    dataset = owner.find("dataset", local) if owner else None
    if owner is None or dataset is None:
        known = [item.name for item in application.datasets]
        raise NotFound(Issue(code="reference.dataset", arguments={"word": name, "nearest": nearest(name, known)}))
    return owner, dataset


def resolve(
    sight: Sight, application: Application, report: Report, filters: Mapping[str, Json], zone: str = ""
) -> Query:
    """The query of a report. `filters` maps dimensions to what the reader narrowed them to; those the dataset does
    not have are passed over, since a board's filters reach only the tiles they fit."""
    owner, dataset = find_dataset(sight, application, report.dataset)
    entity = sight.live.model.entities[qualified(owner.name, dataset.entity)]
    if not sight.policy.may(entity.name, "read"):
        raise Forbidden(Issue(code="report.forbidden", arguments={"label": report.label}))
    _check_zone(zone)
    dimensions = {item.name: item for item in dataset.dimensions}
    splits = tuple(
        _split(sight, entity, _known(dimensions, axis.dimension, "dimension"), axis.id, axis.grain, zone)
        for axis in (*report.rows, *report.columns)
    )
    measures = _measures(sight, entity, dataset, report.measures)
    texts = [text for text in (dataset.filter, report.filter) if text]
    for name, value in filters.items():
        if name in dimensions and value not in (None, "", []):
            texts.append(_condition(sight, entity, dimensions[name], value))
    names = {item.name for item in splits} | {item.name for item in measures}
    for item in report.order:
        if item.by not in names:
            raise Invalid(Issue(code="report.order", arguments={"word": item.by, "nearest": nearest(item.by, names)}))
    return Query(
        entity=entity,
        splits=splits,
        measures=measures,
        filters=tuple(texts),
        order=tuple((item.by, item.descending) for item in report.order) or _natural(splits, measures),
        limit=min(report.limit or MOST_ROWS, MOST_ROWS),
    )


def _natural(splits: Sequence[Split], measures: Sequence[Measured]) -> tuple[tuple[str, bool], ...]:
    """Time runs forward; other things come by size."""
    if splits and splits[0].type.kind in ("date", "datetime"):
        return tuple((item.name, False) for item in splits)
    return ((measures[0].name, True),) if measures and splits else ()


def _check_zone(zone: str) -> None:
    try:
        ZoneInfo(zone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        raise Invalid(Issue(code="report.zone", arguments={"zone": zone})) from None


def _known(items: Mapping[str, Any], name: str, sort: str) -> Any:
    if name not in items:
        raise Invalid(Issue(code=f"reference.{sort}", arguments={"word": name, "nearest": nearest(name, items)}))
    return items[name]


def _split(sight: Sight, entity: EntityModel, item: Dimension, name: str, grain: str, zone: str) -> Split:
    node = sight.sound(item.expression, entity.name, True)
    chosen = zone or item.zone or sight.live.zone
    return Split(
        name=name,
        label=item.label,
        text=item.expression,
        type=node.type,
        grain=grain,
        zone=chosen,
        options=options_of(sight, entity, node),
    )


def options_of(sight: Sight, entity: EntityModel, node: Any) -> tuple[Option, ...]:
    """The choices of the field that an expression simply names, for their labels."""
    if not isinstance(node, Ref):
        return ()
    holder = sight.live.model.entity(node.entities[-1]) if node.entities else entity
    item = holder.fields.get(node.path[-1]) if holder else None
    return getattr(item.config, "options", ()) if item else ()


def _measures(sight: Sight, entity: EntityModel, dataset: Dataset, names: Sequence[str]) -> tuple[Measured, ...]:
    known = {item.name: item for item in dataset.measures}
    found: dict[str, Measured] = {}
    for name in names:
        item = _known(known, name, "measure")
        if item.aggregate == "ratio":
            for part in (item.numerator, item.denominator):
                if part not in names and part not in found:
                    found[part] = _measured(sight, entity, _known(known, part, "measure"), shown=False)
        found[name] = _measured(sight, entity, item)
    return tuple(found.values())


def _measured(sight: Sight, entity: EntityModel, item: Measure, *, shown: bool = True) -> Measured:
    text = item.expression or "{id}"
    return Measured(
        name=item.name,
        label=item.label,
        aggregate=item.aggregate,
        text=text,
        filter=item.filter,
        type=sight.sound(text, entity.name, True).type,
        format=item.format,
        numerator=item.numerator,
        denominator=item.denominator,
        shown=shown,
    )


def _condition(sight: Sight, entity: EntityModel, item: Dimension, value: Json) -> str:
    """What a reader narrowed a dimension to, as a condition: a period by name, {from, to}, one value or several."""
    text = f"({item.expression})"
    kind = sight.sound(item.expression, entity.name, True).type.kind
    if kind in ("date", "datetime"):
        first, last = _span(sight, value)
        parts = [f"{text} >= {_date(first)}"] if first else []
        if last:
            parts.append(f"{text} < {_date(last)} + 1")
        return f"AND({', '.join(parts)})" if parts else "TRUE"
    values = value if isinstance(value, list) else [value]
    return f"IN({text}, {', '.join(_literal(one) for one in values)})"


def _span(sight: Sight, value: Json) -> tuple[date | None, date | None]:
    if isinstance(value, str) and value in PERIODS:
        return PERIODS[value](sight.context.today)
    if isinstance(value, str):
        value = {"from": value, "to": value}
    if isinstance(value, list) and len(value) == 2:
        value = {"from": value[0], "to": value[1]}
    if not isinstance(value, Mapping):
        raise Invalid(Issue(code="report.period", arguments={"found": str(value)}))
    try:
        return tuple(
            date.fromisoformat(str(value[end])) if value.get(end) else None  # type: ignore[return-value]
            for end in ("from", "to")
        )
    except ValueError:
        raise Invalid(Issue(code="report.period", arguments={"found": str(value)})) from None


def _date(day: date) -> str:
    return f"DATE({day.year}, {day.month}, {day.day})"


def _literal(value: Json) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, Mapping):
        return str(int(value.get("id") or 0))
    return '"' + str(value).replace('"', '""') + '"'
