"""Entities as tables: the platform's own columns, a column a stored field, a table of pairs a reference to many.

Required is validated, never NOT NULL, and unique is a partial index over rows not in the bin: so a publish can be
undone and the bin never blocks anybody. `order` makes blank first ascending and last descending on both databases.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from engines.database import Identity
from metamodel.expressions.storage import INSTANT
from metamodel.model import EntityModel, FieldModel, Model

#: PostgreSQL cuts names at 63 bytes without a word; longer ones are shortened here, with a hash to stay apart
LONGEST = 63
CONVENTION = {"pk": "pk_%(table_name)s", "fk": "fk_%(table_name)s_%(column_0_N_name)s"}


def short(name: str) -> str:
    """A name that fits both databases and stays unique."""
    if len(name.encode()) <= LONGEST:
        return name
    return f"{name[:46]}_{sha256(name.encode()).hexdigest()[:16]}"


def tables(model: Model, dialect: str) -> sa.MetaData:
    """All record tables of a model, with `info["entity"]` on each and `info["field"]` on their columns."""
    metadata = sa.MetaData(naming_convention=CONVENTION)
    for entity in model.entities.values():
        _table(metadata, model, entity, dialect)
    return metadata


def link_table(entity: EntityModel, field: str) -> str:
    """The name of the table of pairs of a reference to many."""
    return short(f"{entity.table}__{field}")


def _table(metadata: sa.MetaData, model: Model, entity: EntityModel, dialect: str) -> None:
    table = sa.Table(
        short(entity.table),
        metadata,
        sa.Column("id", Identity, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False, server_default="1"),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("created_by", sa.BigInteger),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("changed_by", sa.BigInteger),
        sa.Column("deleted_at", INSTANT),
        sa.Column("run_id", sa.BigInteger),
        info={"entity": entity.name},
        sqlite_autoincrement=True,
    )
    for field in entity.fields.values():
        if field.storage == "column":
            table.append_column(column(model, field))
        elif field.storage == "links":
            _links(metadata, model, entity, field)
    for index in indexes(entity):
        make_index(table, index, dialect)


def column(model: Model, field: FieldModel) -> sa.Column[Any]:
    """The column of a stored field; text is compared by code point on PostgreSQL as it is on SQLite."""
    type_ = field.type.column(field.config)
    if isinstance(type_, sa.Text):
        type_ = type_.with_variant(sa.Text(collation="C"), "postgresql")
    target = getattr(field.config, "entity", "") if field.type.kind == "reference" else ""
    key: tuple[sa.ForeignKey, ...] = ()
    if target in model.entities and not getattr(field.config, "targets", ()):
        key = (sa.ForeignKey(f"{short(model.entities[target].table)}.id"),)
    return sa.Column(field.column, type_, *key, info={"field": field.definition.id})


def _links(metadata: sa.MetaData, model: Model, entity: EntityModel, field: FieldModel) -> None:
    target = model.entities.get(field.config.entity)
    far = (sa.ForeignKey(f"{short(target.table)}.id"),) if target else ()
    name = link_table(entity, field.name)
    pairs = sa.Table(
        name,
        metadata,
        sa.Column("source_id", sa.BigInteger, sa.ForeignKey(f"{short(entity.table)}.id"), primary_key=True),
        sa.Column("target_id", sa.BigInteger, *far, primary_key=True),
        info={"entity": entity.name, "links": field.definition.id},
        sqlite_with_rowid=False,
    )
    sa.Index(short(f"ix_{name}_target_id"), pairs.c.target_id, pairs.c.source_id)


def indexes(entity: EntityModel) -> Iterator[tuple[str, tuple[str, ...], bool]]:
    """(name, columns, unique) of every index an entity wants."""
    seen: set[tuple[str, ...]] = set()
    stem = entity.table

    def wanted(columns: tuple[str, ...], unique: bool) -> Iterator[tuple[str, tuple[str, ...], bool]]:
        if columns not in seen and columns:
            seen.add(columns)
            yield short(f"{'ux' if unique else 'ix'}_{stem}_{'_'.join(columns)}"), columns, unique

    for field in entity.fields.values():
        if field.storage == "column" and field.definition.unique:
            yield from wanted((field.column,), True)
    for index in entity.definition.indexes:
        known = [entity.fields[name] for name in index.fields if name in entity.fields]
        yield from wanted(tuple(item.column for item in known if item.storage in ("column", "system")), index.unique)
    for field in entity.fields.values():
        refers = field.type.kind in ("reference", "user", "department")
        if field.storage == "column" and (field.definition.indexed or refers):
            yield from wanted((field.column,), False)
    yield from wanted(("created_at",), False)
    yield short(f"ix_{stem}_run_id"), ("run_id",), False


def make_index(table: sa.Table, index: tuple[str, tuple[str, ...], bool], dialect: str) -> sa.Index:
    """The index on a table. All but the run's look only at rows that are not in the bin; ties end in the id.

    SQLite puts blank first by itself and refuses to be told so in an index.
    """
    name, columns, unique = index
    parts: list[Any] = [table.c[column] for column in columns]
    if not unique:
        if dialect == "postgresql":
            parts = [part.asc().nulls_first() for part in parts]
        parts.append(table.c.id)
    live = table.c.deleted_at.is_(None) if columns != ("run_id",) else table.c.run_id.is_not(None)
    return sa.Index(name, *parts, unique=unique, sqlite_where=live, postgresql_where=live)


def named(metadata: sa.MetaData) -> Mapping[str, sa.Table]:
    """Tables by qualified entity name (link tables by "entity.field id")."""
    found: dict[str, sa.Table] = {}
    for table in metadata.tables.values():
        links = table.info.get("links")
        found[f"{table.info['entity']}:{links}" if links else table.info["entity"]] = table
    return found
