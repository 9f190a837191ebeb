"""Derived values kept up in the transaction of the write that moves them: formulas, lookups, rollups.

From the definitions comes one list of dependencies: which computed field reads which field, over which path. A write
names what it touched; from there the affected records are found path by path, backwards, and every computed field of
them is set by one UPDATE whose value is the expression itself in SQL. Fields that read computed fields follow in the
next round. Nothing here bumps a record's version.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.sql import visitors

from engines.database import touch
from engines.records.climb import MOST_LEVELS, MOST_ROUNDS, Derivations, Need, above_itself, height, plan_of, trees
from engines.records.history import Cause
from engines.records.live import Live
from engines.records.sight import BaseTables
from engines.records.telling import telling
from metamodel.errors import Invalid
from metamodel.expressions import sql
from metamodel.expressions.ast import Aggregate, Node, Ref, walk
from metamodel.expressions.check import check
from metamodel.expressions.context import Context
from metamodel.expressions.conversions import convert
from metamodel.expressions.tables import Joins
from metamodel.issues import Issue
from metamodel.model import EntityModel, Model, Relation

log = logging.getLogger(__name__)
CHUNK = 500
Among = Callable[[sa.ColumnElement[Any]], sa.ColumnElement[bool]]
Where = Callable[[sa.FromClause], sa.ColumnElement[bool]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """A record that was written: which fields (None: all), and what changed references pointed at before."""

    entity: EntityModel
    number: int
    action: Literal["create", "update", "delete"]
    fields: frozenset[str] | None
    before: Mapping[str, Any]
    path: tuple[str | int, ...] = ()


def derivations(live: Live) -> Derivations:
    """The dependencies of a release, computed once."""
    return live.once("derivations", lambda: _derivations(live.model))


def _derivations(model: Model) -> Derivations:
    nodes: dict[tuple[str, str], Node] = {}
    needs: dict[tuple[str, str], list[Need]] = {}
    for entity in model.entities.values():
        for item in entity.fields.values():
            if not item.derived:
                continue
            text = item.type.expression(item.config)
            if not text:
                continue
            result = item.expression_type
            checked = check(text, model, entity.name)
            if result.numeric and (checked.type.kind == "real" or checked.type.scale > result.scale):
                checked = check(f"ROUND({text}, {result.scale})", model, entity.name)
            if checked.ast is None or any(issue.severity == "error" for issue in checked.issues):
                continue
            nodes[(entity.name, item.name)] = convert(checked.ast, result)
            for need in needs_of(model, entity.name, item.name, checked.ast):
                needs.setdefault((need.entity, need.name), []).append(need)
    unique = {key: tuple(dict.fromkeys(found)) for key, found in needs.items()}
    return plan_of(nodes, unique)


def needs_of(model: Model, owner: str, field: str, node: Node) -> Iterable[Need]:
    """What a value computed for a record of `owner`, kept as `field`, reads and how it is reached."""
    for part in walk(node):
        paths: list[tuple[tuple[str, ...], tuple[str, ...]]] = []
        if isinstance(part, Ref):
            paths.append((part.path, part.entities))
        elif isinstance(part, Aggregate):
            paths.append((part.rows, part.entities))
        for steps, entities in paths:
            for at, (step, entity) in enumerate(zip(steps, entities, strict=False)):
                path = tuple(zip(entities[:at], steps[:at], strict=False))
                yield Need(owner=owner, field=field, entity=entity, name=step, path=path)
                relation = relation_of(model, entity, step)
                below = (*path, (entity, step))
                if relation is not None and relation.way == "rows":
                    # Rows coming, going or moving change what the relation holds.
                    yield Need(owner=owner, field=field, entity=relation.entity, name=relation.via, path=below)
                elif relation is not None:
                    # What a link points at may go to the bin.
                    yield Need(owner=owner, field=field, entity=relation.entity, name="id", path=below)


def relation_of(model: Model, entity: str, name: str) -> Relation | None:
    found = model.entity(entity)
    return found.relations.get(name) if found else None


def refresh(connection: sa.Connection, live: Live, touched: Sequence[Touched], cause: Cause, context: Context) -> None:
    """Bring every computed value that the writes move up to date."""
    plan = derivations(live)
    stay_trees(connection, live, touched)
    if not plan.nodes:
        return
    due: dict[tuple[str, str], set[int]] = {}
    made: dict[str, set[int]] = {}
    for item in touched:
        if item.action == "create":
            made.setdefault(item.entity.name, set()).add(item.number)
    for item in touched:
        # new records of an entity are looked at together
        numbers = made.pop(item.entity.name, set()) if item.action == "create" else {item.number}
        if numbers:
            _due_from_write(connection, live, plan, item, numbers, due)
    ranks = len({plan.ranks[key] for key in plan.groups})
    # A level of a tree takes a round for each rank of what climbs it.
    for _ in range(MOST_ROUNDS + MOST_LEVELS * ranks):
        if not due:
            return
        lowest = min(plan.ranks[key] for key in due)
        batch: dict[str, tuple[list[str], set[int]]] = {}
        for entity, field in [key for key in due if plan.ranks[key] == lowest]:
            fields, numbers = batch.setdefault(entity, ([], set()))
            fields.append(field)
            numbers |= due.pop((entity, field))
        for entity, (fields, numbers) in batch.items():
            with telling(connection, live, entity, fields, numbers, cause):
                moved = _recompute(connection, live, plan, entity, fields, numbers, context)
            for need in {need for field in fields for need in plan.needs.get((entity, field), ())} if moved else ():
                found = _owners(connection, live, need, moved)
                if found:
                    due.setdefault((need.owner, need.field), set()).update(found)
    if due:
        left = ", ".join(f"{entity}.{field} of {len(numbers)}" for (entity, field), numbers in sorted(due.items()))
        log.warning("computed values that never settle are left as they are: %s", left)


def stay_trees(connection: sa.Connection, live: Live, touched: Sequence[Touched]) -> None:
    """Refused where a record would stand below itself."""
    placed: dict[str, dict[int, Touched]] = {}
    for item in touched:
        if item.action != "delete" and any(item.fields is None or name in item.fields for name in trees(item.entity)):
            placed.setdefault(item.entity.name, {})[item.number] = item
    for _, some in sorted(placed.items()):
        entity = next(iter(some.values())).entity
        moved = any(item.action != "create" for item in some.values())
        for number, name in above_itself(connection, live, entity, some, moved=moved).items():
            label = entity.fields[name].definition.label
            raise Invalid(Issue(code="value.above_itself", path=(*some[number].path, name), arguments={"label": label}))


def _due_from_write(
    connection: sa.Connection,
    live: Live,
    plan: Derivations,
    item: Touched,
    numbers: set[int],
    due: dict[tuple[str, str], set[int]],
) -> None:
    entity = item.entity
    if item.action == "create":
        for field in entity.fields.values():
            if (entity.name, field.name) in plan.nodes:
                due.setdefault((entity.name, field.name), set()).update(numbers)
    changed = item.fields if item.fields is not None else frozenset((*entity.fields, "created_at", "created_by"))
    for name in changed:
        for need in plan.needs.get((entity.name, name), ()):
            if item.action == "create" and need.owner == entity.name and not need.path:
                continue
            found = _owners(connection, live, need, numbers, binned=item.action == "delete")
            former = item.before.get(name)
            if need.path and former is not None:
                found |= _former_owners(connection, live, need, name, former)
            if found:
                due.setdefault((need.owner, need.field), set()).update(found)


def _former_owners(connection: sa.Connection, live: Live, need: Need, name: str, former: Any) -> set[int]:
    """Who held the record through the reference that pointed elsewhere before."""
    entity, step = need.path[-1]
    relation = relation_of(live.model, entity, step)
    if relation is None or relation.way != "rows" or relation.via != name:
        return set()
    upper = Need(owner=need.owner, field=need.field, entity=entity, name="", path=need.path[:-1])
    return _owners(connection, live, upper, {int(former)})


def _owners(
    connection: sa.Connection, live: Live, need: Need, numbers: Iterable[int], *, binned: bool = False
) -> set[int]:
    """The records of the need's owner from which the given records of its entity are reached."""
    found = set(numbers)
    tables = BaseTables(live)
    for entity, step in reversed(need.path):
        if not found:
            return found
        here: set[int] = set()
        for chunk in _chunks(found):
            here |= back(connection, live, tables, entity, step, _one_of(chunk))
        found = here
    return found


def back(
    connection: sa.Connection, live: Live, tables: BaseTables, entity: str, step: str, among: Among
) -> set[int]:
    """The records of an entity from which one step leads to those `among` finds by their ids."""
    relation = relation_of(live.model, entity, step)
    if relation is None:
        source = tables.table(entity)
        query = sa.select(source.c.id).where(among(tables.column(source, entity, step)))
    elif relation.way == "rows":
        source = tables.table(relation.entity)
        column = tables.column(source, relation.entity, relation.via)
        query = sa.select(column).where(among(source.c.id), column.is_not(None)).distinct()
    else:
        pairs = live.tables[f"{entity}:{live.model.entities[entity].fields[relation.via].definition.id}"]
        query = sa.select(pairs.c.source_id).where(among(pairs.c.target_id)).distinct()
    return set(connection.scalars(query))


def recompute_some(
    connection: sa.Connection, live: Live, entity: str, fields: Sequence[str], numbers: Iterable[int], context: Context
) -> set[int]:
    """Set computed fields, none of which waits for another, of some records; which of them moved."""
    moved = _recompute(connection, live, derivations(live), entity, fields, numbers, context)
    if moved:
        # The change log tells nothing of it: whoever keeps answers watches this instead.
        touch(connection, "derived")
    return moved


def _recompute(
    connection: sa.Connection,
    live: Live,
    plan: Derivations,
    entity: str,
    fields: Sequence[str],
    numbers: Iterable[int],
    context: Context,
) -> set[int]:
    """Set computed fields of some records; which of them moved."""
    moved: set[int] = set()
    make = _update(live, plan, entity, fields, context)
    for chunk in _chunks(numbers):
        moved.update(connection.scalars(make(_among(chunk)).returning(live.tables[entity].c.id)))
    return moved


def _one_of(numbers: list[int]) -> Among:
    return lambda column: column.in_(numbers)


def _among(numbers: list[int]) -> Where:
    return lambda inner: inner.c.id.in_(numbers)


def _grouped(
    values: Sequence[sa.Label[Any]], inner: sa.FromClause, source: sa.FromClause, among: Among
) -> tuple[list[sa.Label[Any]], sa.FromClause]:
    """Values and their tables with every plain aggregate over related rows as one GROUP BY, instead of a subquery for
    each record."""
    found: list[tuple[sa.ScalarSelect[Any], sa.ColumnElement[Any]]] = []

    def exchange(element: Any, **_: Any) -> Any:
        nonlocal source
        if isinstance(element, sa.Exists):
            return element  # whether there is one is quicker asked than all are grouped
        if not isinstance(element, sa.ScalarSelect):
            return None
        for known, already in found:
            if known is element or known.compare(element):
                return already
        select = element.element
        if not isinstance(select, sa.Select) or len(select.selected_columns) != 1 or select.whereclause is None:
            return None
        clause = select.whereclause
        first, *rest = clause.clauses if isinstance(clause, sa.BooleanClauseList) else (clause,)
        back = first.left if isinstance(first, sa.BinaryExpression) and first.right is inner.c.id else None
        froms = [each for each in select.get_final_froms() if each is not inner]
        others = [*select.selected_columns, *rest, *froms]
        if back is None or any(part is inner for other in others for part in visitors.iterate(other)):
            return None
        (value,) = select.selected_columns
        groups = (
            sa.select(back.label("the_key"), value.label("the_value"))
            .select_from(*froms)
            .where(*rest, among(back))
            .group_by(back)
            .subquery()
        )
        source = source.outerjoin(groups, groups.c.the_key == inner.c.id)
        column: sa.ColumnElement[Any] = groups.c.the_value
        if not isinstance(value, (sa.sql.functions.min, sa.sql.functions.max)):
            # A group without rows is no group: counts and sums of nothing are 0, whatever else may be blank.
            column = sa.case((groups.c.the_key.is_(None), 0), else_=column)
        found.append((element, column))
        return column

    shown = [visitors.replacement_traverse(value, {}, exchange) for value in values]
    return shown, source


def _update(
    live: Live, plan: Derivations, entity: str, fields: Sequence[str], context: Context
) -> Callable[..., sa.Update]:
    """Makes the UPDATE of computed fields of one rank for the rows a condition names: each value is computed once,
    and rows in which nothing moves are left alone."""
    table = live.tables[entity]
    tables = BaseTables(live)
    joins = Joins(tables=tables)
    inner = table.alias()
    columns = [live.model.entities[entity].fields[field].column for field in fields]
    values = [
        sql.compile(plan.nodes[(entity, field)], tables, context, inner, joins).label(f"v_{index}")
        for index, field in enumerate(fields)
    ]
    source = joins.apply(inner)

    def make(where: Where, grouped: Among | None = None) -> sa.Update:
        shown, whence = values, source
        if grouped is not None:
            shown, whence = _grouped(values, inner, source, grouped)
        select = sa.select(inner.c.id.label("the_id"), *shown).select_from(whence).where(where(inner))
        found: sa.FromClause = select.subquery()
        if live.dialect == "postgresql":
            # Else each aggregate would be asked twice: to see whether the value moves, and again to set it.
            found = select.cte("found").prefix_with("MATERIALIZED")
        new = [found.c[f"v_{index}"] for index in range(len(columns))]
        moved = sa.or_(*(table.c[column].is_distinct_from(value) for column, value in zip(columns, new, strict=True)))
        return sa.update(table).where(table.c.id == found.c.the_id, moved).values(dict(zip(columns, new, strict=True)))

    return make


def recompute_all(
    connection: sa.Connection,
    live: Live,
    entity: str,
    fields: Sequence[str],
    context: Context,
    *,
    low: int = 0,
    high: int | None = None,
    together: bool = False,
) -> int:
    """Set computed fields of all records whose id lies in (low, high]; how many records moved.

    The same expressions as ever, one statement a rank: what bulk writes, checks and new fields use. `together` says
    that none of the fields waits for another, so that one statement will do.
    """
    plan = derivations(live)
    by_rank: dict[int, list[str]] = {}
    for field in fields:
        if (entity, field) in plan.nodes:
            by_rank.setdefault(0 if together else plan.ranks[(entity, field)], []).append(field)
    def among(column: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
        return column > low if high is None else sa.and_(column > low, column <= high)

    moved = 0
    climbing = not together and any((entity, field) in plan.groups for field in fields)
    for _ in range(height(connection, live, entity) + 1 if climbing else 1):
        for rank in sorted(by_rank):
            make = _update(live, plan, entity, by_rank[rank], context)
            moved += connection.execute(make(lambda inner: among(inner.c.id), among)).rowcount
    if moved:
        touch(connection, "derived")
    return moved


def drift(
    connection: sa.Connection, live: Live, entity: str, field: str, context: Context, limit: int = 20
) -> list[int]:
    """Records whose stored value is not what the expression says; for the self-check."""
    tables = BaseTables(live)
    joins = Joins(tables=tables)
    inner = live.tables[entity].alias()
    value = sql.compile(derivations(live).nodes[(entity, field)], tables, context, inner, joins)
    column = inner.c[live.model.entities[entity].fields[field].column]
    query = sa.select(inner.c.id).select_from(joins.apply(inner)).where(column.is_distinct_from(value)).limit(limit)
    return list(connection.scalars(query))


def _chunks(numbers: Iterable[int]) -> Iterable[list[int]]:
    ordered = sorted(numbers)
    return (ordered[at : at + CHUNK] for at in range(0, len(ordered), CHUNK))
