"""Records asked for: one by id, a page of many by keyset, how many, candidates for a reference.

Blank sorts first ascending and last descending, on both databases; a page ends where the next one's cursor begins,
so a list of a million rows opens as fast as one of a thousand. Nothing is counted unless asked, and then capped.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import sqlalchemy as sa

from engines.records.prepared import Prepared
from engines.records.search import searching
from engines.records.shape import RAW, Shape, Shaper, known_label, readable_fields
from engines.records.sight import Sight
from metamodel.definition import Json
from metamodel.errors import Invalid, NotFound
from metamodel.expressions.tables import Joins
from metamodel.issues import Issue, nearest
from metamodel.model import EntityModel


class _AsItIs(sa.types.UserDefinedType[Any]):
    """A value given to the driver as the driver gave it: cursors hold what was read, not what was meant."""

    cache_ok = True

    def get_col_spec(self, **kw: Any) -> str:
        """It is never created as a column."""
        return "TEXT"


AS_IT_IS = _AsItIs()
MOST_ROWS = 500
COUNTED = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a list is asked for. `sorts` are (path, descending); `filters` are conditions that must all hold."""

    fields: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()
    sorts: tuple[tuple[str, bool], ...] = ()
    search: str = ""
    after: str = ""
    limit: int = 50
    bin: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some records, and the cursor of those that follow ("" at the end)."""

    items: list[dict[str, Json]]
    next: str


def entity_of(sight: Sight, name: str) -> EntityModel:
    """The entity, if the actor may read any of its records; otherwise it does not exist."""
    entity = sight.live.model.entity(name)
    if entity is None or not sight.policy.may(name, "read"):
        known = [other for other in sight.live.model.entities if sight.policy.may(other, "read")]
        raise NotFound(Issue(code="reference.entity", arguments={"word": name, "nearest": nearest(name, known)}))
    return entity


def one(
    connection: sa.Connection, sight: Sight, entity: EntityModel, number: int, *, bin: bool = False
) -> dict[str, Json]:
    """A record with every field the actor may see (links and lines are read apart)."""
    key = ("one", sight.key, sight.context.today, entity.name, bin)
    select, shape = sight.live.once(key, lambda: _one(connection.dialect, sight, entity, bin))
    row = next(iter(select.rows(connection, {"the_id": number})), None)
    if row is None:
        raise NotFound(Issue(code="record.missing"))
    return shape.records([row])[0]


def _one(dialect: sa.Dialect, sight: Sight, entity: EntityModel, bin: bool) -> tuple[Prepared, Shape]:
    source = sight.live.tables[entity.name]
    joins = Joins(tables=sight)
    shaper = Shaper(sight, entity, source, joins)
    for name in (
        "id",
        "version",
        *readable_fields(sight, entity),
        "created_at",
        "created_by",
        "changed_at",
        "changed_by",
    ):
        shaper.add(name)
    shape = shaper.done()
    met = sight.row_filter(entity, "read", source, joins)
    where = [source.c.id == sa.bindparam("the_id", 0, type_=sa.BigInteger), _place(source, bin)]
    if met is not None:
        where.append(met)
    return Prepared(sa.select(*shape.columns).select_from(joins.apply(source)).where(*where), dialect), shape


def _place(source: sa.FromClause, bin: bool) -> sa.ColumnElement[bool]:
    return source.c.deleted_at.is_not(None) if bin else source.c.deleted_at.is_(None)


def page(connection: sa.Connection, sight: Sight, entity: EntityModel, asked: Asked) -> Page:
    """The records that meet what is asked, in its order."""
    if not 1 <= asked.limit <= MOST_ROWS:
        raise Invalid(Issue(code="query.limit", path=("limit",), arguments={"limit": MOST_ROWS}))
    sorts = _sorts(asked.sorts)
    position = _read_cursor(asked.after, len(sorts) + 1) if asked.after else ()
    blanks = tuple(value is None for value in position)
    volatile = any("NOW" in text.upper() for text in asked.filters)
    key = (
        "page",
        sight.key,
        sight.context.now if volatile else sight.context.today,
        entity.name,
        asked.fields,
        asked.filters,
        sorts,
        bool(asked.search),
        bool(asked.after),
        blanks,
        asked.bin,
    )
    beyond = blanks if asked.after else None
    plan = sight.live.once(key, lambda: _List(connection.dialect, sight, entity, asked, sorts, beyond))
    parameters: dict[str, Any] = {"the_limit": asked.limit + 1}
    parameters.update({f"at_{index}": value for index, value in enumerate(position)})
    if asked.search:
        parameters.update(searching(asked.search))
    rows = plan.select.rows(connection, parameters)
    more = len(rows) > asked.limit
    rows = rows[: asked.limit]
    following = _cursor([rows[-1][index] for index in plan.keys]) if more else ""
    return Page(items=plan.shape.records(rows), next=following)


def _sorts(said: Sequence[tuple[str, bool]]) -> tuple[tuple[str, bool], ...]:
    """The order asked for; without one, newest first. The id ends every order."""
    kept = tuple((path, down) for path, down in said if path != "id")
    if kept:
        return kept
    return () if said else (("created_at", True),)


class _List:
    """A list compiled: its SELECT, its shape, and where the sort values stand in a row."""

    def __init__(
        self,
        dialect: sa.Dialect,
        sight: Sight,
        entity: EntityModel,
        asked: Asked,
        sorts: tuple[tuple[str, bool], ...],
        blanks: tuple[bool, ...] | None,
    ) -> None:
        source = sight.live.tables[entity.name]
        joins = Joins(tables=sight)
        shaper = Shaper(sight, entity, source, joins)
        fields = asked.fields or readable_fields(sight, entity)
        for name in dict.fromkeys(("id", "version", *fields)):
            shaper.add(name)
        self.shape = shaper.done()
        columns = self.shape.columns
        finding = Joins(tables=sight)
        down = sorts[-1][1] if sorts else bool(asked.sorts and asked.sorts[0][1])
        order = [(_sort_column(sight, entity, source, finding, path), falling) for path, falling in sorts]
        order.append((source.c.id, down))
        keys = [sa.type_coerce(column, RAW).label(f"key_{at}") for at, (column, _) in enumerate(order)]
        self.keys = range(len(columns), len(columns) + len(keys))
        where = [_place(source, asked.bin), *conditions(sight, entity, source, finding, asked)]
        if blanks is not None:
            where.append(_beyond(order, blanks))

        def found(*columns: sa.ColumnElement[Any]) -> sa.Select[Any]:
            return (
                sa.select(*columns, *keys)
                .select_from(finding.apply(source))
                .where(*where)
                .order_by(*(_ordered(column, falling, sight.live.dialect) for column, falling in order))
                .limit(sa.bindparam("the_limit", 0, type_=sa.Integer))
            )

        if joins.hops:
            # What references show is joined for the rows of the page alone, not for all that had to be sorted.
            # An outer join keeps the page first: the planner must not begin at the whole table.
            rows = found().subquery("page")
            again = [(rows.c[key.name], falling) for key, (_, falling) in zip(keys, order, strict=True)]
            select = (
                sa.select(*columns, *(column for column, _ in again))
                .select_from(joins.apply(rows.outerjoin(source, source.c.id == again[-1][0])))
                .order_by(*(_ordered(column, falling, sight.live.dialect) for column, falling in again))
            )
        else:
            select = found(*columns)
        self.select = Prepared(select, dialect)


def conditions(
    sight: Sight, entity: EntityModel, source: sa.FromClause, joins: Joins, asked: Asked
) -> list[sa.ColumnElement[bool]]:
    """The actor's row filter, the conditions asked for, and the words searched for."""
    found: list[sa.ColumnElement[bool]] = []
    met = sight.row_filter(entity, "read", source, joins)
    if met is not None:
        found.append(met)
    found += (sight.condition(text, entity.name, source, joins) for text in asked.filters if text)
    if asked.search:
        found.append(_searched(sight, entity, source))
    return found


def _searched(sight: Sight, entity: EntityModel, source: sa.FromClause) -> sa.ColumnElement[bool]:
    chosen = entity.definition.search or ((entity.title,) if entity.title else ())
    names = [
        name
        for name in chosen
        if name in entity.fields and sight.policy.visibility(entity, name).mode in ("plain", "by_row")
    ]
    if not names:
        return sa.false()
    pattern = sa.bindparam("the_search", "", type_=sa.Text())
    texts = [sa.cast(sight.column(source, entity.name, name), sa.Text()) for name in names]
    # SQLite's LIKE looks past the case of Latin letters by itself; lower() around it would only cost.
    if sight.live.dialect == "sqlite":
        return sa.or_(*(text.like(pattern, escape="\\") for text in texts))
    return sa.or_(*(text.ilike(pattern, escape="\\") for text in texts))


def _sort_column(
    sight: Sight, entity: EntityModel, source: sa.FromClause, joins: Joins, path: str
) -> sa.ColumnElement[Any]:
    model = sight.live.model
    facts = model.path(entity.name, path)
    if facts is None or facts.many or facts.type.kind == "texts":
        raise Invalid(Issue(code="query.not_sortable", path=("sort",), arguments={"word": path}))
    if facts.target in model.entities and model.entities[facts.target].title:
        path = f"{path}.{model.entities[facts.target].title}"
    elif facts.target:
        path = f"{path}.name"
    return sight.value(f"{{{path}}}", entity.name, source, joins)


def _ordered(column: sa.ColumnElement[Any], falling: bool, dialect: str) -> sa.ColumnElement[Any]:
    plain = column.desc() if falling else column.asc()
    if dialect == "sqlite":
        return plain
    return plain.nulls_last() if falling else plain.nulls_first()


def _beyond(order: Sequence[tuple[sa.ColumnElement[Any], bool]], blanks: Sequence[bool]) -> sa.ColumnElement[bool]:
    """The rows after the cursor: later in the first column, or equal there and later in the next, and so on."""
    choices: list[sa.ColumnElement[bool]] = []
    equal: list[sa.ColumnElement[bool]] = []
    for index, (column, falling) in enumerate(order):
        at = sa.bindparam(f"at_{index}", "", type_=AS_IT_IS)
        later: sa.ColumnElement[bool]
        same: sa.ColumnElement[bool]
        if blanks[index]:
            # Ascending, everything that is not blank comes later; descending, blank is the end.
            later = sa.false() if falling else column.is_not(None)
            same = column.is_(None)
        else:
            later = sa.or_(column < at, column.is_(None)) if falling else column > at
            same = column == at
        choices.append(sa.and_(*equal, later))
        equal.append(same)
    return sa.or_(*choices)


def _cursor(values: Sequence[Any]) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(list(values))).decode().rstrip("=")


def _read_cursor(text: str, length: int) -> tuple[Any, ...]:
    try:
        values = msgspec.json.decode(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (binascii.Error, ValueError, msgspec.DecodeError):
        values = None
    if not isinstance(values, list) or len(values) != length or not isinstance(values[-1], int):
        raise Invalid(Issue(code="query.cursor", path=("after",)))
    return tuple(values)


def count(connection: sa.Connection, sight: Sight, entity: EntityModel, asked: Asked) -> tuple[int, bool]:
    """How many records meet what is asked, up to COUNTED; whether there are more."""
    source = sight.live.tables[entity.name]
    joins = Joins(tables=sight)
    where = [_place(source, asked.bin), *conditions(sight, entity, source, joins, asked)]
    inner = sa.select(sa.literal(1)).select_from(joins.apply(source)).where(*where).limit(COUNTED + 1).subquery()
    parameters = searching(asked.search) if asked.search else {}
    found = int(connection.execute(sa.select(sa.func.count()).select_from(inner), parameters).scalar_one())
    return min(found, COUNTED), found > COUNTED


def candidates(
    connection: sa.Connection,
    sight: Sight,
    entity: EntityModel,
    search: str,
    limit: int,
    filters: tuple[str, ...] = (),
    *,
    within: str = "",
) -> list[dict[str, Json]]:
    """Records to refer to, by what people call them, with the lines that tell them apart.

    `within` is what a field narrows its records to: the application's own words, which may read what the actor may
    not see; of the records that meet it the actor is offered those that the actor may read."""
    source = sight.live.tables[entity.name]
    joins = Joins(tables=sight)
    shaper = Shaper(sight, entity, source, joins)
    lines = [
        name
        for name in entity.definition.subtitle
        if name in entity.fields and sight.policy.visibility(entity, name).mode != "hidden"
    ]
    for name in lines:
        shaper.add(name)
    shape = shaper.done()
    asked = Asked(search=search, filters=filters)
    where = [_place(source, False), *conditions(sight, entity, source, joins, asked)]
    if within:
        where.append(sight.condition(within, entity.name, source, joins.beside(sight.base), sight.base))
    select = (
        sa.select(*shape.columns, source.c.id, known_label(sight, source, entity.name).label("the_label"))
        .select_from(joins.apply(source))
        .where(*where)
        .order_by(source.c.id.desc())
        .limit(min(limit, 50))
    )
    found = []
    rows = connection.execute(select, searching(search) if search else {}).all()
    for row, said in zip(rows, shape.records(rows), strict=True):
        found.append(
            {"id": row[-2], "label": row[-1], "lines": [_shown(said[name]) for name in lines if said[name] is not None]}
        )
    return found


def _shown(value: Json) -> str:
    return str(value["label"]) if isinstance(value, dict) else str(value)
