"""The plainest rules of the clock in three statements a batch: constants and whole sums stay in the database."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import JSONB

from engines.records import history
from engines.records.derive import derivations
from engines.records.sight import Sight
from engines.records.values import stored_json
from engines.rules import log
from engines.rules.listen import Heard
from engines.rules.look import parts_of
from engines.rules.run import Why
from engines.runtime.fitting import fitted
from engines.runtime.segment_notes import SYSTEM
from engines.runtime.timed_sets import Setting, fresh
from engines.segments.plan import reading
from metamodel.expressions import evaluate, sql
from metamodel.expressions.ast import Node, Ref, constant, walk
from metamodel.expressions.storage import to_browser
from metamodel.expressions.tables import Joins
from metamodel.expressions.types import Type
from metamodel.model import EntityModel, FieldModel

#: numbers of ids of one transaction: half a second of lock on SQLite
SPAN = {"sqlite": 50_000, "postgresql": 250_000}


@dataclass(frozen=True, slots=True, kw_only=True)
class Put:
    """What a field gets, stored, and the same as JSON."""

    action: str
    item: FieldModel
    value: sa.ColumnElement[Any]
    told: sa.ColumnElement[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    """A rule that can be carried out so: its source, and whether its condition holds, part by part."""

    source: sa.Table
    parts: tuple[tuple[str, tuple[sa.ColumnElement[Any], ...]], ...]
    where: tuple[sa.ColumnElement[bool], ...]
    puts: tuple[Put, ...]


def plain(sight: Sight, heard: Heard, condition: str, settings: Sequence[Setting]) -> Plain | None:
    """The rule in this form; None where a value needs more than the record itself, is not the same in JSON as in the
    table, or something hangs on it."""
    entity = heard.entity
    needs = derivations(sight.live).needs
    names = {one.item.name for one in settings}
    read = reading(sight.live).reads.get(entity.name, frozenset())
    if read & {*names, *SYSTEM} or any((entity.name, name) in needs for name in names):
        return None
    source = sight.live.tables[entity.name]
    joins = Joins(tables=sight.base)
    dialect = sight.live.dialect
    parts: list[tuple[str, tuple[sa.ColumnElement[Any], ...]]] = []
    for text, sides in parts_of(sight, entity, heard.rule.condition):
        if not all(_alike(side.type) for side in sides):
            return None
        columns = [sql.compile(side, sight.base, sight.context, source, joins) for side in sides]
        scales = [side.type.scale if side.type.kind == "number" else 0 for side in sides]
        quoted = (_quoted(dialect, column, scale) for column, scale in zip(columns, scales, strict=True))
        parts.append((text, tuple(quoted)))
    puts: list[Put] = []
    texts = {f"{call.id}\n{item.field}": item.value for call in heard.rule.actions for item in call.config.values}
    for one in settings:
        node = sight.sound(texts[one.word], entity.name, False)
        put = _put(sight, entity, one, node, source, joins)
        if put is None:
            return None
        puts.append(put)
    met = sight.condition(condition, entity.name, source, joins, sight.base) if condition else sa.true()
    if joins.hops:
        return None
    return Plain(source=source, parts=tuple(parts), where=(source.c.deleted_at.is_(None), met), puts=tuple(puts))


def _alike(type_: Type) -> bool:
    """Whether a value can be made the JSON that everybody else writes of it."""
    return type_.kind in ("text", "number", "date")


def _quoted(dialect: str, column: sa.ColumnElement[Any], scale: int = 0) -> sa.ColumnElement[Any]:
    """A value as JSON text; numbers with a point are texts, as everywhere."""
    if scale:
        size = sa.func.abs(column, type_=sa.BigInteger)
        whole, rest = size // 10**scale, size % 10**scale
        digits = (
            sa.func.printf(f"%0{scale}d", rest)
            if dialect == "sqlite"
            else sa.func.lpad(sa.cast(rest, sa.Text), scale, "0")
        )
        sign = sa.case((column < 0, '"-'), else_='"')
        text = sign.concat(sa.cast(whole, sa.Text)).concat(".").concat(digits).concat('"')
        return sa.case((column.is_(None), "null"), else_=text)
    if dialect == "sqlite":
        return sa.func.json_quote(column)
    return sa.func.coalesce(sa.cast(sa.func.to_json(column), sa.Text), "null")


def _put(sight: Sight, entity: EntityModel, one: Setting, node: Node, source: sa.Table, joins: Joins) -> Put | None:
    item: FieldModel = one.item
    column = source.c[item.column]
    if constant(node):
        said = to_browser(node.type, evaluate.evaluate(node, {}, sight.context))
        given = fitted(entity, {item.name: said})[item.name]
        stored = None if given is None or given == "" else item.type.coerce(item.config, given)
        if item.expression_type.kind not in ("text", "number") or item.expression_type.scale:
            return None
        if isinstance(stored, (list, dict)) or not isinstance(stored_json(item, stored), (str, int, type(None))):
            return None
        told = sa.literal(json.dumps(said, ensure_ascii=False))
        return Put(action=one.action, item=item, value=sa.literal(stored, column.type), told=told)
    # Whole numbers of the record itself: nothing to fit, nothing to refuse.
    free = all(getattr(item.config, word, None) is None for word in ("minimum", "maximum"))
    own = all(len(part.path) == 1 and part.bound == 0 for part in walk(node) if isinstance(part, Ref))
    alone = not any(type(part).__name__ == "Aggregate" for part in walk(node))
    whole = node.type.kind == "number" and node.type.scale == 0
    if not (item.type.kind == "integer" and free and own and alone and whole):
        return None
    value = sql.compile(node, sight.base, sight.context, source, joins)
    return Put(action=one.action, item=item, value=value, told=_quoted(sight.live.dialect, value))


def carry_span(
    connection: sa.Connection, sight: Sight, heard: Heard, rule: Plain, why: Why, low: int
) -> int | None:
    """The records with numbers after `low`, so many as half a second allows: fired, logged and set; up to which number,
    None when there are no more."""
    source, lite = rule.source, connection.dialect.name == "sqlite"
    last = connection.scalar(sa.select(sa.func.max(source.c.id)))
    if last is None or low >= last:
        return None
    high = low + SPAN[connection.dialect.name]
    where = [source.c.id > low, source.c.id <= high, *rule.where]
    if not lite:
        # What is judged must still be so when it is written.
        connection.execute(sa.select(source.c.id).where(*where).order_by(source.c.id).with_for_update())
    firing, change = log.firing, history.change
    newest = connection.scalar(sa.select(sa.func.coalesce(sa.func.max(firing.c.id), 0)))
    fired = {
        "application": heard.application,
        "rule": heard.rule.id,
        "release": sight.live.release,
        "entity": heard.entity.name,
        "record_id": source.c.id,
        "cause": why.cause,
        "state": "done",
        "at": why.at,
        "by_id": why.by,
        "depth": why.depth,
        "trace": _json(_trace(rule), lite),
    }
    # Once for a record and a cause: the unique index says it, and is asked once.
    where += [fresh(heard, source, why)] if heard.rule.again != "always" else []
    _insert(connection, firing, fired, source, where, source.c.id, once=True)
    # Those of this batch: an earlier try's are older, and its records are written. Whoever writes on SQLite is alone.
    own = [firing.c.id > newest]
    if not lite:
        own += [firing.c.application == heard.application, firing.c.rule == heard.rule.id, firing.c.cause == why.cause]
    moved = sa.or_(*(source.c[put.item.column].is_distinct_from(put.value) for put in rule.puts))
    logged = {
        "entity": heard.entity.name,
        "record_id": source.c.id,
        "action": "update",
        "fields": _json(_fields(rule, lite), lite),
        "at": why.at,
        "by_id": why.by,
        "cause_id": firing.c.id,
        "depth": why.depth + 1,
    }
    span = (source.c.id > low, source.c.id <= high)
    both = source.join(firing, sa.and_(firing.c.record_id == source.c.id, *own))
    _insert(connection, change, logged, both, [*span, moved], firing.c.id if lite else source.c.id)
    values = {source.c[put.item.column]: put.value for put in rule.puts}
    stamp = {source.c.version: source.c.version + 1, source.c.changed_at: why.at, source.c.changed_by: why.by}
    fired_now = source.c.id.in_(sa.select(firing.c.record_id).where(*own))
    connection.execute(sa.update(source).where(*span, moved, fired_now).values({**values, **stamp}))
    return high


def _insert(
    connection: sa.Connection,
    table: sa.Table,
    values: dict[str, Any],
    whence: sa.FromClause,
    where: Sequence[Any],
    order: sa.ColumnElement[Any],
    *,
    once: bool = False,
) -> None:
    columns = [
        value if isinstance(value, sa.ColumnElement) else sa.literal(value, table.c[name].type)
        for name, value in values.items()
    ]
    # In the order of the records, so that indexes are appended to; as they are found, so that nothing is sorted.
    chosen = sa.select(*columns).select_from(whence).where(*where).order_by(order)
    insert: Any = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    made = insert(table).from_select(list(values), chosen)
    connection.execute(made.on_conflict_do_nothing() if once else made)


def _text(*pieces: Any) -> sa.ColumnElement[Any]:
    """Pieces of JSON put together; what is the same for all stands as it is."""
    found: sa.ColumnElement[Any] | None = None
    held = ""
    for piece in (*pieces, None):
        if isinstance(piece, str):
            held += piece
            continue
        for part in ([sa.literal(held)] if held else []) + ([piece] if piece is not None else []):
            found = part if found is None else found.concat(part)
        held = ""
    assert found is not None
    return found


def _json(text: sa.ColumnElement[Any], lite: bool) -> sa.ColumnElement[Any]:
    return sa.type_coerce(text, sa.Text) if lite else sa.cast(text, JSONB)


def _trace(rule: Plain) -> sa.ColumnElement[Any]:
    pieces: list[Any] = ['{"condition":[']
    for at, (text, sides) in enumerate(rule.parts):
        pieces.append(f'{"," if at else ""}{{"text":{json.dumps(text, ensure_ascii=False)},"holds":true,"values":[')
        for place, side in enumerate(sides):
            pieces += ["," if place else "", side]
        pieces.append("]}")
    pieces.append('],"effects":[')
    for at, action in enumerate(dict.fromkeys(put.action for put in rule.puts)):
        pieces.append(f'{"," if at else ""}{{"action":{json.dumps(action)},"kind":"SetValues","result":{{"values":{{')
        for place, put in enumerate(put for put in rule.puts if put.action == action):
            pieces += [f'{"," if place else ""}{json.dumps(put.item.name)}:', put.told]
        pieces.append("}}}")
    pieces.append("]}")
    return _text(*pieces)


def _fields(rule: Plain, lite: bool) -> sa.ColumnElement[Any]:
    """Before and after of the fields that change."""
    dialect = "sqlite" if lite else "postgresql"
    written: list[sa.ColumnElement[Any]] = []
    for put in rule.puts:
        column = rule.source.c[put.item.column]
        before, after = _quoted(dialect, column), _quoted(dialect, put.value)
        pair = _text(f",{json.dumps(put.item.definition.id)}:[", before, ",", after, "]")
        if len(rule.puts) == 1:
            # Every record written changes in it.
            return _text("{", sa.func.substr(pair, 2), "}")
        written.append(sa.case((column.is_distinct_from(put.value), pair), else_=""))
    joined = written[0]
    for part in written[1:]:
        joined = joined.concat(part)
    return _text("{", sa.func.substr(joined, 2), "}")
