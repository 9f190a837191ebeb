"""Answers kept: by the question, who asks, the release, and where the change log stands; so none is ever stale."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from engines.database import counter
from engines.records.history import change
from engines.records.sight import Sight
from engines.reports.query import Query
from engines.reports.resolve import resolve
from engines.reports.run import Result, answer
from metamodel.application import Application
from metamodel.definition import Json, dump
from metamodel.expressions.ast import Call, walk
from metamodel.report import Report

#: answers kept in a process; the one not asked for longest goes
MOST = 500
#: cells of an answer that is kept
MOST_CELLS = 50_000
#: entries of the log that writers under way may still put in before the last one
RECENT = 1_000
# Whoever writes to the log holds this lock from before their number until they commit.
STILL = sa.text(
    "NOT EXISTS (SELECT 1 FROM pg_locks WHERE mode = 'RowExclusiveLock' AND relation = CAST('change' AS regclass) "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))"
)
#: functions whose value moves with the clock
MOVING = frozenset({"NOW"})


@dataclass(slots=True, kw_only=True)
class Answers:
    """What is kept with a release, filled in as it is asked; another release begins anew."""

    kept: OrderedDict[Hashable, tuple[Hashable, Result]] = field(default_factory=OrderedDict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, key: Hashable, position: Hashable) -> Result | None:
        """An answer, if nothing was written since."""
        with self.lock:
            found = self.kept.get(key)
            if found is None or found[0] != position:
                return None
            self.kept.move_to_end(key)
            return found[1]

    def put(self, key: Hashable, position: Hashable, result: Result) -> None:
        """Keep an answer."""
        with self.lock:
            self.kept[key] = (position, result)
            self.kept.move_to_end(key)
            while len(self.kept) > MOST:
                self.kept.popitem(last=False)


def ask_kept(
    connection: sa.Connection,
    sight: Sight,
    application: Application,
    report: Report,
    filters: Mapping[str, Json],
    zone: str = "",
) -> Result:
    """The answer to a live report: the one kept if nothing was written since, else asked now."""
    answers = sight.live.once(("reports", "answers"), Answers)
    asked = json.dumps([dump(report), filters, zone], sort_keys=True, ensure_ascii=False, default=str)
    key = (sight.key, sight.actor.locale, application.name, sight.context.today, asked)
    # Before the question: what is written meanwhile makes the answer newer than its mark, never older.
    mark, settled = position(connection)
    found = answers.get(key, mark)
    if found is not None:
        return found
    query = resolve(sight, application, report, filters, zone)
    result, statements = answer(connection, sight, report, query)
    if settled and _kept_by_log(sight, query, statements) and len(result.rows) * len(result.columns) <= MOST_CELLS:
        answers.put(key, mark, result)
    return result


def position(connection: sa.Connection) -> tuple[Hashable, bool]:
    """Where the change log and the counters stand, and whether nobody is writing just now.

    On PostgreSQL a writer may take a number and commit after the next one: while any is under way nothing is kept, and
    the count of recent entries tells of one that came late. SQLite has one writer at a time."""
    last = sa.select(sa.func.coalesce(sa.func.max(change.c.id), 0)).scalar_subquery()
    recent = sa.select(sa.func.count()).select_from(change).where(change.c.id > last - RECENT).scalar_subquery()
    numbers = (
        sa.select(sa.func.sum(counter.c.number)).where(counter.c.name.in_(("derived", "principals"))).scalar_subquery()
    )
    if connection.dialect.name == "sqlite":
        return tuple(connection.execute(sa.select(last, numbers)).one()), True
    row = connection.execute(sa.select(last, recent, numbers, STILL)).one()
    return tuple(row[:3]), bool(row[3])


def _kept_by_log(sight: Sight, query: Query, statements: list[sa.ClauseElement]) -> bool:
    """Whether all that an answer was made of is in the change log, and does not move with the clock: records alone, no
    people, segments or deliveries, no comparison with a period that is not over."""
    known = set(sight.live.tables.values())
    for statement in statements:
        tables = {item for item in sa.sql.visitors.iterate(statement) if isinstance(item, sa.Table)}
        if not tables <= known:
            return False
    if any(item.aggregate == "previous" for item in query.measures):
        return False
    texts = [*query.filters, *(one.text for one in query.splits), *(one.text for one in query.measures)]
    texts += [one.filter for one in query.measures]
    conditions = sight.policy.conditions(query.entity.name, "read") or ()
    return not any(_moves(sight, text, query.entity.name) for text in (*texts, *conditions) if text)


def _moves(sight: Sight, text: str, entity: str) -> bool:
    node: Any = sight.check(text, entity, limited=False).ast
    return node is None or any(isinstance(each, Call) and each.name.upper() in MOVING for each in walk(node))
