"""Decision tables asked: a draft tried on a record or on values, how many records each row decides, a live table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import sqlalchemy as sa

from engines.catalog import CATALOG
from engines.database import time_limit
from engines.publisher.proposal import proposed
from engines.records.query import entity_of, one
from engines.records.sight import BaseTables, Sight
from metamodel.decision_table import DecisionTable
from metamodel.decisions.checks import checked
from metamodel.decisions.compiled import CompiledTable, compile_table
from metamodel.decisions.expression import condition, row_of
from metamodel.decisions.outcome import Outcome, to_json
from metamodel.decisions.plan import Plan
from metamodel.decisions.trial import Facts, Trial, asked, attempt, explain, facts
from metamodel.definition import Json, load
from metamodel.errors import Forbidden, Invalid, NotFound
from metamodel.expressions import moments, sql
from metamodel.expressions.ast import Aggregate, Call, Convert, Literal, Node, Ref, walk
from metamodel.expressions.context import Context, context_at
from metamodel.expressions.scope import SEGMENT
from metamodel.expressions.storage import column_type, from_database
from metamodel.expressions.tables import Joins
from metamodel.expressions.types import BOOLEAN, INTEGER, NAMES
from metamodel.issues import Issue, errors, nearest, say
from metamodel.model import EntityModel, qualified

SECONDS = 10
#: records that are counted; beyond it is said "and more"
COUNTED = 1_000_000
#: policies in which one row decides though others may hold as well
CHOOSING = frozenset({"first", "priority"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table ready to be asked: over records of `entity`, or over parameters."""

    plan: Plan
    entity: EntityModel | None
    apart: Facts
    compiled: CompiledTable


def _ready(plan: Plan, entity: EntityModel | None) -> Table:
    apart = facts(plan)
    return Table(plan=plan, entity=entity, apart=apart, compiled=compile_table(apart.plan))


def drafted(connection: sa.Connection, sight: Sight, application: str, document: Json) -> Table:
    """A table as it is drafted, over what is live. Refused when it is faulty, and when it waits for a publish."""
    table, issues = load(DecisionTable, {"name": "draft", "label": "", **document}, CATALOG)
    if table is None or issues:
        raise Invalid(issue.under("table") for issue in issues)
    name = qualified(application, table.entity) if table.entity else ""
    entity = sight.live.model.entity(name) if name else None
    if name and entity is None:
        raise NotFound(Issue(code="preview.unpublished"))
    plan, found = checked(table, sight.live.model, name)
    if plan is None:
        model = proposed(connection, sight.live, application).validated.model
        if not list(errors(checked(table, model, name)[1])):
            raise NotFound(Issue(code="preview.unpublished"))
        raise Invalid(issue.under("table") for issue in errors(found))
    return _ready(plan, entity)


def live(sight: Sight, application: str, name: str) -> Table:
    """A live table that the actor may ask: without an entity everybody; else who sees plainly all that it reads, of
    other entities every row, since its outcome would tell of what is hidden."""
    home = sight.live.model.applications.get(application)
    known = home.decision_tables if home else ()
    table = next((item for item in known if name in (item.id, item.name)), None)
    if table is None:
        near = nearest(name, [item.name for item in known])
        raise NotFound(Issue(code="reference.decision_table", arguments={"word": name, "nearest": near}))
    whole = sight.live.once(("decision", application, table.id), lambda: _live(sight, application, table))
    require_open(sight, whole)
    return whole


def require_open(sight: Sight, table: Table) -> None:
    """Refuse who does not see plainly all that a table reads: its outcome would tell."""
    if table.entity is not None and not _open(sight, table):
        raise Forbidden(Issue(code="decision.hidden", arguments={"label": table.plan.table.label}))


def _live(sight: Sight, application: str, table: DecisionTable) -> Table:
    name = qualified(application, table.entity) if table.entity else ""
    plan, issues = checked(table, sight.live.model, name)
    if plan is None:
        raise Invalid(issues)
    return _ready(plan, sight.live.model.entity(name) if name else None)


def _open(sight: Sight, table: Table) -> bool:
    """Whether the actor sees plainly all that a table reads."""
    assert table.entity is not None
    own = table.entity.name
    if not sight.policy.may(own, "read"):
        return False
    return sight.actor.is_admin or all(
        _plain(sight, own, entity, name)
        for node in table.apart.nodes.values()
        for each in walk(node)
        for entity, name in _steps(each)
    )


def _plain(sight: Sight, own: str, entity: str, name: str) -> bool:
    if entity == SEGMENT:
        return sight.knows(name)
    model = sight.live.model.entity(entity)
    step = sight.live.model.field(entity, name)
    for other in {entity, step.target if step else ""} - {own}:
        if other in sight.live.model.entities and not _whole(sight, other):
            return False
    return model is None or name not in model.fields or sight.policy.visibility(model, name).mode == "plain"


def _whole(sight: Sight, entity: str) -> bool:
    return sight.policy.may(entity, "read") and sight.policy.conditions(entity, "read") is None


def _steps(node: Node) -> Iterator[tuple[str, str]]:
    """The fields a node goes along, each with its entity."""
    match node:
        case Ref(path=path, entities=entities):
            yield from zip(entities, path, strict=False)
        case Aggregate(rows=rows, entities=entities):
            yield from zip(entities, rows, strict=False)
        case Call(name="IN_SEGMENT", args=(Literal(value=str(name)), *_)):
            yield SEGMENT, name


def askable(sight: Sight) -> Iterator[tuple[str, Table]]:
    """The live tables that the actor may ask, each with its application."""
    for name, application in sight.live.model.applications.items():
        for table in application.decision_tables:
            try:
                yield name, live(sight, name, table.id)
            except (Forbidden, Invalid):
                continue


def when(sight: Sight, day: Json) -> Context:
    """The moment that is asked about: now, or noon of a day."""
    if day is None or day == "":
        return sight.context
    try:
        found = date.fromisoformat(str(day))
    except ValueError:
        raise Invalid(Issue(code="decision.not_a_day", path=("on",), arguments={"found": str(day)[:40]})) from None
    at = moments.from_wall(datetime.combine(found, time(12)), sight.live.zone)
    if at is None:
        raise Invalid(Issue(code="decision.not_a_day", path=("on",), arguments={"found": str(day)}))
    actor = sight.actor
    return context_at(at, sight.live.zone, actor.user_id or None, actor.department_id, actor.departments)


def on_values(table: Table, given: Mapping[str, Json], context: Context) -> Trial:
    """What comes of values that somebody gives."""
    return attempt(table.plan, given, context)


def on_record(connection: sa.Connection, sight: Sight, table: Table, number: int, context: Context) -> Trial:
    """What comes of a record that the actor may read; its values are read in one statement."""
    if table.entity is None:
        raise Invalid(Issue(code="decision.no_records", path=("record",)))
    one(connection, sight, entity_of(sight, table.entity.name), number)
    source = sight.live.tables[table.entity.name]
    joins = Joins(tables=sight.base)
    nodes = table.apart.nodes
    columns = [
        _column(node, sight, context, source, joins).label(f"c_{at}") for at, node in enumerate(nodes.values())
    ]
    query = sa.select(source.c.id, *columns).select_from(joins.apply(source)).where(source.c.id == number)
    row = connection.execute(query).one()
    known = {
        word: _tupled(from_database(node.type, value))
        for (word, node), value in zip(nodes.items(), row[1:], strict=True)
    }
    return explain(table.apart, table.compiled, known, context)


def _column(
    node: Node, sight: Sight, context: Context, source: sa.FromClause, joins: Joins
) -> sa.ColumnElement[Any]:
    if node.type == BOOLEAN and not isinstance(node, Ref):
        return sa.case((sql.condition(node, sight.base, context, source, joins), 1), else_=0)
    return sql.compile(node, sight.base, context, source, joins)


def _tupled(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def wanted(table: Table, locale: str) -> list[Json]:
    """What must be known to decide: keys with labels and types."""
    return [
        {
            "key": item.key,
            "label": say(item.label, locale),
            "type": item.type.kind,
            "type_label": say(NAMES[item.type.kind], locale),
        }
        for item in asked(table.plan)
    ]


def told(table: Table, trial: Trial, context: Context, locale: str) -> Json:
    """A trial as designers see it: every cell, which rows are in force and which hit, the outcome."""
    plan, outcome = table.plan, trial.outcome
    hits = [plan.lines[at].id for at in outcome.rows]
    return {
        "inputs": dict(trial.inputs),
        "rows": [
            {
                "id": line.id,
                "cells": {
                    column.id: holds
                    for column, holds in zip(plan.columns, cells, strict=True)
                    if holds is not None
                },
                "in_force": (not line.since or context.today >= line.since)
                and (not line.until or context.today <= line.until),
            }
            for line, cells in zip(plan.lines, trial.cells, strict=True)
        ],
        "hits": hits,
        **_outcome(plan, outcome, locale),
    }


def answered(table: Table, trial: Trial, locale: str) -> Json:
    """A trial as a program gets it: the outcome, and the rows that led to it by number (from 1) and id."""
    rows = [{"number": at + 1, "id": table.plan.lines[at].id} for at in trial.outcome.rows]
    return {**_outcome(table.plan, trial.outcome, locale), "rows": rows}


def _outcome(plan: Plan, outcome: Outcome, locale: str) -> dict[str, Json]:
    issue = outcome.issue.to_json(locale) if outcome.issue else None
    return {"outcome": to_json(plan, outcome), "issue": issue}


class _Known(BaseTables):
    """Tables in which a record's facts are columns that were computed before."""

    def __init__(self, sight: Sight, words: Mapping[str, sa.ColumnElement[Any]]) -> None:
        super().__init__(sight.live)
        self._words = words

    def column(self, source: sa.FromClause, entity: str, name: str) -> sa.ColumnElement[Any]:
        """A fact, or a field."""
        return self._words[name] if name in self._words else super().column(source, entity, name)


def counted(connection: sa.Connection, sight: Sight, table: Table) -> Json:
    """How many live records each row decides (holds for, where several rows count), how many none, how many more than
    one; set-based, each input computed once a record."""
    if table.entity is None:
        raise Invalid(Issue(code="decision.no_records", path=("table",)))
    plan = table.apart.plan
    source = sight.live.tables[table.entity.name]
    joins = Joins(tables=sight.base)
    columns: list[sa.ColumnElement[Any]] = [source.c.id]
    for at, node in enumerate(table.apart.nodes.values()):
        column = sql.compile(node, sight.base, sight.context, source, joins)
        columns.append(sa.type_coerce(column, column_type(node.type)).label(f"c_{at}"))
    query = sa.select(*columns).select_from(joins.apply(source)).where(source.c.deleted_at.is_(None))
    # The limit also keeps both databases from computing an input once for every row that looks at it.
    inner = query.limit(COUNTED + 1).subquery()
    words = {word: inner.c[f"c_{at}"] for at, word in enumerate(table.apart.nodes)}
    tables, none = _Known(sight, words), Joins(tables=sight.base)

    def met(node: Node) -> sa.ColumnElement[Any]:
        return sa.case((sql.condition(node, tables, sight.context, inner, none), 1), else_=0)

    hits = [met(condition(plan, line)) for line in plan.lines]
    if plan.table.hit_policy in CHOOSING:
        decides = row_of(plan)
        hits = [met(_is(decides, at + 1)) for at in range(len(plan.lines))]
    held = [hit.label(f"h_{at}") for at, hit in enumerate(hits)]
    rows = sa.select(inner.c.id, *held).limit(COUNTED + 1).subquery()
    several: Any = sum((rows.c[f"h_{at}"] for at in range(len(hits))), sa.literal(0))
    sums = [sa.func.coalesce(sa.func.sum(rows.c[f"h_{at}"]), 0) for at in range(len(hits))]
    asked_ = [
        sa.func.count(),
        sa.func.coalesce(sa.func.sum(sa.case((several == 0, 1), else_=0)), 0),
        sa.func.coalesce(sa.func.sum(sa.case((several > 1, 1), else_=0)), 0),
        *sums,
    ]
    with time_limit(connection, SECONDS):
        total, nothing, more, *each = connection.execute(sa.select(*asked_).select_from(rows)).one()
    counts = {line.id: int(count) for line, count in zip(plan.lines, each, strict=True)}
    return {"total": min(total, COUNTED), "capped": total > COUNTED, "none": nothing, "several": more, "rows": counts}


def _is(node: Node, number: int) -> Node:
    wide = node if node.type == INTEGER else Convert(arg=node, type=INTEGER)
    return Call(name="=", args=(wide, Literal(value=number, type=INTEGER)), type=BOOLEAN)
