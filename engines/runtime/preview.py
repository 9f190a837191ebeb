"""Figures in the designers: a report asked of the dataset as it is drafted, over the tables that are live."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TypeVar

import sqlalchemy as sa

from engines.catalog import CATALOG
from engines.publisher.proposal import proposed
from engines.records.sight import Sight
from engines.reports.explain import explain
from engines.reports.narrow import chosen, narrowing, values
from engines.reports.run import Result, ask
from metamodel.application import Application
from metamodel.board import BoardFilter
from metamodel.dataset import Dataset
from metamodel.definition import Json, load
from metamodel.errors import Invalid, NotFound, Refusal
from metamodel.expressions.check import check
from metamodel.issues import Issue
from metamodel.model import Model, qualified
from metamodel.report import Report

T = TypeVar("T")


def preview_report(
    connection: sa.Connection,
    sight: Sight,
    application: str,
    report: Json,
    dataset: Json,
    filters: Mapping[str, Json],
) -> Result:
    """The answer to a drafted report. `dataset` is the drafted document, None for one that only lives elsewhere."""
    asked = _loaded(Report, {"name": "preview", "label": "", **report}, "report")
    facts = _loaded(Dataset, dataset, "dataset") if dataset is not None else None
    owner = _owner(sight, application, facts)
    try:
        return ask(connection, sight, owner, asked, filters)
    except Refusal:
        if facts is not None and _awaits(connection, sight, application, facts, asked):
            raise _unpublished() from None
        raise


def preview_explanation(
    connection: sa.Connection, sight: Sight, application: str, report: Json, dataset: Json, filters: Mapping[str, Json]
) -> Json:
    """How the numbers of a drafted report are made."""
    asked = _loaded(Report, {"name": "preview", "label": "", **report}, "report")
    facts = _loaded(Dataset, dataset, "dataset") if dataset is not None else None
    return explain(connection, sight, _owner(sight, application, facts), asked, filters)


def preview_filter(
    connection: sa.Connection, sight: Sight, application: str, item: Json, dataset: Json, search: str, given: list[str]
) -> Json:
    """What a drafted board filter may be narrowed to, with the found values where it is narrowed by value, and what the
    records `given` are called."""
    narrowed = _loaded(BoardFilter, item, "filter")
    owner = _owner(sight, application, _loaded(Dataset, dataset, "dataset") if dataset is not None else None)
    said = narrowing(sight, owner, narrowed)
    if said["sort"] != "value":
        return said
    named = chosen(connection, sight, owner, narrowed, given) if given else []
    return {**said, "items": values(connection, sight, owner, narrowed, search), "chosen": named}


def _loaded(cls: type[T], document: Json, place: str) -> T:
    found, issues = load(cls, document, CATALOG)
    if found is None or issues:
        raise Invalid(issue.under(place) for issue in issues)
    return found


def _owner(sight: Sight, application: str, facts: Dataset | None) -> Application:
    """The live application with the drafted dataset in place of its own."""
    live = sight.live.model.applications.get(application)
    if facts is None:
        if live is None:
            raise _unpublished()
        return live
    if sight.live.model.facts(qualified(application, facts.entity)) is None:
        raise _unpublished()
    others = tuple(item for item in live.datasets if item.name != facts.name) if live else ()
    owner = live or _loaded(Application, {"name": application, "label": application}, "application")
    return replace(owner, datasets=(*others, facts))


def _unpublished() -> NotFound:
    return NotFound(Issue(code="preview.unpublished"))


def _awaits(connection: sa.Connection, sight: Sight, application: str, facts: Dataset, report: Report) -> bool:
    """Whether nothing is wrong but that the tables do not have it yet."""
    model = proposed(connection, sight.live, application).validated.model
    entity = qualified(application, facts.entity)
    texts = [text for text in _texts(facts, report) if text]

    def sound(known: Model) -> bool:
        return not any(check(text, known, entity).issues for text in texts)

    return sound(model) and not sound(sight.live.model)


def _texts(facts: Dataset, report: Report) -> Iterator[str]:
    yield from (facts.filter, report.filter)
    yield from (item.expression for item in facts.dimensions)
    for item in facts.measures:
        yield from (item.expression, item.filter)
