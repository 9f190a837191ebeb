"""Effects carried out: the one place where what rules want becomes writes, notes, messages and requests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from engines.access.tables import user, user_role
from engines.effects import (
    Assign,
    CallWebhook,
    ChangeRelated,
    ChangeTag,
    Effect,
    Freeze,
    Instantiate,
    MakeRecord,
    Notify,
    Reject,
    Send,
    SetValues,
    StartFlow,
)
from engines.messages import inbox
from engines.records import store
from engines.records.history import Cause
from engines.records.query import Asked
from engines.records.sight import PLATFORM_TABLES, Sight
from engines.records.whole import related, whole
from engines.rules import log
from engines.rules.look import matching
from engines.rules.run import Fired
from engines.runtime import events, message_out, outbox
from engines.runtime.fitting import fitted
from engines.runtime.freezing import freezing
from engines.runtime.planting import plant
from engines.workflow.tables import QUEUE as FLOWS
from metamodel.definition import Json
from metamodel.errors import Invalid, Refused
from metamodel.expressions.scope import USER
from metamodel.expressions.tables import Joins
from metamodel.issues import Issue
from metamodel.model import EntityModel, Model

WEBHOOK = "webhook"
#: related records one action may change
MOST_RELATED = 1000


def perform(connection: sa.Connection, sight: Sight, fired: Fired, cause: Cause) -> list[Json]:
    """All effects of a firing, in the caller's transaction, and what listens to them; a result for each."""
    own = replace(cause, told=[], depth=cause.depth + 1)
    results = [_one(connection, sight, fired, index, effect, own) for index, (_, effect) in enumerate(fired.effects)]
    events.happened(connection, sight, own)
    return results


def _one(connection: sa.Connection, sight: Sight, fired: Fired, index: int, effect: Effect, cause: Cause) -> Json:
    model = sight.live.model
    match effect:
        case SetValues(entity=entity, number=number, values=values):
            store.update(
                connection, sight, model.entities[entity], number, fitted(model.entities[entity], values), cause
            )
            return {"values": dict(values)}
        case MakeRecord(entity=entity, values=values):
            made = store.create(
                connection, sight, model.entities[entity], fitted(model.entities[entity], values), cause
            )
            return {"entity": entity, "id": made}
        case ChangeRelated():
            return _related(connection, sight, effect, cause)
        case ChangeTag():
            return _tag(connection, sight, effect, cause)
        case Assign():
            return _assign(connection, sight, fired, effect, cause)
        case Instantiate():
            return plant(connection, sight, effect, cause)
        case Freeze():
            return freezing(connection, sight, effect, cause, f"firing:{fired.firing}:{index}")
        case Reject(message=message, field=field):
            raise Invalid(Issue(code="value.invalid", path=(field,) if field else (), arguments={"message": message}))
        case Notify():
            people = [*effect.users, *_with_roles(connection, sight.live.model, effect.roles)]
            told = inbox.leave(
                connection,
                sight,
                people,
                title=effect.title,
                text=effect.text,
                entity=effect.entity,
                number=effect.number,
                key=f"firing:{fired.firing}:{index}",
            )
            return {"people": told}
        case Send():
            return message_out.ask(connection, effect, f"firing:{fired.firing}:{index}", cause)
        case StartFlow(flow=flow, entity=entity, number=number):
            key = f"firing:{fired.firing}:{index}"
            wanted = {"flow": flow, "entity": entity, "record": number, "by": cause.by, "depth": cause.depth}
            outbox.enqueue(
                connection, FLOWS, {"start": wanted}, now=cause.at, key=f"flow:{key}", cause=key, depth=cause.depth
            )
            return {"queued": True}
        case CallWebhook(url=url, secret=secret, body=body):
            key = f"firing:{fired.firing}:{index}"
            payload = {"url": url, "secret": secret, "body": dict(body), "key": key}
            outbox.enqueue(
                connection, WEBHOOK, payload, now=cause.at, key=f"webhook:{key}", cause=key, depth=cause.depth
            )
            return {"queued": True}


def _related(connection: sa.Connection, sight: Sight, effect: ChangeRelated, cause: Cause) -> Json:
    entity = sight.live.model.entities[effect.entity]
    if effect.relation not in entity.relations:
        return _referred(connection, sight, effect, cause)
    target = sight.live.model.entities[entity.relations[effect.relation].entity]
    asked = Asked(
        fields=("id",), filters=(effect.condition,) if effect.condition else (), sorts=(("id", False),), limit=500
    )
    values = fitted(target, effect.values)
    changed = 0
    while True:
        found = related(connection, sight, entity, effect.number, effect.relation, asked)
        for item in found.items:
            store.update(connection, sight, target, item["id"], values, cause)
        changed += len(found.items)
        if not found.next:
            return {"changed": changed}
        if changed >= MOST_RELATED:
            raise Refused(Issue(code="rule.too_many", arguments={"limit": MOST_RELATED}))
        asked = replace(asked, after=found.next)


def _referred(connection: sa.Connection, sight: Sight, effect: ChangeRelated, cause: Cause) -> Json:
    """The one record that a reference leads to, where there is one and it meets the condition."""
    entity = sight.live.model.entities[effect.entity]
    item = entity.fields[effect.relation]
    target = sight.live.model.entities[item.expression_type.entity]
    table = sight.live.tables[entity.name]
    number = connection.execute(sa.select(table.c[item.column]).where(table.c.id == effect.number)).scalar()
    far = sight.live.tables[target.name]
    whence, where = matching(sight, target, effect.condition, far.c.id == number)
    if number is None or connection.execute(sa.select(far.c.id).select_from(whence).where(*where)).first() is None:
        return {"changed": 0}
    store.update(connection, sight, target, int(number), fitted(target, effect.values), cause)
    return {"changed": 1}


def _tag(connection: sa.Connection, sight: Sight, effect: ChangeTag, cause: Cause) -> Json:
    entity = sight.live.model.entities[effect.entity]
    now = whole(connection, sight, entity, effect.number).get(effect.field) or []
    kept = [item["id"] if isinstance(item, dict) else item for item in now]
    after = [item for item in kept if item != effect.value] + ([effect.value] if effect.on else [])
    if sorted(map(str, after)) == sorted(map(str, kept)):
        return {"unchanged": True}
    store.update(connection, sight, entity, effect.number, {effect.field: after}, cause)
    return {"tags": after}


def _assign(connection: sa.Connection, sight: Sight, fired: Fired, effect: Assign, cause: Cause) -> Json:
    entity = sight.live.model.entities[effect.entity]
    facts = sight.live.model.field(entity.name, effect.field)
    target = facts.target if facts else ""
    able = _able(connection, sight, target, effect.among, effect.alike)
    if not able:
        raise Refused(Issue(code="rule.nobody", arguments={"label": entity.fields[effect.field].definition.label}))
    heard = fired.heard
    key = (log.rule_turn.c.application == heard.application, log.rule_turn.c.rule == heard.rule.id)
    # Held until the commit, so that two at once don't get the same turn.
    last = connection.execute(sa.select(log.rule_turn.c.last).where(*key).with_for_update()).scalar()
    if effect.by == "turn":
        chosen = next((number for number in able if last is not None and number > last), able[0])
    else:
        chosen = _least(connection, sight, effect, able)
    if last is None:
        row = {"application": heard.application, "rule": heard.rule.id, "last": chosen}
        connection.execute(sa.insert(log.rule_turn).values(row))
    else:
        connection.execute(sa.update(log.rule_turn).where(*key).values(last=chosen))
    store.update(connection, sight, entity, effect.number, {effect.field: chosen}, cause)
    return {"chosen": chosen}


def _able(
    connection: sa.Connection, sight: Sight, target: str, among: str, alike: Mapping[str, Json]
) -> list[int]:
    """Those who may be chosen, in the order of their numbers. Nobody is alike in a blank."""
    if any(value is None for value in alike.values()):
        return []
    if target in PLATFORM_TABLES:
        source = PLATFORM_TABLES[target]
        joins = Joins(tables=sight.base)
        where: list[sa.ColumnElement[bool]] = [user.c.is_active] if target == USER else []
        if among:
            where.append(sight.condition(among, target, source, joins, sight.base))
        columns = {name: source.c.get(f"{name}_id", source.c.get(name)) for name in alike}
        where += (columns[name] == value for name, value in alike.items())
        query = sa.select(source.c.id).select_from(joins.apply(source)).where(*where)
    else:
        entity = sight.live.model.entities[target]
        source = sight.live.tables[target]
        fields = fitted(entity, alike)
        same = [source.c[entity.fields[name].column] == _stored(entity, name, value) for name, value in fields.items()]
        whence, where = matching(sight, entity, among, *same)
        query = sa.select(source.c.id).select_from(whence).where(*where)
    return list(connection.scalars(query.order_by(source.c.id)))


def _stored(entity: EntityModel, name: str, value: Json) -> Any:
    item = entity.fields[name]
    return item.type.coerce(item.config, value)


def _least(connection: sa.Connection, sight: Sight, effect: Assign, able: Sequence[int]) -> int:
    """The one whom the fewest records keep busy; of several the first."""
    entity = sight.live.model.entities[effect.entity]
    source = sight.live.tables[effect.entity]
    column: sa.ColumnElement[Any] = source.c[entity.fields[effect.field].column]
    whence, where = matching(sight, entity, effect.busy)
    query = sa.select(column, sa.func.count()).select_from(whence).where(*where, column.is_not(None)).group_by(column)
    load = {row[0]: row[1] for row in connection.execute(query)}
    return min(able, key=lambda number: (load.get(number, 0), number))


def _with_roles(connection: sa.Connection, model: Model, roles: Sequence[tuple[str, str]]) -> list[int]:
    if not roles:
        return []
    held = {role for where, name in roles for role in model.roles(where, (name,))}
    wanted = sa.or_(*(sa.and_(user_role.c.application == where, user_role.c.role == role) for where, role in held))
    query = sa.select(user.c.id).join_from(user, user_role).where(user.c.is_active, wanted).distinct()
    return list(connection.scalars(query))
