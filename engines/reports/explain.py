"""How a number is made: of which records, narrowed how, added up in what way, in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from engines.database import time_limit
from engines.records.sight import Sight
from engines.reports.compile import compile, counting
from engines.reports.gather import SECONDS
from engines.reports.narrow import called_as
from engines.reports.resolve import find_dataset, resolve
from engines.reports.wording import labelled, of_measures
from metamodel.application import Application
from metamodel.dataset import Dataset, Measure
from metamodel.definition import Json
from metamodel.report import Report


def explain(
    connection: sa.Connection, sight: Sight, application: Application, report: Report, filters: Mapping[str, Json]
) -> Json:
    """{entity, records, narrowed, conditions, windows, measures, splits}; the statement too for administrators."""
    _, dataset = find_dataset(sight, application, report.dataset)
    query = resolve(sight, application, report, filters)
    with time_limit(connection, SECONDS):
        count = connection.scalar(counting(sight, query))
    named = {item.name: item for item in dataset.measures}
    told: dict[str, Any] = {
        "entity": query.entity.definition.label,
        "dataset": dataset.label,
        "records": int(count or 0),
        # what a role adds is said to be there and no more: its words may name what is hidden
        "limited": not sight.actor.is_admin and sight.policy.conditions(query.entity.name, "read") is not None,
        "conditions": [
            labelled(sight, _by_name(connection, sight, dataset, query.entity.name, text), query.entity.name)
            for text in query.filters
        ],
        "windows": [
            {
                "label": next(item.label for item in dataset.dimensions if item.name == window.dimension),
                "word": window.word,
                "first": window.first.isoformat() if window.first else None,
                "last": window.last.isoformat() if window.last else None,
                "zone": window.zone,
            }
            for window in query.windows
        ],
        "splits": [
            {"label": split.label, "grain": split.grain, "of": labelled(sight, split.text, query.entity.name)}
            for split in query.splits
        ],
        "measures": [_measure(sight, query.entity.name, dataset, named, item.definition) for item in query.shown],
    }
    if sight.actor.is_admin:
        statement = compile(sight, query, query.limit).select
        told["statement"] = str(statement.compile(connection, compile_kwargs={"literal_binds": False}))
    return told


def _by_name(connection: sa.Connection, sight: Sight, dataset: Dataset, entity: str, text: str) -> str:
    """A condition with the names of records that a dimension is narrowed to in place of their numbers."""
    for item in dataset.dimensions:
        start = f"IN(({item.expression}), "
        found = re.search(re.escape(start) + r"(\d+(?:, \d+)*)\)", text)
        kind = sight.sound(item.expression, entity, True).type if found else None
        if found and kind is not None and kind.kind == "record":
            numbers = [int(one) for one in found[1].split(", ")]
            quoted = [
                called.replace('"', '""') for called in called_as(connection, sight, kind.entity, numbers).values()
            ]
            text = text.replace(found[0], start + ", ".join(f'"{one}"' for one in quoted) + ")")
    return text


def measure_in_words(sight: Sight, entity: str, dataset: Dataset, name: str) -> Json:
    """A measure by its name, with what it is made of; nothing where there is none."""
    named = {item.name: item for item in dataset.measures}
    return _measure(sight, entity, dataset, named, named[name]) if name in named else None


def _measure(sight: Sight, entity: str, dataset: Dataset, named: Mapping[str, Measure], item: Measure) -> Json:
    """A measure with what it is made of, down to the rows."""
    from_ = {
        part: _measure(sight, entity, dataset, named, named[name])
        for part in ("numerator", "denominator", "of")
        if (name := getattr(item, part)) and name in named
    }
    return {
        "label": item.label,
        "aggregate": item.aggregate,
        "expression": labelled(sight, item.expression, entity) if item.expression else "",
        "filter": labelled(sight, item.filter, entity) if item.filter else "",
        "formula": of_measures(sight, item.formula, dataset) if item.formula else "",
        "offset": item.offset if item.aggregate == "previous" else "",
        "shown": item.shown if item.aggregate == "previous" else "",
        "restart": item.restart,
        "within": [one.label for one in dataset.dimensions if one.name in item.within],
        "from": from_,
    }
