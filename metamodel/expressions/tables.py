"""What SQL needs to know of the tables, and the joins that paths along references bring with them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

import sqlalchemy as sa


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One table to be joined and the condition that joins it to what was there before."""

    source: sa.FromClause
    on: sa.ColumnElement[bool]


class Tables(Protocol):
    """The tables behind the entities. Columns hold what `storage.column_type` says; text columns compare by code
    point (COLLATE "C" on PostgreSQL) and never hold empty text; a multiple choice is never an empty list."""

    def column(self, source: sa.FromClause, entity: str, name: str) -> sa.ColumnElement[Any]:
        """The column of a field in one occurrence of the entity's table; of a reference the one with the id."""

    def related(self, source: sa.FromClause, entity: str, name: str) -> tuple[Hop, ...]:
        """Fresh occurrences of the tables that lead from one record along a relation; the last is the target's.
        A reference: target.id = column. Many by the child's column: child.column = id. A link table: two hops."""

    def visible(self, source: sa.FromClause, entity: str) -> sa.ColumnElement[bool] | None:
        """What a related row must fulfil to be read (not in the bin, the actor's row filter); None for all."""

    def member(self, segment: str, record: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
        """Whether the record with an id is in a segment, called by its name in full."""


@dataclass(slots=True, kw_only=True)
class Joins:
    """The joins of one SELECT, one for each distinct path; they grow while expressions are compiled."""

    tables: Tables
    hops: list[tuple[Hop, bool]] = field(default_factory=list)
    reached: dict[tuple[str, ...], sa.FromClause] = field(default_factory=dict)

    def __contains__(self, path: tuple[str, ...]) -> bool:
        return path in self.reached

    def reach(
        self, prefix: tuple[str, ...], start: sa.FromClause, entities: tuple[str, ...], path: tuple[str, ...]
    ) -> sa.FromClause:
        """The table at the end of `path` (beginning at `prefix`, where `start` is), joined if it is not yet. What may
        not be seen reads as blank: its row filter is part of the join."""
        source = start
        for position in range(len(prefix), len(path)):
            here = path[: position + 1]
            if here not in self.reached:
                hops = self.tables.related(source, entities[position], path[position])
                target = hops[-1].source
                shown = self.tables.visible(target, entities[position + 1])
                for hop in hops:
                    on = hop.on if shown is None or hop is not hops[-1] else sa.and_(hop.on, shown)
                    self.hops.append((Hop(source=hop.source, on=on), True))
                self.reached[here] = target
            source = self.reached[here]
        return source

    def beside(self, tables: Tables) -> Joins:
        """Joins of the same SELECT along other tables: a path reached here is not the path reached there, so that what
        a condition may read is not shown, and what may not be shown is read all the same."""
        return Joins(tables=tables, hops=self.hops)

    def apply(self, source: sa.FromClause) -> sa.FromClause:
        """`source` with all joins, in the order in which they were found."""
        for hop, outer in self.hops:
            source = source.join(hop.source, hop.on, isouter=outer)
        return source


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A row that references start from: its table and the joins of the SELECT it stands in."""

    source: sa.FromClause
    joins: Joins
