"""A query is executed: rows and subtotals from the database, then what is made of them, measure by measure."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from engines.database import time_limit
from engines.records.sight import Sight
from engines.reports.compare import before
from engines.reports.compile import compile, compile_levels, kind_of
from engines.reports.measure import Cube, Group, Keys, Level
from engines.reports.query import MOST_GROUPS, Query, Split
from metamodel.errors import Invalid
from metamodel.expressions.check import Checked
from metamodel.expressions.evaluate import compile as compile_expression
from metamodel.issues import Issue
from metamodel.metric import formula

SECONDS = 30.0


def gather(connection: sa.Connection, sight: Sight, query: Query) -> tuple[Cube, bool]:
    """Rows in the order of the query, cut at its limit, with subtotals, and whether there are more rows."""
    cube, ordered, more = _asked(connection, sight, query)
    _look_back(connection, sight, cube)
    _look_deeper(connection, sight, cube)
    for item in query.measures:
        kind = kind_of(sight, item)
        if kind.whole and not ordered:
            _sort(cube, partly=True)
        if not kind.of_rows:
            kind.fill(item, cube)
    if query.having:
        met = compile_formula(formula(query.having, {item.name: item.result for item in query.measures}))
        cube.levels[query.level] = {
            keys: group for keys, group in cube.rows.items() if met(group.values, cube.context) is True
        }
    if not ordered:
        _sort(cube)
        more = len(cube.rows) > query.limit
        cube.levels[query.level] = dict(list(cube.rows.items())[: query.limit])
    if more and query.capped:
        cube.note("report.more", most=query.limit)
    return cube, more


def _asked(connection: sa.Connection, sight: Sight, query: Query) -> tuple[Cube, bool, bool]:
    """The cube with what is taken from rows; whether its rows are in order and cut; whether there are more."""
    compiled = compile(sight, query, query.limit)
    if query.splits and not compiled.ordered:
        compiled = replace(compiled, select=compiled.select.limit(MOST_GROUPS + 1))
    levels: dict[Level, dict[Keys, Group]] = {level: {} for level in (query.level, *query.levels)}
    cube = Cube(query=query, levels=levels, context=sight.context)
    with time_limit(connection, SECONDS):
        cube.statements.append(compiled.select)
        found = connection.execute(compiled.select).fetchall()
        more = compiled.ordered and bool(query.splits) and len(found) > query.limit
        if not compiled.ordered and len(found) > MOST_GROUPS:
            raise Invalid(Issue(code="report.too_wide", arguments={"most": MOST_GROUPS}))
        for row in found[: query.limit] if more else found:
            keys = tuple(row[: len(query.splits)])
            levels[query.level][keys] = _group(sight, query, query.level, keys, row, compiled.places)
        if query.levels:
            select, places = compile_levels(sight, query)
            cube.statements.append(select)
            for row in connection.execute(select):
                level = query.levels[row[0]]
                keys = tuple(row[1 + at] for at in level)
                levels[level][keys] = _group(sight, query, level, keys, row, places)
    return cube, compiled.ordered, more


def _group(sight: Sight, query: Query, level: Level, keys: Keys, row: Any, places: dict[str, tuple[int, ...]]) -> Group:
    group = Group(level=level, keys=keys)
    for item in query.measures:
        if item.name in places:
            cells = [row[at] for at in places[item.name]]
            group.values[item.name] = kind_of(sight, item).read(cells, item.type)
    return group


def _look_back(connection: sa.Connection, sight: Sight, cube: Cube) -> None:
    """What the measures that look back need: one more question an offset, whatever they are many."""
    for item in cube.query.measures:
        place = (item.definition.offset, item.definition.by)
        if item.aggregate != "previous" or place in cube.earlier:
            continue
        then = before(cube.query, *place, sight.now)
        if then is None:
            cube.earlier[place] = None
            continue
        other = _asked(connection, sight, replace(then.query, limit=MOST_GROUPS))[0]
        for part in then.query.measures:
            kind = kind_of(sight, part)
            if not kind.of_rows:
                kind.fill(part, other)
        keys = {
            at: {
                key: tell(key)
                for key in {group.keys[group.level.index(at)] for group in cube.groups() if at in group.level}
            }
            for at, tell in then.keys.items()
        }
        cube.earlier[place] = (other, keys)
        cube.statements += other.statements
        if then.note:
            cube.notes.append(then.note)


def _look_deeper(connection: sa.Connection, sight: Sight, cube: Cube) -> None:
    """The same question split further, for measures that look at the largest in each row."""
    query = cube.query
    for by, split in query.deeper.items():
        own = tuple(item for item in query.measures if kind_of(sight, item).of_rows)
        asked = replace(query, splits=(*query.splits, split), measures=own, levels=(), order=(), limit=MOST_GROUPS)
        other, _, more = _asked(connection, sight, asked)
        if more:
            raise Invalid(Issue(code="report.too_wide", arguments={"most": MOST_GROUPS}))
        cube.deeper[by] = other
        cube.statements += other.statements


def compile_formula(checked: Checked) -> Any:
    """A condition over measures as a function; the check has been made when the query was."""
    assert checked.ast is not None
    return compile_expression(checked.ast)


def _sort(cube: Cube, *, partly: bool = False) -> None:
    """Rows in the order of the query; blanks last when falling, first when rising. `partly` leaves out what is not
    computed yet."""
    rows = list(cube.rows.items())
    rows.sort(key=lambda row: tuple((key is not None, _comparable(key)) for key in row[0]))
    places = {split.name: at for at, split in enumerate(cube.query.splits)}
    for name, falling in reversed(cube.query.order):
        if name in places:
            at = places[name]
            split = cube.query.splits[at]
            rows.sort(key=lambda row, at=at, split=split: _turn(row[0][at], split), reverse=falling)  # type: ignore[misc]
        elif not partly or (rows and name in rows[0][1].values):
            rows.sort(key=lambda row, name=name: _rank(row[1].values.get(name)), reverse=falling)  # type: ignore[misc]
    cube.levels[cube.query.level] = dict(rows)


def _comparable(key: Any) -> Any:
    return "" if key is None else key


def _turn(key: Any, split: Split) -> tuple[bool, Any]:
    """Where a key stands: a choice as its list has it, what is not in it last; blanks before all."""
    values = [option.value for option in split.options]
    place = (values.index(key) if key in values else len(values)) if values else _comparable(key)
    return key is not None, place


def _rank(value: Any) -> tuple[bool, Any]:
    return (value is not None, value if isinstance(value, str) else Decimal(value or 0))
