"""Membership kept: records looked at again enter or leave, by sets, and what came of it is written down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from engines.records.derive import Among
from engines.records.live import Live
from engines.records.membership import segment_move, segment_record, segment_state
from engines.records.sight import BaseTables
from engines.segments.plan import MARK, reading
from metamodel.expressions import sql
from metamodel.expressions.context import Context
from metamodel.expressions.tables import Joins

#: moves written with one statement
SOME = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A segment as it is kept."""

    number: int
    name: str
    meaning: str
    ready: bool
    count: int
    as_of: datetime
    looked_at: datetime
    checked: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A record that entered or left; the number tells this move from every other."""

    number: int
    segment: str
    record: int
    entered: bool


def states(connection: sa.Connection, live: Live) -> dict[str, State]:
    """Every segment that is kept, by its name in full; those that no release knows any more are left out."""
    names = {(name.partition(".")[0], item.id): name for name, item in live.model.segments.items()}
    found: dict[str, State] = {}
    for row in connection.execute(sa.select(segment_state)):
        name = names.get((row.application, row.segment))
        if name is not None:
            found[name] = _state(name, row)
    return found


def _state(name: str, row: Any) -> State:
    return State(
        number=row.id,
        name=name,
        meaning=row.meaning,
        ready=row.ready,
        count=row.count,
        as_of=row.as_of,
        looked_at=row.looked_at,
        checked=row.checked,
    )


def begin(connection: sa.Connection, live: Live, name: str, at: datetime) -> State:
    """The segment's row, made if there is none, and held until the end of the transaction: who looks at a segment
    looks alone, so that nobody writes what they saw before another's change."""
    segment = live.model.segments[name]
    home = name.partition(".")[0]
    insert: Any = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    row = {
        "application": home,
        "segment": segment.id,
        "meaning": "",
        "ready": False,
        "count": 0,
        "as_of": at,
        "looked_at": at,
    }
    connection.execute(insert(segment_state).values(row).on_conflict_do_nothing())
    query = sa.select(segment_state).where(
        segment_state.c.application == home, segment_state.c.segment == segment.id
    )
    return _state(name, connection.execute(query.with_for_update()).one())


def holding(
    live: Live, name: str, context: Context, among: Among | None = None, tables: BaseTables | None = None
) -> sa.Select[Any]:
    """The ids of the records for which a segment's condition holds, of those `among` finds."""
    segment = live.model.segments[name]
    source = live.tables[segment.entity].alias()
    joins = Joins(tables=tables or BaseTables(live))
    node = reading(live).plan.nodes[(segment.entity, MARK + name)]
    met = sql.condition(node, joins.tables, context, source, joins)
    where = [source.c.deleted_at.is_(None), met]
    if among is not None:
        where.append(among(source.c.id))
    return sa.select(source.c.id).select_from(joins.apply(source)).where(*where)


def keep(
    connection: sa.Connection, live: Live, state: State, context: Context, among: Among, *, quiet: bool
) -> list[Move]:
    """Look again at the records that `among` finds; who came and who went. A quiet look leaves no moves behind."""
    holds = holding(live, state.name, context, among)
    insert: Any = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    number, since = sa.literal(state.number, sa.BigInteger), sa.literal(context.now, segment_record.c.since.type)
    rows = sa.select(number, holds.subquery().c.id, since).where(sa.true())
    entering = insert(segment_record).from_select(["segment_id", "record_id", "since"], rows)
    came = connection.scalars(entering.on_conflict_do_nothing().returning(segment_record.c.record_id)).all()
    own = segment_record.c.segment_id == state.number
    leaving = sa.delete(segment_record).where(
        own, among(segment_record.c.record_id), segment_record.c.record_id.not_in(holds)
    )
    went = connection.scalars(leaving.returning(segment_record.c.record_id)).all()
    values = {"as_of": context.now, "count": segment_state.c.count + len(came) - len(went)}
    connection.execute(sa.update(segment_state).where(segment_state.c.id == state.number).values(values))
    if quiet:
        return []
    told = [(number, True) for number in came] + [(number, False) for number in went]
    return _noted(connection, state, told, context.now)


def _noted(connection: sa.Connection, state: State, told: Sequence[tuple[int, bool]], at: datetime) -> list[Move]:
    found: list[Move] = []
    columns = (segment_move.c.id, segment_move.c.record_id, segment_move.c.entered)
    for start in range(0, len(told), SOME):
        rows = [
            {"segment_id": state.number, "record_id": number, "entered": entered, "at": at}
            for number, entered in told[start : start + SOME]
        ]
        for row in connection.execute(sa.insert(segment_move).returning(*columns), rows):
            found.append(Move(number=row[0], segment=state.name, record=row[1], entered=bool(row[2])))
    return sorted(found, key=lambda move: move.number)


def drift(connection: sa.Connection, live: Live, state: State, context: Context) -> tuple[list[int], list[int]]:
    """The records that the condition holds for and that are missing, and those that are in it and should not be:
    the whole condition asked in SQL, without a lock."""
    holds = holding(live, state.name, context).subquery()
    own = segment_record.c.segment_id == state.number
    kept = sa.select(1).where(own, segment_record.c.record_id == holds.c.id).exists()
    missing = connection.scalars(sa.select(holds.c.id).where(~kept)).all()
    held = holding(live, state.name, context)
    extra = connection.scalars(
        sa.select(segment_record.c.record_id).where(own, segment_record.c.record_id.not_in(held))
    ).all()
    return list(missing), list(extra)


def looked(connection: sa.Connection, state: State, values: dict[str, Any]) -> None:
    """Note what a look at all records came to."""
    connection.execute(sa.update(segment_state).where(segment_state.c.id == state.number).values(values))


def forget(connection: sa.Connection, live: Live, limit: int) -> int:
    """Delete some of what is kept of segments that no release knows any more; how many rows."""
    known = {state.number for state in states(connection, live).values()}
    gone = [number for number in connection.scalars(sa.select(segment_state.c.id)) if number not in known]
    done = 0
    for number in gone:
        for table, key in ((segment_record, segment_record.c.record_id), (segment_move, segment_move.c.id)):
            some = sa.select(key).where(table.c.segment_id == number).limit(limit)
            where = (table.c.segment_id == number, key.in_(some))
            done += connection.execute(sa.delete(table).where(*where)).rowcount
        if not done:
            done += connection.execute(sa.delete(segment_state).where(segment_state.c.id == number)).rowcount
        if done:
            return done
    return done


def forget_moves(connection: sa.Connection, before: datetime) -> int:
    """Delete what is known of moves before a time."""
    return connection.execute(sa.delete(segment_move).where(segment_move.c.at < before)).rowcount
