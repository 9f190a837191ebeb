"""What a board's filter may be narrowed to: a period for time, choices for a choice, found values for the rest."""

from __future__ import annotations

import sqlalchemy as sa

from engines.records.sight import Sight
from engines.reports.periods import PERIODS
from engines.reports.resolve import find_dataset, options_of
from metamodel.application import Application
from metamodel.board import BoardFilter
from metamodel.definition import Json, dump
from metamodel.expressions.tables import Joins
from metamodel.model import EntityModel, qualified

MOST_VALUES = 50


def _expression(sight: Sight, application: Application, item: BoardFilter) -> tuple[EntityModel, str]:
    owner, dataset = find_dataset(sight, application, item.dataset)
    dimension = next((one for one in dataset.dimensions if one.name == item.dimension), None)
    entity = sight.live.model.entities[qualified(owner.name, dataset.entity)]
    return entity, dimension.expression if dimension else ""


def narrowing(sight: Sight, application: Application, item: BoardFilter) -> dict[str, Json]:
    """{"sort": "period" | "choice" | "value", …} with the periods or choices."""
    entity, text = _expression(sight, application, item)
    checked = sight.check(text, entity.name) if text else None
    if checked is None or checked.ast is None or checked.issues:
        return {"sort": "hidden"}
    if checked.type.kind in ("date", "datetime"):
        return {"sort": "period", "periods": list(PERIODS)}
    options = options_of(sight, entity, checked.ast)
    if options:
        return {"sort": "choice", "options": [dump(one) for one in options if one.active]}
    return {"sort": "value"}


def values(
    connection: sa.Connection, sight: Sight, application: Application, item: BoardFilter, search: str
) -> list[Json]:
    """The commonest values of a dimension within the rows the actor may see."""
    entity, text = _expression(sight, application, item)
    source = sight.live.tables[entity.name]
    joins = Joins(tables=sight)
    value = sight.value(text, entity.name, source, joins)
    where: list[sa.ColumnElement[bool]] = [source.c.deleted_at.is_(None), value.is_not(None)]
    met = sight.row_filter(entity, "read", source, joins)
    if met is not None:
        where.append(met)
    if search:
        where.append(sa.cast(value, sa.Text()).contains(search, autoescape=True))
    query = (
        sa.select(value)
        .select_from(joins.apply(source))
        .where(*where)
        .group_by(value)
        .order_by(sa.func.count().desc())
        .limit(MOST_VALUES)
    )
    return list(connection.scalars(query))
