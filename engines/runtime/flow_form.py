"""The form of a task in words: what whoever was asked sees of a record, with its lines, though they may not read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from engines.records.query import Asked, page
from engines.records.sight import Sight
from engines.records.whole import MOST_LINES
from engines.rules.spell import spelt
from engines.runtime.flow_house import values_of
from metamodel.definition import Json
from metamodel.flow import Flow, StepPath, step_at
from metamodel.form import parts
from metamodel.issues import say
from metamodel.model import EntityModel, Model
from metamodel.template import as_expression


def shown(sight: Sight, entity: EntityModel, flow: Flow, path: StepPath) -> list[str]:
    """The fields that a task shows, in the order of its form. Whoever may read the entity sees of them what they see
    anyway; whoever may not was asked by the flow, which shows them its form but for what the step hides."""
    reads = sight.policy.may(entity.name, "read")
    return [
        name
        for name in _placed(sight, entity, flow, path)
        if entity.fields[name].storage not in ("rows", "links")
        and (not reads or sight.policy.visibility(entity, name).mode == "plain")
    ]


def _placed(sight: Sight, entity: EntityModel, flow: Flow, path: StepPath) -> dict[str, tuple[str, ...]]:
    """The fields of a task's form in its order, without what the step hides; of a sub-table its columns there."""
    owner = sight.live.model.applications.get(entity.application)
    forms = [form for form in owner.forms if form.entity == entity.definition.name] if owner else []
    chosen = next((form for form in forms if form.name == flow.form), None) or next(
        (form for form in forms if not form.public), None
    )
    step = step_at(flow, path)
    hidden = set(getattr(step.config, "hides", ())) if step is not None else set()
    if chosen is None:
        found: dict[str, tuple[str, ...]] = dict.fromkeys(entity.fields, ())
    else:
        placed = [part.config for part in parts(chosen.components) if part.type in ("field", "lines")]
        found = {str(part.field): tuple(getattr(part, "columns", ())) for part in placed}
    return {name: columns for name, columns in found.items() if name in entity.fields and name not in hidden}


def spelled(
    connection: sa.Connection,
    house: Sight,
    entity: EntityModel,
    names: Sequence[str],
    records: list[int],
    locale: str,
) -> dict[int, list[tuple[Json, str]]]:
    """Fields as readers of a language see them: (label, text) by record, without the blank ones; one statement."""
    return {
        number: [(entity.fields[name].definition.label, text) for name, text in values.items() if text]
        for number, values in _texts(connection, house, entity, names, records, locale).items()
    }


def tables(
    connection: sa.Connection,
    sight: Sight,
    house: Sight,
    entity: EntityModel,
    flow: Flow,
    path: StepPath,
    record: int,
    locale: str,
) -> list[dict[str, Json]]:
    """The sub-tables of a task's form: `label`, `columns` ({label, number}) and `rows` of texts; those with no row are
    left out. Of lines that the reader may read anyway they see the columns that they see there, as of fields. Two
    statements for each."""
    found: list[dict[str, Json]] = []
    for name, columns in _placed(sight, entity, flow, path).items():
        item = entity.fields[name]
        if item.storage != "rows" or (sight.policy.may(entity.name, "read") and not sight.field(entity.name, name)):
            continue
        child = house.live.model.entities[item.config.entity]
        reads = sight.policy.may(child.name, "read")
        names = [
            column
            for column in columns or item.config.columns or child.fields
            if column != item.config.parent
            and child.fields[column].storage not in ("rows", "links")
            and (not reads or sight.policy.visibility(child, column).mode == "plain")
        ]
        if not names:
            continue
        asked = Asked(
            fields=("id",),
            filters=(f"{{{item.config.parent}.id}} = {record}",),
            sorts=(("id", False),),
            limit=MOST_LINES,
        )
        numbers = [int(line["id"]) for line in page(connection, house, child, asked).items]
        told = _texts(connection, house, child, names, numbers, locale)
        if numbers:
            found.append(
                {
                    "label": say(item.definition.label, locale),
                    "columns": [
                        {
                            "label": say(child.fields[column].definition.label, locale),
                            "number": "sum" in child.fields[column].type.aggregates,
                        }
                        for column in names
                    ],
                    "rows": [list(told[number].values()) for number in numbers],
                }
            )
    return found


def _texts(
    connection: sa.Connection,
    house: Sight,
    entity: EntityModel,
    names: Sequence[str],
    records: list[int],
    locale: str,
) -> dict[int, dict[str, str]]:
    model = house.live.model
    texts = {name: as_expression(_spelt(model, entity.name, name, locale)) for name in names}
    if not texts or not records:
        return {}
    told = values_of(connection, house, entity, texts, records)
    return {
        number: {name: "" if values[name] in (None, "", []) else str(values[name]) for name in names}
        for number, values in told.items()
    }


def _spelt(model: Model, entity: str, name: str, locale: str) -> str:
    said = spelt(model, entity, {locale: f"{{{name}}}"})
    return said[locale] if isinstance(said, Mapping) else said
