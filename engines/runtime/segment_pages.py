"""Segments as designers see them: who would be in a drafted one, who is in a live one, who came and went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from engines.catalog import CATALOG
from engines.database import time_limit
from engines.publisher.proposal import proposed
from engines.records.live import Live
from engines.records.membership import segment_move, segment_record
from engines.records.query import Asked, entity_of, page
from engines.records.sight import BaseTables, Sight
from engines.runtime import outbox
from engines.runtime.segment_notes import QUEUE
from engines.segments.keep import State, states
from engines.segments.plan import reading
from metamodel.application import Application
from metamodel.definition import Json, load
from metamodel.errors import Invalid, NotFound
from metamodel.expressions import sql, zones
from metamodel.expressions.check import check
from metamodel.expressions.context import Context
from metamodel.expressions.tables import Joins
from metamodel.field_type import instant_text
from metamodel.issues import Issue, errors
from metamodel.model import EntityModel, Model, qualified
from metamodel.nesting import all_within
from metamodel.segment import Segment

SAMPLE = 10
PAGE = 50
DAYS = 30
#: fields of a sample beside the title
SHOWN = 4
SECONDS = 10


class Drafted(BaseTables):
    """Tables in which a segment is its condition: what is drafted is kept nowhere."""

    def __init__(self, live: Live, context: Context) -> None:
        super().__init__(live)
        self._context = context

    def member(self, segment: str, record: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
        """Whether the segment's condition holds for a record."""
        item = self.live.model.segments[segment]
        source = self.alias(item.entity)
        joins = Joins(tables=self)
        node = check(item.condition, self.live.model, item.entity).ast
        assert node is not None, "checked before"
        met = sql.condition(node, self, self._context, source, joins)
        whence = joins.apply(source)
        return record.in_(sa.select(source.c.id).select_from(whence).where(source.c.deleted_at.is_(None), met))


def drafted(
    connection: sa.Connection, sight: Sight, application: str, said: Json, others: Sequence[Json]
) -> Json:
    """How many records are in a drafted segment, and the newest of them; other drafted segments it may ask for are
    given, everything else is as it is live."""
    live = _with(sight.live, application, [said, *others])
    segment = live.model.segments[qualified(application, str(said.get("name")))]
    name = qualified(application, segment.name)
    entity = live.model.entity(segment.entity)
    if entity is None:
        raise NotFound(Issue(code="preview.unpublished"))
    if not segment.condition.strip():
        return {"count": None, "items": [], "fields": []}
    if name in all_within(live.model, name):
        raise Invalid(Issue(code="segment.circle", path=("condition",), arguments={"label": segment.label}))
    found = check(segment.condition, live.model, segment.entity)
    if list(errors(found.issues)) or found.ast is None:
        model = proposed(connection, sight.live, application).validated.model
        if not list(errors(check(segment.condition, model, segment.entity).issues)):
            raise NotFound(Issue(code="preview.unpublished"))
        raise Invalid(tuple(issue.under("condition") for issue in found.issues))
    tables = Drafted(live, sight.context)
    source = tables.alias(segment.entity)
    joins = Joins(tables=tables)
    where = [source.c.deleted_at.is_(None), sql.condition(found.ast, tables, sight.context, source, joins)]
    whence = joins.apply(source)
    with time_limit(connection, SECONDS):
        count = connection.scalar(sa.select(sa.func.count()).select_from(whence).where(*where))
        query = sa.select(source.c.id).select_from(whence).where(*where).order_by(source.c.id.desc()).limit(SAMPLE)
        numbers = list(connection.scalars(query))
    asked = _shown(entity, [step.name for step in found.references if step.entity == segment.entity])
    shown = tuple(field for field in asked if sight.field(segment.entity, field) is not None)
    return {"count": count, "items": _rows(connection, sight, entity, shown, numbers), "fields": list(shown)}


def _with(live: Live, application: str, said: Sequence[Json]) -> Live:
    """What is live, with drafted segments in place of an application's own."""
    owner = live.model.applications.get(application)
    if owner is None:
        raise NotFound(Issue(code="preview.unpublished"))
    segments: list[Segment] = []
    for document in said:
        segment, issues = load(Segment, document, CATALOG)
        if segment is None or issues:
            raise Invalid(tuple(issue.under("segment") for issue in issues))
        if segment.name not in [item.name for item in segments]:
            segments.append(segment)
    changed: Application = replace(owner, segments=tuple(segments))
    model = Model(applications={**live.model.applications, application: changed}, catalog=live.model.catalog)
    return replace(live, model=model, _kept={})


def _shown(entity: EntityModel, asked: Sequence[str]) -> tuple[str, ...]:
    """The fields by which people know a record, and those that a condition asks about."""
    plain = ("column", "system")
    wanted = dict.fromkeys([*entity.definition.subtitle, *asked, *entity.fields])
    found = [name for name in wanted if name in entity.fields and entity.fields[name].storage in plain]
    quiet = ("long_text", "rich_text", "file", "image", "signature", "location")
    some = [name for name in found if entity.fields[name].type.kind not in quiet and name != entity.title]
    return (*([entity.title] if entity.title else []), *some[:SHOWN])


def _rows(
    connection: sa.Connection, sight: Sight, entity: EntityModel, shown: Sequence[str], numbers: Sequence[int]
) -> list[Json]:
    """Some records as a list shows them, in the order of their numbers, as far as the actor may read them."""
    if not numbers:
        return []
    among = f"IN({{id}}, {', '.join(map(str, numbers))})"
    asked = Asked(fields=tuple(shown), filters=(among,), sorts=(("id", True),), limit=max(1, len(numbers)))
    found = {row["id"]: row for row in page(connection, sight, entity_of(sight, entity.name), asked).items}
    return [found[number] for number in numbers if number in found]


def segment_of(live: Live, application: str, identity: str) -> tuple[str, Segment]:
    """A live segment by its id: its name in full and what it is."""
    home = live.model.applications.get(application)
    found = next((item for item in home.segments if item.id == identity), None) if home else None
    if found is None:
        raise NotFound(Issue(code="segment.unknown"))
    name = qualified(application, found.name)
    return name, live.model.segments[name]


def kept(connection: sa.Connection, sight: Sight, application: str, identity: str) -> Json:
    """A live segment as it is kept: how many, up to when, what the last check found, who came and went by day."""
    name, _ = segment_of(sight.live, application, identity)
    state = states(connection, sight.live).get(name)
    if state is None:
        return {"ready": False, "count": 0, "as_of": None, "days": []}
    waiting = connection.scalar(
        sa.select(sa.func.min(outbox.outbox.c.created_at)).where(
            outbox.outbox.c.queue == QUEUE, outbox.outbox.c.state == outbox.WAITING
        )
    )
    daily = name in reading(sight.live).daily
    return {
        "ready": state.ready,
        "count": state.count,
        # Right for all that was written before; with nothing waiting that is now.
        "as_of": instant_text(waiting or sight.now),
        "daily": daily,
        "looked_at": instant_text(state.looked_at),
        "checked": state.checked,
        "days": _days(connection, sight, state),
    }


def _days(connection: sa.Connection, sight: Sight, state: State) -> list[Json]:
    zone = sight.live.zone
    since = sight.now - timedelta(days=DAYS)
    day = zones.day(zone)(segment_move.c.at).label("day")
    query = (
        sa.select(day, segment_move.c.entered, sa.func.count())
        .where(segment_move.c.segment_id == state.number, segment_move.c.at >= since)
        .group_by(day, segment_move.c.entered)
    )
    told = {(str(row[0]), bool(row[1])): row[2] for row in connection.execute(query)}
    days = [str(sight.context.today - timedelta(days=back)) for back in range(DAYS - 1, -1, -1)]
    return [{"day": one, "entered": told.get((one, True), 0), "left": told.get((one, False), 0)} for one in days]


def members(
    connection: sa.Connection, sight: Sight, application: str, identity: str, after: str = ""
) -> Mapping[str, Json]:
    """The records of a live segment that the actor may read, those that came last first."""
    name, segment = segment_of(sight.live, application, identity)
    state = states(connection, sight.live).get(name)
    entity = entity_of(sight, segment.entity)
    names = [step.name for step in sight.check(segment.condition, segment.entity, limited=False).references
             if step.entity == segment.entity]
    shown = tuple(field for field in _shown(entity, names) if sight.field(entity.name, field) is not None)
    if state is None:
        return {"items": [], "fields": list(shown), "next": None}
    record = segment_record.c
    query = sa.select(record.record_id, record.since).where(record.segment_id == state.number)
    if after:
        moment, _, number = after.rpartition("/")
        try:
            since = datetime.fromisoformat(moment)
            last = int(number)
        except ValueError:
            raise Invalid(Issue(code="query.cursor", path=("after",))) from None
        query = query.where(sa.or_(record.since < since, sa.and_(record.since == since, record.record_id < last)))
    rows = connection.execute(query.order_by(record.since.desc(), record.record_id.desc()).limit(PAGE + 1)).all()
    since_of = {row.record_id: row.since for row in rows[:PAGE]}
    items = _rows(connection, sight, entity, shown, list(since_of))
    return {
        "items": [{**item, "since": instant_text(since_of[item["id"]])} for item in items],
        "fields": list(shown),
        "next": f"{rows[PAGE - 1].since.isoformat()}/{rows[PAGE - 1].record_id}" if len(rows) > PAGE else None,
    }
