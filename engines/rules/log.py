"""What rules did and whether they are switched on: every firing with its reasons, and the memory of the clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from engines.database import EntityName, Identity, Instant, Json, platform, touch
from engines.records.history import change
from metamodel.definition import Json as JsonValue

#: the counter that says switches moved
COUNTER = "rules"
#: steps that are followed backwards
LONGEST_CHAIN = 50
#: few fail, and those are what people look for
FAILED_ONES = sa.text("state = 'failed'")

firing = sa.Table(
    "firing",
    platform,
    sa.Column("id", Identity, primary_key=True),
    sa.Column("application", sa.String(30), nullable=False),
    sa.Column("rule", sa.String(62), nullable=False),
    sa.Column("release", sa.BigInteger, nullable=False),
    sa.Column("entity", EntityName, nullable=False),
    sa.Column("record_id", sa.BigInteger, nullable=False),
    # What it fired for: a change of the log, a day, a time. A rule fires once for a record and a cause.
    sa.Column("cause", sa.String(80), nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("by_id", sa.BigInteger),
    sa.Column("depth", sa.Integer, nullable=False),
    sa.Column("trace", Json),
    sa.Column("error", sa.Text),
    sa.UniqueConstraint("application", "rule", "record_id", "cause", name="uq_firing_cause"),
    sa.Index("ix_firing_record", "entity", "record_id", "id"),
    sa.Index("ix_firing_rule", "application", "rule", "at", "id"),
    sa.Index("ix_firing_failed", "application", "id", sqlite_where=FAILED_ONES, postgresql_where=FAILED_ONES),
)

#: rows are only added: the newest of a rule holds, the others say who switched it when
rule_switch = sa.Table(
    "rule_switch",
    platform,
    sa.Column("id", Identity, primary_key=True),
    sa.Column("application", sa.String(30), nullable=False),
    sa.Column("rule", sa.String(62), nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("by_id", sa.BigInteger),
)

#: up to when the clock has looked at a rule, and the timetable it looked by; none when people switched it on since
rule_time = sa.Table(
    "rule_time",
    platform,
    sa.Column("application", sa.String(30), primary_key=True),
    sa.Column("rule", sa.String(62), primary_key=True),
    sa.Column("done_until", Instant, nullable=False),
    sa.Column("timetable", sa.String(64)),
)

#: whose turn it was last
rule_turn = sa.Table(
    "rule_turn",
    platform,
    sa.Column("application", sa.String(30), primary_key=True),
    sa.Column("rule", sa.String(62), primary_key=True),
    sa.Column("last", sa.BigInteger, nullable=False),
)


def switches(connection: sa.Connection) -> dict[tuple[str, str], bool]:
    """Rules that people switched on or off, by (application, rule id)."""
    newest = sa.select(sa.func.max(rule_switch.c.id)).group_by(rule_switch.c.application, rule_switch.c.rule)
    query = sa.select(rule_switch.c.application, rule_switch.c.rule, rule_switch.c.active).where(
        rule_switch.c.id.in_(newest)
    )
    return {(row.application, row.rule): bool(row.active) for row in connection.execute(query)}


def switch(
    connection: sa.Connection, application: str, rule: str, active: bool, *, by: int | None, at: datetime
) -> None:
    """Switch a rule on or off from now on; what the clock would have started while it was off is not made up for."""
    row = {"application": application, "rule": rule, "active": active, "at": at, "by_id": by}
    connection.execute(sa.insert(rule_switch).values(row))
    looked(connection, application, rule, at, None)
    touch(connection, COUNTER)


def looked(connection: sa.Connection, application: str, rule: str, until: datetime, timetable: str | None) -> None:
    """The clock has looked at a rule up to a moment."""
    row = {"application": application, "rule": rule, "done_until": until, "timetable": timetable}
    made = _insert(connection, rule_time).values(row)
    moved = {"done_until": until, "timetable": timetable}
    connection.execute(made.on_conflict_do_update(index_elements=["application", "rule"], set_=moved))


def begin(connection: sa.Connection, rows: Sequence[Mapping[str, Any]]) -> list[tuple[int, int]]:
    """Note firings that are about to happen; (record, firing) of those that are new. What fired for the same record
    and cause before is left out: that is what makes a rule fire once."""
    if not rows:
        return []
    keyed = {(row["application"], row["rule"], row["record_id"], row["cause"]): dict(row) for row in rows}
    made = (
        _insert(connection, firing)
        .values(list(keyed.values()))
        .on_conflict_do_nothing(index_elements=["application", "rule", "record_id", "cause"])
    )
    return [(row.record_id, row.id) for row in connection.execute(made.returning(firing.c.record_id, firing.c.id))]


def finish(connection: sa.Connection, number: int, state: str, trace: JsonValue, error: str | None = None) -> None:
    """What came of a firing."""
    values = {"state": state, "trace": trace, "error": error}
    connection.execute(sa.update(firing).where(firing.c.id == number).values(values))


def chain(connection: sa.Connection, number: int | None) -> list[tuple[str, str]]:
    """The rules of a firing and of those that led to it, (application, rule id), the last one first."""
    found: list[tuple[str, str]] = []
    while number is not None and len(found) < LONGEST_CHAIN:
        row = connection.execute(
            sa.select(firing.c.application, firing.c.rule, firing.c.cause).where(firing.c.id == number)
        ).one_or_none()
        if row is None:
            break
        found.append((row.application, row.rule))
        word, _, rest = row.cause.partition(":")
        number = None
        if word == "change":
            number = connection.scalar(sa.select(change.c.cause_id).where(change.c.id == int(rest)))
        elif word == "from":
            number = int(rest.partition(":")[0])
    return found


def _insert(connection: sa.Connection, table: sa.Table) -> Any:
    return (postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert)(table)
