"""Deliveries as one actor may read them: which rows, whose names, and whether the words.

A delivery is seen with the record it is about. Its words were written with the house's eyes, so they are shown to
whoever may see every field that the message reads, judged by the message as it is today; the address only in part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from engines.messages import delivery
from engines.messages.channel import ChannelKind
from engines.messages.delivery import Wanted
from engines.messages.trouble import in_words
from engines.records.called import names
from engines.records.sight import Sight
from engines.runtime.speak import find
from metamodel.definition import Json
from metamodel.errors import Forbidden, NotFound
from metamodel.expressions.scope import DELIVERY
from metamodel.expressions.tables import Joins
from metamodel.field_type import instant_text
from metamodel.issues import Issue
from metamodel.message import Message
from metamodel.model import EntityModel, qualified

TIMES = ("at", "due_at", "sent_at", "delivered_at", "opened_at", "clicked_at", "failed_at")
#: what records are called; one that is missing is out of the reader's sight
Named = Mapping[tuple[str, int], str]


def require(sight: Sight) -> None:
    """Only those whom a role grants it, and administrators, read deliveries."""
    if not sight.policy.may(DELIVERY, "read"):
        raise Forbidden(Issue(code="access.denied_deliveries"))


def page(
    connection: sa.Connection, sight: Sight, wanted: Wanted, *, before: int = 0, limit: int = 50
) -> list[dict[str, Json]]:
    """Deliveries about records the actor may read, newest first."""
    require(sight)
    if wanted.search and not sight.actor.is_admin:
        raise Forbidden(Issue(code="delivery.search_admin"))
    # Whether somebody out of sight was written to is not for the asker to find out.
    hidden = wanted.person and not sight.actor.is_admin and not names(connection, sight, {person_of(wanted.person)})
    if hidden:
        return []
    return shown(connection, sight, delivery.listed(connection, wanted, *limits(sight), before=before, limit=limit))


def limits(sight: Sight) -> list[sa.ColumnElement[bool]]:
    """The rows the actor may see, as conditions on the table."""
    joins = Joins(tables=sight)
    facts = sight.live.model.facts(DELIVERY)
    met = sight.row_filter(facts, "read", delivery.delivery, joins) if facts is not None else sa.false()
    return [] if met is None else [met]


def of_record(
    connection: sa.Connection, sight: Sight, entity: EntityModel, number: int, *, before: int = 0, limit: int = 20
) -> list[dict[str, Json]]:
    """What was said about a record, and to it where it is a person. Whoever may read the record may know that; what
    is about other records only as far as they may read those."""
    table = delivery.delivery
    own = sa.or_(
        sa.and_(table.c.entity == entity.name, table.c.record_id == number), table.c.person == f"{entity.name}:{number}"
    )
    about = sight.among_seen(table.c.entity, table.c.record_id)
    where = [own, table.c.application != "", *([] if about is None else [about])]
    return shown(connection, sight, delivery.listed(connection, delivery.EVERY, *where, before=before, limit=limit))


def one(connection: sa.Connection, sight: Sight, number: int) -> sa.Row[Any]:
    """One delivery that the actor may see."""
    require(sight)
    found = delivery.listed(connection, delivery.EVERY, delivery.delivery.c.id == number, *limits(sight), limit=1)
    if not found:
        raise NotFound(Issue(code="delivery.unknown", arguments={"id": number}))
    return found[0]


def shown(connection: sa.Connection, sight: Sight, rows: Sequence[sa.Row[Any]]) -> list[dict[str, Json]]:
    """Rows as a browser gets them; the names of all their records with one statement an entity."""
    pairs = {(row.entity, row.record_id) for row in rows} | {person_of(row.person) for row in rows}
    named = names(connection, sight, pairs)
    open_: dict[str, bool] = {}
    return [_row(sight, row, named, open_) for row in rows]


def _row(sight: Sight, row: sa.Row[Any], named: Named, open_: dict[str, bool]) -> dict[str, Json]:
    whole = f"{row.application}.{row.message}"
    found = find(sight, whole) if row.application else None
    if whole not in open_:
        open_[whole] = sight.actor.is_admin or (found is not None and _readable(sight, *found))
    readable = open_[whole]
    record, person = (row.entity, row.record_id), person_of(row.person)
    return {
        "id": row.id,
        "message": {"name": whole, "label": found[1].label if found else ""} if row.application else None,
        "record": referred(named, record),
        "person": None if person == record else referred(named, person),
        "purpose": row.purpose,
        "channel": row.channel,
        "address": row.address if sight.actor.is_admin else partly(row.channel, row.address),
        "language": row.language,
        "title": row.title if readable else None,
        "text": row.text if readable else None,
        "hidden": not readable,
        "state": row.state,
        "reason": row.reason,
        "rehearsed": row.rehearsed,
        "attempts": row.attempts,
        # A gateway repeats in its answer what it was given.
        "error": in_words(row.error, sight.actor.locale) if sight.actor.is_admin else None,
        "trace": row.trace,
        **{word: instant_text(value) if (value := getattr(row, word)) else None for word in TIMES},
    }


def _readable(sight: Sight, application: str, message: Message) -> bool:
    """Whether the actor may see every field that the words are made of."""
    entity = qualified(application, message.entity)
    for way in message.channels:
        kind: ChannelKind = sight.live.model.catalog["channels"][way.type]
        for word, text in kind.expressions(way.config).items():
            if word.startswith(("title", "text")) and not _plain(sight, text, entity):
                return False
    return True


def _plain(sight: Sight, text: str, entity: str) -> bool:
    for reference in sight.check(text, entity, limited=False).references:
        model = sight.live.model.entity(reference.entity)
        if model is not None and sight.policy.visibility(model, reference.name).mode != "plain":
            return False
    return True


def partly(channel: str | None, address: str | None) -> str | None:
    """An address as it is shown to those who need not know it: enough to tell two apart."""
    if not address or channel == "inbox":
        return None
    name, at, domain = address.partition("@")
    return f"{name[:1]}***{at}{domain}" if at else f"{address[:3]}****{address[-2:]}" if len(address) > 7 else "****"


def person_of(text: str) -> tuple[str, int]:
    """Entity and number of the word that limits count by; number 0 where it is a value and no record."""
    entity, _, number = text.rpartition(":")
    return (entity, int(number)) if number.isdigit() and len(number) < 19 else ("", 0)


def referred(named: Named, pair: tuple[str, int]) -> Json:
    """A record by its name and place, or None where it is out of sight."""
    if pair not in named:
        return None
    application, _, local = pair[0].partition(".")
    return {"application": application, "entity": local, "id": pair[1], "label": named[pair]}
