"""What must happen to tables so that one model becomes another: steps as data, found by id, never by name.

Removing is retiring: a column or table is renamed `<name>__r<release>` and kept, so a publish can be undone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa

from engines.records.tables import link_table, short
from metamodel.definition import Label
from metamodel.model import EntityModel, FieldModel, Model

Verb = Literal[
    "create_table",
    "rename_table",
    "retire_table",
    "restore_table",
    "add_column",
    "rename_column",
    "retire_column",
    "restore_column",
    "retype_column",
    "create_index",
    "drop_index",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing to do. `entity` and `field` are ids and say which change it comes from."""

    verb: Verb
    table: str
    entity: str
    field: str = ""
    name: str = ""
    before: str = ""
    payload: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Retype:
    """A field whose stored form changes: how to read the old values and how to write them anew."""

    old: FieldModel
    new: FieldModel


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A retired column or table that could come back."""

    table: str
    column: str
    retired: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A model with its tables."""

    model: Model
    metadata: sa.MetaData


#: told while a publish goes on: the phase, what it is about, how much of how much (0 where unknown). May raise to stop.
Tell = Callable[[str, Label, int, int], None]


def quietly(phase: str, label: Label, done: int, total: int) -> None:
    """Nobody watches."""


def steps(
    before: Side, after: Side, application: str, release: int, kept: Mapping[tuple[str, str], Kept]
) -> list[Step]:
    """The steps for one application, in the order in which they can be done.

    `kept` holds what was retired before by (entity id, field id); a definition that comes back gets its data back.
    """
    return list(_Steps(before, after, application, release, kept).all())


class _Steps:
    def __init__(
        self,
        before: Side,
        after: Side,
        application: str,
        release: int,
        kept: Mapping[tuple[str, str], Kept],
    ) -> None:
        self.before, self.after, self.release, self.kept = before.model, after.model, release, kept
        self.old = {entity.definition.id: entity for entity in _own(before.model, application)}
        self.new = {entity.definition.id: entity for entity in _own(after.model, application)}
        self.old_tables, self.new_tables = before.metadata, after.metadata

    def all(self) -> Iterator[Step]:
        yield from self._dropped_indexes()
        for identity, entity in self.old.items():
            if identity not in self.new:
                yield from self._retired_entity(entity)
            else:
                yield from self._retired_fields(entity, self.new[identity])
        yield from self._renamed_tables()
        for identity, entity in self.new.items():
            if identity in self.old:
                yield from self._renamed_fields(self.old[identity], entity)
        for identity, entity in self.new.items():
            if identity not in self.old:
                yield from self._created_entity(entity)
        for identity, entity in self.new.items():
            if identity in self.old:
                yield from self._added_fields(self.old[identity], entity)
        yield from self._created_indexes()

    def _retired_entity(self, entity: EntityModel) -> Iterator[Step]:
        for field in entity.fields.values():
            if field.storage == "links":
                yield from self._retired_links(entity, field)
        table = short(entity.table)
        yield Step(verb="retire_table", table=table, entity=entity.definition.id, name=self._retired(table))

    def _retired_fields(self, old: EntityModel, new: EntityModel) -> Iterator[Step]:
        present = {field.definition.id: field for field in new.fields.values()}
        for field in old.fields.values():
            other = present.get(field.definition.id)
            if other is not None and self._same(field, other):
                continue
            if field.storage == "column":
                if other is not None and self._retypable(field, other):
                    continue
                yield Step(
                    verb="retire_column",
                    table=short(old.table),
                    entity=old.definition.id,
                    field=field.definition.id,
                    before=field.column,
                    name=self._retired(field.column),
                    payload=kind_of(self.before, field),
                )
            elif field.storage == "links":
                yield from self._retired_links(old, field)

    def _retired_links(self, entity: EntityModel, field: FieldModel) -> Iterator[Step]:
        # Index names are the whole database's: one that stayed on a retired table would bar its successor.
        name, whose = link_table(entity, field.name), entity.definition.id
        yield Step(verb="drop_index", table=name, name=self._link_index(name), entity=whose, field=field.definition.id)
        yield Step(verb="retire_table", table=name, entity=whose, field=field.definition.id, name=self._retired(name))

    def _renamed_tables(self) -> Iterator[Step]:
        pairs: list[tuple[str, str, str, str]] = []
        for identity, new in self.new.items():
            old = self.old.get(identity)
            if old is None:
                continue
            if old.table != new.table:
                pairs.append((short(old.table), short(new.table), identity, ""))
            links = {field.definition.id: field for field in old.fields.values() if field.storage == "links"}
            for field in new.fields.values():
                former = links.get(field.definition.id)
                if former is not None and field.storage == "links" and self._same(former, field):
                    was, now = link_table(old, former.name), link_table(new, field.name)
                    if was != now:
                        pairs.append((was, now, identity, field.definition.id))
        for was, now, identity, field_id in _free(pairs):
            yield Step(verb="rename_table", table=was, name=now, entity=identity, field=field_id)
            if field_id and now in self.new_tables.tables:
                old_index, index = self._link_index(was), next(iter(self.new_tables.tables[now].indexes))
                yield Step(verb="drop_index", table=now, name=old_index, entity=identity, field=field_id)
                yield Step(
                    verb="create_index", table=now, name=str(index.name), entity=identity, field=field_id, payload=index
                )

    @staticmethod
    def _link_index(table: str) -> str:
        return short(f"ix_{table}_target_id")

    def _renamed_fields(self, old: EntityModel, new: EntityModel) -> Iterator[Step]:
        former = {field.definition.id: field for field in old.fields.values()}
        pairs = [
            (former[field.definition.id].column, field.column, new.definition.id, field.definition.id)
            for field in new.fields.values()
            if field.definition.id in former
            and field.storage == "column" == former[field.definition.id].storage
            and field.column != former[field.definition.id].column
        ]
        for was, now, identity, field_id in _free(pairs):
            yield Step(
                verb="rename_column", table=short(new.table), before=was, name=now, entity=identity, field=field_id
            )

    def _created_entity(self, entity: EntityModel) -> Iterator[Step]:
        table = short(entity.table)
        back = self.kept.get((entity.definition.id, ""))
        if back is not None:
            yield Step(verb="restore_table", table=back.retired, name=table, entity=entity.definition.id)
            yield from self._restored_columns(entity, back)
        else:
            yield Step(
                verb="create_table", table=table, entity=entity.definition.id, payload=self.new_tables.tables[table]
            )
        for field in entity.fields.values():
            if field.storage == "links":
                yield from self._created_links(entity, field)

    def _restored_columns(self, entity: EntityModel, back: Kept) -> Iterator[Step]:
        # A table that comes back has the columns it had; what the definition has beyond them is added.
        present = set(back.column.split(","))
        for field in entity.fields.values():
            if field.storage == "column" and field.column not in present:
                yield self._add(entity, field)

    def _created_links(self, entity: EntityModel, field: FieldModel) -> Iterator[Step]:
        name = link_table(entity, field.name)
        back = self.kept.get((entity.definition.id, field.definition.id))
        if back is not None and not back.column:
            yield Step(
                verb="restore_table",
                table=back.retired,
                name=name,
                entity=entity.definition.id,
                field=field.definition.id,
            )
            index = next(iter(self.new_tables.tables[name].indexes))
            yield Step(
                verb="create_index",
                table=name,
                name=str(index.name),
                entity=entity.definition.id,
                field=field.definition.id,
                payload=index,
            )
            return
        yield Step(
            verb="create_table",
            table=name,
            entity=entity.definition.id,
            field=field.definition.id,
            payload=self.new_tables.tables[name],
        )

    def _added_fields(self, old: EntityModel, new: EntityModel) -> Iterator[Step]:
        former = {field.definition.id: field for field in old.fields.values()}
        for field in new.fields.values():
            was = former.get(field.definition.id)
            if was is not None and self._same(was, field):
                continue
            if field.storage == "links":
                yield from self._created_links(new, field)
            elif field.storage == "column" and was is not None and self._retypable(was, field):
                yield Step(
                    verb="retype_column",
                    table=short(new.table),
                    entity=new.definition.id,
                    field=field.definition.id,
                    before=field.column,
                    name=self._retired(field.column),
                    payload=Retype(old=was, new=field),
                )
            elif field.storage == "column":
                back = self.kept.get((new.definition.id, field.definition.id))
                if back is not None and back.column and back.kind == kind_of(self.after, field):
                    yield Step(
                        verb="restore_column",
                        table=short(new.table),
                        entity=new.definition.id,
                        field=field.definition.id,
                        before=back.retired,
                        name=field.column,
                    )
                else:
                    yield self._add(new, field)

    def _add(self, entity: EntityModel, field: FieldModel) -> Step:
        table = short(entity.table)
        return Step(
            verb="add_column",
            table=table,
            entity=entity.definition.id,
            field=field.definition.id,
            name=field.column,
            payload=self.new_tables.tables[table].c[field.column],
        )

    def _dropped_indexes(self) -> Iterator[Step]:
        for identity, old in self.old.items():
            wanted = self._indexes(self.after, self.new_tables, self.new.get(identity))
            for name, shape in self._indexes(self.before, self.old_tables, old).items():
                if wanted.get(name) != shape:
                    yield Step(
                        verb="drop_index",
                        table=short(old.table),
                        name=name,
                        entity=identity,
                        field=shape[1][0] if shape[1] else "",
                    )

    def _created_indexes(self) -> Iterator[Step]:
        for identity, new in self.new.items():
            old = self.old.get(identity)
            if old is None and (identity, "") not in self.kept:
                continue  # a new table is created with its indexes
            present = self._indexes(self.before, self.old_tables, old)
            for name, shape in self._indexes(self.after, self.new_tables, new).items():
                if present.get(name) != shape:
                    table = self.new_tables.tables[short(new.table)]
                    index = next(item for item in table.indexes if item.name == name)
                    yield Step(
                        verb="create_index",
                        table=short(new.table),
                        name=name,
                        entity=identity,
                        field=shape[1][0] if shape[1] else "",
                        payload=index,
                    )

    @staticmethod
    def _indexes(
        model: Model, metadata: sa.MetaData, entity: EntityModel | None
    ) -> dict[str, tuple[str, tuple[str, ...], bool]]:
        if entity is None:
            return {}
        table = metadata.tables[short(entity.table)]
        fields = {field.column: field for field in entity.fields.values()}

        def identities(index: sa.Index) -> tuple[str, ...]:
            names = [column.name for column in index.columns if column.name != "id"]
            return tuple(
                f"{fields[name].definition.id}:{kind_of(model, fields[name])}" if name in fields else name
                for name in names
            )

        return {str(index.name): (table.name, identities(index), bool(index.unique)) for index in table.indexes}

    def _same(self, old: FieldModel, new: FieldModel) -> bool:
        """Whether a field's values can stay where they are."""
        if old.storage != new.storage:
            return False
        if old.storage != "column":
            return _target(self.before, old) == _target(self.after, new)
        return kind_of(self.before, old) == kind_of(self.after, new) and old.type.derived == new.type.derived

    def _retypable(self, old: FieldModel, new: FieldModel) -> bool:
        plain = old.storage == new.storage == "column"
        return plain and new.type.retype(new.config, old.type, old.config) != "impossible"

    def _retired(self, name: str) -> str:
        return short(f"{name}__r{self.release}")


def _own(model: Model, application: str) -> Iterator[EntityModel]:
    return (entity for entity in model.entities.values() if entity.application == application)


def kind_of(model: Model, field: FieldModel) -> str:
    """The stored form in one word: two fields with the same one need no conversion. Entities stand in it by id."""
    type_ = field.type.column(field.config)
    expression = field.expression_type
    return f"{type_.__class__.__name__}:{expression.kind}:{expression.scale}:{_identity(model, expression.entity)}"


def _identity(model: Model, entity: str) -> str:
    known = model.entity(entity)
    return f"{known.application}.{known.definition.id}" if known else entity


def _target(model: Model, field: FieldModel) -> str:
    return _identity(model, getattr(field.config, "entity", ""))


def _free(pairs: list[tuple[str, str, str, str]]) -> Iterator[tuple[str, str, str, str]]:
    """Renames in an order in which no name is taken twice; a circle is opened by a detour."""
    waiting = list(pairs)
    while waiting:
        taken = {was for was, _, _, _ in waiting}
        ready = [pair for pair in waiting if pair[1] not in taken]
        if ready:
            yield from ready
            waiting = [pair for pair in waiting if pair not in ready]
        else:
            was, now, identity, field_id = waiting.pop(0)
            detour = short(f"{was}__move")
            yield was, detour, identity, field_id
            waiting.append((detour, now, identity, field_id))
