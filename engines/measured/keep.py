"""Values of measure fields kept: how far each field is, answers written by sets, what stands still left alone."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from engines.database import touch
from engines.measured.ask import Answers, Row, Scope, rows, stored
from engines.measured.plan import Figure, Key, figures
from engines.measured.reach import touched
from engines.measured.tables import measure_frozen, measure_state
from engines.records.derive import Among
from engines.records.history import Told, change
from engines.records.live import Live
from engines.records.sight import Sight
from engines.records.values import stored_json
from engines.reports.cache import position

#: records whose entries in the log are looked up one by one; beyond them all of a field is looked at
SOME = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A measure field as it is kept."""

    number: int
    meaning: str
    mark: int
    stale: bool
    turn: int
    spent: int
    as_of: datetime
    failed: Any
    whole_at: datetime | None


def _state(row: Any) -> State:
    return State(
        number=row.id,
        meaning=row.meaning,
        mark=row.mark,
        stale=row.stale,
        turn=row.turn,
        spent=row.spent,
        as_of=row.as_of,
        failed=row.failed,
        whole_at=row.whole_at,
    )


def states(connection: sa.Connection, live: Live) -> dict[Key, State]:
    """Every measure field that is kept, by entity and name; those no release knows any more are left out."""
    names = {(key[0], figure.item.definition.id): key for key, figure in figures(live).items()}
    found = connection.execute(sa.select(measure_state))
    return {names[(row.entity, row.field)]: _state(row) for row in found if (row.entity, row.field) in names}


def begin(connection: sa.Connection, figure: Figure, at: datetime) -> State:
    """The field's row, made if there is none, and held until the end of the transaction: whoever writes or freezes
    values of a field does so alone."""
    insert: Any = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    row = {
        "entity": figure.entity.name,
        "field": figure.item.definition.id,
        "meaning": "",
        "mark": 0,
        "stale": True,
        "turn": 0,
        "spent": 0,
        "as_of": at,
    }
    connection.execute(insert(measure_state).values(row).on_conflict_do_nothing())
    query = sa.select(measure_state).where(
        measure_state.c.entity == figure.entity.name, measure_state.c.field == figure.item.definition.id
    )
    return _state(connection.execute(query.with_for_update()).one())


def log_position(connection: sa.Connection) -> tuple[int, bool]:
    """The last entry of the change log, and whether none with a smaller number can still come."""
    mark, settled = position(connection)
    return int(mark[0]), settled  # type: ignore[index]


def moved_since(connection: sa.Connection, mark: int) -> dict[str, int]:
    """The last entry of each entity that the log has beyond a mark."""
    query = sa.select(change.c.entity, sa.func.max(change.c.id)).where(change.c.id > mark).group_by(change.c.entity)
    return {row[0]: int(row[1]) for row in connection.execute(query)}


def scope_of(connection: sa.Connection, sight: Sight, figure: Figure, state: State) -> Scope | None:
    """What may have moved since the field's mark, as the log tells; None where all of it may."""
    if state.stale or state.meaning != figure.meaning:
        return None
    moved = moved_since(connection, state.mark).keys() & figure.reads
    if moved & figure.inputs:
        return None
    numbers: list[int] = []
    if figure.entity.name in moved:
        query = (
            sa.select(change.c.record_id)
            .where(change.c.id > state.mark, change.c.entity == figure.entity.name)
            .distinct()
            .limit(SOME + 1)
        )
        numbers = list(connection.scalars(query))
        if None in numbers or len(numbers) > SOME:
            return None
    origins = [at for at, origin in enumerate(figure.origins) if origin.reads & moved]
    answers = touched(connection, sight, figure, state.mark, origins) if origins else {}
    return Scope(origins=answers, numbers=frozenset(numbers))


def write(
    connection: sa.Connection,
    sight: Sight,
    figure: Figure,
    answers: Answers,
    among: Among | None,
    at: datetime,
    scope: Scope | None = None,
) -> list[Told]:
    """Write the answers into the records that ask for them now, where they differ, and settle those whose field says
    so; what moved. A question nobody answered yet is left as it is: its record was written meanwhile, and the next
    turn finds it."""
    moved: list[tuple[Row, Any]] = []
    settled: list[Row] = []
    freed: list[int] = []
    for row in rows(connection, sight, figure, among, scope=scope):
        if row.question is not None and row.question not in answers:
            continue
        value = stored(figure, answers[row.question]) if row.question is not None else None
        if value != row.value:
            moved.append((row, value))
        if row.ends:
            settled.append(row)
        elif row.how:
            freed.append(row.number)
    set_values(connection, sight.live, figure, {row.number: value for row, value in moved})
    thaw(connection, figure, freed)
    _settle(connection, figure, [row.number for row in settled], at)
    item = figure.item
    return [
        Told(
            entity=figure.entity.name,
            number=row.number,
            action="derive",
            fields={item.definition.id: [stored_json(item, row.value), stored_json(item, value)]},
            change=0,
        )
        for row, value in moved
    ]


def set_values(connection: sa.Connection, live: Live, figure: Figure, values: Mapping[int, Any]) -> None:
    """Stored values into the column; a derived value moves no version, and the log tells nothing of it."""
    if not values:
        return
    table = live.tables[figure.entity.name]
    column = table.c[figure.item.column]
    statement = (
        sa.update(table)
        .where(table.c.id == sa.bindparam("the_id"))
        .values({column.name: sa.bindparam("the_value", type_=column.type)})
    )
    connection.execute(statement, [{"the_id": number, "the_value": value} for number, value in values.items()])
    touch(connection, "derived")


def _settle(connection: sa.Connection, figure: Figure, numbers: Sequence[int], at: datetime) -> None:
    if numbers:
        row = {"entity": figure.entity.name, "field": figure.item.definition.id, "how": "until", "taken_at": at}
        insert: Any = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
        made = [{**row, "record_id": number} for number in numbers]
        connection.execute(insert(measure_frozen).on_conflict_do_nothing(), made)


def thaw(connection: sa.Connection, figure: Figure, numbers: Collection[int]) -> int:
    """Let values move again; how many stood still."""
    done = 0
    ordered = sorted(numbers)
    for start in range(0, len(ordered), SOME):
        where = (
            measure_frozen.c.entity == figure.entity.name,
            measure_frozen.c.field == figure.item.definition.id,
            measure_frozen.c.record_id.in_(ordered[start : start + SOME]),
        )
        done += connection.execute(sa.delete(measure_frozen).where(*where)).rowcount
    return done


def unfrozen(connection: sa.Connection, figure: Figure) -> None:
    """Values of a field move again, which the log does not tell of."""
    where = (measure_state.c.entity == figure.entity.name, measure_state.c.field == figure.item.definition.id)
    connection.execute(sa.update(measure_state).where(*where).values(stale=True))


def looked(connection: sa.Connection, state: State, values: Mapping[str, Any]) -> None:
    """Note what a turn came to."""
    told = {**values, "turn": measure_state.c.turn + 1}
    connection.execute(sa.update(measure_state).where(measure_state.c.id == state.number).values(told))


def unsettle(connection: sa.Connection, live: Live, keys: Collection[Key]) -> None:
    """What is measured from fields that have moved is due, though the log tells nothing of it."""
    for key in keys:
        unfrozen(connection, figures(live)[key])


def run_over(connection: sa.Connection, live: Live, run: int) -> None:
    """Computed values that follow a run are set after its entries in the log: what reads what it wrote is due."""
    wrote = set(connection.scalars(sa.select(change.c.entity).where(change.c.run_id == run).distinct()))
    unsettle(connection, live, [key for key, figure in figures(live).items() if figure.reads & wrote])


def forget(connection: sa.Connection, live: Live) -> None:
    """Drop what is kept of fields that no release knows any more; frozen values stay with their records."""
    known = {state.number for state in states(connection, live).values()}
    gone = [number for number in connection.scalars(sa.select(measure_state.c.id)) if number not in known]
    if gone:
        connection.execute(sa.delete(measure_state).where(measure_state.c.id.in_(gone)))
