"""A message before it is sent: what it would say to whom, what the arbiter would decide and why, a test to oneself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from engines.access.tables import user
from engines.catalog import CATALOG
from engines.messages import accounts, delivery, policy
from engines.messages.arbiter import Offer, decide
from engines.messages.channel import ChannelKind, spoken
from engines.messages.channels.sms import counted
from engines.records import query
from engines.records.called import names
from engines.records.sight import Sight
from engines.rules import story
from engines.rules.look import Look
from engines.runtime import correspondence, outbox
from engines.runtime.message_out import SENDING
from engines.runtime.speak import BETWEEN, Spoken, entity_of, expressions_of, language_of, requested, speak
from metamodel.definition import Json, load
from metamodel.errors import Invalid, NotFound
from metamodel.issues import Issue, errors
from metamodel.message import Message
from metamodel.template import as_expression

#: the words of a channel that people read, as against its address
SAID = re.compile(rf"{BETWEEN}(title|text):")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsed:
    """A drafted message over one record; `faults` are by the channel's id and word, and what is faulty is left out."""

    message: Message
    spoken: Spoken
    faults: Mapping[str, tuple[Issue, ...]]


def read(document: Json) -> tuple[Message, tuple[Issue, ...]]:
    """The message that a draft says, as far as it can be read, and what can't."""
    message, issues = load(Message, {"name": "draft", "label": "", **document}, CATALOG)
    if message is None:
        raise Invalid(issue.under("message") for issue in issues)
    return message, tuple(issues)


def rehearse(connection: sa.Connection, sight: Sight, application: str, document: Json, number: int) -> Rehearsed:
    """The draft over a record that is there; NotFound when it isn't."""
    message, unread = read(document)
    entity = entity_of(sight, application, message)
    faults: dict[str, tuple[Issue, ...]] = {"": unread} if unread else {}
    texts: dict[str, str] = {}
    for word, text in _told(sight, application, message, faults):
        checked = sight.check(text, entity.name, limited=False)
        wrong = tuple(errors(checked.issues))
        if wrong or checked.ast is None:
            faults[word] = wrong or checked.issues
        elif not sight.actor.is_admin and SAID.search(word) and not story.readable(sight, text, entity.name):
            faults[word] = (Issue(code="message.hidden_field"),)
        else:
            texts[word] = text
    # Not kept with the release as a live message's statement is: a draft is another one with every letter.
    spoken = speak(connection, sight, application, message, number, look=Look(sight, entity, "", texts))
    if spoken is None:
        raise NotFound(Issue(code="message.record_gone", path=("record",)))
    # what is there is shown to those who may read it
    query.one(connection, sight, query.entity_of(sight, entity.name), number)
    return Rehearsed(message=message, spoken=spoken, faults=faults)


def _told(
    sight: Sight, application: str, message: Message, faults: dict[str, tuple[Issue, ...]]
) -> Iterator[tuple[str, str]]:
    """What the draft asks of the record. A text that can't be read is a fault of its own and takes nothing else with
    it: each is tried with the others blank."""
    bare = replace(message, channels=())
    try:
        yield from expressions_of(sight, application, bare).items()
    except Invalid as wrong:
        faults["key"] = wrong.issues
        yield from expressions_of(sight, application, replace(bare, key="")).items()
    for way in message.channels:
        kept = way.config
        for word in ("title", "text"):
            fine: dict[str, str] = {}
            for language, text in spoken(getattr(way.config, word, "")):
                try:
                    as_expression(text)
                except Invalid as wrong:
                    faults[f"{way.id}{BETWEEN}{word}:{language}"] = wrong.issues
                else:
                    fine[language] = text
            if hasattr(kept, word):
                kept = replace(kept, **{word: fine})
        yield from expressions_of(
            sight, application, replace(bare, channels=(replace(way, config=kept),), key="", person="", language="")
        ).items()


def preview(
    connection: sa.Connection, sight: Sight, application: str, document: Json, number: int, locale: str
) -> dict[str, Json]:
    """What would be said over each channel in each language, and what the arbiter would decide now."""
    found = rehearse(connection, sight, application, document, number)
    message, said = found.message, found.spoken
    held = policy.current(connection).policy
    decision = decide(connection, requested(application, message, said), held, sight.live.zone, sight.now)
    chosen = next((at for at, offer in enumerate(said.offers) if offer is decision.offer), None)
    record = (entity_of(sight, application, message).name, number)
    person = correspondence.person_of(said.person)
    users = {("platform.user", int(item.address)) for item in said.offers if item.channel == "inbox" and item.address}
    named = names(connection, sight, {record, person} | users)
    return {
        "record": correspondence.referred(named, record),
        "person": correspondence.referred(named, person),
        "language": language_of(connection, said, decision.offer, locale),
        "ways": [
            {
                "id": way.id,
                "channel": offer.channel,
                "address": _address(sight, named, offer),
                "consent": offer.consent,
                "title": dict(offer.title),
                "text": dict(offer.text),
                "counted": {word: counted(text) for word, text in offer.text.items()} if offer.channel == "sms" else {},
                "longest": CATALOG["channels"][offer.channel].longest,
                "rehearsed": not accounts.kept(connection, CATALOG["channels"][offer.channel]).active,
                "faults": _faults(found, way.id, sight.actor.locale),
            }
            for way, offer in zip(message.channels, said.offers, strict=True)
        ],
        "faults": _faults(found, "", sight.actor.locale),
        "chosen": chosen,
        "state": decision.state,
        "reason": decision.reason,
        "until": decision.until,
        "trace": [dict(item) for item in decision.trace],
    }


def _address(sight: Sight, named: correspondence.Named, offer: Offer) -> str | None:
    """Where it would go: a person's name, else the address, as much of it as the reader needs to know."""
    if offer.channel == "inbox" and offer.address:
        return str(named.get(("platform.user", int(offer.address)), offer.address))
    return offer.address if sight.actor.is_admin else correspondence.partly(offer.channel, offer.address)


def _faults(found: Rehearsed, way: str, locale: str) -> list[Json]:
    told = []
    for key, issues in found.faults.items():
        owner, _, word = key.rpartition(BETWEEN)
        if owner == way:
            told += [{"word": word.partition(":")[0], **issue.to_json(locale)} for issue in issues]
    return told


def try_way(
    connection: sa.Connection, sight: Sight, application: str, document: Json, number: int, way: str, address: str
) -> int:
    """One channel's words about a record, sent to whoever tries it; the delivery's number."""
    found = rehearse(connection, sight, application, document, number)
    if not sight.actor.is_admin and address and address not in _own(connection, sight.actor.user_id):
        raise Invalid(Issue(code="message.test_own", path=("address",)))
    for item, offer in zip(found.message.channels, found.spoken.offers, strict=True):
        if item.id == way:
            locale = sight.actor.locale
            words = {
                word: said.get(locale) or said.get("") or next(iter(said.values()), "")
                for word, said in (("title", offer.title), ("text", offer.text))
            }
            return try_out(connection, sight, CATALOG["channels"][offer.channel], address, words)
    raise NotFound(Issue(code="message.way_unknown", path=("way",), arguments={"word": way}))


def _own(connection: sa.Connection, user_id: int) -> tuple[str, ...]:
    """The addresses in somebody's profile: only an administrator tries a channel on others."""
    row = connection.execute(sa.select(user.c.phone, user.c.email).where(user.c.id == user_id)).one()
    return tuple(address for address in row if address)


def try_out(connection: sa.Connection, sight: Sight, kind: ChannelKind, address: str, words: Mapping[str, str]) -> int:
    """A message of nobody's, to see that a channel works. It goes past the arbiter, since an administrator asks for it
    about themselves; it belongs to no application, so that it counts nowhere, and is kept like all others."""
    actor, now = sight.actor, sight.now
    known = kind.address(actor.user_id if kind.kind == "inbox" else address)
    if not known:
        raise Invalid(Issue(code="channel.test_address", path=("address",)))
    row: dict[str, Any] = {
        "key": f"test:{actor.user_id}:{kind.kind}:{now.isoformat()}",
        "cause": f"test:{actor.user_id}",
        "application": "",
        "message": "",
        "entity": "",
        "record_id": 0,
        "person": f"platform.user:{actor.user_id}",
        "purpose": "service",
        "priority": 9,
        "channel": kind.kind,
        "address": known,
        "language": actor.locale,
        **words,
        "state": delivery.QUEUED,
        "trace": [{"check": "test"}],
        "rehearsed": not accounts.kept(connection, kind).active,
        "attempts": 0,
        "at": now,
    }
    number = delivery.begin(connection, row)
    if number is None:
        return delivery.number_of(connection, row["key"])
    outbox.enqueue(connection, SENDING, {"delivery": number}, now=now, key=f"send:{number}", cause=row["cause"])
    return number
