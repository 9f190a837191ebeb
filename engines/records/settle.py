"""Derived values after many writes: what they reach, found by sets, and the steps that set it, each one transaction.

Whole tables where most of one is reached, single records where few are. Every step may be done twice.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa

from engines.records.climb import Derivations, height, ranked
from engines.records.derive import Among, back, derivations, recompute_all, recompute_some, relation_of
from engines.records.history import Cause, change
from engines.records.live import Live
from engines.records.sight import BaseTables
from engines.records.telling import telling, watched
from metamodel.expressions.context import Context
from metamodel.model import EntityModel

#: rows of one step over a table; on SQLite a third of a second of lock
CHUNK = 20_000
#: records of one step that are named one by one; each costs about twice a row of a whole table
SOME = 5_000
#: records named one by one before the whole table is cheaper to name
MOST = 50_000
#: share of a table from which all of it is set
SHARE = 0.4
Key = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One piece of setting derived values: fields of one entity of one rank, for ids in (low, high] or those named."""

    entity: str
    fields: tuple[str, ...]
    low: int = 0
    high: int = 0
    numbers: tuple[int, ...] = ()


@dataclass(slots=True, kw_only=True)
class Due:
    """Records of one entity, filled in step by step: all, those with ids in (low, high], and those named."""

    everything: bool = False
    low: int = 0
    high: int = 0
    numbers: set[int] = field(default_factory=set)

    def add(self, other: Due) -> None:
        """Also those of another; spans become one."""
        self.everything = self.everything or other.everything
        if other.high:
            self.low, self.high = (
                (min(self.low, other.low), max(self.high, other.high)) if self.high else (other.low, other.high)
            )
        self.numbers |= other.numbers
        if len(self.numbers) > MOST:
            self.everything = True
        if self.everything:
            self.numbers = set()

    def among(self) -> Iterable[Among]:
        """The conditions that find them by a column of ids."""
        if self.high:
            low, high = self.low, self.high
            yield lambda column: sa.and_(column > low, column <= high)
        ordered = sorted(self.numbers)
        for at in range(0, len(ordered), 500):
            yield _one_of(ordered[at : at + 500])


@dataclass(slots=True, kw_only=True)
class Deeds:
    """What was done to one entity, filled in while it is read: records that came or went, those changed by field, and
    what changed references point at, before and after."""

    whole: Due = field(default_factory=Due)
    changed: dict[str, Due] = field(default_factory=dict)
    held: dict[str, set[int]] = field(default_factory=dict)


def deeds_of(connection: sa.Connection, live: Live, run: int) -> dict[str, Deeds]:
    """What a run did, from its entries in the change log; entities that are gone since are left out."""
    found: dict[str, Deeds] = {}
    query = sa.select(change.c.entity, change.c.fields).where(change.c.run_id == run, change.c.action == "import")
    for name, told in connection.execute(query):
        low, high = (told or {}).get("ids", (1, 0))
        found.setdefault(name, Deeds()).whole.add(Due(low=low - 1, high=high))
    updates = (
        sa.select(change.c.entity, change.c.record_id, change.c.fields)
        .where(change.c.run_id == run, change.c.action == "update")
        .order_by(change.c.id)
    )
    rows = connection.execute(updates.limit(MOST + 1)).all()
    counted = sa.select(change.c.entity).where(change.c.run_id == run, change.c.action == "update").distinct()
    for name in connection.scalars(counted) if len(rows) > MOST else ():
        found.setdefault(name, Deeds()).whole.everything = True
    for name, number, fields in rows:
        entity = live.model.entities.get(name)
        deeds = found.setdefault(name, Deeds())
        if entity is not None and not deeds.whole.everything:
            note_change(deeds, entity, number, fields or {})
    return {name: deeds for name, deeds in found.items() if name in live.model.entities}


def note_change(deeds: Deeds, entity: EntityModel, number: int, fields: Mapping[str, Sequence[object]]) -> None:
    """Put down which fields of a record an entry of the log changed, and what its references held."""
    names = {item.definition.id: item for item in entity.fields.values()}
    for identity, values in fields.items():
        item = names.get(identity)
        if item is None:
            continue
        deeds.changed.setdefault(item.name, Due()).numbers.add(number)
        if item.expression_type.kind == "record":
            held = deeds.held.setdefault(item.name, set())
            held.update(value for value in values if isinstance(value, int))


def everything(names: Iterable[str]) -> dict[str, Deeds]:
    """As if every record of these entities had been written."""
    return {name: Deeds(whole=Due(everything=True)) for name in names}


def settling(
    connection: sa.Connection,
    live: Live,
    deeds: Mapping[str, Deeds],
    size: int = 0,
    done: Collection[Key] = (),
) -> list[Step]:
    """The steps that bring every value up to date which the deeds reach, in the order they need. `done` are fields
    of new records that were set when they were written."""
    # PostgreSQL has no lock on everything to give back soon, and groups a large table quicker once than in pieces.
    size = size or (CHUNK if connection.dialect.name == "sqlite" else CHUNK * 10)
    plan = derivations(live)
    due = reached(connection, live, plan, deeds, done)
    ranks = _ranks(plan, list(due))
    last = {name: _last(connection, live, name) for name in {*deeds, *(entity for entity, _ in due)}}
    if connection.dialect.name == "postgresql":
        # Without fresh statistics the planner takes a table just filled for an empty one.
        for name, one in deeds.items():
            if one.whole.everything or one.whole.high - one.whole.low > last[name] * 0.1:
                connection.exec_driver_sql(f'ANALYZE "{live.tables[name].name}"')
    steps: list[Step] = []
    for rank in _order(connection, live, plan, ranks):
        by_entity: dict[str, tuple[list[str], Due]] = {}
        for entity, name in sorted(due):
            if ranks[(entity, name)] == rank:
                fields, records = by_entity.setdefault(entity, ([], Due()))
                fields.append(name)
                records.add(due[(entity, name)])
        for entity, (fields, records) in by_entity.items():
            steps += _steps(entity, tuple(fields), records, last[entity], size)
    return steps


def _steps(entity: str, fields: tuple[str, ...], due: Due, last: int, size: int) -> Iterable[Step]:
    low, high = due.low, min(due.high, last)
    numbers = sorted(one for one in due.numbers if not low < one <= high)
    if due.everything or len(numbers) + max(0, high - low) > last * SHARE:
        low, high, numbers = 0, last, []
    for at in range(low, high, size):
        yield Step(entity=entity, fields=fields, low=at, high=min(at + size, high))
    for at in range(0, len(numbers), SOME):
        yield Step(entity=entity, fields=fields, numbers=tuple(numbers[at : at + SOME]))


def settle(connection: sa.Connection, live: Live, step: Step, context: Context) -> int:
    """Carry one step out; how many values moved."""
    if step.numbers:
        return len(recompute_some(connection, live, step.entity, step.fields, step.numbers, context))
    return recompute_all(
        connection, live, step.entity, step.fields, context, low=step.low, high=step.high, together=True
    )


def follow(
    connection: sa.Connection, live: Live, deeds: Mapping[str, Deeds], cause: Cause, context: Context
) -> None:
    """Bring up to date, in the caller's transaction, what reads values that were set otherwise; what rules listen to
    is told."""
    for step in settling(connection, live, deeds):
        listened = any(item.name in step.fields for item in watched(live).get(step.entity, ()))
        numbers: Sequence[int] = step.numbers
        if listened and cause.told is not None and not numbers:
            table = live.tables[step.entity]
            within = sa.and_(table.c.id > step.low, table.c.id <= step.high)
            numbers = list(connection.scalars(sa.select(table.c.id).where(within)))
        with telling(connection, live, step.entity, step.fields, numbers, cause):
            settle(connection, live, step, context)


def _last(connection: sa.Connection, live: Live, name: str) -> int:
    table = live.tables[name]
    return int(connection.execute(sa.select(sa.func.coalesce(sa.func.max(table.c.id), 0))).scalar_one())


def reached(
    connection: sa.Connection, live: Live, plan: Derivations, deeds: Mapping[str, Deeds], done: Collection[Key]
) -> dict[Key, Due]:
    """The records of each value of a plan that the deeds may move. Not asked is whether a value really moves on the
    way: a run that was broken off in the middle would find that nothing does."""
    due: dict[Key, Due] = {}
    for name, one in deeds.items():
        if not _nothing(one.whole):
            for key in plan.nodes:
                if key[0] == name and (one.whole.everything or key not in done):
                    due.setdefault(key, Due()).add(one.whole)
        for (entity, read), needs in plan.needs.items():
            if entity != name:
                continue
            for need in needs:
                own = need.owner == name and not need.path
                sources = [] if own else [one.whole]
                sources += [one.changed[read]] if read in one.changed else []
                target = due.setdefault((need.owner, need.field), Due())
                for source in sources:
                    target.add(_owners(connection, live, need.path, source))
                if need.path and read in one.held:
                    upper, step = need.path[-1]
                    relation = relation_of(live.model, upper, step)
                    if relation is not None and relation.way == "rows" and relation.via == read:
                        held = Due(numbers=set(one.held[read]))
                        target.add(_owners(connection, live, need.path[:-1], held))
    climbs = True
    while climbs:
        climbs = False
        for key in sorted(plan.nodes, key=lambda key: plan.ranks[key]):
            if key in due and not _nothing(due[key]):
                for need in plan.needs.get(key, ()):
                    target = due.setdefault((need.owner, need.field), Due())
                    known = (target.everything, target.low, target.high, len(target.numbers))
                    target.add(_owners(connection, live, need.path, due[key]))
                    # Up a tree the next level follows.
                    grown = known != (target.everything, target.low, target.high, len(target.numbers))
                    climbs = climbs or (grown and (need.owner, need.field) in plan.groups.get(key, ()))
    return {key: found for key, found in due.items() if not _nothing(found)}


def _nothing(due: Due) -> bool:
    return not (due.everything or due.high or due.numbers)


def _owners(connection: sa.Connection, live: Live, path: Sequence[Key], due: Due) -> Due:
    """The records from which those due are reached over the steps of a path."""
    tables = BaseTables(live)
    for entity, step in reversed(path):
        if due.everything or _nothing(due):
            return due
        found: set[int] = set()
        for among in due.among():
            found |= back(connection, live, tables, entity, step, among)
            if len(found) > MOST:
                return Due(everything=True)
        due = Due(numbers=found)
    return due


def _one_of(numbers: Sequence[int]) -> Among:
    return lambda column: column.in_(numbers)


def _ranks(plan: Derivations, wanted: Sequence[Key]) -> dict[Key, int]:
    """How many of the wanted fields each must wait for: what is right already is waited for by nobody."""
    return ranked(wanted, plan.needs, {key: plan.groups[key] & set(wanted) for key in wanted if key in plan.groups})


def _order(connection: sa.Connection, live: Live, plan: Derivations, ranks: Mapping[Key, int]) -> list[int]:
    """The ranks in the order of their steps: those of fields that climb a tree come once for each of its levels."""
    order = sorted(set(ranks.values()))
    for group in {plan.groups[key] for key in ranks if key in plan.groups}:
        own = [ranks[key] for key in group if key in ranks]
        levels = max(height(connection, live, name) for name in {entity for entity, _ in group})
        last = max(at for at, rank in enumerate(order) if rank == max(own))
        again = [rank for rank in order[: last + 1] if min(own) <= rank]
        order[last + 1 : last + 1] = again * levels
    return order
