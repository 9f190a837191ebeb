"""The shape of what is read: which columns a reader asked for, how each is selected, and how it becomes JSON."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engines.access.tables import department, user
from engines.records.sight import Sight
from metamodel.definition import Json
from metamodel.errors import Invalid
from metamodel.expressions.scope import DEPARTMENT, USER
from metamodel.expressions.tables import Joins
from metamodel.field_type import FieldType, instant_text
from metamodel.issues import Issue, nearest
from metamodel.model import SYSTEM, EntityModel, FieldModel

Dump = Callable[[Any], Json]
RAW = sa.types.NullType()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One value of the answer: its key, where its columns stand in a row, and how they become JSON."""

    key: str
    first: int
    dump: Dump | None
    labelled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """The selected columns and what becomes of them."""

    columns: tuple[sa.ColumnElement[Any], ...]
    readings: tuple[Reading, ...]

    def record(self, row: Sequence[Any]) -> dict[str, Json]:
        """One row as JSON."""
        found: dict[str, Json] = {}
        for reading in self.readings:
            value = row[reading.first]
            if value is None:
                found[reading.key] = None
            elif reading.labelled:
                found[reading.key] = {"id": value, "label": row[reading.first + 1]}
            else:
                found[reading.key] = value if reading.dump is None else reading.dump(value)
        return found


class Shaper:
    """Collects columns for one SELECT over an entity."""

    def __init__(self, sight: Sight, entity: EntityModel, source: sa.FromClause, joins: Joins) -> None:
        self.sight, self.entity, self.source, self.joins = sight, entity, source, joins
        self.columns: list[sa.ColumnElement[Any]] = []
        self.readings: list[Reading] = []

    def add(self, path: str) -> None:
        """A field, or a path along references to one; what the actor may not know of is refused like what is not
        there."""
        steps = path.split(".")
        entity, source = self.entity, self.source
        reached: tuple[str, ...] = ()
        for step in steps[:-1]:
            facts = self.sight.field(entity.name, step)
            if facts is None or facts.many or facts.target not in self.sight.live.model.entities:
                raise self._unknown(entity, step)
            here = (*reached, step)
            source = self._reach(source, entity.name, facts.target, here)
            entity, reached = self.sight.live.model.entities[facts.target], here
        self._value(path, entity, source, steps[-1], (*reached, steps[-1]))

    def _reach(self, source: sa.FromClause, entity: str, target: str, path: tuple[str, ...]) -> sa.FromClause:
        return self.joins.reach(path[:-1], source, _padded(path, entity, target), path)

    def _value(self, key: str, entity: EntityModel, source: sa.FromClause, name: str, path: tuple[str, ...]) -> None:
        item = entity.fields.get(name)
        seen = self.sight.policy.visibility(entity, name)
        if (item is None and name not in SYSTEM) or seen.mode == "hidden":
            raise self._unknown(entity, name)
        if item is not None and item.storage in ("links", "rows"):
            return
        column = self.sight.column(source, entity.name, name)
        facts = self.sight.live.model.field(entity.name, name)
        target = facts.target if facts and not getattr(item.config if item else None, "targets", ()) else ""
        if target and seen.mode != "masked":
            self._labelled(key, column, source, entity, target, path)
        else:
            self._append(key, dump_of(item, name), sa.type_coerce(column, RAW))

    def _labelled(
        self,
        key: str,
        column: sa.ColumnElement[Any],
        source: sa.FromClause,
        entity: EntityModel,
        target: str,
        path: tuple[str, ...],
    ) -> None:
        far = self._reach(source, entity.name, target, path)
        self.readings.append(Reading(key=key, first=len(self.columns), dump=None, labelled=True))
        self.columns += [column, label_column(self.sight, far, target)]

    def _append(self, key: str, dump: Dump | None, column: sa.ColumnElement[Any]) -> None:
        self.readings.append(Reading(key=key, first=len(self.columns), dump=dump))
        self.columns.append(column)

    def _unknown(self, entity: EntityModel, word: str) -> Invalid:
        near = nearest(word, self.sight.names(entity.name))
        return Invalid(Issue(code="query.unknown_path", path=("fields",), arguments={"word": word, "nearest": near}))

    def done(self) -> Shape:
        """What was collected."""
        return Shape(columns=tuple(self.columns), readings=tuple(self.readings))


def _padded(path: tuple[str, ...], entity: str, target: str) -> tuple[str, ...]:
    """Joins wants the entity of every step; only the last two matter, the others are joined already."""
    return (*("" for _ in path[:-1]), entity, target)


def label_column(sight: Sight, source: sa.FromClause, entity: str) -> sa.ColumnElement[Any]:
    """What a record of an entity is called by people, as far as the actor may know it."""
    if entity == USER:
        return source.c[user.c.name.name]
    if entity == DEPARTMENT:
        return source.c[department.c.label.name]
    model = sight.live.model.entities[entity]
    if not model.title:
        return sa.cast(source.c.id, sa.Text())
    column = sight.column(source, entity, model.title)
    item = model.fields[model.title]
    return column if isinstance(item.type.column(item.config), sa.Text) else sa.cast(column, sa.Text())


def dump_of(item: FieldModel | None, name: str) -> Dump | None:
    """How a stored value becomes JSON; None where it is JSON already."""
    if item is None:
        return instant_text if name in ("created_at", "changed_at") else None
    kind = item.type
    if type(kind).dump is FieldType.dump:
        return None
    config = item.config
    return lambda stored: kind.dump(config, stored)


def readable_fields(sight: Sight, entity: EntityModel) -> tuple[str, ...]:
    """All fields the actor may see something of, sub-tables and links left out."""
    return tuple(
        item.name
        for item in entity.fields.values()
        if item.storage in ("column", "system") and sight.policy.visibility(entity, item.name).mode != "hidden"
    )
