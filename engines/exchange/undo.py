"""A run taken back: its new records go to the bin, what it changed comes back from the history.

Where somebody has changed or used records since, it says which, and does nothing or leaves those alone, as it is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engines.database import Workspace
from engines.exchange.links import relink
from engines.exchange.run import Import, SightOf, Tell, load_import, save_import
from engines.records import history, ledger
from engines.records.bulk import CHUNK, update_columns
from engines.records.history import Cause, change
from engines.records.live import Live
from engines.records.settle import deeds_of, settle, settling
from engines.records.shape import label_column
from engines.records.sight import Sight
from metamodel.errors import Conflict, Refused
from metamodel.issues import Issue
from metamodel.model import EntityModel, FieldModel

#: records told by name
TOLD = 5
#: records looked at in one statement
SOME = 5_000
Select = sa.Select[Any]


def undo_run(
    workspace: Workspace,
    sight_of: SightOf,
    number: int,
    *,
    keep_changed: bool,
    by: int | None,
    now: datetime,
    tell: Tell,
) -> Mapping[str, int]:
    """Take a run back; how many records went, came back, and were kept because they were changed or used since."""
    with workspace.read() as connection:
        found = load_import(connection, number)
        if found.state not in ("done", "cancelled", "failed"):
            raise Conflict(Issue(code="exchange.not_ended"))
        sight = sight_of(connection)
        touched = _touched(connection, number)
        reasons, kept = _standing(connection, sight, touched, number)
    if reasons and not keep_changed:
        raise Refused(reasons)
    cause = Cause(at=now, by=by, run=number)
    counts = {"removed": 0, "restored": 0, "kept": sum(map(len, kept.values()))}
    for name in touched:
        entity = sight.live.model.entities[name]
        spared = kept.get(name, set())
        counts["restored"] += _bring_back(workspace, sight.live, entity, number, spared, cause)
    for name in touched:
        entity = sight.live.model.entities[name]
        removed, held = _remove(workspace, sight, entity, number, kept.get(name, set()), cause, tell)
        counts["removed"] += removed
        counts["kept"] += held
    _finish(workspace, sight_of, found, counts)
    return counts


def _touched(connection: sa.Connection, number: int) -> list[str]:
    query = sa.select(change.c.entity).where(change.c.run_id == number).distinct()
    return sorted(connection.scalars(query))


def _standing(
    connection: sa.Connection, sight: Sight, touched: Sequence[str], number: int
) -> tuple[list[Issue], dict[str, set[int]]]:
    """Why some records can't be taken back, and which they are."""
    issues: list[Issue] = []
    kept: dict[str, set[int]] = {}
    for name in touched:
        entity = sight.live.model.entities[name]
        table = sight.live.tables[name]
        changed = set(connection.scalars(_changed_since(name, table, number)))
        if changed:
            issues.append(_told(connection, sight, entity, changed, "exchange.changed_since", {}))
            kept.setdefault(name, set()).update(changed)
        for other, item in referring(sight, name):
            far = sight.live.tables[other.name].alias()
            column = far.c[item.column]
            query = (
                sa.select(table.c.id)
                .join(far, column == table.c.id)
                .where(
                    table.c.run_id == number,
                    table.c.deleted_at.is_(None),
                    far.c.deleted_at.is_(None),
                    far.c.run_id.is_distinct_from(number),
                    # What the run itself made refer to it will not any more.
                    far.c.id.not_in(_updated(other.name, number)),
                )
            )
            used = set(connection.scalars(query.distinct()))
            if used:
                label = {"label": other.definition.label}
                issues.append(_told(connection, sight, entity, used, "exchange.used_since", label))
                kept.setdefault(name, set()).update(used)
    # What a kept record needs is kept too: the record its lines belong to, the records it refers to.
    waiting = [(name, set(numbers)) for name, numbers in kept.items()]
    while waiting:
        name, numbers = waiting.pop()
        for item in sight.live.model.entities[name].fields.values():
            target = getattr(item.config, "entity", "")
            if item.type.kind != "reference" or item.storage != "column" or target not in touched:
                continue
            table, far = sight.live.tables[name], sight.live.tables[target].alias()
            needed: set[int] = set()
            for some in _some(sorted(numbers)):
                query = sa.select(far.c.id).join(table, table.c[item.column] == far.c.id)
                needed.update(connection.scalars(query.where(table.c.id.in_(some), far.c.run_id == number)))
            fresh = needed - kept.get(target, set())
            if fresh:
                kept.setdefault(target, set()).update(fresh)
                waiting.append((target, fresh))
    return issues, kept


def _updated(name: str, number: int) -> Select:
    return sa.select(change.c.record_id).where(
        change.c.entity == name, change.c.run_id == number, change.c.action == "update"
    )


def _changed_since(name: str, table: sa.Table, number: int) -> Select:
    """Records of the run with a later entry by somebody else."""
    own = sa.select(table.c.id).where(table.c.run_id == number, table.c.version > 1, table.c.deleted_at.is_(None))
    mine = change.alias()
    first = (
        sa.select(mine.c.record_id, sa.func.min(mine.c.id).label("entry"))
        .where(mine.c.entity == name, mine.c.run_id == number, mine.c.action == "update")
        .group_by(mine.c.record_id)
        .subquery()
    )
    later = (
        sa.select(change.c.record_id)
        .outerjoin(first, first.c.record_id == change.c.record_id)
        .where(
            change.c.entity == name,
            change.c.run_id.is_distinct_from(number),
            change.c.action.in_(("update", "delete", "restore")),
            sa.or_(change.c.id > first.c.entry, change.c.record_id.in_(own)),
        )
    )
    return later.distinct()


def referring(sight: Sight, name: str) -> Iterable[tuple[EntityModel, FieldModel]]:
    """The reference fields that lead to an entity."""
    for other in sight.live.model.entities.values():
        for item in other.fields.values():
            if item.type.kind == "reference" and item.storage == "column" and item.config.entity == name:
                yield other, item


def _told(
    connection: sa.Connection, sight: Sight, entity: EntityModel, numbers: set[int], code: str, more: dict[str, Any]
) -> Issue:
    source = sight.live.tables[entity.name]
    query = sa.select(label_column(sight, source, entity.name)).where(source.c.id.in_(sorted(numbers)[:TOLD]))
    examples = [str(label) for label in connection.scalars(query.order_by(source.c.id))]
    return Issue(code=code, path=(entity.name,), arguments={"count": len(numbers), "examples": examples, **more})


def _some(numbers: Sequence[int]) -> Iterable[list[int]]:
    return (list(numbers[at : at + 500]) for at in range(0, len(numbers), 500))


def _bring_back(
    workspace: Workspace, live: Live, entity: EntityModel, number: int, kept: set[int], cause: Cause
) -> int:
    """The values that the run's updates found, put back."""
    by_id = {item.definition.id: item for item in entity.fields.values()}
    count, last = 0, 0
    while True:
        with workspace.write() as connection:
            query = (
                sa.select(change.c.id, change.c.record_id, change.c.fields)
                .where(change.c.entity == entity.name, change.c.run_id == number, change.c.action == "update")
                .where(change.c.id > last)
                .order_by(change.c.id)
                .limit(SOME)
            )
            rows = connection.execute(query).all()
            if not rows:
                return count
            last = rows[-1].id
            groups: dict[tuple[str, ...], dict[int, dict[str, Any]]] = {}
            for row in rows:
                if row.record_id not in kept:
                    fields = {name: pair[0] for name, pair in (row.fields or {}).items() if name in by_id}
                    groups.setdefault(tuple(sorted(fields)), {}).setdefault(row.record_id, fields)
            back: set[int] = set()
            for ids, records in groups.items():
                back |= _put_back(connection, live, entity, [by_id[one] for one in ids], records, cause)
            count += len(back)


def _put_back(
    connection: sa.Connection,
    live: Live,
    entity: EntityModel,
    items: list[FieldModel],
    records: Mapping[int, Mapping[str, Any]],
    cause: Cause,
) -> set[int]:
    table = live.tables[entity.name]
    back: set[int] = set()
    for item in [item for item in items if item.storage == "links"]:
        wanted = {number: before[item.definition.id] for number, before in records.items()}
        back.update(relink(connection, live, entity, item, wanted, cause, "undo"))
    items = [item for item in items if item.storage == "column"]
    columns = [table.c[item.column] for item in items]
    now: dict[int, Sequence[Any]] = {}
    for some in _some(list(records)):
        # What was put back before, or made by this run, is not touched.
        query = sa.select(table.c.id, *columns).where(table.c.id.in_(some), table.c.deleted_at.is_(None))
        for number, *values in connection.execute(query.where(table.c.run_id.is_distinct_from(cause.run))):
            now[number] = values
    numbers, old = [], []
    for number, before in records.items():
        if number in now:
            values = [_stored(item, before[item.definition.id]) for item in items]
            if list(now[number]) != values:
                numbers.append(number)
                old.append(values)
    if not numbers or not items:
        return back
    names = [item.name for item in items]
    later = dict(zip(names, zip(*old, strict=True), strict=True))
    before_ = dict(zip(names, zip(*(now[number] for number in numbers), strict=True), strict=True))
    update_columns(connection, live, entity, numbers, later, before_, cause, action="undo")
    return back | set(numbers)


def _stored(item: FieldModel, value: Any) -> Any:
    return None if value is None else item.type.coerce(item.config, value)


def _remove(
    workspace: Workspace,
    sight: Sight,
    entity: EntityModel,
    number: int,
    kept: set[int],
    cause: Cause,
    tell: Callable[[int, int | None, str], None],
) -> tuple[int, int]:
    """The run's new records, moved to the bin; how many, and how many stay because what they booked is spent."""
    table = sight.live.tables[entity.name]
    count = last = held = 0
    while True:
        with workspace.write() as connection:
            query = (
                sa.select(table.c.id)
                .where(table.c.run_id == number, table.c.deleted_at.is_(None), table.c.id > last)
                .order_by(table.c.id)
                .limit(CHUNK)
            )
            numbers = list(connection.scalars(query))
            if not numbers:
                return count, held
            last = numbers[-1]
            _hold_accounts(connection, sight, entity, numbers)
            gone = (
                sa.update(table)
                .where(table.c.run_id == number, table.c.deleted_at.is_(None))
                .where(table.c.id.between(numbers[0], last))
                .values(deleted_at=cause.at, version=table.c.version + 1, changed_at=cause.at, changed_by=cause.by)
            )
            if spared := [one for one in numbers if one in kept]:
                gone = gone.where(table.c.id.not_in(spared))
            connection.execute(gone)
            spent = _spent(connection, sight, entity, numbers, cause)
            spared = sorted({*spared, *spent})
            held += len(spent)
            told: dict[str, list[int]] = {"ids": [numbers[0], last], **({"kept": spared} if spared else {})}
            history.record(connection, entity.name, None, "undo", told, cause)
            count += len(numbers) - len(spared)
        tell(count, None, "undo")


def _hold_accounts(connection: sa.Connection, sight: Sight, entity: EntityModel, numbers: list[int]) -> None:
    balance = entity.definition.balance
    if balance is not None:
        table = sight.live.tables[entity.name]
        column = table.c[entity.fields[balance.account].column]
        between = table.c.id.between(numbers[0], numbers[-1])
        ledger.hold(connection, sight.live, entity, connection.scalars(sa.select(column).where(between).distinct()))


def _spent(
    connection: sa.Connection, sight: Sight, entity: EntityModel, numbers: list[int], cause: Cause
) -> set[int]:
    """Entries whose account would be below its floor without them: back where they were."""
    balance = entity.definition.balance
    if balance is None or not balance.floor:
        return set()
    short = ledger.overdrawn(connection, sight, entity, numbers)
    table = sight.live.tables[entity.name]
    account = table.c[entity.fields[balance.account].column]
    back: set[int] = set()
    for some in _some(list(short)):
        stays = (
            sa.update(table)
            .where(table.c.id.between(numbers[0], numbers[-1]), table.c.deleted_at == cause.at, account.in_(some))
            .values(deleted_at=None)
        )
        back.update(connection.scalars(stays.returning(table.c.id)))
    return back


def _finish(
    workspace: Workspace, sight_of: SightOf, found: Import, counts: Mapping[str, int]
) -> None:
    with workspace.write() as connection:
        sight = sight_of(connection)
        steps = settling(connection, sight.live, deeds_of(connection, sight.live, found.number))
    for step in steps:
        with workspace.write() as connection:
            settle(connection, sight.live, step, sight.context)
    with workspace.write() as connection:
        found.counts |= counts
        save_import(connection, found, state="undone")
