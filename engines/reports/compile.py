"""A query becomes SELECTs: the actor's rows only, joins along references only, so nothing is counted twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from engines.records.sight import Sight
from engines.reports.grains import grained
from engines.reports.measure import MeasureKind
from engines.reports.query import Measured, Query, Split, Window
from metamodel.expressions.storage import BIGINT, DATE_TYPE, INSTANT
from metamodel.expressions.tables import Joins

Column = sa.ColumnElement[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """A statement, and for each measure taken from rows where its columns stand (an average has two: sum and count).

    `ordered` says whether the rows come in the order of the query and are cut at its limit."""

    select: sa.Select[Any]
    places: dict[str, tuple[int, ...]]
    ordered: bool = True


def kind_of(sight: Sight, item: Measured) -> MeasureKind:
    """The kind of a measure."""
    kind: MeasureKind = sight.live.model.catalog["measures"][item.aggregate]
    return kind


def in_database(sight: Sight, query: Query) -> bool:
    """Whether the database can order and cut the rows: nothing looks at all of them, and it knows the order."""
    known = {item.name: item for item in query.measures}
    if query.having or any(kind_of(sight, item).whole for item in query.measures):
        return False
    if any(split.options and split.name == name for split in query.splits for name, _ in query.order):
        return False  # choices come as their list has them
    return all(kind_of(sight, known[name]).sortable for name, _ in query.order if name in known)


def compile(sight: Sight, query: Query, most: int) -> Compiled:
    """The statement of a query's rows; it asks for one row more than `most`, to know whether there are more."""
    source = sight.table(query.entity.name)
    joins = Joins(tables=sight)
    groups = [_split(sight, query, split, source, joins).label(f"d{at}") for at, split in enumerate(query.splits)]
    columns: list[Column] = list(groups)
    places: dict[str, tuple[int, ...]] = {}
    for item in query.measures:
        kind = kind_of(sight, item)
        if kind.of_rows:
            made = kind.columns(_value(sight, query, item, source, joins), item.type)
            places[item.name] = tuple(range(len(columns), len(columns) + len(made)))
            columns += made
    where = _where(sight, query, source, joins)
    select = sa.select(*(columns or [sa.func.count()])).select_from(joins.apply(source)).where(*where)
    if not groups:
        return Compiled(select=select, places=places)
    select = select.group_by(*groups)
    ordered = in_database(sight, query)
    for name, falling in query.order if ordered else ():
        by = _order(query, name, groups, columns, places)
        if by is not None:
            select = select.order_by(by.desc().nulls_last() if falling else by.asc().nulls_first())
    if ordered:
        select = select.order_by(*groups)
    return Compiled(select=select.limit(most + 1), places=places, ordered=ordered)


Levels = tuple[Any, dict[str, tuple[int, ...]]]


def compile_levels(sight: Sight, query: Query) -> Levels:
    """The subtotals of a query in one statement: grouping sets on PostgreSQL, a union on SQLite. The first column is
    the number of the level, then come the columns that split (blank where a level does not keep them).

    Where every measure can be added up again, only the groups of the rows are, and those are found once."""
    source = sight.table(query.entity.name)
    joins = Joins(tables=sight)
    keys = [_split(sight, query, split, source, joins).label(f"d{at}") for at, split in enumerate(query.splits)]
    of_rows = [item for item in query.measures if kind_of(sight, item).of_rows]
    values = [_value(sight, query, item, source, joins) for item in of_rows]
    first = [kind_of(sight, item).columns(value, item.type) for item, value in zip(of_rows, values, strict=True)]
    adding = bool(keys) and all(
        kind_of(sight, item).again(columns) is not None for item, columns in zip(of_rows, first, strict=True)
    )
    made: list[Column] = list(keys)
    for at, (columns, value) in enumerate(zip(first, values, strict=True)):
        if adding:
            made += (column.label(f"m{at}_{place}") for place, column in enumerate(columns))
        else:
            made.append((sa.literal(1, BIGINT) if value is None else value).label(f"m{at}_0"))
    where = _where(sight, query, source, joins)
    base = sa.select(*(made or [sa.literal(1).label("one")])).select_from(joins.apply(source)).where(*where)
    # A CTE that is named several times is made once.
    rows = (base.group_by(*keys) if adding else base).cte("rows")
    kept: list[Column] = [rows.c[f"d{at}"] for at in range(len(query.splits))]
    measures: list[Column] = []
    places: dict[str, tuple[int, ...]] = {}
    for at, (item, columns) in enumerate(zip(of_rows, first, strict=True)):
        kind = kind_of(sight, item)
        told = kind.again([rows.c[f"m{at}_{place}"] for place in range(len(columns))]) if adding else None
        found = kind.columns(rows.c[f"m{at}_0"], item.type) if told is None else told
        start = 1 + len(kept) + len(measures)
        places[item.name] = tuple(range(start, start + len(found)))
        measures += found
    if sight.live.dialect == "postgresql" and query.levels != ((),):
        return _grouping_sets(query, kept, measures), places
    parts = []
    for number, level in enumerate(query.levels):
        names = [kept[at] if at in level else sa.null().label(f"d{at}") for at in range(len(kept))]
        part = sa.select(sa.literal(number).label("level"), *names, *(measures or [sa.func.count()])).select_from(rows)
        parts.append(part.group_by(*(kept[at] for at in level)) if level else part)
    return (parts[0] if len(parts) == 1 else sa.union_all(*parts)), places


def _grouping_sets(query: Query, keys: list[Column], measures: list[Column]) -> sa.Select[Any]:
    """One pass over the rows; a bit of grouping() says which columns a subtotal does not keep."""
    used = [at for at in range(len(keys)) if any(at in level for level in query.levels)]
    bits = {
        sum(1 << (len(used) - 1 - place) for place, at in enumerate(used) if at not in level): number
        for number, level in enumerate(query.levels)
    }
    number = sa.case(bits, value=sa.func.grouping(*(keys[at] for at in used)))
    told = [keys[at] if at in used else sa.null().label(f"d{at}") for at in range(len(keys))]
    sets = sa.func.grouping_sets(*(sa.tuple_(*(keys[at] for at in level)) for level in query.levels))
    return sa.select(number.label("level"), *told, *(measures or [sa.func.count()])).group_by(sets)


def _where(sight: Sight, query: Query, source: sa.FromClause, joins: Joins) -> list[sa.ColumnElement[bool]]:
    alive = sight.base.visible(source, query.entity.name)
    where: list[sa.ColumnElement[bool]] = [] if alive is None else [alive]
    met = sight.row_filter(query.entity, "read", source, joins)
    if met is not None:
        where.append(met)
    where += (sight.condition(text, query.entity.name, source, joins) for text in query.filters)
    for window in query.windows:
        where += _within(window, sight.value(window.text, query.entity.name, source, joins))
    return where


def _within(window: Window, value: Column) -> list[sa.ColumnElement[bool]]:
    """Bare comparisons with the column, so that an index on it serves."""
    if window.type.kind == "date":
        found = [value >= sa.literal(window.first, DATE_TYPE)] if window.first else []
        found += [value <= sa.literal(window.last, DATE_TYPE)] if window.last else []
        if window.gap:
            # A day without a time counts whole on both sides.
            after, until = (at.date() for at in window.gap)
            found.append(sa.or_(value <= sa.literal(after, DATE_TYPE), value >= sa.literal(until, DATE_TYPE)))
        return found
    zone = ZoneInfo(window.zone)
    found = [value >= sa.literal(datetime.combine(window.first, time(), zone), INSTANT)] if window.first else []
    if window.last:
        found.append(value < sa.literal(datetime.combine(window.last + timedelta(days=1), time(), zone), INSTANT))
    if window.gap:
        after, until = window.gap
        found.append(sa.or_(value < sa.literal(after, INSTANT), value >= sa.literal(until, INSTANT)))
    return found


def _split(sight: Sight, query: Query, split: Split, source: sa.FromClause, joins: Joins) -> Column:
    value = sight.value(split.text, query.entity.name, source, joins)
    if split.type.kind in ("date", "datetime"):
        return grained(split, value)
    scale = 10**split.type.scale
    if split.bands:
        whens = [
            (value < sa.literal(_units(band.below, scale), value.type), sa.literal(at, BIGINT))
            for at, band in enumerate(split.bands)
            if band.below is not None
        ]
        last = sa.literal(len(split.bands) - 1, BIGINT) if split.bands[-1].below is None else sa.null()
        return sa.case((value.is_(None), sa.null()), *whens, else_=last)
    if split.step:
        width = sa.literal_column(str(split.step * scale), BIGINT)
        # Rounded down also below zero, where the databases' own division rounds towards it.
        return (value - ((value % width) + width) % width) // sa.literal_column(str(scale), BIGINT)
    return value


def _units(number: float, scale: int) -> Any:
    return round(number * scale) if scale > 1 or float(number).is_integer() else number


def _value(sight: Sight, query: Query, item: Measured, source: sa.FromClause, joins: Joins) -> Column | None:
    """The value of each row that a measure takes, blank where its condition is not met; None for the row itself."""
    entity = query.entity.name
    condition = sight.condition(item.filter, entity, source, joins) if item.filter else None
    if item.aggregate == "count" and item.text == "{id}":
        return None if condition is None else sa.case((condition, sa.literal_column("1", BIGINT)))
    value = sight.value(item.text, entity, source, joins)
    return value if condition is None else sa.case((condition, value))


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
    if item is None:
        return None
    above, below = (
        _plain(columns, places.get(part, ())) for part in (item.definition.numerator, item.definition.denominator)
    )
    return None if above is None or below is None else above * 1.0 / sa.func.nullif(below, 0)


def _plain(columns: list[Column], where: tuple[int, ...]) -> Column | None:
    if len(where) == 2:
        return columns[where[0]] * 1.0 / sa.func.nullif(columns[where[1]], 0)
    return columns[where[0]] if where else None


def counting(sight: Sight, query: Query) -> sa.Select[Any]:
    """How many records a query counts."""
    source = sight.table(query.entity.name)
    joins = Joins(tables=sight)
    where = _where(sight, query, source, joins)
    return sa.select(sa.func.count()).select_from(joins.apply(source)).where(*where)


def behind(sight: Sight, query: Query, after: int, most: int) -> sa.Select[Any]:
    """The numbers of the records a query counts, the newest first, older than `after`."""
    source = sight.table(query.entity.name)
    joins = Joins(tables=sight)
    where = _where(sight, query, source, joins)
    if after:
        where.append(source.c.id < after)
    return (
        sa.select(source.c.id).select_from(joins.apply(source)).where(*where).order_by(source.c.id.desc()).limit(most)
    )
