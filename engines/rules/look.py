"""A rule looks at records by SQL alone: whether its condition holds, why, and what its expressions give.

So one record and a million are judged alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engines.records.sight import Sight
from metamodel.definition import Json
from metamodel.expressions import sql
from metamodel.expressions.ast import Call, Node, constant
from metamodel.expressions.functions.operators import COMPARISONS
from metamodel.expressions.storage import from_database, to_browser
from metamodel.expressions.tables import Joins
from metamodel.expressions.types import BOOLEAN, Type
from metamodel.expressions.write import to_text
from metamodel.model import EntityModel


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a condition: its text, whether it held, and what its sides were at that moment."""

    text: str
    holds: bool
    values: tuple[Json, ...]

    def to_json(self) -> Json:
        """As the trace keeps it."""
        return {"text": self.text, "holds": self.holds, "values": list(self.values)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a look at one record gave."""

    number: int
    holds: bool
    parts: tuple[Part, ...]
    values: Mapping[str, Json]


class Look:
    """One statement for a rule: its condition in parts, and the values its actions ask for. `gone` looks at records
    that lie in the bin by then as well."""

    def __init__(
        self,
        sight: Sight,
        entity: EntityModel,
        condition: str,
        expressions: Mapping[str, str | Node],
        *,
        gone: bool = False,
    ) -> None:
        self._gone = gone
        self.source = sight.live.tables[entity.name]
        joins = Joins(tables=sight.base)
        self._parts: list[tuple[str, int]] = []
        self._columns: list[sa.ColumnElement[Any]] = [self.source.c.id]
        self._types: list[Type] = []
        self._names = tuple(expressions)

        def add(node: Node, type_: Type) -> None:
            column = (
                sa.case((sql.condition(node, sight.base, sight.context, self.source, joins), 1), else_=0)
                if type_ == BOOLEAN
                else sql.compile(node, sight.base, sight.context, self.source, joins)
            )
            self._columns.append(column.label(f"c_{len(self._columns)}"))
            self._types.append(type_)

        for part, sides in _divided(sight, entity, condition):
            self._parts.append((to_text(part), len(sides)))
            add(part, BOOLEAN)
            for side in sides:
                add(side, side.type)
        for said in expressions.values():
            node = sight.sound(said, entity.name, False) if isinstance(said, str) else said
            add(node, node.type)
        self._from = joins.apply(self.source)

    def at(self, connection: sa.Connection, numbers: Sequence[int]) -> Iterator[Seen]:
        """What is seen of each of some records that are there; the others are passed over."""
        where = [self.source.c.id.in_(numbers)]
        if not self._gone:
            where.append(self.source.c.deleted_at.is_(None))
        query = sa.select(*self._columns).select_from(self._from).where(*where).order_by(self.source.c.id)
        for row in connection.execute(query):
            yield self._seen(row)

    def many(
        self,
        connection: sa.Connection,
        where: Sequence[sa.ColumnElement[bool]],
        limit: int,
        *more: sa.ColumnElement[Any],
    ) -> tuple[list[tuple[Any, ...]], dict[str, list[Json]], list[tuple[str, list[list[Json]]]]]:
        """Many records at a time, those that meet `where` by the order of their ids: the columns of ids and of
        `more`, the values by their names, and the parts with the columns of their sides; all in step."""
        query = sa.select(*self._columns, *more).select_from(self._from).where(*where)
        if connection.dialect.name == "postgresql":
            query = query.with_for_update(of=self.source)
        rows = connection.execute(query.order_by(self.source.c.id).limit(limit)).all()
        columns = list(zip(*rows, strict=True)) if rows else [()] * (len(self._columns) + len(more))
        asked = columns[1 : len(self._columns)]
        told = [_column(type_, cells) for type_, cells in zip(self._types, asked, strict=True)]
        parts: list[tuple[str, list[list[Json]]]] = []
        at = 0
        for text, sides in self._parts:
            parts.append((text, told[at + 1 : at + 1 + sides]))
            at += 1 + sides
        values = dict(zip(self._names, told[at:], strict=True))
        return [columns[0], *columns[len(self._columns) :]], values, parts

    def _seen(self, row: Sequence[Any]) -> Seen:
        told = [
            to_browser(type_, _listed(from_database(type_, value)))
            for type_, value in zip(self._types, row[1:], strict=True)
        ]
        at = 0
        parts: list[Part] = []
        for text, sides in self._parts:
            parts.append(Part(text=text, holds=bool(told[at]), values=tuple(told[at + 1 : at + 1 + sides])))
            at += 1 + sides
        return Seen(
            number=row[0],
            holds=all(part.holds for part in parts),
            parts=tuple(parts),
            values=dict(zip(self._names, told[at:], strict=True)),
        )


def conditions(sight: Sight, entity: EntityModel, texts: Sequence[str]) -> sa.Select[Any]:
    """Whether each of some conditions holds for one record, "the_id", wherever it lies; a blank one always does."""
    source = sight.live.tables[entity.name]
    joins = Joins(tables=sight.base)
    columns: list[sa.ColumnElement[Any]] = [
        sa.case((sight.condition(text, entity.name, source, joins, sight.base), 1), else_=0) if text else sa.literal(1)
        for text in texts
    ]
    named = [column.label(f"c_{at}") for at, column in enumerate(columns)]
    number = sa.bindparam("the_id", 0, type_=sa.BigInteger)
    return sa.select(*named).select_from(joins.apply(source)).where(source.c.id == number)


def _column(type_: Type, cells: Sequence[Any]) -> list[Json]:
    """A column of values as JSON; equal ones are made once."""
    known: dict[Any, Json] = {}
    found: list[Json] = []
    for cell in cells:
        key = repr(cell) if isinstance(cell, (list, tuple)) else cell
        if key not in known:
            known[key] = to_browser(type_, _listed(from_database(type_, cell)))
        found.append(known[key])
    return found


def matching(
    sight: Sight, entity: EntityModel, condition: str, *more: sa.ColumnElement[bool], also: Node | None = None
) -> tuple[sa.FromClause, list[sa.ColumnElement[bool]]]:
    """The records that meet a condition, and another that is typed already, set-based: a FROM and what stands in its
    WHERE."""
    source = sight.live.tables[entity.name]
    joins = Joins(tables=sight.base)
    where: list[sa.ColumnElement[bool]] = [source.c.deleted_at.is_(None), *more]
    if condition:
        where.append(sight.condition(condition, entity.name, source, joins, sight.base))
    if also is not None:
        where.append(sql.condition(also, sight.base, sight.context, source, joins))
    return joins.apply(source), where


def parts_of(sight: Sight, entity: EntityModel, condition: str) -> list[tuple[str, tuple[Node, ...]]]:
    """The parts of a condition as the trace keeps them: the text of each, and its sides."""
    return [(to_text(part), sides) for part, sides in _divided(sight, entity, condition)]


def _divided(sight: Sight, entity: EntityModel, condition: str) -> Iterator[tuple[Node, tuple[Node, ...]]]:
    if condition:
        for part in _parts(sight.sound(condition, entity.name, False, BOOLEAN)):
            yield part, _sides(part)


def _parts(node: Node) -> Iterator[Node]:
    """The conditions that must all hold."""
    if isinstance(node, Call) and node.name == "AND":
        for arg in node.args:
            yield from _parts(arg)
    else:
        yield node


def _sides(node: Node) -> tuple[Node, ...]:
    """What a comparison compares, as far as it differs from record to record."""
    if isinstance(node, Call) and node.name in COMPARISONS:
        return tuple(arg for arg in node.args if not constant(arg))
    return ()


def _listed(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
