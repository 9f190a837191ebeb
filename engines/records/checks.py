"""What must hold around a write: references lead somewhere, grants cover the row, values are unique, conditions met."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from engines.access.policy import Action, Held
from engines.records.prepared import Prepared
from engines.records.sight import Sight
from metamodel.entity import Validation
from metamodel.errors import Conflict, Invalid, NotFound
from metamodel.expressions.tables import Joins
from metamodel.issues import Issue, Step
from metamodel.model import EntityModel


def existing(connection: sa.Connection, sight: Sight, wanted: Sequence[tuple[str, str, list[int]]]) -> list[str]:
    """Of (field, entity, ids), the fields some of whose records are not there for this actor; one statement."""
    if not wanted:
        return []
    shape = tuple((target, len(numbers)) for _, target, numbers in wanted)
    key = ("existing", sight.key, sight.context.today, shape)
    prepared = sight.live.once(key, lambda: Prepared(_existing(sight, shape), connection.dialect))
    given = {f"at_{at}_{index}": number for at, (_, _, numbers) in enumerate(wanted)
             for index, number in enumerate(numbers)}
    counts = prepared.rows(connection, given)[0]
    return [name for (name, _, numbers), found in zip(wanted, counts, strict=True) if found != len(set(numbers))]


def _existing(sight: Sight, shape: Sequence[tuple[str, int]]) -> sa.Select[Any]:
    columns = []
    for at, (target, count) in enumerate(shape):
        source = sight.alias(target)
        numbers = [sa.bindparam(f"at_{at}_{index}", 0, type_=sa.BigInteger) for index in range(count)]
        query = sa.select(sa.func.count()).select_from(source).where(sa.or_(*(source.c.id == one for one in numbers)))
        shown = sight.visible(source, target)
        columns.append((query if shown is None else query.where(shown)).scalar_subquery().label(f"found_{at}"))
    return sa.select(*columns)


def covering(
    connection: sa.Connection, sight: Sight, entity: EntityModel, number: int, action: Action
) -> tuple[Held, ...] | None:
    """The grants that let the actor do something with one record; None for an administrator, () for none."""
    grants = sight.policy.able(entity.name, action)
    if grants is None or not any(held.condition for held in grants):
        return grants
    key = ("covering", sight.key, sight.context.today, entity.name, action)
    prepared = sight.live.once(key, lambda: Prepared(_covering(sight, entity, grants), connection.dialect))
    row = next(iter(prepared.rows(connection, {"the_id": number})), None)
    if row is None:
        return ()
    return tuple(held for held, holds in zip(grants, row, strict=True) if holds)


def _covering(sight: Sight, entity: EntityModel, grants: Sequence[Held]) -> sa.Select[Any]:
    source = sight.live.tables[entity.name]
    joins = Joins(tables=sight.base)
    flags = [
        sa.case((sight.condition(held.condition, entity.name, source, joins, sight.base), 1), else_=0)
        if held.condition
        else sa.literal(1)
        for held in grants
    ]
    where = source.c.id == sa.bindparam("the_id", 0, type_=sa.BigInteger)
    return sa.select(*flags).select_from(joins.apply(source)).where(where)


def clash(
    connection: sa.Connection,
    sight: Sight,
    entity: EntityModel,
    values: Mapping[str, Any],
    error: sa.exc.IntegrityError,
    path: tuple[Step, ...],
    number: int = 0,
    *,
    code: str = "value.not_unique",
) -> Invalid | Conflict:
    """Which field a unique index refused, in words; whatever else broke is a bug and stays an IntegrityError."""
    said = str(error.orig)
    for item in entity.fields.values():
        if item.definition.unique and item.name in values and item.column in said:
            shown = item.type.dump(item.config, values[item.name]) if values[item.name] is not None else ""
            issue = Issue(
                code=code, path=(*path, item.name), arguments={"label": item.definition.label, "found": shown}
            )
            return Invalid(issue) if code == "value.not_unique" else Conflict(issue)
    for index in entity.definition.indexes:
        items = [entity.fields[name] for name in index.fields if name in entity.fields]
        if index.unique and all(item.column in said for item in items):
            labels = [item.definition.label for item in items]
            # What is not in hand, and what would only be a number, is not said.
            issue = Issue(code="value.not_unique_together", path=(*path, index.fields[0]), arguments={"label": labels})
            value = values.get(items[0].name) if len(items) == 1 else None
            if value is not None and items[0].expression_type.kind != "record":
                shown = items[0].type.dump(items[0].config, value)
                issue = replace(issue, code="value.not_unique", arguments={"label": labels, "found": shown})
            return Invalid(issue)
    raise error


def require_valid(
    connection: sa.Connection, sight: Sight, entity: EntityModel, number: int, path: tuple[Step, ...]
) -> None:
    """Every condition that records must meet is met, computed after the write and before the commit; one statement."""
    rules: list[tuple[tuple[Step, ...], Validation]] = [
        ((item.name,), rule) for item in entity.fields.values() for rule in item.definition.validations
    ]
    rules += [((), rule) for rule in entity.definition.validations]
    if not rules:
        return
    source = sight.live.tables[entity.name]
    joins = Joins(tables=sight.base)
    flags = [
        sa.case((sight.condition(rule.condition, entity.name, source, joins, sight.base), 1), else_=0)
        for _, rule in rules
    ]
    row = connection.execute(sa.select(*flags).select_from(joins.apply(source)).where(source.c.id == number)).one()
    wrong = [
        Issue(code="value.invalid", path=(*path, *place), arguments={"message": rule.message})
        for (place, rule), holds in zip(rules, row, strict=True)
        if not holds
    ]
    if wrong:
        raise Invalid(wrong)


def held_row(connection: sa.Connection, sight: Sight, entity: EntityModel, number: int) -> Mapping[str, Any]:
    """The row as it is, held until the transaction ends."""
    table = sight.live.tables[entity.name]
    query = sa.select(table).where(table.c.id == number, table.c.deleted_at.is_(None))
    if sight.live.dialect == "postgresql":
        query = query.with_for_update()
    row = connection.execute(query).mappings().first()
    if row is None:
        raise NotFound(Issue(code="record.missing"))
    return dict(row)
