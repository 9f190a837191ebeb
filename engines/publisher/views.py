"""Reading views for BI tools: beside each record table what people see, instead of what the database keeps.

They are for whoever may read the database itself; roles do not reach there. Everybody else asks the API.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engines.access.tables import department, user
from engines.publisher.steps import Step
from engines.records.tables import named, short
from metamodel.expressions import zones
from metamodel.issues import DEFAULT_LOCALE, say
from metamodel.model import EntityModel, FieldModel, Model
from metamodel.option import Option

#: names of applications begin with a letter, so no table of theirs is called so
MARK = "_"
#: steps after which a view that reads the table would read something else
MOVING = ("rename_table", "retire_table", "restore_table", "rename_column", "retire_column", "restore_column",
          "retype_column")  # fmt: skip
#: digits before the point that a decimal of a view may have
DIGITS = 20

Column = sa.ColumnElement[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A view's name, its SELECT, and the tables that it reads."""

    name: str
    text: str
    reads: frozenset[str]


def name_of(entity: EntityModel) -> str:
    """What the view of an entity is called."""
    return short(f"{MARK}{entity.table}")


def views(model: Model, metadata: sa.MetaData, zone: str, dialect: sa.Dialect) -> dict[str, View]:
    """The views of all entities: records that are not in the bin, one column a stored field. Choices, people,
    departments and references show their labels (a reference's number stands in `<name>_id`), exact numbers are
    decimals, moments the wall clock's. Files, several references and what is computed on reading are left out."""
    tables = named(metadata)
    made = (_view(model, tables, entity, zone, dialect) for entity in model.entities.values() if entity.name in tables)
    return {view.name: view for view in made}


def set_aside(
    connection: sa.Connection, before: Mapping[str, View], after: Mapping[str, View], todo: Sequence[Step]
) -> None:
    """Drop the views that will be others, or whose tables are about to move."""
    moving = {step.table for step in todo if step.verb in MOVING}
    for name in present(connection):
        old, new = before.get(name), after.get(name)
        if old is None or new is None or old.text != new.text or old.reads & moving:
            drop(connection, name)


def put_back(connection: sa.Connection, after: Mapping[str, View]) -> None:
    """Make the views that are missing."""
    there = set(present(connection))
    for name, view in after.items():
        if name not in there:
            text = f"CREATE VIEW {_quoted(connection, name)} AS {view.text}"
            # A driver that marks parameters by per cent signs wants them doubled.
            doubled = connection.dialect.paramstyle in ("format", "pyformat")
            connection.exec_driver_sql(text.replace("%", "%%") if doubled else text)


def present(connection: sa.Connection) -> list[str]:
    """The reading views that there are."""
    return [name for name in sa.inspect(connection).get_view_names() if name.startswith(MARK)]


def drop(connection: sa.Connection, name: str) -> None:
    """Drop one view."""
    connection.exec_driver_sql(f"DROP VIEW {_quoted(connection, name)}")


def _quoted(connection: sa.Connection, name: str) -> str:
    return connection.dialect.identifier_preparer.quote(name)


def _view(model: Model, tables: Mapping[str, sa.Table], entity: EntityModel, zone: str, dialect: sa.Dialect) -> View:
    # Named by the table itself: the text must not change when another view is made before it.
    record = tables[entity.name].alias("record")
    sources: list[tuple[sa.FromClause, Column]] = []
    columns: list[sa.Label[Any]] = [record.c.id.label("id")]
    reads = {tables[entity.name].name}

    def joined(table: sa.FromClause, key: Column, shown: Any) -> Column:
        far = table.alias(f"far_{len(sources)}")
        sources.append((far, far.c.id == key))
        reads.add(str(getattr(table, "name", "")))
        found: Column = shown(far)
        return found

    for item in _shown(entity):
        column = record.c[item.column]
        if item.expression_type.kind != "record":
            columns.append(_value(item, column, zone, dialect).label(item.name))
            continue
        if item.type.kind == "user":
            value = joined(user, column, lambda far: far.c.name)
        elif item.type.kind == "department":
            value = joined(department, column, lambda far: far.c.label)
        else:
            target = model.entities.get(item.expression_type.entity)
            title = target.fields.get(target.title) if target else None
            if target is None or title is None or target.name not in tables:
                columns.append(column.label(item.name))
                continue
            value = joined(
                tables[target.name],
                column,
                lambda far, title=title: _value(title, far.c[title.column], zone, dialect),
            )
        columns.append(value.label(item.name))
        if f"{item.name}_id" not in entity.fields:
            columns.append(column.label(f"{item.name}_id"))
    for word, person in (("created", record.c.created_by), ("changed", record.c.changed_by)):
        if f"{word}_at" not in entity.fields:
            columns.append(zones.wall(zone)(record.c[f"{word}_at"]).label(f"{word}_at"))
        if f"{word}_by" not in entity.fields:
            columns.append(joined(user, person, lambda far: far.c.name).label(f"{word}_by"))
    whence: sa.FromClause = record
    for far, on in sources:
        whence = whence.outerjoin(far, on)
    select = sa.select(*columns).select_from(whence).where(record.c.deleted_at.is_(None))
    text = str(select.compile(dialect=dialect, compile_kwargs={"literal_binds": True})).replace("%%", "%")
    return View(name=name_of(entity), text=text, reads=frozenset(reads))


def _shown(entity: EntityModel) -> Iterator[FieldModel]:
    for item in entity.fields.values():
        many = bool(getattr(item.config, "targets", ()))
        if item.storage == "column" and item.type.group != "file" and not many:
            yield item


def _value(item: FieldModel, column: Column, zone: str, dialect: sa.Dialect) -> Column:
    """A column as people read it."""
    type_ = item.expression_type
    if type_.kind == "number" and type_.scale:
        if dialect.name == "sqlite":
            return column / sa.literal_column(f"{10**type_.scale}.0")
        exact = sa.Numeric(DIGITS + type_.scale, type_.scale)
        return sa.cast(sa.cast(column, sa.Numeric()) / sa.literal_column(str(10**type_.scale)), exact)
    if type_.kind == "datetime":
        return zones.wall(zone)(column)
    options: tuple[Option, ...] = getattr(item.config, "options", ()) if item.type.kind == "choice" else ()
    if type_.kind == "texts":
        return _several(options, column, dialect)
    return _labelled(options, column)


def _labelled(options: Sequence[Option], column: Column) -> Column:
    if not options:
        return column
    labels = {option.value: say(option.label, DEFAULT_LOCALE) for option in options}
    return sa.case(labels, value=column, else_=column)


def _several(options: Sequence[Option], column: Column, dialect: sa.Dialect) -> Column:
    """The labels of a list, in its order."""
    each = sa.func.json_each(column) if dialect.name == "sqlite" else sa.func.jsonb_array_elements_text(column)
    words = each.table_valued(sa.column("value", sa.Text()), name="word")
    join = sa.func.group_concat if dialect.name == "sqlite" else sa.func.string_agg
    return sa.select(join(_labelled(options, words.c.value), "、")).select_from(words).scalar_subquery()
