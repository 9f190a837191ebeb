"""A template grows: its rows become records level by level, each level by a few statements, all in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

import sqlalchemy as sa

from engines.effects import Dated, Instantiate, Planned
from engines.records import many
from engines.records.derive import Touched
from engines.records.history import Cause
from engines.records.prepared import Many
from engines.records.sight import Sight
from engines.rules.look import Look
from engines.rules.template import MOST, chosen, chunks, rows_of, targets_of, template_of
from engines.rules.timetable import is_working_day
from engines.runtime.fitting import fitted
from metamodel.definition import Json
from metamodel.errors import Refused
from metamodel.expressions import moments
from metamodel.expressions.check import check
from metamodel.field_type import instant_text
from metamodel.issues import Issue
from metamodel.model import EntityModel

#: what parts a field from the word under which its days are asked for
DAYS = "\tdays"
#: days that a date is moved by at most: a hundred years
FARTHEST = 36_525


@dataclass(slots=True, kw_only=True)
class _Growth:
    """What has grown so far."""

    connection: sa.Connection
    sight: Sight
    cause: Cause
    started: str
    #: rows of templates met, made or not
    seen: int = 0
    #: (entity of the row, entity made) → row → the record that stands for it
    made: dict[tuple[str, str], dict[int, int]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    new: set[tuple[str, int]] = field(default_factory=set)
    had: int = 0
    left: int = 0
    touched: list[Touched] = field(default_factory=list)
    #: what has links to be drawn once everything is there: the branch, the entity of its rows, row → new record
    linking: list[tuple[Planned, EntityModel, dict[int, int]]] = field(default_factory=list)


def plant(connection: sa.Connection, sight: Sight, effect: Instantiate, cause: Cause) -> Json:
    """Make what is not there yet; how many of each entity were made, how many were there, and how many links lead
    outside of the template. Refused without a template, by an empty one, and by one that is too large."""
    number, template = chosen(sight, effect), template_of(sight, effect)
    source = sight.live.tables[effect.entity]
    if sight.live.dialect == "postgresql":
        # Two at once: the second sees what the first made.
        query = sa.select(source.c.id).where(source.c.id == effect.number)
        connection.execute(query.with_for_update(key_share=True))
    growth = _Growth(connection=connection, sight=sight, cause=cause, started=effect.entity)
    _grow(growth, effect.branches, template, [(number, effect.number)])
    if not growth.seen:
        raise Refused(Issue(code="template.empty", arguments={"label": template.definition.label}))
    for branch, rows, new in growth.linking:
        _link(growth, branch, rows, new)
    many.settle(connection, sight, growth.touched, cause)
    return {"template": number, "made": growth.counts, "had": growth.had, "left": growth.left}


def _grow(growth: _Growth, branches: Sequence[Planned], entity: EntityModel, pairs: Sequence[tuple[int, int]]) -> None:
    """The branches below some records: `pairs` are (row of the template, record that stands for it)."""
    model = growth.sight.live.model
    above = dict(pairs)
    for branch in branches:
        rows = rows_of(growth.connection, growth.sight, entity, branch.relation, above)
        growth.seen += len(rows)
        if growth.seen > MOST:
            raise Refused(Issue(code="template.too_large", arguments={"limit": MOST}))
        far, new = model.entities[entity.relations[branch.relation].entity], model.entities[branch.entity]
        known = _known(growth, branch, new, above.values())
        there = {(owner, row): known.get((above[owner], row if branch.origin else 0)) for owner, row in rows}
        growth.had += sum(number is not None for number in there.values())
        fresh = _met(growth, branch, far, [pair for pair, number in there.items() if number is None])
        numbers = _make(growth, branch, far, new, above, fresh)
        stands = {row: number for (_, row), number in there.items() if number} if branch.origin else {}
        made = {row: number for (_, row), number in zip(fresh, numbers, strict=True)}
        growth.made.setdefault((far.name, new.name), {}).update({**stands, **made})
        if branch.links and made:
            growth.linking.append((branch, far, made))
        _grow(growth, branch.branches, far, list({**stands, **made}.items()))


def _known(growth: _Growth, branch: Planned, new: EntityModel, parents: Iterable[int]) -> Mapping[tuple[int, int], int]:
    """Records that are there already, by (what they belong to, the row they stand for). Without a field that keeps the
    row any record of the entity stands for all of them, under the row 0."""
    table = growth.sight.live.tables[new.name]
    parent = table.c[new.fields[branch.parent].column]
    origin = table.c[new.fields[branch.origin].column] if branch.origin else sa.literal(0)
    found: dict[tuple[int, int], int] = {}
    for chunk in chunks(parents):
        query = sa.select(parent, origin, table.c.id).where(
            parent.in_(chunk), origin.is_not(None), table.c.deleted_at.is_(None)
        )
        for owner, row, number in growth.connection.execute(query):
            if (new.name, number) not in growth.new:  # those of another branch are no sign that this one was done
                found[(int(owner), int(row))] = int(number)
    return found


def _met(growth: _Growth, branch: Planned, far: EntityModel, pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Of some (owner, row) those whose row says what the record that started asks for."""
    if not branch.only or not pairs:
        return pairs
    look = Look(growth.sight, far, "", {str(at): text for at, (text, _) in enumerate(branch.only)})
    seen = {
        item.number: item.values
        for chunk in chunks(row for _, row in pairs)
        for item in look.at(growth.connection, chunk)
    }
    wanted = {
        str(at): (value, check(text, growth.sight.live.model, far.name).type.numeric)
        for at, (text, value) in enumerate(branch.only)
    }
    return [pair for pair in pairs if all(_same(seen[pair[1]][word], *said) for word, said in wanted.items())]


def _same(row: Json, record: Json, numeric: bool) -> bool:
    """Whether a row says what the record says: of numbers 5 and 5.00 are the same."""
    if not numeric or row is None or record is None:
        return bool(row == record)
    return Decimal(str(row)) == Decimal(str(record))


def _make(
    growth: _Growth,
    branch: Planned,
    far: EntityModel,
    new: EntityModel,
    above: Mapping[int, int],
    fresh: Sequence[tuple[int, int]],
) -> list[int]:
    """New records for some (owner, row); their numbers in that order."""
    if not fresh:
        return []
    told = {**branch.values, **{f"{item.field}{DAYS}": item.days for item in branch.dates if item.days}}
    look = Look(growth.sight, far, "", told)
    seen = {
        item.number: item.values
        for chunk in chunks(row for _, row in fresh)
        for item in look.at(growth.connection, chunk)
    }
    records = []
    for owner, row in fresh:
        values = {name: seen[row][name] for name in branch.values}
        values |= {**branch.given, branch.parent: above[owner]}
        values |= {item.field: _moved(growth.sight, new, item, seen[row]) for item in branch.dates}
        if branch.origin:
            values[branch.origin] = row
        records.append(fitted(new, values))
    growth.counts[new.name] = growth.counts.get(new.name, 0) + len(records)
    numbers = many.insert(growth.connection, growth.sight, new, records, growth.cause, growth.touched)
    growth.new |= {(new.name, number) for number in numbers}
    return numbers


def _moved(sight: Sight, new: EntityModel, item: Dated, values: Mapping[str, Json]) -> Json:
    """The day that a row's date falls on; blank where the day it counts from or its days are."""
    days = values[f"{item.field}{DAYS}"] if item.days else 0
    if item.since is None or days is None:
        return None
    count = int(Decimal(str(days)).to_integral_value(ROUND_HALF_UP))
    if abs(count) > FARTHEST:
        raise Refused(Issue(code="template.too_far", arguments={"limit": FARTHEST}))
    at: datetime | None = None
    if len(item.since) > 10:
        at = moments.wall(datetime.fromisoformat(item.since), sight.live.zone)
    day = _day(at.date() if at else date.fromisoformat(item.since[:10]), count, working=item.working)
    if new.fields[item.field].expression_type.kind == "date":
        return day.isoformat()
    wall = datetime.combine(day, at.time() if at else datetime.min.time())
    instant = moments.from_wall(wall, sight.live.zone)
    return instant_text(instant) if instant else None


def _day(start: date, count: int, *, working: bool) -> date:
    """So many days later, or earlier; of working days only those count."""
    if not working:
        return start + timedelta(days=count)
    day, left = start, abs(count)
    while left:
        day += timedelta(days=1 if count > 0 else -1)
        left -= is_working_day(day)
    return day


def _link(growth: _Growth, branch: Planned, rows: EntityModel, new: Mapping[int, int]) -> None:
    """References and links among the records of one growth, as their rows refer to one another."""
    model, connection = growth.sight.live.model, growth.connection
    entity = model.entities[branch.entity]
    for name, of in branch.links.items():
        reached, target = model.field(rows.name, of), model.field(entity.name, name)
        stands = growth.made.get((reached.target, target.target), {}) if reached and target else {}
        found = targets_of(connection, growth.sight, rows, of, new)
        ends = [(new[row], stands[end]) for row, ends in found.items() for end in ends if end in stands]
        growth.left += sum(map(len, found.values())) - len(ends)
        item = entity.fields[name]
        if item.storage == "links":
            pairs = growth.sight.live.tables[f"{entity.name}:{item.definition.id}"]
            Many(pairs, ("source_id", "target_id"), connection.dialect).run(connection, ends)
        else:
            table = growth.sight.live.tables[entity.name]
            changes = [(end, number) for number, end in dict(ends).items()]
            Many(table, (item.column,), connection.dialect, key="id").run(connection, changes)
