"""Typed tree to SQLAlchemy: columns stand bare where they can, paths become joins, aggregates become subqueries."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from metamodel.expressions import zones
from metamodel.expressions.ast import Aggregate, Call, Convert, Literal, Node, Ref, constant, exact_chain
from metamodel.expressions.comparisons import narrowed
from metamodel.expressions.context import Context
from metamodel.expressions.dialects import fragment
from metamodel.expressions.evaluate import evaluate
from metamodel.expressions.fallback import guard
from metamodel.expressions.functions import FUNCTIONS
from metamodel.expressions.functions.aggregates import sql_over_rows
from metamodel.expressions.functions.entry import Parameter, Sql, written
from metamodel.expressions.functions.logic import certain
from metamodel.expressions.functions.numbers import DIVIDE, ROUND, as_real
from metamodel.expressions.functions.operators import COMPARISONS, EXACT, fit, fit_checked, fit_neutral, wide
from metamodel.expressions.storage import TEXT_TYPE, column_type, to_database
from metamodel.expressions.tables import Joins, Place, Tables
from metamodel.expressions.types import BOOLEAN, DATETIME, REAL, Type

NEUTRAL = frozenset({"text", "words", "number", "real", "integer", "meet"})
ZEROS: dict[str, Any] = {"number": 0, "real": Decimal(0), "text": ""}
#: several choices as the text of their list in JSON
_list_text = fragment("{0}", "CAST({0} AS TEXT)", TEXT_TYPE)
_plain_text = {
    # Units as text without zeros at the end; trim_scale cuts them on PostgreSQL.
    scale: fragment(
        "(CASE WHEN {0} < 0 THEN '-' ELSE '' END) || "
        f"rtrim(rtrim((abs({{0}}) / {10**scale}) || '.' || printf('%0{scale}d', abs({{0}}) % {10**scale}), '0'), '.')"
        if scale
        else "CAST({0} AS TEXT)",
        f"CAST(trim_scale(CAST({{0}} AS NUMERIC) * {Decimal(1).scaleb(-scale):f}) AS TEXT)",
        TEXT_TYPE,
    )
    for scale in range(10)
}
_real_text = fragment("dg_text({0})", "CAST(trim_scale({0}) AS TEXT)", TEXT_TYPE)
_boolean_text = fragment(
    "CASE {0} WHEN 1 THEN 'TRUE' WHEN 0 THEN 'FALSE' END",
    "CASE {0} WHEN true THEN 'TRUE' WHEN false THEN 'FALSE' END",
    TEXT_TYPE,
)
_date_text = fragment("substr({0}, 1, 10)", "to_char({0}, 'YYYY-MM-DD')", TEXT_TYPE)
_wall_text = fragment("substr({0}, 1, 16)", "to_char({0}, 'YYYY-MM-DD HH24:MI')", TEXT_TYPE)
_time_text = fragment("substr({0}, 1, 5)", "to_char({0}, 'HH24:MI')", TEXT_TYPE)
_filled = fragment("nullif({0}, '')", "nullif({0}, '')", TEXT_TYPE)


def compile(node: Node, tables: Tables, context: Context, source: sa.FromClause, joins: Joins) -> Sql:
    """The value as a column: whole units for exact numbers, never empty text, true or false or NULL.

    `source` is the occurrence of the entity's table that the caller selects from; the caller selects from
    `joins.apply(source)` after all its expressions are compiled. The context is bound: the plan holds for one `now`."""
    compiler = _Compiler(tables, context, {(): Place(source=source, joins=joins)})
    return sa.type_coerce(compiler.guarded(node, compiler.value(node)), column_type(node.type))


def condition(node: Node, tables: Tables, context: Context, source: sa.FromClause, joins: Joins) -> Sql:
    """As `compile`, for WHERE: NULL means false, so that columns stand bare and indexes serve."""
    compiler = _Compiler(tables, context, {(): Place(source=source, joins=joins)})
    return compiler.guarded(node, compiler.condition(node))


class _Compiler:
    def __init__(self, tables: Tables, context: Context, places: dict[tuple[str, ...], Place]) -> None:
        self.tables = tables
        self.context = context
        self.places = places

    def bound(self, node: Node) -> Sql | None:
        """What is the same for all records is computed once, here, and bound."""
        if not constant(node):
            return None
        return literal(evaluate(node, {}, self.context), node.type)

    def guarded(self, node: Node, plain: Sql) -> Sql:
        """What SQLite can parse, however deep."""
        return plain if constant(node) else guard(node, plain, self.context, self.value)

    def value(self, node: Node) -> Sql:
        """The value, NULL being blank."""
        if (known := self.bound(node)) is not None:
            return known
        match node:
            case Ref():
                return self.ref(node)
            case Convert(arg=arg, type=type_):
                return fit(self.chain(node)) if exact_chain(node) else self.convert(self.value(arg), arg.type, type_)
            case Aggregate():
                return self.aggregate(node)
            case Call(name=name):
                if exact_chain(node):
                    return fit(self.chain(node))
                found = self.call(node)
                if FUNCTIONS[name].textual:
                    return _filled(found)
                return certain(found) if FUNCTIONS[name].loose else found
            case _:
                raise AssertionError(node)

    def condition(self, node: Node) -> Sql:
        """A condition, NULL being false."""
        if constant(node):
            return sa.true() if evaluate(node, {}, self.context) is True else sa.false()
        if isinstance(node, Call) and FUNCTIONS[node.name].loose:
            return self.call(node)
        if isinstance(node, Ref) and node.type == BOOLEAN:
            # "= true" is what an index on the column, or PostgreSQL's on the expression, can serve.
            return self.ref(node).is_(sa.true())
        return self.value(node)

    def ref(self, node: Ref) -> Sql:
        prefix = node.path[: node.bound]
        place = self.places[prefix]
        path, entities = node.path, node.entities
        if len(path) - node.bound > 1 and path[-1] == "id":
            # The id of a reference is the reference itself: no join.
            path, entities = path[:-1], entities[:-1]
        table = place.joins.reach(prefix, place.source, entities, path[:-1])
        return self.tables.column(table, entities[-1], path[-1])

    def neutral(self, node: Node) -> Sql:
        """The value, with 0 or "" in place of NULL."""
        zero = ZEROS[node.type.kind]
        if constant(node):
            found = evaluate(node, {}, self.context)
            return literal(zero if found is None else found, node.type)
        if exact_chain(node):
            return fit_neutral(self.chain(node))
        if isinstance(node, Convert) and node.type == REAL and node.arg.type.kind == "number":
            return as_real(self.neutral(node.arg), node.arg.type.scale)
        found = self.value(node)
        if (isinstance(node, Call) and FUNCTIONS[node.name].solid) or (
            isinstance(node, Aggregate) and node.name == "COUNT"
        ):
            return found
        return sa.func.coalesce(found, literal(zero, node.type), type_=column_type(node.type))

    def chain(self, node: Node) -> Sql:
        """Exact arithmetic; the check for overflow is put around the whole chain (SQLite turns what is beyond 64 bits
        into REAL and stays there, PostgreSQL computes in NUMERIC)."""
        if constant(node):
            return wide(self.neutral(node))
        match node:
            case Call(name="NEGATE", args=(arg,)) if exact_chain(node):
                return -self.chain(arg)
            case Call(name=name, args=(left, right)) if exact_chain(node):
                found: Sql = EXACT[name](self.chain(left), self.chain(right))
                return found
            case Convert(arg=arg, type=type_) if exact_chain(node):
                return self.chain(arg) * literal(10 ** (type_.scale - arg.type.scale), BIG)
            case _:
                return wide(self.neutral(node))

    def operand(self, parameter: Parameter, arg: Node) -> Any:
        if parameter.accepts == "written":
            return written(arg)
        if parameter.accepts == "boolean":
            return self.condition(arg)
        if parameter.accepts in NEUTRAL and not parameter.raw:
            return self.neutral(arg)
        if parameter.accepts == "moment" and arg.type == DATETIME:
            return zones.wall(self.context.zone)(self.value(arg))
        return self.value(arg)

    def call(self, node: Call) -> Sql:
        if node.name == "IF":
            node = _unnested(node)
        function = FUNCTIONS[node.name]
        if node.name == "IN_DEPARTMENTS":
            departments = evaluate(node.args[1], {}, self.context)
            return self.value(node.args[0]).in_(departments)
        if node.name == "IN_SEGMENT":
            return self.tables.member(written(node.args[0]), self.value(node.args[1]))
        if node.name in COMPARISONS:
            node = narrowed(node, self.context)
            if constant(node):
                return self.condition(node)
            function = FUNCTIONS[node.name]
        count = len(node.args)
        args = [self.operand(function.parameter(place, count), arg) for place, arg in enumerate(node.args)]
        if node.name in COMPARISONS:
            # What is known beforehand counts as written: "=" may then be a plain one.
            node = Call(name=node.name, args=tuple(map(self.settled, node.args)), type=node.type)
        if node.name in ("IF", "IFS", "SWITCH", "IFBLANK", "IFERROR"):
            return sa.type_coerce(function.sql(node, *args), column_type(node.type))
        return function.sql(node, *args)

    def settled(self, node: Node) -> Node:
        """A constant as the literal it comes to."""
        if isinstance(node, Literal) or not constant(node):
            return node
        return Literal(value=evaluate(node, {}, self.context), type=node.type)

    def convert(self, value: Sql, source: Type, target: Type) -> Sql:
        match source.kind, target.kind:
            case "number", "number" if target.scale >= source.scale:
                return fit(wide(value) * literal(10 ** (target.scale - source.scale), BIG))
            case "number", "number":
                return DIVIDE["down"](value, literal(10 ** (source.scale - target.scale), BIG))
            case "number", "real":
                return as_real(value, source.scale)
            case "real", "number":
                return fit_checked(ROUND["down"](value, literal(target.scale, BIG)))
            case "date", "datetime":
                return zones.midnight(self.context.zone)(value)
            case "datetime", "date":
                return zones.day(self.context.zone)(value)
            case "datetime", "time":
                return zones.clock(self.context.zone)(value)
            case "datetime", "text":
                return _wall_text(zones.wall(self.context.zone)(value))
            case "texts", "text":
                return _list_text(value)
            case kind, "text" if kind in AS_TEXT:
                return AS_TEXT[kind](value, source)
            case _:
                return value

    # Aggregates ---------------------------------------------------------------------------------------------------

    def aggregate(self, node: Aggregate) -> Sql:
        """A correlated subquery over the related rows that may be seen, with joins of its own."""
        joins = Joins(tables=self.tables)
        places = dict(self.places)
        prefix = node.rows[: node.start]
        outer = self.places[prefix]
        first: sa.FromClause | None = None
        where: list[Any] = []
        own: list[sa.FromClause] = []
        for position in (each for each in node.many if each >= node.start):
            level = outer.joins if first is None else joins
            here = self.places[prefix] if first is None else places[prefix]
            table = level.reach(prefix, here.source, node.entities, node.rows[:position])
            hops = self.tables.related(table, node.entities[position], node.rows[position])
            for hop in hops:
                if first is None:
                    first = hop.source
                    where.append(hop.on)
                else:
                    joins.hops.append((hop, False))
                own.append(hop.source)
            prefix = node.rows[: position + 1]
            target = hops[-1].source
            places[prefix] = Place(source=target, joins=joins)
            shown = self.tables.visible(target, node.entities[position + 1])
            if shown is not None:
                where.append(shown)
        assert first is not None, "an aggregate passes at least one relation with many"
        inner = _Compiler(self.tables, self.context, places)
        value = self.inner_value(inner, node)
        if node.condition is not None:
            where.append(inner.guarded(node.condition, inner.condition(node.condition)))
        if node.name == "ANY":
            return self.exists(joins, first, [*where, *([value] if value is not None else [])])
        if node.name == "ALL":
            return sa.not_(self.exists(joins, first, [*where, sa.not_(certain(value))]))
        columns, finish = sql_over_rows(node.name, node.value.type if node.value else node.type, value)
        return finish(self.subquery(sa.select(*columns), joins, first, where).scalar_subquery())

    def inner_value(self, inner: _Compiler, node: Aggregate) -> Any:
        if node.value is None:
            return None
        found = inner.condition(node.value) if node.name in ("ANY", "ALL") else inner.value(node.value)
        return inner.guarded(node.value, found)

    def exists(self, joins: Joins, first: sa.FromClause, where: list[Any]) -> Sql:
        return self.subquery(sa.select(sa.literal_column("1")), joins, first, where).exists()

    def subquery(self, select: sa.Select[Any], joins: Joins, first: sa.FromClause, where: list[Any]) -> sa.Select[Any]:
        own = [first, *(hop.source for hop, _ in joins.hops)]
        return select.select_from(joins.apply(first)).where(*where).correlate_except(*own)


def _unnested(node: Call) -> Call:
    """IF within the "otherwise" of IF as one IFS: SQLite's parser does not take many CASE within one another."""
    args: list[Node] = []
    rest: Node | None = node
    while isinstance(rest, Call) and rest.name == "IF" and rest.type == node.type:
        args.extend(rest.args[:2])
        rest = rest.args[2] if len(rest.args) > 2 else None
    return Call(name="IFS", args=(*args, rest) if rest is not None else tuple(args), type=node.type)


BIG = Type(kind="number")
AS_TEXT: dict[str, Callable[[Sql, Type], Sql]] = {
    "number": lambda value, type_: _plain_text[type_.scale](value),
    "real": lambda value, type_: _real_text(value),
    "boolean": lambda value, type_: _boolean_text(value),
    "date": lambda value, type_: _date_text(value),
    "time": lambda value, type_: _time_text(value),
}


def literal(value: Any, type_: Type) -> Sql:
    """A value in memory as a bound one."""
    if value is None:
        return sa.cast(sa.null(), column_type(type_))
    if type_.kind == "boolean":
        return sa.true() if value else sa.false()
    return sa.literal(to_database(type_, value), column_type(type_))
