"""Rules of the clock that only set values: judged, written and logged by sets, to the same end as one by one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import msgspec
import sqlalchemy as sa

from engines.database import Instant
from engines.records.bulk import LOGGED, Same, roomy, set_columns, write_columns
from engines.records.derive import derivations
from engines.records.history import Cause, Told
from engines.records.settle import Deeds, Due, settle, settling
from engines.records.sight import Sight
from engines.records.telling import watched
from engines.records.values import stored_json
from engines.rules import log
from engines.rules.actions.decide import ROW
from engines.rules.changing import changing
from engines.rules.listen import Heard, Switches, rules_of
from engines.rules.look import matching
from engines.rules.run import BETWEEN, Why, look_of
from engines.runtime.fitting import fitted
from engines.runtime.segment_notes import note
from engines.segments.plan import reading
from metamodel.definition import Json
from metamodel.expressions.check import check
from metamodel.model import EntityModel, FieldModel

#: records of one transaction: half a second of lock on SQLite
BATCH = {"sqlite": 20_000, "postgresql": 50_000}


def _table(name: str, columns: Mapping[str, sa.types.TypeEngine[Any]]) -> sa.Table:
    """One of the platform's tables with JSON as the text it is, made by us."""
    return sa.Table(name, sa.MetaData(), *(sa.Column(word, type_) for word, type_ in columns.items()))


FIRINGS = _table(
    "firing",
    {
        "id": sa.BigInteger(),
        "application": sa.String(),
        "rule": sa.String(),
        "release": sa.BigInteger(),
        "entity": sa.String(),
        "record_id": sa.BigInteger(),
        "cause": sa.String(),
        "state": sa.String(),
        "at": Instant(),
        "by_id": sa.BigInteger(),
        "depth": sa.Integer(),
        "trace": sa.Text(),
    },
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One field that a rule sets, the word its value is asked for under, and the decision table that gives it."""

    action: str
    item: FieldModel
    word: str
    table: str = ""


def settings(sight: Sight, heard: Heard, known: Switches) -> list[Setting] | None:
    """What a rule sets, if sets come to the same as records one by one: it does nothing else, nothing hears of it, and
    no value can be refused for reasons beyond itself. None otherwise."""
    entity = heard.entity
    if entity.definition.changes == "append":
        return None
    found: dict[str, Setting] = {}
    for call in heard.rule.actions:
        chosen = sight.live.model.catalog["actions"][call.type].sets(call.config)
        if chosen is None:
            return None
        table = getattr(call.config, "table", "")
        for name, word in chosen.items():
            field = entity.fields.get(name)
            if field is None or not _plain(field) or name in found:
                return None
            found[name] = Setting(action=call.id, item=field, word=f"{call.id}{BETWEEN}{word}", table=table)
    if not found or _reached(sight, entity, set(found)) or _judged(sight, entity, set(found)):
        return None
    for other in rules_of(sight.live).get(entity.name, ()):
        on = other.kind.moment in ("before", "after") and known.get(other.key, other.rule.active)
        if on and other.rule.trigger.type not in ("created", "deleted", "segment") and _hears(other, set(found)):
            return None
    return list(found.values())


def _plain(field: FieldModel) -> bool:
    """A column of its own that only its type judges."""
    definition = field.definition
    return (
        field.storage == "column"
        and not field.derived
        and field.expression_type.kind != "record"
        and not getattr(field.config, "targets", ())
        and field.type.group != "file"
        and not (definition.unique or definition.required or definition.validations)
    )


def _judged(sight: Sight, entity: EntityModel, names: set[str]) -> bool:
    """Whether a validation of the entity may look at what is set, or at what is computed from it."""
    for validation in entity.definition.validations:
        for step in check(validation.condition, sight.live.model, entity.name).references:
            item = entity.fields.get(step.name) if step.entity == entity.name else None
            if item is None or item.name in names or item.derived:
                return True
    return False


def _hears(heard: Heard, names: set[str]) -> bool:
    config = heard.rule.trigger.config
    fields = getattr(config, "fields", None)
    listened = set(fields) if fields is not None else {config.field}
    return not listened or bool(listened & names)


def _reached(sight: Sight, entity: EntityModel, names: set[str]) -> bool:
    """Whether a computed value that somebody listens to hangs on what is set."""
    told = {(owner, item.name) for owner, items in watched(sight.live).items() for item in items}
    plan = derivations(sight.live)
    waiting, seen = [(entity.name, name) for name in names], set()
    while waiting:
        key = waiting.pop()
        for need in plan.needs.get(key, ()):
            target = (need.owner, need.field)
            if target in told:
                return True
            if target not in seen:
                seen.add(target)
                waiting.append(target)
    return False


def set_batch(
    connection: sa.Connection, sight: Sight, heard: Heard, chosen: Sequence[Setting], condition: str, why: Why, low: int
) -> int | None:
    """The next records after `low` that meet the condition, in the caller's transaction: fired, set, logged, settled;
    the last one's number, None when there are no more. Invalid when a value does not fit its field: then records must
    be taken one by one."""
    entity, look = heard.entity, look_of(sight, heard)
    source = look.source
    whence, plain = matching(sight, entity, condition, also=changing(sight, heard))
    alone = sa.select(source.c.id).select_from(whence).where(*plain).subquery()
    where = [source.c.id > low, *(plain if whence is source else [source.c.id.in_(sa.select(alone.c.id))])]
    where.append(fresh(heard, source, why))
    limit = BATCH[connection.dialect.name]
    columns = [source.c[one.item.column] for one in chosen]
    with roomy(connection):
        (numbers, *before), values, parts = look.many(connection, where, limit, *columns)
        if not numbers:
            return None
        after = [_stored(entity, one.item, values[one.word]) for one in chosen]
        ids = _ids(connection, len(numbers))
        traces = _traces(chosen, values, parts, len(numbers))
        write_columns(connection, FIRINGS, _firings(sight, heard, why, numbers, ids, traces), len(numbers))
        _write(connection, sight, entity, chosen, numbers, ids, before, after, why)
    return int(numbers[-1])


def fresh(heard: Heard, source: sa.FromClause, why: Why) -> sa.ColumnElement[bool]:
    """Not fired for this cause, nor once or too recently where that counts."""
    fired = log.firing.alias("fired")
    own = (
        fired.c.application == heard.application,
        fired.c.rule == heard.rule.id,
        fired.c.record_id == source.c.id,
    )
    tired = fired.c.cause == why.cause
    if heard.rule.again == "once":
        tired = sa.or_(tired, fired.c.state != "failed")
    elif heard.rule.again == "after":
        recent = fired.c.at > why.at - timedelta(days=heard.rule.days)
        tired = sa.or_(tired, sa.and_(fired.c.state != "failed", recent))
    return ~sa.select(1).select_from(fired).where(*own, tired).exists()


def _stored(entity: EntityModel, item: FieldModel, values: Sequence[Json]) -> list[Any]:
    """What is asked for as the column keeps it; equal values are judged once."""
    known: dict[str, Any] = {}
    found: list[Any] = []
    for value in values:
        key = repr(value) if isinstance(value, (list, dict)) else value
        if key not in known:
            given = fitted(entity, {item.name: value})[item.name]
            known[key] = None if given is None or given == "" else item.type.coerce(item.config, given)
        found.append(known[key])
    return found


def _ids(connection: sa.Connection, count: int) -> list[int]:
    """Numbers for new firings."""
    if connection.dialect.name == "sqlite":
        # Whoever writes holds the pen: nobody else takes a number meanwhile.
        first = int(connection.execute(sa.select(sa.func.coalesce(sa.func.max(log.firing.c.id), 0))).scalar_one()) + 1
        return list(range(first, first + count))
    query = sa.text("SELECT nextval(pg_get_serial_sequence('firing', 'id')) FROM generate_series(1, :count)")
    return sorted(connection.scalars(query, {"count": count}))


def _traces(
    chosen: Sequence[Setting],
    values: Mapping[str, Sequence[Json]],
    parts: Sequence[tuple[str, list[list[Json]]]],
    count: int,
) -> Iterator[str]:
    """The trace of each firing, as the log keeps it for one record."""
    actions = list(dict.fromkeys(one.action for one in chosen))
    tables = {one.action: one.table for one in chosen if one.table}
    decided = [values[f"{action}{BETWEEN}{ROW}"] for action in tables]
    columns = [*(column for _, sides in parts for column in sides), *decided, *(values[one.word] for one in chosen)]
    texts = [text for text, _ in parts]
    widths = [len(sides) for _, sides in parts]
    made: dict[Any, str] = {}
    listed = any(isinstance(cell, (list, dict)) for column in columns for cell in column[:1])
    for row in zip(*columns, strict=True) if columns else ((),) * count:
        key: Any = repr(row) if listed or any(isinstance(cell, (list, dict)) for cell in row) else row
        if key not in made:
            if len(made) > 5_000:
                made.clear()
            at, told = 0, []
            for text, width in zip(texts, widths, strict=True):
                told.append({"text": text, "holds": True, "values": list(row[at : at + width])})
                at += width
            why = {action: {"table": tables[action], "row": row[at + n]} for n, action in enumerate(tables)}
            given = list(zip(chosen, row[at + len(tables) :], strict=True))
            done = [
                {
                    "action": action,
                    "kind": "SetValues",
                    **({"why": why[action]} if action in why else {}),
                    "result": {"values": {one.item.name: value for one, value in given if one.action == action}},
                }
                for action in actions
            ]
            made[key] = msgspec.json.encode({"condition": told, "effects": done}).decode()
        yield made[key]


def _firings(
    sight: Sight, heard: Heard, why: Why, numbers: Sequence[int], ids: Sequence[int], traces: Iterator[str]
) -> Mapping[str, Any]:
    return {
        "id": ids,
        "application": Same(heard.application),
        "rule": Same(heard.rule.id),
        "release": Same(sight.live.release),
        "entity": Same(heard.entity.name),
        "record_id": numbers,
        "cause": Same(why.cause),
        "state": Same("done"),
        "at": Same(why.at),
        "by_id": Same(why.by),
        "depth": Same(why.depth),
        "trace": list(traces),
    }


def _write(
    connection: sa.Connection,
    sight: Sight,
    entity: EntityModel,
    chosen: Sequence[Setting],
    numbers: Sequence[int],
    ids: Sequence[int],
    before: Sequence[Sequence[Any]],
    after: Sequence[Sequence[Any]],
    why: Why,
) -> None:
    """The records whose values really change: written, each with an entry, and what hangs on them."""
    old_new = zip(zip(*before, strict=True), zip(*after, strict=True), strict=True)
    moved = [row for row in zip(numbers, ids, old_new, strict=True) if row[2][0] != row[2][1]]
    if not moved:
        return
    kept, causes, pairs = zip(*moved, strict=True)
    new = [pair[1] for pair in pairs]
    columns = {one.item.name: cells for one, cells in zip(chosen, zip(*new, strict=True), strict=True)}
    cause = Cause(at=why.at, by=why.by, depth=why.depth + 1, told=[])
    set_columns(connection, sight.live, entity, kept, columns, cause)
    made: dict[Any, tuple[str, dict[str, Json]]] = {}
    listed = any(one.item.expression_type.kind == "texts" for one in chosen)
    entries: list[str] = []
    segmented = entity.name in reading(sight.live).reads
    for number, pair in zip(kept, pairs, strict=True):
        key: Any = repr(pair) if listed else pair
        if key not in made:
            if len(made) > 5_000:
                made.clear()
            was, becomes = pair
            fields = {
                one.item.definition.id: [stored_json(one.item, was[at]), stored_json(one.item, becomes[at])]
                for at, one in enumerate(chosen)
                if was[at] != becomes[at]
            }
            made[key] = (msgspec.json.encode(fields).decode(), fields)
        text, told = made[key]
        entries.append(text)
        if segmented and cause.told is not None:
            cause.told.append(Told(entity=entity.name, number=number, action="update", fields=told, change=0))
    logged = {
        "entity": Same(entity.name),
        "record_id": kept,
        "action": Same("update"),
        "fields": entries,
        "at": Same(why.at),
        "by_id": Same(why.by),
        "cause_id": causes,
        "depth": Same(why.depth + 1),
    }
    write_columns(connection, LOGGED, logged, len(kept))
    note(connection, sight.live, cause)
    _settled(connection, sight, entity, columns, kept)


def _settled(
    connection: sa.Connection, sight: Sight, entity: EntityModel, columns: Mapping[str, Any], numbers: Sequence[int]
) -> None:
    """Computed values that hang on what was set, in the same transaction."""
    needs = derivations(sight.live).needs
    changed = {name: Due(numbers=set(numbers)) for name in columns if (entity.name, name) in needs}
    if changed:
        for step in settling(connection, sight.live, {entity.name: Deeds(changed=changed)}):
            settle(connection, sight.live, step, sight.context)

