"""A query becomes one SELECT: the actor's rows only, joins along references only, so nothing is counted twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engines.records.sight import Sight
from engines.reports.resolve import Measured, Query, Split
from metamodel.expressions import zones
from metamodel.expressions.dialects import fragment
from metamodel.expressions.storage import BIGINT, TEXT_TYPE
from metamodel.expressions.tables import Joins

Column = sa.ColumnElement[Any]

# Grains over a date or a wall-clock text; the answer is text that sorts by time.
_GRAINS = {
    "day": fragment("substr({0}, 1, 10)", "to_char({0}, 'YYYY-MM-DD')", TEXT_TYPE),
    "week": fragment(
        "date(substr({0}, 1, 10), '-6 days', 'weekday 1')", "to_char(date_trunc('week', {0}), 'YYYY-MM-DD')", TEXT_TYPE
    ),
    "month": fragment("substr({0}, 1, 7)", "to_char({0}, 'YYYY-MM')", TEXT_TYPE),
    "quarter": fragment(
        "substr({0}, 1, 4) || '-Q' || ((CAST(substr({0}, 6, 2) AS INTEGER) + 2) / 3)",
        "to_char({0}, 'YYYY\"-Q\"Q')",
        TEXT_TYPE,
    ),
    "year": fragment("substr({0}, 1, 4)", "to_char({0}, 'YYYY')", TEXT_TYPE),
    "hour": fragment("substr({0}, 12, 2)", "to_char({0}, 'HH24')", TEXT_TYPE),
    "weekday": fragment(
        "CAST((CAST(strftime('%w', substr({0}, 1, 10)) AS INTEGER) + 6) % 7 + 1 AS TEXT)",
        "to_char({0}, 'ID')",
        TEXT_TYPE,
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """The statement, and for each measure where its columns stand (an average has two: sum and count)."""

    select: sa.Select[Any]
    places: dict[str, tuple[int, ...]]


def compile(sight: Sight, query: Query) -> Compiled:
    """The one statement of a query; it asks for one row more than the limit, to know whether there are more."""
    source = sight.live.tables[query.entity.name]
    joins = Joins(tables=sight)
    groups = [_grained(sight, query, split, source, joins).label(f"d{at}") for at, split in enumerate(query.splits)]
    columns: list[Column] = list(groups)
    places: dict[str, tuple[int, ...]] = {}
    for item in query.measures:
        made = _measured(sight, query, item, source, joins)
        places[item.name] = tuple(range(len(columns), len(columns) + len(made)))
        columns += made
    where: list[sa.ColumnElement[bool]] = [source.c.deleted_at.is_(None)]
    met = sight.row_filter(query.entity, "read", source, joins)
    if met is not None:
        where.append(met)
    where += (sight.condition(text, query.entity.name, source, joins) for text in query.filters)
    select = sa.select(*(columns or [sa.func.count()])).select_from(joins.apply(source)).where(*where)
    if groups:
        select = select.group_by(*groups)
    for name, falling in query.order:
        by = _order(query, name, groups, columns, places)
        if by is not None:
            select = select.order_by(by.desc().nulls_last() if falling else by.asc().nulls_first())
    if groups:
        select = select.order_by(*groups).limit(query.limit + 1)
    return Compiled(select=select, places=places)


def _grained(sight: Sight, query: Query, split: Split, source: sa.FromClause, joins: Joins) -> Column:
    value = sight.value(split.text, query.entity.name, source, joins)
    if split.type.kind == "datetime":
        return _GRAINS[split.grain or "day"](zones.wall(split.zone)(value))
    if split.type.kind == "date":
        return _GRAINS[split.grain or "day"](value)
    return value


def _measured(sight: Sight, query: Query, item: Measured, source: sa.FromClause, joins: Joins) -> list[Column]:
    if item.aggregate == "ratio":
        return []
    entity = query.entity.name
    value = sight.value(item.text, entity, source, joins)
    condition = sight.condition(item.filter, entity, source, joins) if item.filter else None
    if item.aggregate == "count" and item.text == "{id}":
        plain = sa.func.count() if condition is None else sa.func.count(sa.case((condition, 1)))
        return [plain]
    kept = value if condition is None else sa.case((condition, value))
    match item.aggregate:
        case "count":
            return [sa.func.count(kept)]
        case "count_distinct":
            return [sa.func.count(kept.distinct())]
        case "sum":
            return [sa.func.sum(kept, type_=BIGINT)]
        case "average":
            return [sa.func.sum(kept, type_=BIGINT), sa.func.count(kept)]
        case "min":
            return [sa.func.min(kept)]
        case _:
            return [sa.func.max(kept)]


def _order(
    query: Query, name: str, groups: list[sa.Label[Any]], columns: list[Column], places: dict[str, tuple[int, ...]]
) -> Column | None:
    for at, split in enumerate(query.splits):
        if split.name == name:
            return groups[at]
    where = places.get(name, ())
    if len(where) == 1:
        return columns[where[0]]
    if len(where) == 2:
        return columns[where[0]] * 1.0 / sa.func.nullif(columns[where[1]], 0)
    item = next((one for one in query.measures if one.name == name), None)
    if item is None or not places.get(item.numerator) or not places.get(item.denominator):
        return None
    above, below = columns[places[item.numerator][0]], columns[places[item.denominator][0]]
    return above * 1.0 / sa.func.nullif(below, 0)
