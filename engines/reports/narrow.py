"""What a board's filter may be narrowed to: a period for time, choices for a choice, found values for the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from engines.records.called import names, naming
from engines.records.sight import Sight
from engines.reports.periods import PERIODS
from engines.reports.resolve import find_dataset, options_of, subject
from engines.reports.run import called
from metamodel.application import Application
from metamodel.board import Board, BoardFilter, Tile
from metamodel.dataset import Dimension
from metamodel.definition import Json, dump
from metamodel.errors import Invalid
from metamodel.expressions.tables import Joins
from metamodel.issues import Issue
from metamodel.model import EntityModel

MOST_VALUES = 50
#: digits of a record's number
LONGEST = 18


def reaching(board: Board, tile: Tile, filters: Mapping[str, Json]) -> dict[str, Json]:
    """What a tile's dimensions are narrowed to: filters by their names become the dimensions they narrow, those that
    leave the tile alone are dropped. A name that is no filter's is a dimension already."""
    known = {item.name: item for item in board.filters}
    found: dict[str, Json] = {}
    for name, value in filters.items():
        item = known.get(name)
        if item is None:
            found[name] = value
        elif tile.id not in item.skips:
            found[item.dimension] = value
    return found


def _expression(sight: Sight, application: Application, item: BoardFilter) -> tuple[EntityModel, Dimension | None]:
    owner, dataset = find_dataset(sight, application, item.dataset)
    dimension = next((one for one in dataset.dimensions if one.name == item.dimension), None)
    return subject(sight, owner, dataset), dimension


def narrowing(sight: Sight, application: Application, item: BoardFilter) -> dict[str, Json]:
    """{"sort": "period" | "choice" | "value", …} with the periods or choices."""
    entity, dimension = _expression(sight, application, item)
    checked = sight.check(dimension.expression, entity.name) if dimension else None
    if dimension is None or checked is None or checked.ast is None or checked.issues:
        return {"sort": "hidden"}
    if dimension.bands:
        bands = [{"value": str(at), "label": band.label} for at, band in enumerate(dimension.bands)]
        return {"sort": "choice", "options": bands}
    if checked.type.kind in ("date", "datetime"):
        return {"sort": "period", "periods": list(PERIODS)}
    options = options_of(sight, entity, checked.ast)
    if options:
        return {"sort": "choice", "options": [dump(one) for one in options if one.active]}
    return {"sort": "value", **({"records": True} if checked.type.kind == "record" else {})}


def values(
    connection: sa.Connection, sight: Sight, application: Application, item: BoardFilter, search: str
) -> list[Json]:
    """The commonest values of a dimension within the rows the actor may see; records as {id, label}. For what is
    chosen already see `chosen`."""
    entity, dimension = _expression(sight, application, item)
    if dimension is None:
        arguments = {"word": item.dimension, "nearest": ""}
        raise Invalid(Issue(code="reference.dimension", arguments=arguments))
    source = sight.table(entity.name)
    joins = Joins(tables=sight)
    value = sight.value(dimension.expression, entity.name, source, joins)
    where: list[sa.ColumnElement[bool]] = [value.is_not(None)]
    alive = sight.base.visible(source, entity.name)
    if alive is not None:
        where.append(alive)
    met = sight.row_filter(entity, "read", source, joins)
    if met is not None:
        where.append(met)
    kind = sight.sound(dimension.expression, entity.name, True).type
    every = naming(sight, kind.entity) if kind.kind == "record" else None
    if every is not None:
        # those that are called so, and no others: a record whose name is not the reader's is no choice of theirs
        number, name = every.subquery().c
        met_name = [sa.cast(name, sa.Text()).contains(search, autoescape=True)] if search else []
        where.append(value.in_(sa.select(number).where(*met_name)))
    elif search:
        where.append(sa.cast(value, sa.Text()).contains(search, autoescape=True))
    query = (
        sa.select(value)
        .select_from(joins.apply(source))
        .where(*where)
        .group_by(value)
        .order_by(sa.func.count().desc())
        .limit(MOST_VALUES)
    )
    found = list(connection.scalars(query))
    if kind.kind != "record":
        return found
    named = names(connection, sight, [(kind.entity, number) for number in found])
    return [{"id": number, "label": named[kind.entity, number]} for number in found if (kind.entity, number) in named]


def chosen(
    connection: sa.Connection, sight: Sight, application: Application, item: BoardFilter, given: Sequence[str]
) -> list[Json]:
    """Records that a filter is narrowed to, as {id, label}; what its reader may not know of says so."""
    entity, dimension = _expression(sight, application, item)
    kind = sight.sound(dimension.expression, entity.name, True).type if dimension else None
    if kind is None or kind.kind != "record":
        return []
    numbers = [int(one) for one in given[:MOST_VALUES] if one.isdigit() and len(one) <= LONGEST]
    return [{"id": one, "label": label} for one, label in called_as(connection, sight, kind.entity, numbers).items()]


def called_as(connection: sa.Connection, sight: Sight, entity: str, numbers: Sequence[int]) -> dict[int, str]:
    """What records are called, those that the actor may not know of included."""
    named = names(connection, sight, [(entity, number) for number in numbers])
    known = {number: name for (_, number), name in named.items()}
    return {number: called(known, number, sight.actor.locale) for number in numbers}
