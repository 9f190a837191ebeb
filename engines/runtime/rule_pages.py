"""What the pages about rules show: how each is doing, the log, why a record is as it is, a try, and the buttons."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from engines.access.people import names_of
from engines.catalog import CATALOG
from engines.effects import Effect, SetValues
from engines.records.checks import covering
from engines.records.history import change
from engines.records.query import Asked, entity_of, one, page
from engines.records.sight import Sight
from engines.rules import log, story
from engines.rules.listen import FLOW, Heard, find, rules_of
from engines.rules.look import matching
from engines.rules.run import attempt, look_of
from engines.rules.timetable import days_due, next_times
from engines.rules.words import Teller
from engines.runtime.events import switches
from metamodel.definition import Json, load
from metamodel.errors import Invalid, NotFound, Refusal
from metamodel.expressions import moments
from metamodel.field_type import instant_text
from metamodel.issues import Issue, say
from metamodel.model import EntityModel, qualified
from metamodel.rule import Rule
from metamodel.rule_checks import kind_label

#: firings and records that are counted; beyond it is said "and more"
COUNTED = 10_000
MATCHING = 1_000_000
SAMPLES = 10
PAGE = 30


def overview(connection: sa.Connection, sight: Sight, application: str, now: datetime, locale: str) -> list[Json]:
    """Every live rule of an application: on or off and by whom, how often it fired, when it starts next."""
    live, known = sight.live, switches(connection, sight.live)
    found = (heard for rules in rules_of(live).values() for heard in rules if heard.application == application)
    mine = [heard for heard in found if not heard.rule.id.startswith(FLOW)]
    switched = {row.rule: row for row in switchings(connection, application)}
    names = names_of(connection, {row.by_id for row in switched.values() if row.by_id})
    today = moments.from_wall(datetime.combine(sight.context.today, datetime.min.time()), live.zone) or now
    return [
        {
            "id": heard.rule.id,
            "name": heard.rule.name,
            "label": say(heard.rule.label, locale),
            "entity": heard.entity.name,
            "trigger": heard.rule.trigger.type,
            "active": known.get(heard.key, heard.rule.active),
            "switched": _switched(switched.get(heard.rule.id), names),
            **_counts(connection, heard, today, now),
            "next": [instant_text(at) for at in next_times(heard, live.zone, now)] if _timed(heard) else [],
        }
        for heard in mine
    ]


def _timed(heard: Heard) -> bool:
    return heard.kind.moment == "time"


def _switched(row: Any, names: Mapping[int, str]) -> Json:
    if row is None:
        return None
    return {"active": row.active, "at": instant_text(row.at), "by": names.get(row.by_id, "")}


def switchings(connection: sa.Connection, application: str, rule: str = "") -> list[sa.Row[Any]]:
    """Who switched what when: the newest of every rule, or all of one, newest first."""
    table = log.rule_switch
    query = sa.select(table).where(table.c.application == application).order_by(table.c.id.desc())
    if rule:
        return list(connection.execute(query.where(table.c.rule == rule).limit(50)))
    newest = sa.select(sa.func.max(table.c.id)).where(table.c.application == application).group_by(table.c.rule)
    return list(connection.execute(query.where(table.c.id.in_(newest))))


def _counts(connection: sa.Connection, heard: Heard, today: datetime, now: datetime) -> dict[str, Json]:
    """Firings today and in thirty days, failures among these, and the last one; each found in the rule's own part of
    an index."""
    table = log.firing
    own = (table.c.application == heard.application, table.c.rule == heard.rule.id)

    def since(at: datetime, *more: sa.ColumnElement[bool]) -> int:
        some = sa.select(1).where(*own, table.c.at >= at, *more).limit(COUNTED + 1).subquery()
        return int(connection.execute(sa.select(sa.func.count()).select_from(some)).scalar_one())

    newest = sa.select(table.c.at, table.c.state).where(*own).order_by(table.c.at.desc(), table.c.id.desc()).limit(1)
    last = connection.execute(newest).one_or_none()
    month = now - timedelta(days=30)
    return {
        "today": since(today),
        "month": since(month),
        "failed": since(month, table.c.state == "failed"),
        "counted": COUNTED,
        "last": {"at": instant_text(last.at), "state": last.state} if last else None,
    }


def firings(
    connection: sa.Connection,
    sight: Sight,
    application: str,
    locale: str,
    *,
    rule: str = "",
    failed: bool = False,
    after: int = 0,
) -> dict[str, Json]:
    """A page of the log, newest first; `next` is the id to go on after."""
    table = log.firing
    query = sa.select(table).where(table.c.application == application).limit(PAGE + 1)
    if rule:
        query = query.where(table.c.rule == rule).order_by(table.c.at.desc(), table.c.id.desc())
    else:
        query = query.order_by(table.c.id.desc())
    if failed:
        query = query.where(table.c.state == "failed")
    if after:
        query = query.where(_beyond(connection, after) if rule else table.c.id < after)
    rows = list(connection.execute(query))
    items = story.told(connection, sight, rows[:PAGE], locale, whole=sight.actor.is_admin, failures=True)
    return {"items": items, "next": rows[PAGE - 1].id if len(rows) > PAGE else None}


def _beyond(connection: sa.Connection, number: int) -> sa.ColumnElement[bool]:
    """What comes after a firing, the newest first."""
    table = log.firing
    at = connection.scalar(sa.select(table.c.at).where(table.c.id == number))
    if at is None:
        return table.c.id < number
    return sa.or_(table.c.at < at, sa.and_(table.c.at == at, table.c.id < number))


def why(
    connection: sa.Connection, sight: Sight, entity: EntityModel, number: int, locale: str, *, firing: int = 0
) -> list[dict[str, Json]]:
    """The firings that touched a record, newest first: those for it, and those that wrote it. One of them when it is
    named. Who reads must be allowed to read the record; the caller sees to that."""
    table = log.firing
    wrote = sa.select(change.c.cause_id).where(
        change.c.entity == entity.name, change.c.record_id == number, change.c.cause_id.is_not(None)
    )
    touched = sa.or_(
        sa.and_(table.c.entity == entity.name, table.c.record_id == number), table.c.id.in_(wrote)
    )
    query = sa.select(table).where(touched).order_by(table.c.id.desc()).limit(PAGE)
    rows = connection.execute(query.where(table.c.id == firing) if firing else query)
    return story.told(connection, sight, rows, locale, whole=sight.actor.is_admin)


def causes(connection: sa.Connection, sight: Sight, numbers: set[int], locale: str) -> dict[int, Json]:
    """The rules that caused changes, by the firing's number."""
    if not numbers:
        return {}
    table = log.firing
    query = sa.select(table.c.id, table.c.application, table.c.rule).where(table.c.id.in_(numbers))
    return {
        row.id: {"firing": row.id, "label": story.label_of(sight, row.application, row.rule, locale)}
        for row in connection.execute(query)
    }


def drafted(sight: Sight, application: str, document: Json) -> Heard:
    """A rule as it is drafted, over what is live. Refused when it is faulty, and when it waits for a publish."""
    rule, issues = load(Rule, {"name": "draft", "label": "", **document}, CATALOG)
    if rule is None or issues:
        raise Invalid(issue.under("rule") for issue in issues)
    entity = sight.live.model.entity(qualified(application, rule.entity))
    if entity is None:
        raise NotFound(Issue(code="preview.unpublished"))
    kind: Any = sight.live.model.catalog["triggers"][rule.trigger.type]
    return Heard(application=application, rule=rule, entity=entity, kind=kind)


def tried(
    connection: sa.Connection, sight: Sight, heard: Heard, number: int, locale: str, *, reader: Sight
) -> Json:
    """What would happen with one record, part by part and action by action; nothing is done. The rule sees what the
    house sees; it is told as far as the reader may see it."""
    one(connection, reader, entity_of(reader, heard.entity.name), number)
    fired = attempt(connection, sight, heard, number)
    if fired is None:
        raise NotFound(Issue(code="record.missing"))
    teller = Teller(connection=connection, sight=reader, locale=locale)
    whole = reader.actor.is_admin
    types = {call.id: call.type for call in heard.rule.actions}
    return {
        "holds": fired.seen.holds,
        "record": {"id": number, "label": teller.record(heard.entity.name, number)},
        "conditions": [
            {
                "text": teller.sentence(part.text, heard.entity.name),
                "holds": part.holds,
                "values": [teller.value(None, value) for value in part.values],
            }
            if whole or story.readable(reader, part.text, heard.entity.name)
            else {"text": teller.word("hidden_part"), "holds": part.holds, "values": []}
            for part in fired.seen.parts
        ],
        "effects": [
            {
                "action": action,
                "type": types[action],
                "label": say(kind_label(types[action]), locale),
                "text": teller.effect(effect),
                **_by_table(teller, heard, effect),
            }
            for action, effect in fired.effects
        ],
    }


def _by_table(teller: Teller, heard: Heard, effect: Effect) -> dict[str, Json]:
    why = effect.why if isinstance(effect, SetValues) else {}
    whole = teller.sight.actor.is_admin
    table = story.by_table(teller, heard.application, heard.entity.name, why, whole=whole) if why else None
    return {"table": table} if table else {}


def meeting(connection: sa.Connection, sight: Sight, heard: Heard, *, reader: Sight) -> Json:
    """How many records meet the condition now, and those of ten that the reader may see; a date's rule counts those
    due today."""
    texts = [heard.rule.condition] if heard.rule.condition else []
    if heard.rule.trigger.type == "date" and heard.rule.trigger.config.field in heard.entity.fields:
        texts.append(days_due(heard.rule.trigger.config, sight.context.today))
    whole = f"AND({', '.join(texts)})" if len(texts) > 1 else "".join(texts)
    source = sight.live.tables[heard.entity.name]
    whence, where = matching(sight, heard.entity, whole)
    some = sa.select(source.c.id).select_from(whence).where(*where).limit(MATCHING + 1).subquery()
    count = int(connection.execute(sa.select(sa.func.count()).select_from(some)).scalar_one())
    query = sa.select(source.c.id).select_from(whence).where(*where).order_by(source.c.id.desc()).limit(SAMPLES)
    numbers = list(connection.scalars(query))
    title = heard.entity.title
    shown = (title,) if title and reader.field(heard.entity.name, title) is not None else ()
    asked = Asked(fields=shown, filters=(f"IN({{id}}, {', '.join(map(str, numbers))})",), limit=SAMPLES)
    seen = numbers and reader.policy.may(heard.entity.name, "read")
    rows = page(connection, reader, heard.entity, asked).items if seen else []
    items = [{"id": row["id"], "label": str(row.get(title) or f"#{row['id']}")} for row in rows]
    return {"count": min(count, MATCHING), "more": count > MATCHING, "items": items}


def coming(sight: Sight, heard: Heard, now: datetime) -> list[str]:
    """The next seven times of a drafted rule that the clock starts."""
    return [str(instant_text(at)) for at in next_times(heard, sight.live.zone, now)] if _timed(heard) else []


def buttons(connection: sa.Connection, sight: Sight, house: Sight, entity: EntityModel, number: int) -> list[Json]:
    """The buttons that the reader may press on a record now: switched on, theirs, and with a condition that holds."""
    known = switches(connection, sight.live)
    found: list[Json] = []
    for heard in rules_of(sight.live).get(entity.name, ()):
        if not _theirs(connection, sight, heard, number, known):
            continue
        seen = next(look_of(house, heard).at(connection, [number]), None)
        if seen is not None and seen.holds:
            config = heard.rule.trigger.config
            found.append(
                {
                    "rule": heard.rule.id,
                    "application": heard.application,
                    "caption": config.caption or heard.rule.label,
                    "icon": config.icon,
                    "question": config.question,
                }
            )
    return found


def button(
    connection: sa.Connection, sight: Sight, entity: EntityModel, number: int, application: str, rule: str
) -> Heard:
    """The rule of a button that the reader may press; otherwise it does not exist."""
    heard = find(sight.live, application, rule)
    if (
        heard is None
        or heard.entity.name != entity.name
        or not _theirs(connection, sight, heard, number, switches(connection, sight.live))
    ):
        raise NotFound(Issue(code="rule.not_button"))
    return heard


def pressed(connection: sa.Connection, heard: Heard, number: int, cause: str) -> bool:
    """Whether this very press was answered before."""
    table = log.firing
    own = (table.c.application == heard.application, table.c.rule == heard.rule.id, table.c.record_id == number)
    return connection.execute(sa.select(1).where(*own, table.c.cause == cause)).one_or_none() is not None


def _theirs(
    connection: sa.Connection, sight: Sight, heard: Heard, number: int, known: Mapping[tuple[str, str], bool]
) -> bool:
    if heard.kind.moment != "hand" or not known.get(heard.key, heard.rule.active):
        return False
    if sight.actor.is_admin:
        return True
    if heard.rule.trigger.config.roles:
        return sight.holds(heard.application, heard.rule.trigger.config.roles)
    try:
        return covering(connection, sight, heard.entity, number, "update") not in ((),)
    except Refusal:
        return False

