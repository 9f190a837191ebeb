"""A message looked at over one record: whom it is for, which channels reach them, and the words in each language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from engines.access.tables import user
from engines.messages.arbiter import Offer, Request
from engines.messages.channel import ChannelKind
from engines.records.sight import Sight
from engines.rules.look import Look
from engines.rules.spell import spelt
from metamodel.definition import Json
from metamodel.errors import Invalid
from metamodel.expressions.scope import USER
from metamodel.issues import Issue
from metamodel.message import Message
from metamodel.model import EntityModel, qualified
from metamodel.template import as_expression

#: what separates a channel's id from its own word for an expression
BETWEEN = "\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """A message about one record, before anybody decided whether it goes. `language` is "" where nothing says it."""

    person: str
    same: str
    language: str
    offers: tuple[Offer, ...]


def requested(application: str, message: Message, spoken: Spoken) -> Request:
    """What the arbiter is asked for: the message with its rules, and what was made of it for one record."""
    return Request(
        application=application,
        message=message.id,
        person=spoken.person,
        purpose=message.purpose,
        priority=message.priority,
        offers=spoken.offers,
        same=spoken.same,
        days=message.days,
    )


def find(sight: Sight, name: str) -> tuple[str, Message] | None:
    """A message by its qualified name or, where it was renamed, its id: its application and the definition."""
    application, _, local = name.partition(".")
    owner = sight.live.model.applications.get(application)
    found = owner.find("message", local) if owner else None
    if found is None and owner is not None:
        found = next((item for item in owner.messages if item.id == local), None)
    return None if found is None else (application, found)


def entity_of(sight: Sight, application: str, message: Message) -> EntityModel:
    """The entity a message is about."""
    found = sight.live.model.entity(qualified(application, message.entity))
    if found is None:
        raise Invalid(Issue(code="reference.entity", path=("entity",), arguments={"word": message.entity}))
    return found


def look_of(sight: Sight, application: str, message: Message) -> Look:
    """The message's statement, kept with the release unless it asks for the minute."""
    texts = expressions_of(sight, application, message)
    moment: Any = sight.context.now if any("NOW" in text.upper() for text in texts.values()) else sight.context.today
    entity = entity_of(sight, application, message)
    key = ("speak", application, message.id, sight.key, moment)
    return sight.live.once(key, lambda: Look(sight, entity, "", texts))


def expressions_of(sight: Sight, application: str, message: Message) -> dict[str, str]:
    """Everything a message asks of a record: person, language, key, and what its channels ask, under the channel's
    id. Fields stand in the words as people read them."""
    entity = qualified(application, message.entity)
    found: dict[str, str] = {}
    for word in ("person", "language"):
        if getattr(message, word):
            found[word] = getattr(message, word)
    if message.key:
        found["key"] = as_expression(message.key)
    for way in message.channels:
        kind: ChannelKind = sight.live.model.catalog["channels"][way.type]
        words = {name: getattr(way.config, name) for name in ("title", "text") if hasattr(way.config, name)}
        config = replace(way.config, **{name: spelt(sight.live.model, entity, text) for name, text in words.items()})
        found |= {f"{way.id}{BETWEEN}{word}": text for word, text in kind.expressions(config).items()}
    return found


def speak(
    connection: sa.Connection,
    sight: Sight,
    application: str,
    message: Message,
    number: int,
    passed: tuple[str, ...] = (),
    look: Look | None = None,
) -> Spoken | None:
    """The message about a record; None when the record is not there. `passed` are channels that declined it."""
    seen = next((look or look_of(sight, application, message)).at(connection, [number]), None)
    if seen is None:
        return None
    entity = entity_of(sight, application, message)
    values = dict(seen.values)
    offers: list[Offer] = []
    for way in message.channels:
        kind: ChannelKind = sight.live.model.catalog["channels"][way.type]
        own = {name.partition(BETWEEN)[2]: value for name, value in values.items() if name.startswith(way.id + BETWEEN)}
        offers.append(
            Offer(
                channel=way.type,
                address=kind.address(own.get("to")),
                consent=bool(own["consent"]) if "consent" in own else True,
                title=_languages(own, "title"),
                text=_languages(own, "text"),
                passed=way.type in passed,
            )
        )
    said = str(values.get("key") or "")
    return Spoken(
        person=_person(sight, message, entity, number, values.get("person")),
        same=f"{application}.{message.id}:{said}"[:200] if said else "",
        language=str(values.get("language") or ""),
        offers=tuple(offers),
    )


def _languages(own: Mapping[str, Json], word: str) -> dict[str, str]:
    return {name.partition(":")[2]: str(text or "") for name, text in own.items() if name.startswith(f"{word}:")}


def _person(sight: Sight, message: Message, entity: EntityModel, number: int, value: Json) -> str:
    """What limits count by: the record that `person` leads to, or the one the message is about."""
    if not message.person or value is None:
        return f"{entity.name}:{number}"
    target = sight.check(message.person, entity.name, limited=False).type.entity
    return f"{target or 'value'}:{value}"[:90]


def language_of(connection: sa.Connection, spoken: Spoken, offer: Offer | None, otherwise: str) -> str:
    """The language a person reads: said by the message, their own where they are a user, else the workspace's."""
    if spoken.language:
        return spoken.language[:10]
    if offer is not None and offer.channel == "inbox":
        own = connection.execute(sa.select(user.c.locale).where(user.c.id == int(offer.address))).scalar()
        return str(own or otherwise)
    entity, _, number = spoken.person.rpartition(":")
    if entity == USER and number.isdigit():
        own = connection.execute(sa.select(user.c.locale).where(user.c.id == int(number))).scalar()
        return str(own or otherwise)
    return otherwise
