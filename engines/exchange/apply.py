"""A checked chunk written, in one transaction of its caller: stubs, new records, changes, lines, and a last look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from engines.exchange.check import Checked, Faults, Key, Seen, Share
from engines.exchange.compute import compute, own_fields
from engines.exchange.links import link, relink
from engines.exchange.plan import Plan, defaults
from engines.records import ledger
from engines.records.bulk import insert_columns, update_columns
from engines.records.climb import above_itself, trees
from engines.records.derive import recompute_all
from engines.records.history import Cause
from engines.records.number import follow_numbers, highest_numbers, take_numbers
from metamodel.entity import Validation
from metamodel.expressions.tables import Joins
from metamodel.issues import Issue
from metamodel.model import EntityModel

COUNTED = ("insert", "update", "unchanged", "skip", "stub", "lines_insert", "lines_update", "lines_skip")


class Redo(Exception):
    """Rows turned out wrong while they were written: nothing of the chunk is kept, the rest is tried again."""

    def __init__(self, wrong: Faults) -> None:
        super().__init__(f"{len(wrong)} rows")
        self.wrong = wrong


@dataclass(slots=True, kw_only=True)
class Written:
    """What a chunk came to, filled in on the way: counts, and the ids written by entity."""

    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTED, 0))
    new: dict[str, list[int]] = field(default_factory=dict)
    changed: dict[str, list[int]] = field(default_factory=dict)
    made: dict[Key, int] = field(default_factory=dict)


def apply(connection: sa.Connection, plan: Plan, checked: Checked, cause: Cause, seen: Seen) -> Written:
    """Write a chunk; `Redo` when rows of it can't stay."""
    written = Written()
    ids = _share(connection, plan, checked.main, cause, written, "")
    if checked.lines is not None:
        keys = checked.main.keys(plan.main.match)
        written.made = {keys[at]: number for at, number in ids.items()}
        parents = [ids.get(head, 0) if head >= 0 else -head for head in checked.parents]
        checked.lines.columns[plan.back] = [parent or None for parent in parents]
        _share(connection, plan, checked.lines, cause, written, "lines_")
    return written


def counted(checked: Checked) -> dict[str, int]:
    """What writing the chunk would come to; changes that change nothing aren't told apart."""
    main, lines = checked.main, checked.lines
    shares = (main,) if lines is None else (main, lines)
    counts = dict.fromkeys(COUNTED, 0)
    counts.update(insert=len(main.inserts), update=len(main.updates), skip=main.skipped)
    if lines is not None:
        counts.update(lines_insert=len(lines.inserts), lines_update=len(lines.updates), lines_skip=lines.skipped)
    counts["stub"] = len({(name, key) for share in shares for name in share.missing for key in share.missing[name]})
    return counts


def _share(
    connection: sa.Connection, plan: Plan, share: Share, cause: Cause, written: Written, prefix: str
) -> dict[int, int]:
    """Write one entity's share; the ids of the new records by their place in it."""
    entity = share.part.entity
    _stubs(connection, plan, share, cause, written)
    ids: dict[int, int] = {}
    if share.inserts:
        columns = _inserted(connection, plan, share)
        count = len(share.inserts)
        if entity.definition.balance is not None:
            accounts = columns.get(entity.definition.balance.account, ())
            ledger.hold(connection, plan.sight.live, entity, accounts)
        first = insert_columns(connection, plan.sight.live, entity, columns, count, cause)
        ids = dict(zip(share.inserts, range(first, first + count), strict=True))
        for item in share.part.links:
            cells = share.columns[item.name]
            wanted = {number: cells[at] for at, number in ids.items() if cells[at]}
            link(connection, plan.sight.live, entity, item, wanted)
        written.new.setdefault(entity.name, []).extend(ids.values())
        written.counts[f"{prefix}insert"] += count
    if share.updates:
        moved = _updated(connection, plan, share, cause)
        changed = list(dict.fromkeys([*moved, *_relinked(connection, plan, share, cause)]))
        written.changed.setdefault(entity.name, []).extend(changed)
        written.counts[f"{prefix}update"] += len(changed)
        if not prefix:
            written.counts["unchanged"] += len(share.updates) - len(changed)
    written.counts[f"{prefix}skip"] += share.skipped
    short = ledger.too_much(connection, plan.sight, entity, {number: share.rows[at] for at, number in ids.items()})
    if short:
        raise Redo(short)
    _last_look(connection, plan, share, ids)
    return ids


def _stubs(connection: sa.Connection, plan: Plan, share: Share, cause: Cause, written: Written) -> None:
    """Records of a key alone for keys nobody knew; rows that are not written make none."""
    writing = {*share.inserts, *(at for at, _ in share.updates)}
    for target in share.part.targets:
        missing = share.missing.get(target.item.name)
        if not missing or target.stub is None or target.references is None:
            continue
        wanted = {key: places for key, places in missing.items() if not writing.isdisjoint(places)}
        entity, name = target.stub, target.references.name
        # Another run may have made them since the look: those are used.
        target.references.resolve(connection, wanted)
        fresh = [key for key in wanted if key not in target.references.found]
        if fresh:
            columns: dict[str, Sequence[Any]] = {name: fresh}
            title = entity.fields.get(entity.title)
            if title is not None and title.name != name and title.definition.required:
                columns[title.name] = [str(key) for key in fresh]
            for other, value in defaults(plan.sight, entity, set(columns)).items():
                columns[other] = [value] * len(fresh)
            for item in entity.fields.values():
                if item.type.kind == "sequence" and item.name not in columns:
                    columns[item.name] = take_numbers(connection, entity, item, plan.sight.context.today, len(fresh))
            first = insert_columns(connection, plan.sight.live, entity, columns, len(fresh), cause)
            numbers = range(first, first + len(fresh))
            target.references.found.update(zip(fresh, numbers, strict=True))
            written.new.setdefault(entity.name, []).extend(numbers)
            written.counts["stub"] += len(fresh)
        values = share.columns[target.item.name]
        for key, places in wanted.items():
            for at in places:
                values[at] = target.references.found[key]


def _inserted(connection: sa.Connection, plan: Plan, share: Share) -> dict[str, Sequence[Any]]:
    positions, count = share.inserts, len(share.inserts)
    whole = count == len(share.rows)
    columns: dict[str, Sequence[Any]] = {
        name: cells if whole else [cells[at] for at in positions]
        for name, cells in share.columns.items()
        if share.part.entity.fields[name].storage == "column"
    }
    for name, value in share.part.given.items():
        columns[name] = [value] * count
    for item in share.part.sequences:
        given = columns.get(item.name, [None] * count)
        if item.name in columns:
            highest = highest_numbers(item, given, plan.sight.context.today)
            follow_numbers(connection, share.part.entity, item, highest)
        blank = [at for at, cell in enumerate(given) if cell is None]
        if blank:
            filled = list(given)
            numbers = take_numbers(connection, share.part.entity, item, plan.sight.context.today, len(blank))
            for at, number in zip(blank, numbers, strict=True):
                filled[at] = number
            columns[item.name] = filled
    own = own_fields(plan.sight.live, share.part.entity)
    columns.update(compute(own, columns, count, plan.sight.context))
    return columns


def _updated(connection: sa.Connection, plan: Plan, share: Share, cause: Cause) -> list[int]:
    """Change the records in which something differs; their ids."""
    part = share.part
    table = plan.sight.live.tables[part.entity.name]
    plain = [name for name in share.columns if part.entity.fields[name].storage == "column"]
    names = [name for name in plain if name not in part.match] + list(part.fixed)
    if not names:
        return []
    columns = [table.c[part.entity.fields[name].column] for name in names]
    lock = plan.sight.live.dialect == "postgresql"
    numbers = [number for _, number in share.updates]
    now: dict[int, tuple[Any, ...]] = {}
    for low in range(0, len(numbers), 500):
        query = sa.select(table.c.id, *columns).where(
            table.c.id.in_(numbers[low : low + 500]), table.c.deleted_at.is_(None)
        )
        for number, *values in connection.execute(query.with_for_update() if lock else query):
            now[number] = tuple(values)
    gone = {share.rows[at]: [Issue(code="exchange.not_there")] for at, number in share.updates if number not in now}
    if gone:
        raise Redo(gone)
    cells = [share.columns.get(name) for name in names]
    moved: list[int] = []
    after: list[tuple[Any, ...]] = []
    for at, number in share.updates:
        new = tuple(
            part.fixed[name] if column is None else column[at] for name, column in zip(names, cells, strict=True)
        )
        if new != now[number]:
            moved.append(number)
            after.append(new)
    if moved:
        for place, name in enumerate(names):
            item = part.entity.fields[name]
            if item.type.kind == "sequence":
                texts = [values[place] for values in after]
                follow_numbers(
                    connection, part.entity, item, highest_numbers(item, texts, plan.sight.context.today)
                )
        later = dict(zip(names, zip(*after, strict=True), strict=True))
        before = dict(zip(names, zip(*(now[number] for number in moved), strict=True), strict=True))
        update_columns(connection, plan.sight.live, part.entity, moved, later, before, cause)
    return moved


def _relinked(connection: sa.Connection, plan: Plan, share: Share, cause: Cause) -> list[int]:
    """Give the records other links; those in which something differs."""
    found: list[int] = []
    for item in share.part.links:
        wanted = {number: share.columns[item.name][at] or () for at, number in share.updates}
        found += relink(connection, plan.sight.live, share.part.entity, item, wanted, cause)
    return found


def _last_look(connection: sa.Connection, plan: Plan, share: Share, ids: Mapping[int, int]) -> None:
    """Conditions that records must meet hold for those written, computed fields included, and trees stay trees."""
    entity = share.part.entity
    pairs = [(number, at) for at, number in (*ids.items(), *share.updates)]
    rows = {number: share.rows[at] for number, at in pairs}
    moved = bool(share.updates)
    round_ = above_itself(connection, plan.sight.live, entity, rows, moved=moved) if rows and trees(entity) else {}
    if round_:
        labels = {name: entity.fields[name].definition.label for name in round_.values()}
        raise Redo(
            {
                rows[number]: [Issue(code="value.above_itself", path=(name,), arguments={"label": labels[name]})]
                for number, name in round_.items()
            }
        )
    rules = rules_of(entity)
    if not rules or not rows:
        return
    derived = [item.name for item in entity.fields.values() if item.derived]
    sight = plan.sight
    if derived and ids:
        low, high = min(ids.values()), max(ids.values())
        recompute_all(connection, sight.live, entity.name, derived, sight.context, low=low - 1, high=high)
    source = sight.live.tables[entity.name]
    joins = Joins(tables=sight.base)
    holds = [sight.condition(rule.condition, entity.name, source, joins, sight.base) for _, rule in rules]
    flags = [sa.case((condition, 1), else_=0) for condition in holds]
    wrong: Faults = {}
    numbers = sorted(rows)
    for at in range(0, len(numbers), 500):
        query = (
            sa.select(source.c.id, *flags)
            .select_from(joins.apply(source))
            .where(source.c.id.in_(numbers[at : at + 500]), sa.not_(sa.and_(*(flag == 1 for flag in flags))))
        )
        for number, *met in connection.execute(query):
            wrong[rows[number]] = [
                Issue(code="value.invalid", path=path, arguments={"message": rule.message})
                for (path, rule), fine in zip(rules, met, strict=True)
                if not fine
            ]
    if wrong:
        raise Redo(wrong)


def rules_of(entity: EntityModel) -> list[tuple[tuple[str, ...], Validation]]:
    """The conditions an entity's records must meet, each with its place."""
    own = [((item.name,), rule) for item in entity.fields.values() for rule in item.definition.validations]
    return [*own, *(((), rule) for rule in entity.definition.validations)]
