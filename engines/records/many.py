"""Many new records of one entity, checked as one is and written by few statements; settled once all are there.

What an import does for hundreds of thousands in chunks of its own, this does for hundreds within a transaction that
belongs to somebody else, with an entry of the change log for each, so that rules hear of every one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from engines.records import history
from engines.records.checks import clash
from engines.records.derive import Touched, refresh
from engines.records.history import Cause, Told
from engines.records.number import take_numbers
from engines.records.prepared import Many
from engines.records.sight import Sight
from engines.records.store import create, initial
from engines.records.values import Taken, take
from metamodel.definition import Json
from metamodel.errors import Invalid
from metamodel.expressions.tables import Joins
from metamodel.issues import Issue
from metamodel.model import EntityModel

#: numbers named in one statement
CHUNK = 500


def insert(
    connection: sa.Connection,
    sight: Sight,
    entity: EntityModel,
    rows: Sequence[Mapping[str, Json]],
    cause: Cause,
    touched: list[Touched],
) -> list[int]:
    """New records in the order of the rows; their numbers. What they touch is added to `touched`, which its caller
    settles once everything is there. Entities whose records must be looked at one by one are written so."""
    if not rows:
        return []
    grants = sight.policy.able(entity.name, "create")
    if entity.definition.balance is not None or grants is not None or not all(_plain(entity, row) for row in rows):
        return [create(connection, sight, entity, row, cause) for row in rows]
    sight.policy.require(entity, "create")
    taken = [take(sight.policy, entity, row, None, creating=True) for row in rows]
    for said, row in zip(taken, rows, strict=True):
        initial(sight, entity, said, row)
    _referred(connection, sight, entity, taken)
    issues = [issue.under(at) for at, said in enumerate(taken) for issue in said.issues]
    if issues:
        raise Invalid(issues)
    for item in entity.fields.values():
        blank = [said for said in taken if item.type.kind == "sequence" and said.columns.get(item.name) is None]
        numbers = take_numbers(connection, entity, item, sight.context.today, len(blank)) if blank else []
        for said, number in zip(blank, numbers, strict=True):
            said.columns[item.name] = number
    ids = _write(connection, sight, entity, taken, cause)
    for name in {name for said in taken for name in said.links}:
        pairs = sight.live.tables[f"{entity.name}:{entity.fields[name].definition.id}"]
        told = zip(ids, taken, strict=True)
        linked = [(number, target) for number, said in told for target in said.links.get(name, ())]
        Many(pairs, ("source_id", "target_id"), connection.dialect).run(connection, linked)
    _log(connection, sight, entity, ids, cause)
    touched += (Touched(entity=entity, number=number, action="create", fields=None, before={}) for number in ids)
    return ids


def settle(connection: sa.Connection, sight: Sight, touched: Sequence[Touched], cause: Cause) -> None:
    """Computed values of everything that new records move, and then every condition that they must meet."""
    refresh(connection, sight.live, touched, cause, sight.context)
    by_entity: dict[str, list[int]] = {}
    for item in touched:
        by_entity.setdefault(item.entity.name, []).append(item.number)
    for name, numbers in by_entity.items():
        _require_valid(connection, sight, sight.live.model.entities[name], numbers)


def _plain(entity: EntityModel, row: Mapping[str, Json]) -> bool:
    """Whether a row has neither lines nor files."""
    known = [entity.fields[name] for name in row if name in entity.fields]
    return not any(item.storage == "rows" or item.type.group == "file" for item in known)


def _referred(connection: sa.Connection, sight: Sight, entity: EntityModel, taken: Sequence[Taken]) -> None:
    """References must lead to records that are there; a statement for each entity that is referred to."""
    wanted: dict[str, dict[int, list[tuple[Taken, str]]]] = {}
    for said in taken:
        for name, value in said.columns.items():
            item = entity.fields[name]
            if value is None:
                continue
            if getattr(item.config, "targets", ()):
                target, _, number = value.rpartition(":")
                wanted.setdefault(target, {}).setdefault(int(number), []).append((said, name))
            elif item.expression_type.kind == "record":
                wanted.setdefault(item.expression_type.entity, {}).setdefault(int(value), []).append((said, name))
        for name, numbers in said.links.items():
            for number in numbers:
                wanted.setdefault(entity.fields[name].config.entity, {}).setdefault(number, []).append((said, name))
    for target, uses in wanted.items():
        source = sight.alias(target)
        shown = sight.visible(source, target)
        there: set[int] = set()
        numbers = sorted(uses)
        for low in range(0, len(numbers), CHUNK):
            query = sa.select(source.c.id).where(source.c.id.in_(numbers[low : low + CHUNK]))
            there.update(connection.scalars(query if shown is None else query.where(shown)))
        for number in uses.keys() - there:
            for said, name in uses[number]:
                label = entity.fields[name].definition.label
                said.issues.append(Issue(code="value.no_such_record", path=(name,), arguments={"label": label}))


def _write(
    connection: sa.Connection, sight: Sight, entity: EntityModel, taken: Sequence[Taken], cause: Cause
) -> list[int]:
    table = sight.live.tables[entity.name]
    ids = reserved(connection, table, len(taken))
    names = sorted({name for said in taken for name in said.columns})
    stamp = {"version": 1, "created_at": cause.at, "created_by": cause.by, "changed_at": cause.at,
             "changed_by": cause.by, "run_id": cause.run}
    columns = ("id", *(entity.fields[name].column for name in names), *stamp)
    rows = [
        (number, *(said.columns.get(name) for name in names), *stamp.values())
        for number, said in zip(ids, taken, strict=True)
    ]
    write = Many(table, columns, connection.dialect)
    try:
        with connection.begin_nested():
            write.run(connection, rows)
    except sa.exc.IntegrityError:
        # One of them clashes: told apart by writing them singly, which the refusal undoes.
        for at, (row, said) in enumerate(zip(rows, taken, strict=True)):
            try:
                write.run(connection, [row])
            except sa.exc.IntegrityError as error:
                raise clash(connection, sight, entity, said.columns, error, (at,)) from error
        raise
    return ids


def reserved(connection: sa.Connection, table: sa.Table, count: int) -> list[int]:
    """Ids that nobody else gets. PostgreSQL's sequence gives them without a lock; SQLite has one writer."""
    if connection.dialect.name == "sqlite":
        counted = sa.text("SELECT seq FROM sqlite_sequence WHERE name = :name")
        given = int(connection.execute(counted, {"name": table.name}).scalar() or 0)
        last = max(given, int(connection.scalar(sa.select(sa.func.max(table.c.id))) or 0))
        return list(range(last + 1, last + count + 1))
    query = sa.text("SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)")
    return sorted(connection.scalars(query, {"name": f'"{table.name}"', "count": count}))


def _log(connection: sa.Connection, sight: Sight, entity: EntityModel, ids: Sequence[int], cause: Cause) -> None:
    """An entry for each, told to whoever listens."""
    numbers = reserved(connection, history.change, len(ids))
    entries = [
        {"id": at, **history.entry(entity.name, number, "create", None, cause)}
        for at, number in zip(numbers, ids, strict=True)
    ]
    write = Many(history.change, tuple(entries[0]), connection.dialect)
    write.run(connection, [tuple(one.values()) for one in entries])
    if cause.told is not None:
        cause.told.extend(
            Told(entity=entity.name, number=number, action="create", fields={}, change=at)
            for at, number in zip(numbers, ids, strict=True)
        )


def _require_valid(connection: sa.Connection, sight: Sight, entity: EntityModel, numbers: Sequence[int]) -> None:
    """Every condition that records must meet is met by all of them."""
    rules = [((item.name,), rule) for item in entity.fields.values() for rule in item.definition.validations]
    places: list[tuple[tuple[str, ...], Any]] = [*rules, *(((), rule) for rule in entity.definition.validations)]
    if not places:
        return
    source = sight.live.tables[entity.name]
    joins = Joins(tables=sight.base)
    held = [sight.condition(rule.condition, entity.name, source, joins, sight.base) for _, rule in places]
    flags = [sa.case((condition, 1), else_=0) for condition in held]
    for low in range(0, len(numbers), CHUNK):
        query = (
            sa.select(source.c.id, *flags)
            .select_from(joins.apply(source))
            .where(source.c.id.in_(numbers[low : low + CHUNK]), sa.not_(sa.and_(*(flag == 1 for flag in flags))))
            .order_by(source.c.id)
        )
        row = connection.execute(query.limit(1)).first()
        if row is not None:
            at = numbers.index(row[0])
            raise Invalid(
                Issue(code="value.invalid", path=(at, *place), arguments={"message": rule.message})
                for (place, rule), holds in zip(places, row[1:], strict=True)
                if not holds
            )
