"""What one actor sees: the scope in which expressions are checked, the tables they compile to, and the row filters.

Every read goes through here, so a field that is hidden can be neither shown nor filtered, sorted or counted by, and
a row that may not be read is missing from lists, lookups, aggregates and joins alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from engines.access.actor import Actor
from engines.access.policy import Action, Policy
from engines.access.tables import department, user
from engines.database import platform
from engines.records.live import Live
from engines.records.membership import in_segment
from engines.records.semijoin import beyond, reference_of
from metamodel.errors import Invalid
from metamodel.expressions import check as checking
from metamodel.expressions import sql
from metamodel.expressions.ast import Node
from metamodel.expressions.check import Checked
from metamodel.expressions.context import Context, context_at
from metamodel.expressions.scope import DELIVERY, DEPARTMENT, SEGMENT, TASK, USER, FieldFacts
from metamodel.expressions.tables import Hop, Joins
from metamodel.expressions.types import BOOLEAN, TEXT
from metamodel.issues import Issue, errors
from metamodel.model import EntityModel

PLATFORM_TABLES = {USER: user, DEPARTMENT: department}
PLATFORM_COLUMNS: Mapping[str, Mapping[str, str]] = {
    USER: {"id": "id", "name": "name", "login": "login", "active": "is_active", "department": "department_id"},
    DEPARTMENT: {"id": "id", "name": "label", "parent": "parent_id"},
}
#: facts of the platform by their table, which a room above declares; each names the record it is about
FACT_TABLES = {DELIVERY: "delivery", TASK: "flow_task"}
#: fields of facts that are put together, or whose columns have another name
PUT_TOGETHER = {(DELIVERY, "message"): "message", (TASK, "flow"): "flow"}
CALLED = {(TASK, "person"): "user_id"}
Column = sa.ColumnElement[Any]


class BaseTables:
    """The tables as they are: what policies and derived fields are computed from."""

    def __init__(self, live: Live) -> None:
        self.live = live

    def table(self, entity: str) -> sa.Table:
        """The table of an entity, the platform's included."""
        if entity in FACT_TABLES:
            return platform.tables[FACT_TABLES[entity]]
        return PLATFORM_TABLES[entity] if entity in PLATFORM_TABLES else self.live.tables[entity]

    def alias(self, entity: str) -> sa.FromClause:
        """A fresh occurrence of an entity's table."""
        return self.table(entity).alias()

    def column(self, source: sa.FromClause, entity: str, name: str) -> Column:
        """The column of a field; computed and system fields included."""
        if entity in PLATFORM_COLUMNS:
            return source.c[PLATFORM_COLUMNS[entity][name]]
        if entity in FACT_TABLES:
            if (entity, name) in PUT_TOGETHER:
                return source.c.application.concat(".").concat(source.c[PUT_TOGETHER[entity, name]])
            return source.c[CALLED.get((entity, name), name)]
        model = self.live.model.entities[entity]
        return source.c[model.fields[name].column if name in model.fields else name]

    def related(self, source: sa.FromClause, entity: str, name: str) -> tuple[Hop, ...]:
        """The tables along one step, joined."""
        model = self.live.model.entity(entity)
        relation = model.relations.get(name) if model else None
        if model is None or relation is None:
            facts = self.live.model.field(entity, name)
            target = self.alias(facts.target if facts else "")
            return (Hop(source=target, on=target.c.id == BaseTables.column(self, source, entity, name)),)
        target = self.alias(relation.entity)
        if relation.way == "rows":
            back = BaseTables.column(self, target, relation.entity, relation.via)
            return (Hop(source=target, on=back == source.c.id),)
        pairs = self.live.tables[f"{entity}:{model.fields[relation.via].definition.id}"].alias()
        return (
            Hop(source=pairs, on=pairs.c.source_id == source.c.id),
            Hop(source=target, on=target.c.id == pairs.c.target_id),
        )

    def member(self, segment: str, record: Column) -> sa.ColumnElement[bool]:
        """Whether a record is in a segment, as it is kept."""
        return in_segment(segment, self.live.model.segments[segment], record)

    def visible(self, source: sa.FromClause, entity: str) -> sa.ColumnElement[bool] | None:
        """Rows in the bin do not count, nor does what was only tried out."""
        if entity in FACT_TABLES:
            return source.c.application != ""
        return None if entity in PLATFORM_TABLES else source.c.deleted_at.is_(None)


@dataclass(frozen=True, kw_only=True)
class Sight(BaseTables):
    """One actor's view of what is live at one moment; `Scope` and `Tables` of the expression language in one."""

    live: Live
    policy: Policy
    now: datetime

    @property
    def actor(self) -> Actor:
        """Who looks."""
        return self.policy.actor

    @cached_property
    def context(self) -> Context:
        """ME(), TODAY() and the rest; whoever fills in a public form is nobody, so ME() is blank."""
        actor = self.actor
        return context_at(self.now, self.live.zone, actor.user_id or None, actor.department_id, actor.departments)

    @cached_property
    def base(self) -> BaseTables:
        """The tables without the actor's limits."""
        return BaseTables(self.live)

    # The scope ---------------------------------------------------------------------------------------------------

    def field(self, entity: str, name: str) -> FieldFacts | None:
        """A field the actor may know of; a segment too."""
        if entity == SEGMENT and not self.knows(name):
            return None
        facts = self.live.model.field(entity, name)
        model = self.live.model.entity(entity)
        if facts is None or model is None:
            return facts
        if facts.many:
            via = model.relations[name]
            if via.way == "rows" and not self.policy.may(via.entity, "read"):
                return None
            return facts if name not in model.fields or self._seen(model, name) else None
        return facts if name not in model.fields or self._seen(model, name) else None

    def names(self, entity: str) -> Iterable[str]:
        """The names `field` answers to."""
        return [name for name in self.live.model.names(entity) if self.field(entity, name) is not None]

    def holds(self, application: str, roles: Iterable[str]) -> bool:
        """Whether the actor holds one of some roles, by their names in an application."""
        return bool(self.actor.roles & self.live.model.roles(application, roles))

    def knows(self, segment: str) -> bool:
        """Whether the actor may ask for a segment: who holds one of its roles, or sees plainly all that it reads, of
        other entities on every row. Else being in it would tell what is hidden."""
        return self.live.once(("knows", self._key, segment), lambda: (self._knows(segment, frozenset()),))[0]

    def _knows(self, name: str, above: frozenset[str]) -> bool:
        segment = self.live.model.segments.get(name)
        if segment is None or name in above or not self.policy.may(segment.entity, "read"):
            return False
        actor = self.actor
        if actor.is_admin or self.holds("", segment.roles):
            return True
        for one in checking.check(segment.condition, self.live.model, segment.entity).references:
            if one.entity == SEGMENT:
                if not self._knows(one.name, above | {name}):
                    return False
                continue
            model = self.live.model.entity(one.entity)
            if model is None:
                continue
            others = one.entity != segment.entity and self.policy.conditions(one.entity, "read") is not None
            if others or not self.policy.may(one.entity, "read"):
                return False
            if one.name in model.fields and self.policy.visibility(model, one.name).mode != "plain":
                return False
        return True

    def _seen(self, model: EntityModel, name: str) -> bool:
        return self.policy.visibility(model, name).mode in ("plain", "by_row")

    # The tables --------------------------------------------------------------------------------------------------

    def column(self, source: sa.FromClause, entity: str, name: str) -> Column:
        """The field as the actor may see it in each row."""
        plain = super().column(source, entity, name)
        model = self.live.model.entity(entity)
        if model is None:
            return plain
        seen = self.policy.visibility(model, name)
        if seen.mode == "plain":
            return plain
        text = name in model.fields and model.fields[name].expression_type == TEXT
        partly = masked(plain) if text else sa.null()
        if seen.mode == "masked":
            return partly
        if seen.mode == "hidden":
            return sa.null()
        whens = [(self._any(seen.full, source, entity), plain)]
        if seen.partly:
            whens.append((self._any(seen.partly, source, entity), partly))
        return sa.case(*whens, else_=sa.null())

    def visible(self, source: sa.FromClause, entity: str) -> sa.ColumnElement[bool] | None:
        """What a related row must fulfil: not in the bin, and readable."""
        if entity in PLATFORM_TABLES:
            return None
        alive: sa.ColumnElement[bool] = source.c.deleted_at.is_(None)
        if not self.policy.may(entity, "read"):
            return sa.false()
        conditions = self.policy.conditions(entity, "read")
        return alive if conditions is None else sa.and_(alive, self._any(conditions, source, entity))

    def _any(self, conditions: tuple[str, ...], source: sa.FromClause, entity: str) -> sa.ColumnElement[bool]:
        """One of the conditions, as a predicate that needs no joins of the statement it stands in."""
        if "" in conditions:
            return sa.true()
        return sa.or_(*(self._alone(text, source, entity) for text in conditions))

    def _alone(self, text: str, source: sa.FromClause, entity: str) -> sa.ColumnElement[bool]:
        found = self._among(text, source, entity)
        if found is not None:
            return found
        joins = Joins(tables=self.base)
        met = self.condition(text, entity, source, joins, self.base)
        if not joins.hops:
            return met
        # The joins hang on a second occurrence of the row, found by its key.
        inner = self.base.alias(entity)
        joins = Joins(tables=self.base)
        met = self.condition(text, entity, inner, joins, self.base)
        return sa.select(1).select_from(joins.apply(inner)).where(inner.c.id == source.c.id, met).exists()

    def _among(self, text: str, source: sa.FromClause, entity: str) -> sa.ColumnElement[bool] | None:
        """The condition as "the reference is one of these", where it can be said so (see semijoin)."""
        node = self.sound(text, entity, False, BOOLEAN)
        reference = reference_of(node, self.context)
        if reference is None:
            return None
        name, target = reference
        far = self.base.alias(target)
        joins = Joins(tables=self.base)
        where = [sql.condition(beyond(node), self.base, self.context, far, joins)]
        alive = self.base.visible(far, target)
        if alive is not None:
            where.append(alive)
        column = self.base.column(source, entity, name)
        return column.in_(sa.select(far.c.id).select_from(joins.apply(far)).where(*where))

    def row_filter(
        self, entity: EntityModel, action: Action, source: sa.FromClause, joins: Joins
    ) -> sa.ColumnElement[bool] | None:
        """The rows on which the actor may do something, for a SELECT that begins at `source`; None for all."""
        if not self.policy.may(entity.name, action):
            return sa.false()
        conditions = self.policy.conditions(entity.name, action)
        about = self.among_seen(source.c.entity, source.c.record_id) if entity.name in FACT_TABLES else None
        if conditions is None:
            return about
        # A condition is about the records as they are: a reference the actor may not follow is not blank to it.
        met, whole = [], joins.beside(self.base)
        for text in conditions:
            found = self._among(text, source, entity.name)
            met.append(self.condition(text, entity.name, source, whole, self.base) if found is None else found)
        return sa.or_(*met) if about is None else sa.and_(about, sa.or_(*met))

    def among_seen(self, entity: Column, number: Column) -> sa.ColumnElement[bool] | None:
        """That a row is about a record which the actor may read, told by the columns that name it; None for all.

        What the platform keeps account of is seen with the record it is about, so that neither a list nor a figure
        tells of a record that is hidden."""
        if self.actor.is_admin:
            return None
        whole: list[str] = []
        met: list[sa.ColumnElement[bool]] = []
        for name, model in self.live.model.entities.items():
            if not self.policy.may(name, "read"):
                continue
            if self.policy.conditions(name, "read") is None:
                whole.append(name)
                continue
            far = self.base.alias(name)
            joins = Joins(tables=self.base)
            seen = self.row_filter(model, "read", far, joins)
            rows = sa.select(far.c.id).select_from(joins.apply(far)).where(*([] if seen is None else [seen]))
            met.append(sa.and_(entity == name, number.in_(rows)))
        return sa.or_(entity.in_(whole) if whole else sa.false(), *met)

    # Expressions -------------------------------------------------------------------------------------------------

    def check(self, text: str, entity: str, *, limited: bool = True) -> Checked:
        """An expression checked in what the actor may know (`limited`) or in everything."""
        key = ("check", self._key if limited else None, entity, text)
        scope = self if limited else self.live.model
        return self.live.once(key, lambda: checking.check(text, scope, entity))

    def condition(
        self, text: str, entity: str, source: sa.FromClause, joins: Joins, tables: BaseTables | None = None
    ) -> sa.ColumnElement[bool]:
        """A condition compiled; written by an application when `tables` is the base, by the actor otherwise."""
        limited = tables is None
        return sql.condition(self.sound(text, entity, limited, BOOLEAN), tables or self, self.context, source, joins)

    def value(self, text: str, entity: str, source: sa.FromClause, joins: Joins) -> Column:
        """A value compiled, in what the actor may know."""
        return sql.compile(self.sound(text, entity, True), self, self.context, source, joins)

    def sound(self, text: str, entity: str, limited: bool, expect: Any = None) -> Node:
        """The typed tree; a faulty expression is refused with its issues."""
        checked = self.check(text, entity, limited=limited)
        wrong = tuple(errors(checked.issues))
        if wrong or checked.ast is None:
            raise Invalid(wrong or checked.issues)
        if expect is not None and checked.type.kind not in (expect.kind, "blank"):
            raise Invalid(Issue(code="expression.not_condition", arguments={"text": text}))
        return checked.ast

    @cached_property
    def _key(self) -> tuple[Any, ...]:
        actor = self.actor
        return (actor.is_admin, actor.roles) if not actor.is_admin else (True,)

    @cached_property
    def key(self) -> tuple[Any, ...]:
        """What compiled statements of this actor are kept under."""
        actor = self.actor
        return (actor.user_id, actor.roles, actor.is_admin, actor.departments, actor.scopes)


def masked(column: Column) -> Column:
    """The first three and last two characters of a text, the rest as stars; short texts are stars throughout."""
    length = sa.func.length(column)
    return sa.case(
        (length >= 8, sa.func.substr(column, 1, 3).concat("****").concat(sa.func.substr(column, length - 1))),
        (length > 0, "****"),
        else_=sa.null(),
    )
